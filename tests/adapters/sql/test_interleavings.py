"""Two who are certain to collide: each says all it can before the other commits (R24).

The first has said everything but COMMIT when the second begins. The second either says everything
too, and then both commit, which is what must not go well; or it waits for the first, and is to
decide on what that has left behind.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from tests.adapters.sql.hosts import begun_by_the_host, held_up
from tests.services.scenes import engine_of
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.ids import RequestKey
from webtidbok.model.occupied import occupied_by
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    BO,
    CHAIR_1,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_patient,
    a_placement,
    an_appointment,
    an_event,
    staffs,
)
from webtidbok.testing.store_scenes import a_change, a_scope, put

Act = Callable[[SqlStore], str]

EARLY = a_placement("10:00", "10:30")
LATE = a_placement("14:00", "14:30")
VISIT = an_appointment("visit", "08:00", "08:30")


@pytest.fixture(params=["sqlite", "postgresql", "postgresql the long way"])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """The second one's store, with a clinic and a visit in it."""
    is_sqlite = request.param == "sqlite"
    engine: Engine = request.getfixturevalue("engine" if is_sqlite else "postgresql")
    store = SqlStore.from_engine(engine)
    if request.param == "postgresql the long way":
        store._at_once = None
    put(store, a_clinic())
    put(store, VISIT, an_event("made", VISIT.id))
    return store


def taking(taker: Appointment | Hold) -> Act:
    """Return what takes a time unless somebody is in the way."""

    def decide(state: State) -> Change[str] | str:
        wanted = occupied_by(taker)
        if any(row.excludes(other) for row in wanted for other in state.occupied):
            return "taken"
        return a_change(taker, *_told_of(taker), answer="won")

    return lambda store: store.transact(a_scope(calendars=taker.placement.calendars), decide)


def _told_of(taker: Appointment | Hold) -> list[Event]:
    return [an_event(taker.id, taker.id)] if isinstance(taker, Appointment) else []


def moving(where: Placement) -> Act:
    """Return what moves the visit, unless somebody has changed it since it was seen."""

    def decide(state: State) -> Change[str] | str:
        seen = state.appointments[VISIT.id]
        if seen.revision != VISIT.revision:
            return "changed"
        return a_change(seen.changed(placement=where), answer="won")

    return lambda store: store.transact(a_scope(appointment=VISIT.id), decide)


def asking(visit: Appointment) -> Act:
    """Return what books with one request key, whatever visit would come of it."""

    def decide(state: State) -> Change[str] | str:
        if state.earlier is not None:
            return "as before"
        return a_change(visit, an_event("the-key", visit.id), answer="won")

    return lambda store: store.transact(a_scope(request=RequestKey("the-key")), decide)


def coming_new(id_: str) -> Act:
    """Return what makes a patient known who is not yet."""
    patient = a_patient(id_)

    def decide(state: State) -> Change[str] | str:
        return "known" if state.patient else a_change(patient, answer="won")

    return lambda store: store.transact(a_scope(identity_number=patient.identity_number), decide)


PAIRS: dict[str, tuple[Act, Act, str]] = {
    "two bookings": (
        taking(an_appointment("a1", "10:00", "10:30")),
        taking(an_appointment("a2", "10:15", "10:45")),
        "taken",
    ),
    "two bookings of one chair": (
        taking(an_appointment("a1", "10:00", "10:30", resource=CHAIR_1)),
        taking(an_appointment("a2", "10:15", "10:45", provider=BO, resource=CHAIR_1)),
        "taken",
    ),
    "a booking around another": (
        taking(an_appointment("a1", "10:10", "10:20")),
        taking(an_appointment("a2", "10:00", "10:30")),
        "taken",
    ),
    "a hold and a booking": (
        taking(a_hold("h1", "10:00", "10:30")),
        taking(an_appointment("a2", "10:15", "10:45")),
        "taken",
    ),
    "staff and a booking": (
        taking(staffs("s1", "10:00", "10:30")),
        taking(an_appointment("a2", "10:15", "10:45")),
        "taken",
    ),
    "a move and a booking": (
        moving(EARLY),
        taking(an_appointment("a2", "10:15", "10:45")),
        "taken",
    ),
    "two moves": (moving(EARLY), moving(LATE), "changed"),
    "one request twice": (
        asking(an_appointment("a1", "10:00", "10:30")),
        asking(an_appointment("a2", "14:00", "14:30")),
        "as before",
    ),
    "one new patient twice": (coming_new("p1"), coming_new("p2"), "known"),
}
every_pair = pytest.mark.parametrize(
    ("first", "second", "answer"), PAIRS.values(), ids=PAIRS.keys()
)


@every_pair
def test_the_second_decides_on_what_the_first_has_committed(
    store: SqlStore, first: Act, second: Act, answer: str
) -> None:
    with ThreadPoolExecutor(1) as pool, begun_by_the_host(engine_of(store)) as connection:
        assert first(SqlStore(connection)) == "won"
        waits = held_up(pool, lambda: second(store))
        connection.exec_driver_sql("COMMIT")

        assert waits.result(timeout=10) == answer
    assert nobody_shares_a_time(store)


@every_pair
def test_the_second_wins_where_the_first_takes_everything_back(
    store: SqlStore, first: Act, second: Act, answer: str
) -> None:
    with ThreadPoolExecutor(1) as pool, begun_by_the_host(engine_of(store)) as connection:
        assert first(SqlStore(connection)) == "won"
        waits = held_up(pool, lambda: second(store))
        connection.exec_driver_sql("ROLLBACK")

        assert waits.result(timeout=10) == "won" != answer
    assert nobody_shares_a_time(store)


def nobody_shares_a_time(store: SqlStore) -> bool:
    rows = list(store.occupied(THE_CLINIC))
    return not any(one.excludes(other) for one in rows for other in rows)
