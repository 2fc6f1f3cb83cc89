"""What every store promises, of those whose tables have other names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.adapters.sql.hosts import begun_by_the_host
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.names import named
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.testing.store import StoreContract
from webtidbok.testing.store_change import ChangeContract
from webtidbok.testing.store_exclusivity import ExclusivityContract
from webtidbok.testing.store_state import StateContract
from webtidbok.testing.throttle import ThrottleContract


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """An engine on a new file, with tables under another name."""
    engine = open_database(str(file), create=True)
    create_schema(named(engine, prefix="syd_"))
    yield named(engine, prefix="syd_")
    engine.dispose()


@pytest.fixture
def in_a_schema(postgresql: Engine) -> Iterator[Engine]:
    """An engine on PostgreSQL, with tables under another name in a schema."""
    with postgresql.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS booking CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA booking")
    engine = named(postgresql, prefix="syd_", schema="booking")
    create_schema(engine)
    yield engine
    with postgresql.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA booking CASCADE")


class TestNamedOnSqlite(ChangeContract, ExclusivityContract, StateContract):
    @pytest.fixture
    def store(self, engine: Engine) -> SqlStore:
        return SqlStore.from_engine(engine)


class TestNamedOnPostgresql(StoreContract):
    @pytest.fixture
    def store(self, in_a_schema: Engine) -> SqlStore:
        return SqlStore.from_engine(in_a_schema)


class TestNamedAndJoinedOnSqlite(ChangeContract):
    @pytest.fixture
    def store(self, engine: Engine) -> Iterator[SqlStore]:
        with begun_by_the_host(engine) as host:
            yield SqlStore(host)


class TestNamedAndJoinedOnPostgresql(ChangeContract):
    @pytest.fixture
    def store(self, postgresql: Engine, in_a_schema: Engine) -> Iterator[SqlStore]:  # noqa: ARG002
        with postgresql.connect() as host:
            yield SqlStore(named(host, prefix="syd_", schema="booking"))


class TestNamedThrottleOnPostgresql(ThrottleContract):
    @pytest.fixture
    def throttle(self, in_a_schema: Engine) -> SqlThrottle:
        return SqlThrottle.from_engine(in_a_schema)
