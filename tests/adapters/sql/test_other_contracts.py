"""What every throttle, register and watch list promises, of those in a database."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Engine, func, select

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.sql.watch_list import SqlWatchList
from webtidbok.model.instants import MINUTE
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.throttle import Limit
from webtidbok.ports.watch_list import WatchList
from webtidbok.testing.builders import NOW, THE_CLINIC
from webtidbok.testing.patients import PatientRegisterContract
from webtidbok.testing.throttle import ThrottleContract
from webtidbok.testing.watch_list import WatchListContract


class TestSqlPatients(PatientRegisterContract):
    @pytest.fixture
    def register(self, host: Connection) -> SqlPatients:
        return SqlPatients(host)


class TestSqlWatchList(WatchListContract):
    @pytest.fixture(autouse=True)
    def joined(self, host: Connection) -> None:
        self.host = host

    @pytest.fixture
    def watch_list(self, host: Connection) -> SqlWatchList:
        return SqlWatchList(host)

    def entries_of(self, watch_list: WatchList) -> Sequence[WatchListEntry]:  # noqa: ARG002
        return [*SqlStore(self.host).watch_list(THE_CLINIC)]


class TestSqlThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self, engine: Engine) -> SqlThrottle:
        return SqlThrottle.from_engine(engine)


LIMIT = Limit(name="tries", most=2, window=10 * MINUTE)


def counts_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(tables.throttle)).scalar_one()


def test_old_counts_go_as_new_ones_come(engine: Engine) -> None:
    throttle = SqlThrottle.from_engine(engine)
    for number in range(5):
        throttle.admit(LIMIT, f"subject {number}", "item", NOW)
    assert counts_in(engine) == 5

    throttle.admit(LIMIT, "another", "item", NOW + LIMIT.window)

    assert counts_in(engine) == 1


def test_a_joined_throttle_counts_in_the_hosts_transaction(
    engine: Engine, host: Connection
) -> None:
    throttle = SqlThrottle(host)
    assert throttle.admit(LIMIT, "s", "a", NOW)
    assert throttle.admit(LIMIT, "s", "b", NOW)
    assert throttle.is_used_up(LIMIT, "s", NOW)
    host.exec_driver_sql("ROLLBACK")

    assert counts_in(engine) == 0
