"""A booking on PostgreSQL is two round trips, and what it stores is what the long way stores."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, event, make_url, select

from tests.postgresql_proxy import Proxy
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.tables import metadata
from webtidbok.adapters.sql.watch_list import SqlWatchList
from webtidbok.errors import OverlapsExclusive, StoreUnavailable
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import AppointmentId, PatientId, RequestKey
from webtidbok.model.instants import MINUTE
from webtidbok.ports.store import Change, Code, Link, Scope, State
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    ANNAS,
    BO,
    CHAIR_1,
    CHAIR_1S,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_message,
    a_mobile,
    a_patient,
    a_watch_list_entry,
    an_absence,
    an_appointment,
    an_event,
    between,
    staffs,
)
from webtidbok.testing.rich import a_rich_message, a_rich_patient
from webtidbok.testing.store_scenes import a_change, a_scope, answering, put, storing

MORNING = between("08:00", "12:00")
WARM = 12  # so often something is said before psycopg prepares it, and the server keeps its plan


def long_way(store: SqlStore) -> SqlStore:
    """Return the store without its short way."""
    store._at_once = None
    return store


@pytest.fixture
def store(postgresql: Engine) -> SqlStore:
    store = SqlStore.from_engine(postgresql)
    put(store, a_clinic())
    put(store, a_patient("known"))
    store.clinic(THE_CLINIC)
    return store


@pytest.fixture
def proxy(postgresql_url: str, store: SqlStore) -> Iterator[Proxy]:  # noqa: ARG001
    with Proxy(make_url(postgresql_url)) as proxy:
        yield proxy


@pytest.fixture
def far(proxy: Proxy) -> Iterator[SqlStore]:
    """The same store, over a wire that counts."""
    engine = open_database(proxy.url.render_as_string(hide_password=False))
    far = SqlStore.from_engine(engine)
    far.clinic(THE_CLINIC)
    yield far
    engine.dispose()


def booking_scope(**changes: Any) -> Scope:
    return a_scope(calendars=(ANNAS, CHAIR_1S), span=MORNING, **changes)


def a_booking(number: int, **changes: Any) -> tuple[Scope, Change[str]]:
    """Return what the confirmation of a visit asks, and what is decided for it."""
    start = f"{8 + number // 6:02}:{number % 6 * 10:02}"
    until = f"{8 + (number + 1) // 6:02}:{(number + 1) % 6 * 10:02}"
    visit = an_appointment(
        f"a{number}", start, until, resource=CHAIR_1, patient=PatientId("known"), **changes
    )
    scope = booking_scope(
        identity_number=a_patient("known").identity_number, request=RequestKey(f"k{number}")
    )
    return scope, a_change(
        visit,
        an_event(f"k{number}", visit.id),
        a_message(f"sms{number}", visit.id),
        a_message(f"mail{number}", visit.id),
        Link(f"link{number}", visit.id),
    )


def trips(proxy: Proxy, act: Callable[[], object]) -> int:
    before = proxy.round_trips
    act()
    return proxy.round_trips - before


def booked(store: SqlStore, number: int) -> str:
    scope, change = a_booking(number)
    return store.transact(scope, storing(change))


def test_a_booking_is_two_round_trips_on_postgresql(proxy: Proxy, far: SqlStore) -> None:
    for number in range(WARM):
        assert booked(far, number) == "stored"

    assert trips(proxy, lambda: booked(far, WARM)) == 2


def test_a_refusal_is_one_round_trip_and_locks_nothing(
    proxy: Proxy, far: SqlStore, postgresql: Engine
) -> None:
    for _ in range(WARM):
        far.transact(booking_scope(), answering("taken"))

    with postgresql.begin() as other:
        other.exec_driver_sql("SELECT * FROM wtb_calendar FOR UPDATE")
        assert trips(proxy, lambda: far.transact(booking_scope(), answering("taken"))) == 1


def test_a_hold_and_a_booking_with_it_are_two_round_trips_each(proxy: Proxy, far: SqlStore) -> None:
    def hold_and_book(number: int) -> list[int]:
        scope, change = a_booking(number)
        (visit,) = change.appointments
        held = attrs.evolve(a_hold(f"h{number}"), placement=visit.placement)
        with_hold = attrs.evolve(scope, hold=held.id)
        with_drop = attrs.evolve(change, dropped_holds=(held.id,))
        asked = booking_scope(hold=held.id)
        return [
            trips(proxy, lambda: far.transact(asked, storing(a_change(held)))),
            trips(proxy, lambda: far.transact(with_hold, storing(with_drop))),
        ]

    for number in range(WARM):
        hold_and_book(number)

    assert hold_and_book(WARM) == [2, 2]


def test_the_long_way_of_a_booking_has_its_round_trips_counted(proxy: Proxy, far: SqlStore) -> None:
    far = long_way(far)
    for number in range(WARM):
        booked(far, number)

    assert trips(proxy, lambda: booked(far, WARM)) <= 22


def test_a_search_is_one_round_trip_whatever_it_finds(proxy: Proxy, far: SqlStore) -> None:
    def search() -> None:
        list(far.busy(THE_CLINIC, ALL_CALENDARS, MORNING, now=a_scope().now))

    for number in range(WARM):
        booked(far, number)
        search()

    assert trips(proxy, search) == 1


def rows_in(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(select(table)).mappings()), key=repr
            )
            for table in metadata.sorted_tables
        }


OTHER = a_patient("new", place=5, mobile=a_mobile(9))
HELD = a_hold("held", "15:00", "15:30")


CHANGES: dict[str, tuple[dict[str, Any], Change[str]]] = {
    "a visit of nobody": ({}, a_change(an_appointment("a1"))),
    "nothing that takes time": ({}, a_change(an_event("k1"), a_watch_list_entry("a0"))),
    "a new patient": (
        {"identity_number": OTHER.identity_number},
        a_change(OTHER, an_appointment("a1", patient=OTHER.id), an_event("k1", "a1")),
    ),
    "a known patient, changed": (
        {"identity_number": a_patient("known").identity_number},
        a_change(a_patient("known", mobile=a_mobile(8)), an_appointment("a1")),
    ),
    "a known patient, as before": (
        {"identity_number": a_patient("known").identity_number},
        a_change(an_appointment("a1", patient=PatientId("known"), resource=CHAIR_1)),
    ),
    "with one's hold": (
        {"hold": HELD.id},
        a_change(
            an_appointment("a1", "15:10", "15:40"),
            an_event("k1", "a1"),
            dropped_holds=(HELD.id,),
        ),
    ),
    "a hold": ({"hold": HoldId("other")}, a_change(a_hold("other", "11:00", "11:30"))),
    "all that is said": (
        {"identity_number": a_rich_patient().identity_number, "request": RequestKey("k1")},
        a_change(
            a_rich_patient(),
            an_appointment("a1", "11:00", "11:30", resource=CHAIR_1, patient=a_rich_patient().id),
            Link("hash", AppointmentId("a1")),
            Code("code", AppointmentId("a1")),
            an_event("k1", "a1", facts={"å": "'; --", "\\": '"%s"'}),
            an_event("k2", "a1"),
            attrs.evolve(a_rich_message(), appointment=AppointmentId("a1")),
            a_message("m2", "a1", comment="rad\nrad\ttab ☃ 🦷"),
            a_watch_list_entry("a1", comment="'"),
        ),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_both_ways_store_the_same_on_postgresql(
    postgresql: Engine, store: SqlStore, name: str
) -> None:
    fields, change = CHANGES[name]
    put(store, HELD)
    said = statements_of(postgresql)
    outcomes = []
    before = rows_in(postgresql)
    for way in (store, long_way(SqlStore.from_engine(postgresql))):
        assert way.transact(a_scope(**fields), storing(change)) == "stored"
        outcomes.append(rows_in(postgresql))
        put_back(postgresql, before)
    short, long = map(without_numbers, outcomes)
    assert short == long
    assert any("WITH patience" in sql for sql in said), "the short way was not gone"


def without_numbers(rows: dict[str, list[dict[str, object]]]) -> object:
    """Return the rows, those that are numbered in that order, but without the numbers."""
    return {
        name: [
            {column: value for column, value in row.items() if column != "number"}
            for row in sorted(table, key=lambda row: (row.get("number") or 0, repr(row)))
        ]
        for name, table in rows.items()
    }


def put_back(engine: Engine, rows: dict[str, list[dict[str, object]]]) -> None:
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        for table in metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(table.insert(), rows[table.name])


def statements_of(engine: Engine) -> list[str]:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *what: said.append(str(what[2])))
    return said


SCOPES: dict[str, dict[str, Any]] = {
    "all": {},
    "a morning": {"span": MORNING},
    "one calendar": {"calendars": (ANNAS,)},
    "a hold that is": {"hold": HELD.id},
    "a hold that is not": {"hold": HoldId("none")},
    "a known number": {"identity_number": a_patient("known").identity_number},
    "an unknown number": {"identity_number": OTHER.identity_number},
    "a request that was": {"request": RequestKey("k1")},
    "a request that was not": {"request": RequestKey("none")},
}


@pytest.mark.parametrize("name", SCOPES)
def test_both_ways_see_the_same_on_postgresql(
    postgresql: Engine, store: SqlStore, name: str
) -> None:
    visit = an_appointment("a1", "08:00", "08:30", resource=CHAIR_1, patient=PatientId("known"))
    put(store, visit, an_event("k1", "a1"), HELD)
    put(store, staffs("s1", "10:00", "11:00"), staffs("s2", "10:30", "12:30", provider=BO))
    put(store, an_absence("away", "08:15", "10:00"), an_absence("later", "16:00", "17:00"))
    put(store, an_appointment("cancelled", "13:00", "14:00", cancelled_at=a_scope().now))

    long = long_way(SqlStore.from_engine(postgresql))
    scope = a_scope(**SCOPES[name])
    assert store.transact(scope, lambda state: state) == long.transact(scope, lambda state: state)


def test_a_visit_of_days_is_seen_whole_on_postgresql(store: SqlStore) -> None:
    span = attrs.evolve(MORNING, end=MORNING.end + 3 * 24 * 60 * MINUTE)
    put(store, staffs("long", span=span))

    state = store.transact(booking_scope(), lambda state: state)

    assert [row.span for row in state.occupied] == [span]


def overtaken(
    times: int, meanwhile: Callable[[int], object], change: Change[str]
) -> tuple[list[State], Callable[[State], Change[str] | str]]:
    """Return a decision before whose storing something happens, a few times."""
    seen: list[State] = []

    def decide(state: State) -> Change[str] | str:
        seen.append(state)
        if len(seen) <= times:
            meanwhile(len(seen))
        return change

    return seen, decide


@pytest.mark.parametrize("times", [0, 1, 2])
def test_who_is_overtaken_decides_anew_and_the_third_time_under_locks(
    store: SqlStore, times: int
) -> None:
    """On PostgreSQL; somebody else takes time of the same calendar each time."""
    scope, change = a_booking(0)

    def take_some(number: int) -> None:
        put(store, staffs(f"s{number}", "10:00", "10:30"))

    seen, decide = overtaken(times, take_some, change)
    assert store.transact(scope, decide) == "stored"

    assert [len(state.occupied) for state in seen] == list(range(times + 1))
    assert len([*store.history(THE_CLINIC)]) == 1


def test_who_sees_on_postgresql_that_the_time_was_taken_meanwhile_says_so(store: SqlStore) -> None:
    other = an_appointment("other", "08:00", "09:00")
    decided: list[int] = []

    def decide(state: State) -> Change[str] | str:
        decided.append(len(state.occupied))
        if state.occupied:
            return "taken"
        put(store, other)
        return a_booking(0)[1]

    assert store.transact(a_booking(0)[0], decide) == "taken"
    assert decided == [0, 1]


MEANWHILE: dict[str, Callable[[SqlStore], None]] = {
    "the patient changes": lambda store: put(store, a_patient("known", mobile=a_mobile(7))),
    "settings change": lambda store: put(store, a_clinic(name="Another name")),
    "an absence comes": lambda store: put(store, an_absence("away", "11:00", "12:00")),
    "the hold comes": lambda store: put(store, a_hold("h", "11:00", "11:30")),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_whatever_changes_meanwhile_is_seen_on_postgresql(store: SqlStore, name: str) -> None:
    scope = booking_scope(identity_number=a_patient("known").identity_number, hold=HoldId("h"))
    seen, decide = overtaken(
        1, lambda _: MEANWHILE[name](store), a_change(an_appointment("a1", "08:00", "08:30"))
    )

    assert store.transact(scope, decide) == "stored"

    first, second = seen
    assert first != second


def test_a_patient_who_comes_meanwhile_is_found_on_postgresql(store: SqlStore) -> None:
    scope = booking_scope(identity_number=OTHER.identity_number)
    somebody = attrs.evolve(OTHER, id=PatientId("somebody"))
    seen, decide = overtaken(1, lambda _: put(store, somebody), a_change(OTHER))
    with pytest.raises(StoreUnavailable):  # two patients with one number cannot be
        store.transact(scope, decide)
    assert [state.patient for state in seen[:2]] == [None, somebody]

    seen, decide = overtaken(1, lambda _: None, a_change(an_event("k1")))
    assert store.transact(scope, decide) == "stored"


def test_a_limit_of_bookings_of_a_patient_holds_between_calendars(store: SqlStore) -> None:
    """On PostgreSQL; the versions of different calendars do not tell of each other."""
    number = a_patient("known").identity_number

    def visit(name: str, clock: str, **where: Any) -> Change[str]:
        until = clock[:3] + "20"
        return a_change(an_appointment(name, clock, until, patient=PatientId("known"), **where))

    seen: list[int] = []

    def decide(state: State) -> Change[str] | str:
        seen.append(state.open_bookings)
        if len(seen) == 1:
            bos = a_scope(calendars=("provider:bo",), identity_number=number)
            store.transact(bos, storing(visit("other", "10:00", provider=BO)))
        return visit("mine", "11:00") if state.open_bookings == 0 else "over the limit"

    annas = a_scope(calendars=(ANNAS,), identity_number=number)
    assert store.transact(annas, decide) == "over the limit"
    assert seen == [0, 1]


def test_a_change_over_an_exclusive_time_is_raised_by_both_ways(store: SqlStore) -> None:
    put(store, an_appointment("first", "08:00", "09:00"))

    with pytest.raises(OverlapsExclusive):
        booked(store, 0)

    assert [visit.id for visit in store.appointments(THE_CLINIC)] == ["first"]


@pytest.mark.parametrize("cut", ["cut_before", "cut_after"])
def test_a_lost_answer_is_an_unknown_outcome_and_the_same_key_settles_it(
    proxy: Proxy, far: SqlStore, store: SqlStore, cut: str
) -> None:
    """On PostgreSQL: the only statement is heard or not, and the answer never comes."""
    scope, change = a_booking(0)
    setattr(proxy, cut, b"into_wtb_event")
    with pytest.raises(StoreUnavailable) as caught:
        far.transact(scope, storing(change))
    assert type(caught.value) is StoreUnavailable
    setattr(proxy, cut, b"")

    def decide(state: State) -> Change[str] | str:
        return "it was done" if state.earlier else change

    answers = {far.transact(scope, decide) for _ in range(3)}

    assert answers <= {"it was done", "stored"}
    assert ("stored" in answers) == (cut == "cut_before")
    assert len([*store.appointments(THE_CLINIC)]) == 1
    assert len([*store.messages(THE_CLINIC)]) == 2


def test_only_what_is_ours_takes_the_short_way_on_postgresql(
    postgresql: Engine, store: SqlStore
) -> None:
    assert store._at_once is not None
    with postgresql.connect() as connection:
        assert SqlStore(connection)._at_once is None

    class Hosts(SqlPatients):
        """A host's."""

    class HostsList(SqlWatchList):
        """Likewise."""

    assert SqlStore.from_engine(postgresql, patients=Hosts)._at_once is None
    assert SqlStore.from_engine(postgresql, watch_list=HostsList)._at_once is None
