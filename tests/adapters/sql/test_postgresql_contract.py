"""What every store, throttle, register and watch list promises, of those on PostgreSQL."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.sql.watch_list import SqlWatchList
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.watch_list import WatchList
from webtidbok.testing.builders import THE_CLINIC
from webtidbok.testing.patients import PatientRegisterContract
from webtidbok.testing.store import OneCallerStoreContract, StoreContract
from webtidbok.testing.store_change import ChangeContract
from webtidbok.testing.store_exclusivity import ExclusivityContract
from webtidbok.testing.store_state import StateContract
from webtidbok.testing.throttle import ThrottleContract
from webtidbok.testing.watch_list import WatchListContract


@pytest.fixture
def host(postgresql: Engine) -> Iterator[Connection]:
    """A host's connection, in the host's transaction, which is rolled back."""
    with postgresql.connect() as connection:
        yield connection


class TestStore(StoreContract):
    @pytest.fixture
    def store(self, postgresql: Engine) -> SqlStore:
        return SqlStore.from_engine(postgresql)


class TestStoreTheLongWay(StoreContract):
    """Of which nothing is written in one statement."""

    @pytest.fixture
    def store(self, postgresql: Engine) -> SqlStore:
        store = SqlStore.from_engine(postgresql)
        store._at_once = None
        return store


class TestJoinedStore(OneCallerStoreContract):
    @pytest.fixture
    def store(self, host: Connection) -> SqlStore:
        return SqlStore(host)


class TestStrictlyJoinedStore(ChangeContract, ExclusivityContract, StateContract):
    """In a transaction whose picture of the database stands still."""

    @pytest.fixture
    def store(self, postgresql: Engine) -> Iterator[SqlStore]:
        with postgresql.connect().execution_options(isolation_level="SERIALIZABLE") as host:
            yield SqlStore(host)


class TestPatients(PatientRegisterContract):
    @pytest.fixture
    def register(self, host: Connection) -> SqlPatients:
        return SqlPatients(host)


class TestWatchList(WatchListContract):
    @pytest.fixture(autouse=True)
    def joined(self, host: Connection) -> None:
        self.host = host

    @pytest.fixture
    def watch_list(self, host: Connection) -> SqlWatchList:
        return SqlWatchList(host)

    def entries_of(self, watch_list: WatchList) -> Sequence[WatchListEntry]:  # noqa: ARG002
        return [*SqlStore(self.host).watch_list(THE_CLINIC)]


class TestThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self, postgresql: Engine) -> SqlThrottle:
        return SqlThrottle.from_engine(postgresql)
