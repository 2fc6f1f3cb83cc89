"""Statements that are compiled once and then said to the driver itself (`driver`).

They are written with SQLAlchemy's words, and their values and rows are converted as the types of
its columns say, so that it makes no difference who says them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias

import attrs
from sqlalchemy import Connection, Dialect, Executable, make_url
from sqlalchemy.sql.compiler import SQLCompiler

from webtidbok.adapters.sql.driver import said

Facts: TypeAlias = Mapping[str, Any]

#: One value on its way to the driver, or back.
_Convert: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement that is said often.

    What stands for several values (`expanding`) is written anew for each number of them.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._spoken: dict[tuple[str, tuple[int, ...]], _Spoken] = {}
        self._expanding: tuple[str, ...] | None = None

    def asking(self, dialect: Dialect, facts: Facts) -> "Asking":
        """Return the query with its facts, to be asked more than once."""
        spoken = self._on(dialect, facts)
        return Asking(spoken, spoken.values(facts))

    def rows(self, connection: Connection, facts: Facts) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.asking(connection.dialect, facts).rows(connection)

    def each(self, connection: Connection, facts: Facts) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query as they come, as the driver gives them."""
        spoken = self._on(connection.dialect, facts)
        with closing(said(connection, spoken.sql, spoken.values(facts))) as cursor:
            yield from cursor

    def mappings(self, connection: Connection, facts: Facts) -> list[dict[str, Any]]:
        """Return the rows of a query, each by the names of its columns."""
        found = self.rows(connection, facts)
        if not found:
            return []
        names = self._on(connection.dialect, facts).names
        return [dict(zip(names, row, strict=True)) for row in found]

    def write(self, connection: Connection, *rows: Facts) -> int:
        """Carry out a statement once for each of some rows, and return how many it has changed."""
        if not rows:
            return 0
        spoken = self._on(connection.dialect, rows[0])
        if len(rows) == 1:
            return int(said(connection, spoken.sql, spoken.values(rows[0])).rowcount)
        return int(
            said(connection, spoken.sql, [*map(spoken.values, rows)], is_often=True).rowcount
        )

    def _on(self, dialect: Dialect, facts: Facts) -> "_Spoken":
        if self._expanding is None:
            self._expanding = _expanding_in(self._statement, dialect)
        sizes = tuple([len(facts[name]) for name in self._expanding]) if self._expanding else ()
        key = dialect.name, sizes
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = self._spoken[key] = _spoken(self._statement, dialect, facts)
        return spoken


@attrs.frozen(eq=False)
class _Spoken:
    """A statement as one kind of database takes it.

    Attributes:
        constants: What facts are where none are given.
        parts: For each fact that holds several values, what each of them is called.
        there: How facts, or parts of them, are converted.
        in_turn: Takes the values out of the facts, in the order of their places.
        back: Which columns are converted, and how.
        names: Of the columns of a query.
    """

    sql: str
    constants: Facts
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    there: tuple[tuple[str, _Convert], ...]
    in_turn: Callable[[Facts], tuple[Any, ...]]
    back: tuple[tuple[int, _Convert], ...]
    names: tuple[str, ...]

    def values(self, facts: Facts) -> tuple[Any, ...]:
        """Return the facts as the driver takes them."""
        said = {**self.constants, **facts}
        for name, names in self.parts:
            said.update(zip(names, facts[name], strict=True))
        for name, convert in self.there:
            said[name] = convert(said[name])
        return self.in_turn(said)

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return rows with the values that the columns stand for."""
        if not self.back:
            return rows
        return [_converted(list(row), self.back) for row in rows]


@attrs.frozen(eq=False)
class Asking:
    """A query with its facts."""

    _spoken: _Spoken
    _values: tuple[Any, ...] = attrs.field(repr=False)

    def rows(self, connection: Connection) -> list[tuple[Any, ...]]:
        """Return its rows as they are now."""
        cursor = said(connection, self._spoken.sql, self._values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return self._spoken.converted(found) if found else found


def _converted(values: list[Any], conversions: tuple[tuple[int, _Convert], ...]) -> tuple[Any, ...]:
    for place, convert in conversions:
        if values[place] is not None:
            values[place] = convert(values[place])
    return tuple(values)


def _compiled(statement: Executable, dialect: Dialect) -> SQLCompiler:
    compiled = statement.compile(dialect=_numbered(dialect.name))  # type: ignore[attr-defined] # all of ours can be
    assert isinstance(compiled, SQLCompiler)
    return compiled


@cache
def _numbered(name: str) -> Dialect:
    """Return a dialect whose parameters have places, as the databases themselves have them."""
    if name == "sqlite":
        return make_url("sqlite://").get_dialect()()
    dialect: Any = make_url("postgresql+psycopg://").get_dialect()
    return dialect(paramstyle="numeric_dollar")  # type: ignore[no-any-return]


def _expanding_in(statement: Executable, dialect: Dialect) -> tuple[str, ...]:
    binds = _compiled(statement, dialect).binds
    return tuple(bind.key for bind in binds.values() if bind.expanding)


def _spoken(statement: Executable, dialect: Dialect, facts: Facts) -> _Spoken:
    compiled = _compiled(statement, dialect)
    state = compiled.construct_expanded_state(dict(facts))
    whole = {part: name for name, names in state.parameter_expansion.items() for part in names}
    said = list(state.positiontup or ())
    binds = {name: compiled.binds[whole.get(name, name)] for name in said}
    converted = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in binds.items()
    }
    # SQLAlchemy has names of its own for what is said; ours are those of the facts.
    called = {name: name if name in whole else bind.key for name, bind in binds.items()}
    columns = list(getattr(statement, "selected_columns", ()))
    back = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Spoken(
        sql=state.statement,
        constants={called[name]: bind.value for name, bind in binds.items() if name not in whole},
        parts=tuple(
            (compiled.binds[name].key, tuple(names))
            for name, names in state.parameter_expansion.items()
        ),
        there=tuple((called[name], convert) for name, convert in converted.items() if convert),
        in_turn=_taken([called[name] for name in said]),
        back=tuple((place, convert) for place, convert in enumerate(back) if convert),
        names=tuple(column.key for column in columns),
    )


def _taken(names: list[str]) -> Callable[[Facts], tuple[Any, ...]]:
    """Return what takes the values of these names, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda facts: tuple(facts[name] for name in names)
