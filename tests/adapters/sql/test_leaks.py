"""No error holds a value of a row: a driver's text may hold a patient's data (R40, design 9)."""

import logging
import pickle
import traceback

import attrs
import pytest
from sqlalchemy import Connection, Engine, text

from webtidbok.adapters.sql.errors import Collided, driver_errors_as_ours
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import OverlapsExclusive, StoreUnavailable, TryAgain, WebtidbokError
from webtidbok.model.ids import AppointmentId, ClinicId, PatientId
from webtidbok.model.patient import Patient
from webtidbok.ports.store import Link, State
from webtidbok.testing.builders import (
    THE_CLINIC,
    a_clinic,
    a_message,
    a_patient,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import a_scope, put

CANARY = "Kanariefågel"


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    return store


def canary(id_: str = "p1") -> Patient:
    return attrs.evolve(a_patient(id_), first_name=CANARY, last_name=CANARY)


def assert_tells_nothing(error: BaseException, *secrets: str) -> None:
    shown = [
        str(error),
        repr(error),
        "".join(traceback.format_exception(error)),
        repr(pickle.dumps(error)),
        repr(vars(error)),
    ]
    for secret in (CANARY, *secrets):
        assert not any(secret in each or repr(secret)[1:-1] in each for each in shown)


def test_a_second_patient_with_a_number_tells_nothing(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put(store, canary("p1"))

    with pytest.raises(StoreUnavailable) as caught:
        put(store, canary("p2"))

    assert_tells_nothing(caught.value, canary().identity_number.kept)
    assert CANARY not in caplog.text
    assert canary().identity_number.kept not in caplog.text


@pytest.mark.parametrize(
    "spoil",
    [
        "CREATE TRIGGER broken BEFORE INSERT ON wtb_patient BEGIN SELECT RAISE(ABORT, 'no'); END",
        "DROP TABLE wtb_patient",
        "ALTER TABLE wtb_patient RENAME COLUMN mobile TO telephone",
    ],
)
def test_a_broken_database_tells_nothing(engine: Engine, store: SqlStore, spoil: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(spoil)

    with pytest.raises(StoreUnavailable) as caught:
        put(store, canary())

    assert_tells_nothing(caught.value, canary().identity_number.kept)


def test_what_cannot_be_text_tells_nothing(store: SqlStore) -> None:
    """Refused at the edge long before; what a host gives may still hold it."""
    with pytest.raises(StoreUnavailable) as caught:
        put(store, an_appointment(note=f"{CANARY}\ud800"))

    assert_tells_nothing(caught.value)


def test_a_hosts_register_that_fails_tells_nothing(engine: Engine, store: SqlStore) -> None:
    class Broken(SqlPatients):
        def put(self, clinic: ClinicId, patient: Patient) -> None:
            super().put(clinic, patient)
            self._connection.execute(text("INSERT INTO nowhere VALUES (:n)"), {"n": CANARY})

    broken = SqlStore.from_engine(engine, patients=Broken)
    with pytest.raises(StoreUnavailable) as caught:
        put(broken, canary())

    assert_tells_nothing(caught.value)
    with pytest.raises(LookupError):
        store.patient(THE_CLINIC, PatientId("p1"))


def test_an_overlap_tells_nothing(store: SqlStore) -> None:
    put(store, an_appointment("a1"))
    with pytest.raises(OverlapsExclusive) as caught:
        put(store, an_appointment("a2", first_name=CANARY))

    assert_tells_nothing(caught.value)


def test_a_key_that_is_taken_is_no_answer_and_stores_nothing(store: SqlStore) -> None:
    put(store, an_appointment("a1"), an_event("key"), Link("hash", AppointmentId("a1")))

    for thing in (an_event("key"), Link("hash", AppointmentId("a1"))):
        with pytest.raises(Collided):
            put(store, thing, a_message("m1", address=f"{CANARY}@example.se"))

    assert list(store.messages(THE_CLINIC)) == []


def _refused(connection: Connection, sql: str) -> WebtidbokError:
    with pytest.raises(WebtidbokError) as caught, driver_errors_as_ours():
        connection.exec_driver_sql(sql)
    return caught.value


@pytest.mark.parametrize(
    ("sql", "ours"),
    [
        ("SELECT nothing FROM nowhere", StoreUnavailable),
        ("INSERT INTO wtb_alembic_version SELECT * FROM wtb_alembic_version", Collided),
        ("INSERT INTO wtb_link VALUES ('h', 'c', 'a')", Collided),
        ("INSERT INTO wtb_code VALUES ('c', 'a', NULL)", Collided),
        ("INSERT INTO wtb_calendar VALUES (zeroblob(2000000000), 'c', 1)", StoreUnavailable),
    ],
)
def test_each_error_of_the_driver_has_one_of_ours(
    host: Connection, sql: str, ours: type[WebtidbokError]
) -> None:
    error = _refused(host, sql)
    assert type(error) is ours
    assert "SQLITE_" in str(error)
    assert not isinstance(error, TryAgain)


def test_an_error_of_the_hosts_own_passes_as_it_is(store: SqlStore) -> None:
    def decide(state: State) -> str:
        raise ZeroDivisionError(state.open_bookings)

    with pytest.raises(ZeroDivisionError):
        store.transact(a_scope(), decide)
