"""Writing rows that may be there already, in one statement, the same on every engine."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.columns import Key
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.rows import Row

# Both say INSERT ... ON CONFLICT ... DO UPDATE, each through a class of its own.
_INSERTS: dict[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def keep(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    *,
    by: tuple[str, ...] = (),
    raising: str | None = None,
) -> None:
    """Write rows, new or in place of those with the same primary key.

    Args:
        by: The unique columns that say which row is the same, where the primary key does not.
        raising: A column that counts how often a row was replaced.
    """
    if rows:
        names = tuple(rows[0])
        _keeping(table, connection.dialect.name, names, by, raising).write(connection, *rows)


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet."""
    if rows:
        _adding(table, tuple(rows[0])).write(connection, *rows)


@cache
def _adding(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table).inline().values({name: bindparam(name) for name in names}))


@cache
def _keeping(
    table: Table, dialect: str, names: tuple[str, ...], by: tuple[str, ...], raising: str | None
) -> Prepared:
    identifying = by or tuple(table.primary_key.columns.keys())
    statement = _INSERTS[dialect](table).inline()
    statement = statement.values({name: bindparam(name) for name in names})
    new = {name: statement.excluded[name] for name in names if name not in identifying}
    raised = {raising: table.c[raising] + 1} if raising else {}
    return Prepared(
        statement.on_conflict_do_update(index_elements=list(identifying), set_={**new, **raised})
    )


def raise_versions(
    connection: Connection, clinic: str, calendars: Sequence[str], event: str
) -> None:
    """Raise each calendar's version by one, in the order given, and note in the journal why.

    One statement a calendar, so that all who want several of them lock them in one order.
    """
    if calendars:
        raised = [{"clinic": clinic, "calendar": calendar} for calendar in calendars]
        _raising(connection.dialect.name).write(connection, *raised)
        noted = [{"of": clinic, "raised": calendar, "event": event} for calendar in calendars]
        _NOTING.write(connection, *noted)


def versions_of(
    connection: Connection, clinic: str, calendars: Collection[str]
) -> Mapping[str, int]:
    """Return the version of each calendar that has one."""
    rows = connection.execute(_VERSIONS, {"clinic": clinic, "calendars": sorted(calendars)})
    return {row.calendar: row.version for row in rows}


@cache
def _raising(dialect: str) -> Prepared:
    statement = _INSERTS[dialect](tables.calendar).inline()
    statement = statement.values(
        clinic=bindparam("clinic"), calendar=bindparam("calendar"), version=1
    )
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["clinic", "calendar"], set_={"version": tables.calendar.c.version + 1}
        )
    )


_VERSIONS = select(tables.calendar.c.calendar, tables.calendar.c.version).where(
    tables.calendar.c.clinic == bindparam("clinic"),
    tables.calendar.c.calendar.in_(bindparam("calendars", expanding=True)),
)
_NOTING = Prepared(
    tables.journal.insert().from_select(
        ["clinic", "calendar", "version", "event"],
        select(
            tables.calendar.c.clinic,
            tables.calendar.c.calendar,
            tables.calendar.c.version,
            bindparam("event", type_=Key),
        ).where(
            tables.calendar.c.clinic == bindparam("of"),
            tables.calendar.c.calendar == bindparam("raised"),
        ),
    )
)
