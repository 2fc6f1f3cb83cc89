"""A store that joins a host's transaction is a guest there (R24, `docs/how-to`)."""

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from tests.adapters.sql.hosts import (
    begun_by_the_host,
    keep_a_hosts_table,
    lines_in,
    write_a_line,
)
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.sqlite import NotBegunImmediate
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.errors import OverlapsExclusive, TryAgain
from webtidbok.model.ids import ClinicId
from webtidbok.model.patient import Patient
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.testing.builders import (
    NOW,
    THE_CLINIC,
    a_clinic,
    a_patient,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import a_scope, answering, everything_in, put


@pytest.fixture(autouse=True)
def opened(engine: Engine) -> None:
    """A clinic that is open, and a table of the host's."""
    put(SqlStore.from_engine(engine), a_clinic())
    keep_a_hosts_table(engine)


@pytest.fixture
def own(engine: Engine) -> SqlStore:
    """Somebody else's store on the same database."""
    return SqlStore.from_engine(engine)


def test_the_hosts_rollback_takes_everything_along(engine: Engine, own: SqlStore) -> None:
    before = everything_in(own)
    with begun_by_the_host(engine) as connection:
        write_a_line(connection, "paid")
        put(SqlStore(connection), an_appointment("a1"), an_event("k1", "a1"), a_patient("p1"))
        connection.exec_driver_sql("ROLLBACK")

    assert everything_in(own) == before
    assert lines_in(engine) == []
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wtb_calendar").scalar() == 0


def test_the_hosts_commit_keeps_everything(engine: Engine, own: SqlStore) -> None:
    with begun_by_the_host(engine) as connection:
        write_a_line(connection, "paid")
        put(SqlStore(connection), an_appointment("a1"))
        connection.exec_driver_sql("COMMIT")

    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1"]
    assert lines_in(engine) == ["paid"]


def test_nothing_is_seen_by_others_before_the_host_commits(engine: Engine, own: SqlStore) -> None:
    with begun_by_the_host(engine) as connection:
        joined = SqlStore(connection)
        put(joined, an_appointment("a1"))

        assert list(own.appointments(THE_CLINIC)) == []
        assert len(list(joined.appointments(THE_CLINIC))) == 1


def test_a_refusal_of_ours_leaves_the_hosts_own_writes(engine: Engine, own: SqlStore) -> None:
    with begun_by_the_host(engine) as connection:
        joined = SqlStore(connection)
        write_a_line(connection, "before")
        assert joined.transact(a_scope(), answering("taken")) == "taken"
        put(joined, an_appointment("a1"))
        with pytest.raises(OverlapsExclusive):
            put(joined, an_appointment("a2"))
        write_a_line(connection, "after")
        connection.exec_driver_sql("COMMIT")

    assert lines_in(engine) == ["before", "after"]
    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1"]


def test_no_transaction_is_refused_by_name(engine: Engine, own: SqlStore) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        with pytest.raises(NotBegunImmediate, match="BEGIN IMMEDIATE"):
            put(SqlStore(connection), an_appointment("a1"))

    assert list(own.appointments(THE_CLINIC)) == []


def test_sqlite3s_own_way_of_beginning_is_refused_by_name(engine: Engine) -> None:
    """It begins at the first write only: what was read before that would not hold."""
    with engine.begin() as connection, pytest.raises(NotBegunImmediate, match="BEGIN IMMEDIATE"):
        SqlThrottle(connection).forget(None, "s", "i")  # type: ignore[arg-type]
    with engine.begin() as connection, pytest.raises(NotBegunImmediate, match="BEGIN IMMEDIATE"):
        put(SqlStore(connection), an_appointment("a1"))


def test_a_transaction_that_read_the_past_must_be_repeated(engine: Engine, own: SqlStore) -> None:
    with begun_by_the_host(engine, begin="BEGIN") as connection:
        joined = SqlStore(connection)
        assert list(joined.appointments(THE_CLINIC)) == []
        put(own, an_appointment("a1"))

        with pytest.raises(TryAgain):
            put(joined, an_appointment("a2"))

    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1"]


def test_a_transaction_that_read_nothing_past_becomes_the_writer(engine: Engine) -> None:
    with begun_by_the_host(engine, begin="BEGIN") as first:
        joined = SqlStore(first)
        assert joined.transact(a_scope(), answering("taken")) == "taken"

        impatient = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        impatient.exec_driver_sql("PRAGMA busy_timeout = 0")
        impatient.exec_driver_sql("BEGIN")
        with impatient, pytest.raises(TryAgain):
            put(SqlStore(impatient), an_appointment("a1"))


def test_the_recipe_of_sqlalchemys_documentation_works(engine: Engine, own: SqlStore) -> None:
    hosts = create_engine(engine.url)

    @event.listens_for(hosts, "connect")
    def leave_beginning_to_us(driver: object, _: object) -> None:
        driver.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(hosts, "begin")
    def begin_immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with hosts.begin() as connection:
        put(SqlStore(connection), an_appointment("a1"))
    put(SqlStore.from_engine(hosts), an_appointment("a2", "14:00", "15:00"))
    hosts.dispose()

    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1", "a2"]


class HostsPatients(SqlPatients):
    """A register of the host's, on the same connection."""

    def put(self, clinic: ClinicId, patient: Patient) -> None:
        write_a_line(self._connection, f"patient {patient.id}")
        super().put(clinic, patient)


class HostsWatchList:
    """A watch list of the host's, in a table of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: WatchListEntry) -> None:
        write_a_line(self._connection, f"watch {entry.appointment}")


@pytest.mark.parametrize("joins", [True, False])
def test_the_hosts_register_and_list_take_part_in_the_transaction(
    engine: Engine, joins: bool
) -> None:
    visit = an_appointment("a1")
    entry = WatchListEntry(clinic=THE_CLINIC, appointment=visit.id, patient=None, at=NOW)
    things = (a_patient("p1"), visit, entry)
    if joins:
        with begun_by_the_host(engine) as connection:
            store = SqlStore(connection, patients=HostsPatients, watch_list=HostsWatchList)
            put(store, *things)
            connection.exec_driver_sql("COMMIT")
    else:
        store = SqlStore.from_engine(engine, patients=HostsPatients, watch_list=HostsWatchList)
        put(store, *things)
        with pytest.raises(OverlapsExclusive):
            put(store, an_appointment("a2"), entry)

    assert lines_in(engine) == ["patient p1", "watch a1"]
    assert list(SqlStore.from_engine(engine).watch_list(THE_CLINIC)) == []
