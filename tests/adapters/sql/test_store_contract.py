"""What every store promises, of the SQL store that owns its transactions and of one that joins."""

import pytest
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.store import SqlStore
from webtidbok.testing.store import OneCallerStoreContract, StoreContract


class TestSqlStore(StoreContract):
    @pytest.fixture
    def store(self, engine: Engine) -> SqlStore:
        return SqlStore.from_engine(engine)


class TestJoinedSqlStore(OneCallerStoreContract):
    @pytest.fixture
    def store(self, host: Connection) -> SqlStore:
        return SqlStore(host)
