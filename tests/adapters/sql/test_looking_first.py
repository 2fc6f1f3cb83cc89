"""On SQLite one looks before one becomes the writer."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import StoreUnavailable
from webtidbok.model.ids import RequestKey, provider_calendar
from webtidbok.model.instants import DAY
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    ANNA,
    BO,
    a_clinic,
    an_appointment,
    an_event,
    at,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import a_change, a_scope, put

VISIT = an_appointment("a1", "09:00", "09:30")
OTHER = an_appointment("a2", "10:00", "10:30")
ELSEWHERE = an_appointment("a3", "09:00", "09:30", provider=BO)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clinic.db"


@pytest.fixture
def engine(file: Path) -> Engine:
    engine = open_database(str(file), create=True)
    create_schema(engine)
    return engine


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    store = SqlStore.from_engine(engine, patience=timedelta(milliseconds=50))
    put(store, a_clinic())
    return store


def book_it(_: State) -> Change[str] | str:
    return a_change(VISIT, an_event("k1", VISIT.id))


def test_a_no_waits_for_no_writer(store: SqlStore, file: Path) -> None:
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")

    assert store.transact(a_scope(), lambda _: "no") == "no"
    with pytest.raises(StoreUnavailable):
        store.transact(a_scope(), book_it)
    writer.close()


def test_what_was_decided_on_a_look_counts_if_nobody_has_stored_anything(store: SqlStore) -> None:
    asked: list[State] = []

    def decide(state: State) -> Change[str] | str:
        asked.append(state)
        return book_it(state)

    assert store.transact(a_scope(), decide) == "stored"
    assert len(asked) == 1
    assert [row.holder for row in store.transact(a_scope(), lambda state: state).occupied] == ["a1"]


def test_what_somebody_has_stored_meanwhile_is_seen(store: SqlStore, file: Path) -> None:
    others = SqlStore.from_engine(open_database(str(file)))
    seen: list[list[str]] = []

    def decide(state: State) -> Change[str] | str:
        if not seen:
            put(others, VISIT, an_event("k1", VISIT.id))
        seen.append([row.holder for row in state.occupied])
        return "taken" if state.occupied else a_change(OTHER, an_event("k2", OTHER.id))

    assert store.transact(a_scope(), decide) == "taken"
    assert seen == [[], ["a1"]]
    assert [visit.id for visit in store.appointments(VISIT.clinic)] == ["a1"]


def test_what_was_decided_counts_if_others_have_stored_what_is_nothing_to_it(
    store: SqlStore, file: Path
) -> None:
    others = SqlStore.from_engine(open_database(str(file)))
    asked: list[State] = []

    def decide(state: State) -> Change[str] | str:
        if not asked:
            put(others, ELSEWHERE, an_event("k1", ELSEWHERE.id))
        asked.append(state)
        return a_change(VISIT, an_event("k2", VISIT.id))

    assert store.transact(a_scope(calendars=(provider_calendar(ANNA),)), decide) == "stored"
    assert len(asked) == 1
    assert [visit.id for visit in store.appointments(VISIT.clinic)] == ["a1", "a3"]


LONG = staffs("long", span=TimeSpan(at("08:00"), at("08:00") + 3 * DAY))
LONGER = LONG.changed(
    placement=attrs.evolve(LONG.placement, span=TimeSpan(LONG.span.start, LONG.span.end + DAY))
)

#: What the scope shows only where it is read one by one, before and after somebody has changed it.
ONE_BY_ONE = {
    "the visit of a request that was": (VISIT, VISIT.changed(note="by staff"), "k1"),
    "a time of several days": (LONG, LONGER, None),
}


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_what_is_seen_beside_the_one_statement_is_seen_again_too(
    store: SqlStore, file: Path, name: str
) -> None:
    before, after, request = ONE_BY_ONE[name]
    others = SqlStore.from_engine(open_database(str(file)))
    put(store, before, an_event("k1", before.id))
    store.clinic(before.clinic)
    seen: list[State] = []

    def decide(state: State) -> Change[str] | str:
        if not seen:
            put(others, after, an_event("k2", before.id))
        seen.append(state)
        return a_change(an_event("k3")) if len(seen) == 1 else "as it is now"

    scope = a_scope(
        span=between("08:00", "12:00"), request=None if request is None else RequestKey(request)
    )
    assert store.transact(scope, decide) == "as it is now"
    assert seen[1] == others.transact(scope, lambda state: state)
    assert seen[1] != seen[0]
