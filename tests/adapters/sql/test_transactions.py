"""Transactions of our own: repeated whole, boundedly; and how connections are set up."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.transactions import (
    HostTransaction,
    Outcome,
    OwnTransactions,
    longest_pause,
)
from webtidbok.errors import StoreUnavailable, TryAgain, UnknownClinic
from webtidbok.model.instants import MINUTE, SECOND
from webtidbok.testing.builders import an_event
from webtidbok.testing.store_scenes import put


def failing(times: int, tried: list[int]) -> Callable[[Connection], Outcome[str]]:
    """Return work that loses a race so many times, having written something."""

    def work(connection: Connection) -> Outcome[str]:
        tried.append(len(tried))
        connection.exec_driver_sql(f"INSERT INTO wtb_calendar VALUES ('c', 'k{len(tried)}', 1)")
        if len(tried) <= times:
            raise TryAgain
        return Outcome("done", keep=True)

    return work


def calendars_in(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [*connection.exec_driver_sql("SELECT calendar FROM wtb_calendar").scalars()]


def test_a_lost_race_is_repeated_whole(engine: Engine) -> None:
    tried: list[int] = []

    assert OwnTransactions(engine).run(failing(3, tried)) == "done"

    assert len(tried) == 4
    assert calendars_in(engine) == ["k4"]


def test_it_is_repeated_so_often_and_no_more(engine: Engine) -> None:
    tried: list[int] = []

    with pytest.raises(StoreUnavailable) as caught:
        OwnTransactions(engine).run(failing(1_000, tried))

    assert type(caught.value) is StoreUnavailable
    assert len(tried) == 10
    assert calendars_in(engine) == []


def test_it_is_not_repeated_past_its_patience(engine: Engine) -> None:
    tried: list[int] = []

    with pytest.raises(StoreUnavailable):
        OwnTransactions(engine, patience=SECOND * 0).run(failing(1_000, tried))

    assert len(tried) == 1


def test_who_changes_something_is_the_only_writer_from_its_first_statement(
    engine: Engine, file: Path
) -> None:
    other = sqlite3.connect(file, timeout=0, isolation_level=None)

    def work(_: Connection) -> Outcome[str]:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return Outcome("done", keep=False)

    assert OwnTransactions(engine).run(work) == "done"
    other.close()


def test_pauses_double_up_to_a_quarter_of_a_second() -> None:
    assert [longest_pause(tried) for tried in (1, 2, 3, 9)] == [0.01, 0.02, 0.04, 0.25]


def test_nothing_is_repeated_in_a_hosts_transaction(engine: Engine, host: Connection) -> None:
    tried: list[int] = []

    with pytest.raises(TryAgain):
        HostTransaction(host).run(failing(1, tried))

    assert len(tried) == 1
    host.exec_driver_sql("COMMIT")
    assert calendars_in(engine) == []


def test_a_connection_is_set_up_as_the_promises_need(engine: Engine) -> None:
    with OwnTransactions(engine, patience=MINUTE).reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }

    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 60_000,
        "synchronous": 2,
    }


def test_who_cannot_switch_the_journal_goes_on_without(engine: Engine, file: Path) -> None:
    engine.dispose()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN IMMEDIATE")
    first = open_database(str(file))
    assert SqlStore.from_engine(first, patience=SECOND * 0).clinic_ids() == ()
    first.dispose()
    other.close()

    second = open_database(str(file))
    with OwnTransactions(second).reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    second.dispose()


def test_a_change_needs_a_clinic(engine: Engine) -> None:
    with pytest.raises(UnknownClinic):
        put(SqlStore.from_engine(engine), an_event("k1"))
