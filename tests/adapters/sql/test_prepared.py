"""Statements said to the driver itself mean what they mean to SQLAlchemy, and are heard as ever."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, bindparam, event, insert, select

from tests.adapters.sql.filled import fill
from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import StoreUnavailable
from webtidbok.model.hold import HoldId
from webtidbok.testing.builders import NOW, THE_CLINIC

EVERY_TABLE = tables.metadata.sorted_tables
CALENDARS = Prepared(
    select(tables.calendar.c.calendar, tables.calendar.c.version)
    .where(
        tables.calendar.c.clinic == bindparam("clinic"),
        tables.calendar.c.calendar.in_(bindparam("calendars", expanding=True)),
    )
    .order_by(tables.calendar.c.calendar)
)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    create_schema(engine)
    fill(engine)
    return engine


@pytest.fixture
def filled_postgresql(postgresql: Engine) -> Engine:
    fill(postgresql)
    return postgresql


def rows_both_ways(connection: Connection, table: Table) -> tuple[list[Any], list[Any]]:
    statement = select(table).order_by(*table.primary_key)
    return (
        Prepared(statement).mappings(connection, {}),
        [dict(row) for row in connection.execute(statement).mappings()],
    )


@pytest.mark.parametrize("table", EVERY_TABLE, ids=str)
def test_rows_are_what_sqlalchemy_makes_of_them(filled: Engine, table: Table) -> None:
    with filled.connect() as connection:
        ours, theirs = rows_both_ways(connection, table)
    assert ours == theirs
    assert ours


@pytest.mark.parametrize("table", EVERY_TABLE, ids=str)
def test_rows_are_what_sqlalchemy_makes_of_them_on_postgresql(
    filled_postgresql: Engine, table: Table
) -> None:
    with filled_postgresql.connect() as connection:
        ours, theirs = rows_both_ways(connection, table)
    assert ours == theirs
    assert ours


def written_and_read(connection: Connection) -> tuple[int, list[tuple[Any, ...]]]:
    names = ("name", "subject", "item", "counted_at")
    adding = Prepared(insert(tables.throttle).values({name: bindparam(name) for name in names}))
    rows = [{"name": "n", "subject": "s", "item": str(i), "counted_at": NOW} for i in range(3)]
    assert adding.write(connection, rows[0]) == 1
    reading = Prepared(
        select(tables.throttle.c.item, tables.throttle.c.counted_at)
        .where(tables.throttle.c.name == "n", tables.throttle.c.counted_at == bindparam("at"))
        .order_by(tables.throttle.c.item)
    )
    assert adding.write(connection) == 0
    return adding.write(connection, *rows[1:]), reading.rows(connection, {"at": NOW})


def test_values_are_what_sqlalchemy_makes_of_them(filled: Engine) -> None:
    with filled.begin() as connection:
        assert written_and_read(connection) == (2, [(str(i), NOW) for i in range(3)])


def test_values_are_what_sqlalchemy_makes_of_them_on_postgresql(
    filled_postgresql: Engine,
) -> None:
    with filled_postgresql.begin() as connection:
        assert written_and_read(connection) == (2, [(str(i), NOW) for i in range(3)])


def counts(connection: Connection, *lengths: int) -> list[int]:
    connection.execute(
        insert(tables.calendar),
        [{"clinic": "many", "calendar": str(number), "version": 1} for number in range(3)],
    )
    asked = [{"clinic": "many", "calendars": [*map(str, range(length))]} for length in lengths]
    return [len(CALENDARS.rows(connection, facts)) for facts in asked]


def test_a_statement_takes_lists_of_any_length(filled: Engine) -> None:
    with filled.connect() as connection:
        assert counts(connection, 2, 0, 1, 3, 2) == [2, 0, 1, 3, 2]


def test_a_statement_takes_lists_of_any_length_on_postgresql(filled_postgresql: Engine) -> None:
    with filled_postgresql.connect() as connection:
        assert counts(connection, 2, 0, 1, 3, 2) == [2, 0, 1, 3, 2]


def test_whoever_listens_hears_what_is_said_and_may_say_it_otherwise(filled: Engine) -> None:
    heard: list[str] = []

    @event.listens_for(filled, "before_cursor_execute", retval=True)
    def otherwise(*said: Any) -> tuple[str, Any]:
        return str(said[2]).replace("wtb_calendar", "wtb_journal"), said[3]

    @event.listens_for(filled, "after_cursor_execute")
    def hear(*said: Any) -> None:
        heard.append(str(said[2]))

    with filled.connect() as connection:
        CALENDARS.rows(connection, {"clinic": THE_CLINIC, "calendars": ["provider:anna"]})
    [said] = heard
    assert "wtb_journal" in said
    assert "wtb_calendar" not in said


def count_calendars(connection: Connection) -> int:
    return len(CALENDARS.rows(connection, {"clinic": THE_CLINIC, "calendars": []}))


def test_whoever_comes_to_listen_later_hears_too(filled: Engine) -> None:
    heard: list[str] = []

    def hear(*said: Any) -> None:
        heard.append(str(said[2]))

    with filled.connect() as connection, filled.connect() as other:
        count_calendars(connection)
        assert heard == []
        event.listen(connection, "after_cursor_execute", hear)
        count_calendars(connection)
        count_calendars(other)
        assert len(heard) == 1
        event.listen(filled, "before_cursor_execute", hear)
        count_calendars(other)
    assert len(heard) == 2


def test_a_first_statement_begins_a_transaction_as_sqlalchemys_does(filled: Engine) -> None:
    with filled.connect() as connection:
        CALENDARS.rows(connection, {"clinic": THE_CLINIC, "calendars": []})
        assert connection.in_transaction()


def test_connections_that_were_lost_are_replaced_on_postgresql(postgresql: Engine) -> None:
    store = SqlStore.from_engine(postgresql)
    with postgresql.connect(), postgresql.connect():
        pass  # two that wait from now on
    store.hold(THE_CLINIC, HoldId("none"))
    with postgresql.connect() as last:
        last.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        last.invalidate()

    with pytest.raises(StoreUnavailable):
        store.hold(THE_CLINIC, HoldId("none"))
    assert store.hold(THE_CLINIC, HoldId("none")) is None
