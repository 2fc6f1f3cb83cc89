"""No method of a port reaches another clinic's rows, R29's two look-ups apart (design 7).

Every method is tried with the ids of another clinic's rows; a new method must join its table, and
so must a new port whose methods ask about a clinic.
"""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

import attrs
import pytest

from tests.services.scenes import engine_of
from webtidbok import ports
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import NotFound
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ClinicId,
    PatientId,
    RequestKey,
)
from webtidbok.ports.closures import ClosureCalendar
from webtidbok.ports.outbox import Claimed, Outbox
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.records import Records
from webtidbok.ports.snapshot import Snapshot, Taker
from webtidbok.ports.store import Code, Link, State, Store
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    ANNAS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_patient,
)
from webtidbok.testing.outbox import LEASE
from webtidbok.testing.store_scenes import ALWAYS, OTHER_CLINIC, a_scope, put
from webtidbok.testing.store_tenancy import fill_the_test_clinic

VISIT, PATIENT, HOLD = AppointmentId("a1"), PatientId("p1"), HoldId("h1")
NUMBER = a_patient().identity_number

Ask = Callable[[Any, ClinicId], object]

#: What each method answers of a clinic; it must answer with nothing of the other's.
STORE: dict[str, Ask] = {
    "busy": lambda store, clinic: list(
        store.busy(clinic, ALL_CALENDARS, ALWAYS, now=NOW, besides=["nobody"])
    ),
    "hold": lambda store, clinic: store.hold(clinic, HOLD),
    "standing": lambda store, clinic: any(store.standing(clinic).versions.values()),
    "find_with_code": lambda store, clinic: store.find_with_code(clinic, VISIT, ["code"]),
    "transact": lambda store, clinic: nothing_seen(
        store.transact(everything_asked(clinic), lambda state: state)
    ),
}
RECORDS: dict[str, Ask] = {
    "appointment": lambda store, clinic: store.appointment(clinic, VISIT),
    "appointments": lambda store, clinic: [
        *store.appointments(clinic),
        *store.appointments(clinic, ALWAYS),
    ],
    "patient": lambda store, clinic: store.patient(clinic, PATIENT),
    "history": lambda store, clinic: [
        *store.history(clinic),
        *store.history(clinic, VISIT),
        *store.history(clinic, first=NOW),
    ],
    "watch_list": lambda store, clinic: list(store.watch_list(clinic)),
    "messages": lambda store, clinic: list(store.messages(clinic)),
    "absences": lambda store, clinic: [
        *store.absences(clinic),
        *store.absences(clinic, ALWAYS),
    ],
    "occupied": lambda store, clinic: list(store.occupied(clinic)),
    "overlaps": lambda store, clinic: list(store.overlaps(clinic)),
    "snapshot": lambda store, clinic: [*rows_in_snapshot(store, clinic)],
}
SNAPSHOT: dict[str, Callable[[Snapshot], object]] = {
    "appointments": lambda snapshot: list(snapshot.appointments()),
    "holds": lambda snapshot: list(snapshot.holds()),
    "absences": lambda snapshot: list(snapshot.absences()),
    "rows_of": lambda snapshot: [row for taker in Taker for row in snapshot.rows_of(taker)],
    "taken": lambda snapshot: list(snapshot.taken()),
    "events": lambda snapshot: list(snapshot.events()),
    "deliveries": lambda snapshot: list(snapshot.deliveries()),
    "overlaps": lambda snapshot: list(snapshot.overlaps()),
    "ways_in": lambda snapshot: list(snapshot.ways_in()),
    "patients": lambda snapshot: list(snapshot.patients()),
    "versions": lambda snapshot: any(snapshot.versions().values()),
    "journal": lambda snapshot: list(snapshot.journal()),
    "version_of": lambda snapshot: snapshot.version_of(ANNAS, RequestKey("")),
    "appointment": lambda snapshot: snapshot.appointment(VISIT),
    "history_of": lambda snapshot: list(snapshot.history_of(VISIT)),
    "overlaps_of": lambda snapshot: snapshot.overlaps_of(VISIT),
    "occupied_in": lambda snapshot: snapshot.occupied_in(ANNAS, ALWAYS),
}
REGISTER: dict[str, Ask] = {
    "by_number": lambda register, clinic: register.by_number(clinic, NUMBER),
    "by_id": lambda register, clinic: register.by_id(clinic, PATIENT),
}
#: What an outbox does with a message in hand that is said to be of some clinic.
OUTBOX: dict[str, Callable[[SqlOutbox, Claimed], object]] = {
    "claim": lambda outbox, hand: outbox.claim(
        hand.message.clinic, lease="next", now=NOW + LEASE, until=NOW + 2 * LEASE
    ),
    "mark_sent": lambda outbox, hand: outbox.mark_sent(hand),
    "put_back": lambda outbox, hand: outbox.put_back(hand, due_at=NOW, error="ServerDown"),
    "park": lambda outbox, hand: outbox.park(hand, error="NoSuchReceiver"),
    "expire": lambda outbox, hand: outbox.expire(hand),
    "deliveries": lambda outbox, hand: list(outbox.deliveries(hand.message.clinic)),
}


def rows_in_snapshot(store: SqlStore, clinic: ClinicId) -> list[str]:
    """Return of what a snapshot holds rows."""
    with store.snapshot(clinic) as snapshot:
        return [name for name, ask in SNAPSHOT.items() if ask(snapshot)]


def everything_asked(clinic: ClinicId) -> Any:  # noqa: ANN401 - a scope
    return a_scope(
        clinic=clinic,
        appointment=VISIT,
        holders=True,
        identity_number=NUMBER,
        request=RequestKey("k1"),
        hold=HOLD,
        absence=AbsenceId("away"),
    )


def nothing_seen(state: State) -> list[object]:
    return [
        *state.occupied,
        *state.absences,
        *state.appointments,
        *state.overlaps,
        *filter(None, (state.patient, state.hold, state.earlier, state.open_bookings)),
    ]


@pytest.fixture(params=["sqlite", "postgresql", "postgresql the long way"])
def store(request: pytest.FixtureRequest) -> SqlStore:
    fixture = "engine" if request.param == "sqlite" else "postgresql"
    store = SqlStore.from_engine(request.getfixturevalue(fixture))
    if request.param == "postgresql the long way":
        store._at_once = None
    put(store, a_clinic())
    fill_the_test_clinic(store)
    put(store, Link("link", VISIT), Code("code", VISIT))
    return store


def methods_of(port: type) -> set[str]:
    return {name for name in vars(port) if not name.startswith("_") and callable(vars(port)[name])}


def test_every_method_of_the_ports_is_tried_here() -> None:
    of_the_installation = {"find_by_link", "find_by_code"}
    assert methods_of(Store) == STORE.keys() | of_the_installation | {"clinic", "last_known"}
    assert methods_of(Records) == RECORDS.keys() | {"clinic_ids"}
    assert methods_of(Snapshot) == SNAPSHOT.keys()
    assert methods_of(PatientRegister) == REGISTER.keys() | {"put"}
    assert methods_of(Outbox) == OUTBOX.keys()


def test_every_port_that_asks_about_a_clinic_is_tried_here() -> None:
    tried = {Store, Records, PatientRegister, Outbox}
    assert ports_that_ask_about_a_clinic() == tried | {ClosureCalendar}  # which holds nobody's rows


def ports_that_ask_about_a_clinic() -> set[type]:
    """Return the Protocols of which a method takes the id of a clinic."""
    modules = [
        import_module(f"{ports.__name__}.{m.name}") for m in pkgutil.iter_modules(ports.__path__)
    ]
    return {
        port
        for module in modules
        for port in vars(module).values()
        if getattr(port, "_is_protocol", False) and port.__module__ == module.__name__
        if any("clinic" in inspect.signature(getattr(port, m)).parameters for m in methods_of(port))
    }


@pytest.mark.parametrize("name", [*STORE, *RECORDS])
def test_a_clinic_sees_nothing_of_another(store: SqlStore, name: str) -> None:
    ask = (STORE | RECORDS)[name]
    assert ask(store, THE_CLINIC), "there was nothing to be seen"

    for clinic in (OTHER_CLINIC, ClinicId("nowhere")):
        try:
            assert not ask(store, clinic)
        except NotFound:
            continue


@pytest.mark.parametrize("name", REGISTER)
def test_a_register_knows_nobody_of_another_clinic(store: SqlStore, name: str) -> None:
    with engine_of(store).connect() as connection:
        register = SqlPatients(connection)
        assert REGISTER[name](register, THE_CLINIC)
        assert REGISTER[name](register, OTHER_CLINIC) is None


@pytest.mark.parametrize("name", OUTBOX)
def test_an_outbox_reaches_no_message_of_another_clinic(store: SqlStore, name: str) -> None:
    outbox = SqlOutbox.from_engine(engine_of(store))
    ours = outbox.claim(THE_CLINIC, lease="ours", now=NOW, until=NOW + LEASE)
    assert ours is not None

    for clinic in (OTHER_CLINIC, ClinicId("nowhere")):
        said_to_be_theirs = attrs.evolve(ours, message=attrs.evolve(ours.message, clinic=clinic))
        assert not OUTBOX[name](outbox, said_to_be_theirs)
    assert OUTBOX[name](outbox, ours), "there was nothing to be reached"


def test_a_snapshot_holds_all_kinds_of_rows(store: SqlStore) -> None:
    """So that the test above has seen something of each."""
    assert rows_in_snapshot(store, THE_CLINIC) == [*SNAPSHOT]
