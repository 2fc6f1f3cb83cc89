"""Several processes at one database (R24)."""

import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from tests.adapters.sql.hosts import begun_by_the_host
from tests.adapters.sql.processes import Racer, race
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import StoreUnavailable, TryAgain
from webtidbok.model.instants import MINUTE
from webtidbok.testing.builders import (
    ANNAS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    THE_CLINIC,
    a_clinic,
    an_absence,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import a_scope, answering, put

PROCESSES = 4
TIMES = 20


def versions_in(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql("SELECT calendar, version FROM wtb_calendar")
    return {row.calendar: row.version for row in rows}


def journal_in(connection: Connection) -> dict[str, list[tuple[int, str]]]:
    journal: dict[str, list[tuple[int, str]]] = {}
    rows = connection.exec_driver_sql(
        "SELECT calendar, version, event FROM wtb_journal ORDER BY calendar, version"
    )
    for calendar, version, event in rows:
        journal.setdefault(calendar, []).append((version, event))
    return journal


def assert_journals_have_no_gaps(engine: Engine) -> None:
    with engine.connect() as connection:
        versions, journal = versions_in(connection), journal_in(connection)
    assert versions == {calendar: len(rows) for calendar, rows in journal.items()}
    for rows in journal.values():
        assert [version for version, _ in rows] == list(range(1, len(rows) + 1))


def test_each_time_goes_to_exactly_one_of_several_processes(engine: Engine, file: Path) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    starts_at = time.time() + 3
    racers = [Racer(str(file), f"p{number}", starts_at, TIMES) for number in range(PROCESSES)]

    with get_context("spawn").Pool(PROCESSES) as pool:
        won = pool.map(race, racers, chunksize=1)

    assert Counter(number for each in won for number in each) == dict.fromkeys(range(TIMES), 1)
    assert len(list(store.appointments(THE_CLINIC))) == TIMES
    assert len(list(store.history(THE_CLINIC))) == TIMES
    assert_journals_have_no_gaps(engine)
    with engine.connect() as connection:
        assert versions_in(connection) == {ANNAS: TIMES, CHAIR_1S: TIMES}


def test_every_calendar_that_is_touched_is_journaled_with_its_event(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    visit = an_appointment("a1", resource=CHAIR_1)
    put(store, visit, an_event("booked", "a1"))
    put(
        store,
        visit.changed(placement=an_appointment("x", "14:00", "15:00").placement),
        an_event("moved", "a1"),
    )
    put(store, an_absence("away"))
    put(store, visit.changed(cancelled_at=NOW), an_event("cancelled", "a1"))

    with engine.connect() as connection:
        journal = journal_in(connection)
    assert journal == {
        ANNAS: [(1, "booked"), (2, "moved"), (3, ""), (4, "cancelled")],
        CHAIR_1S: [(1, "booked"), (2, "moved")],
    }
    assert_journals_have_no_gaps(engine)


def test_a_refusal_moves_no_version(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"))

    assert store.transact(a_scope(), answering("taken")) == "taken"

    with engine.connect() as connection:
        assert versions_in(connection) == {ANNAS: 1}


def test_a_writer_that_stays_in_the_way_is_no_answer(engine: Engine) -> None:
    store = SqlStore.from_engine(engine, patience=MINUTE / 600)
    with (
        begun_by_the_host(engine),
        pytest.raises(StoreUnavailable, match="SQLITE_BUSY") as caught,
    ):
        put(store, a_clinic())
    assert not isinstance(caught.value, TryAgain)

    put(store, a_clinic())


def test_readers_do_not_wait_for_the_writer(engine: Engine) -> None:
    put(SqlStore.from_engine(engine), a_clinic())
    store = SqlStore.from_engine(engine, patience=MINUTE * 0)
    with begun_by_the_host(engine):
        assert store.clinic(THE_CLINIC).version == 1


def test_a_reader_sees_one_moment_though_others_write(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"))
    put(store, an_appointment("a2", "14:00", "15:00"))

    reading = store.appointments(THE_CLINIC)
    first = next(reading)
    put(store, an_appointment("a3", "16:00", "17:00"))

    assert len([first, *reading]) == 2


def test_who_stops_reading_leaves_nothing_open(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"), an_appointment("a2", "14:00", "15:00"))
    for _ in range(20):  # more than the pool holds
        next(store.appointments(THE_CLINIC))
    put(store, an_appointment("a3", "16:00", "17:00"))
