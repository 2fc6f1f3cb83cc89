"""What our tables are called in a database: `wtb_clinic`, unless a host wants it otherwise.

Every statement is written with the names of `tables`. On an engine or a connection that `named` has
made, each is put into the installation's names just before the driver gets it, at one place and
whatever made it. Values are parameters and never part of a statement, so nothing but names changes.
Without `named` nothing happens at all.
"""

import re
from functools import lru_cache
from typing import Any, TypeVar

import attrs
from sqlalchemy import Connection, Engine, event

from webtidbok.adapters.sql import tables

PREFIX = "wtb_"

Bind = TypeVar("Bind", Engine, Connection)

_OPTION = "webtidbok_names"
_TABLES = frozenset(name.removeprefix(PREFIX) for name in tables.metadata.tables)
_TRIGGERS = frozenset({"occupied_insert", "occupied_update"})

#: A table, a trigger, or what belongs to a table and carries its name: an index, a constraint.
_OURS = re.compile(rf"\b((?:ck|ex|fk|ix|pk|uq)_)?{PREFIX}((?:{'|'.join(sorted(_TABLES))})\w*)")

# Lower case and with `_` at its end: never a reserved word, and never in need of quotes. So short
# that the longest name of an index still fits into PostgreSQL's 63 letters.
_A_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,18}_")
_A_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@attrs.frozen(cache_hash=True)
class Names:
    """How an installation's tables are called.

    Attributes:
        prefix: What all names begin with.
        schema: The schema of the tables; None: the one that the database looks into first.

    Raises:
        ValueError: `prefix` is not lower-case letters, digits and `_`, with a `_` at its end, or
            longer than 20; or `schema` is no lower-case name.
    """

    prefix: str = attrs.field(default=PREFIX)
    schema: str | None = attrs.field(default=None)

    @prefix.validator
    def _check_prefix(self, _: object, prefix: str) -> None:
        if not _A_PREFIX.fullmatch(prefix):
            raise ValueError("a prefix is up to 20 of a-z, 0-9 and _, a letter first and _ last")

    @schema.validator
    def _check_schema(self, _: object, schema: str | None) -> None:
        if schema is not None and not _A_SCHEMA.fullmatch(schema):
            raise ValueError("a schema's name is up to 63 of a-z, 0-9 and _, no digit first")

    def of(self, name: str) -> str:
        """Return the whole name of one of our tables, without its schema."""
        return f"{self.prefix}{name}"

    def put_into(self, sql: str) -> str:
        """Return statements that are written with the names of `tables` in these names."""
        return _OURS.sub(self._named, sql)

    def _named(self, found: re.Match[str]) -> str:
        belongs, name = found[1], found[2]
        if belongs:
            return f"{belongs}{self.of(name)}"
        if name in _TABLES:
            return self.of(name) if self.schema is None else f'"{self.schema}".{self.of(name)}'
        return self.of(name) if name in _TRIGGERS else found[0]


DEFAULT = Names()


def named(bind: Bind, *, prefix: str = PREFIX, schema: str | None = None) -> Bind:
    """Return an engine, or a connection, on which our tables have these names.

    An engine that comes back shares the connections of the one given, which stays as it was. A
    connection is changed: whatever names `wtb_clinic` on it from now on means the installation's.

    Raises:
        ValueError: such names cannot be; SQLite has no schemas; or it has been named before.
    """
    names = names_for(bind.dialect.name, prefix=prefix, schema=schema)
    if _OPTION in bind.get_execution_options():
        raise ValueError("its tables have their names already")
    bind = bind.execution_options(**{_OPTION: names})
    if names != DEFAULT:
        event.listen(bind, "before_cursor_execute", _in_its_names, retval=True)
    return bind


def names_for(dialect: str, *, prefix: str = PREFIX, schema: str | None = None) -> Names:
    """Return names for a kind of database.

    Raises:
        ValueError: such names cannot be; or it has no schemas, which is so for SQLite.
    """
    if schema is not None and dialect == "sqlite":
        raise ValueError("SQLite has no schemas")
    return Names(prefix, schema)


def names_on(bind: Engine | Connection) -> Names:
    """Return what our tables are called there."""
    names: Names = bind.get_execution_options().get(_OPTION, DEFAULT)
    return names


def _in_its_names(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401 - as the driver takes them
    _context: object,
    _is_many: bool,  # noqa: FBT001 - so the event calls
) -> tuple[str, Any]:
    return _put(names_on(connection), statement), parameters


@lru_cache(maxsize=2048)
def _put(names: Names, statement: str) -> str:
    return names.put_into(statement)
