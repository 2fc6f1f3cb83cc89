"""What one statement shows of a hold's or a booking's scope is what is read one by one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.glance import Glance, glance_in, is_seen_whole, sight_of
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.state import Seen, StateReader
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import AbsenceId, AppointmentId, ClinicId, PatientId, RequestKey
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Scope
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    ANNAS,
    BO,
    CHAIR_1,
    NOW,
    a_clinic,
    a_hold,
    a_patient,
    an_absence,
    an_appointment,
    an_event,
    at,
    staffs,
)
from webtidbok.testing.store_scenes import OTHER_CLINIC, a_scope, put

KNOWN, EMPTY_HANDED, UNKNOWN = (a_patient(f"p{place}", place) for place in range(3))
HOLD = a_hold("held", "11:00", "11:30")


def fill(store: SqlStore) -> None:
    """Lay all that a scope may show, and the same of another clinic, which it may not."""
    for clinic in (a_clinic(), a_clinic(OTHER_CLINIC)):
        put(store, clinic)
        of_clinic: dict[str, Any] = {"clinic": clinic.id}
        put(store, KNOWN, EMPTY_HANDED, **of_clinic)
        mine = of_clinic | {"patient": KNOWN.id}
        visits = (
            an_appointment("a1", "08:00", "08:30", resource=CHAIR_1, **mine),
            an_appointment("a2", "08:30", "09:00", provider=BO, **mine),
            an_appointment("gone", "13:00", "14:00", cancelled_at=NOW, **mine),
            staffs("s1", "10:00", "11:00", **mine),
            staffs("s2", "10:30", "12:30", provider=BO, **of_clinic),
        )
        for visit in visits:
            put(store, visit, an_event(f"of {visit.id}", visit.id, **of_clinic))
        put(store, attrs.evolve(HOLD, clinic=clinic.id))
        put(store, an_absence("away", "08:15", "10:00", **of_clinic))
        put(store, an_absence("later", "16:00", "17:00", **of_clinic))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(str(tmp_path_factory.mktemp("glance") / "clinic.db"), create=True)
    create_schema(engine)
    fill(SqlStore.from_engine(engine))
    yield engine
    engine.dispose()


@pytest.fixture
def filled_postgresql(postgresql: Engine) -> Engine:
    fill(SqlStore.from_engine(postgresql))
    return postgresql


moments = st.integers(-30, 12 * 60).map(lambda minutes: at("07:00") + minutes * MINUTE)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    start = draw(moments)
    numbers = [patient.identity_number for patient in (KNOWN, EMPTY_HANDED, UNKNOWN)]
    return a_scope(
        now=draw(moments | st.just(NOW)),
        calendars=tuple(draw(st.sets(st.sampled_from(ALL_CALENDARS), min_size=1))),
        span=TimeSpan(start, start + draw(st.integers(1, 240)) * MINUTE),
        identity_number=draw(st.sampled_from([None, *numbers])),
        hold=draw(st.sampled_from([None, HOLD.id, HoldId("none"), HoldId("none\0")])),
        request=draw(st.sampled_from([None, RequestKey("new"), RequestKey("none\0")])),
    )


def both_ways(connection: Connection, scope: Scope) -> tuple[Glance | None, Seen]:
    parsed = ParsedClinics()
    reader = StateReader(connection=connection, patients=SqlPatients(connection), parsed=parsed)
    one_by_one = reader.read(scope)
    return glance_in(sight_of(connection, scope), connection.dialect, parsed), one_by_one


def assert_same_both_ways(engine: Engine, scope: Scope) -> None:
    assert is_seen_whole(scope)
    with engine.connect() as connection:
        glance, one_by_one = both_ways(connection, scope)
    assert glance is not None
    assert glance.state == one_by_one.state
    assert repr(glance.state) == repr(one_by_one.state), "equal, but of other types"


@given(scope=scopes())
def test_a_glance_shows_what_is_read_one_by_one(filled: Engine, scope: Scope) -> None:
    assert_same_both_ways(filled, scope)


SCOPES: dict[str, dict[str, Any]] = {
    "all": {},
    "a morning": {"span": TimeSpan(at("08:00"), at("12:00"))},
    "one calendar": {"calendars": (ANNAS,)},
    "a hold that is": {"hold": HOLD.id},
    "a hold that is not": {"hold": HoldId("none")},
    "a known number": {"identity_number": KNOWN.identity_number},
    "a known number, later": {"identity_number": KNOWN.identity_number, "now": at("08:15")},
    "an unknown number": {"identity_number": UNKNOWN.identity_number},
    "a request that was not": {"request": RequestKey("none")},
}


@pytest.mark.parametrize("name", SCOPES)
def test_a_glance_shows_what_is_read_one_by_one_on_postgresql(
    filled_postgresql: Engine, name: str
) -> None:
    assert_same_both_ways(filled_postgresql, a_scope(**SCOPES[name]))


UNSEEN: dict[str, dict[str, Any]] = {
    "a request that was": {"request": RequestKey("of a1")},
    "a clinic that is not": {"clinic": ClinicId("none")},
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_a_glance_cannot_show_is_read_one_by_one(filled: Engine, name: str) -> None:
    with filled.connect() as connection:
        glance, one_by_one = both_ways(connection, a_scope(**UNSEEN[name]))
    assert glance is None
    assert one_by_one.state.earlier is not None or one_by_one.state.clinic is None


def test_settings_that_nobody_has_parsed_are_read_one_by_one(filled: Engine) -> None:
    with filled.connect() as connection:
        sight = sight_of(connection, a_scope())
        assert glance_in(sight, connection.dialect, ParsedClinics()) is None


def test_times_of_several_days_are_read_one_by_one(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    put(store, staffs("long", span=TimeSpan(at("08:00"), at("08:00") + 3 * DAY)))

    with engine.connect() as connection:
        glance, one_by_one = both_ways(connection, a_scope())
    assert glance is None
    [row] = one_by_one.state.occupied
    assert row.span.length == timedelta(days=3)


@pytest.mark.parametrize(
    "more",
    [
        {"appointment": AppointmentId("a1")},
        {"absence": AbsenceId("away")},
        {"patient": PatientId("p1")},
        {"holders": True},
        {"calendars": ()},
        {"span": None},
    ],
    ids=lambda more: next(iter(more)),
)
def test_who_asks_for_more_or_for_no_time_is_not_answered_at_a_glance(
    more: dict[str, Any],
) -> None:
    assert not is_seen_whole(a_scope(**more))


def test_what_has_not_changed_is_what_was_seen_before(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    fill(store)
    scope = a_scope(identity_number=KNOWN.identity_number)

    def seen(before: Seen | None = None, *, glances: bool) -> Seen:
        with engine.connect() as connection:
            reader = StateReader(
                connection=connection,
                patients=SqlPatients(connection),
                parsed=store._parsed,
                glances=glances,
            )
            return reader.read(scope, before)

    for glances in (True, False):
        before = seen(glances=glances)
        assert (before.sight is not None) is glances
        assert seen(before, glances=glances) is before
        put(store, attrs.evolve(KNOWN, first_name="Åsa", last_name=f"{glances}"))
        after = seen(before, glances=glances)
        assert after is not before
        assert after.state.patient != before.state.patient


def test_rows_with_a_patient_in_them_are_not_shown(filled: Engine) -> None:
    with filled.connect() as connection:
        sight = sight_of(connection, a_scope(identity_number=KNOWN.identity_number))

        assert sight.again(connection).again(connection) == sight

    assert KNOWN.identity_number.kept in str(sight.rows)
    for secret in (KNOWN.identity_number.kept, KNOWN.last_name):
        assert secret not in repr(sight)
