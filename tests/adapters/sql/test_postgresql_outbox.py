"""The outbox of a database on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from tests.adapters.sql.test_outbox import (
    assert_claims_read_the_index,
    assert_processes_never_have_the_same_message,
)
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.testing.builders import a_clinic
from webtidbok.testing.outbox import OneCallerOutboxContract, OutboxContract, Post
from webtidbok.testing.store_scenes import put


@pytest.fixture(params=["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def host(postgresql: Engine, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A host's connection, in the host's transaction, which is rolled back."""
    with postgresql.connect().execution_options(isolation_level=request.param) as connection:
        yield connection


class TestOutbox(OutboxContract):
    @pytest.fixture
    def post(self, postgresql: Engine) -> Post:
        return Post(SqlStore.from_engine(postgresql), SqlOutbox.from_engine(postgresql))


class TestJoinedOutbox(OneCallerOutboxContract):
    @pytest.fixture
    def post(self, host: Connection) -> Post:
        return Post(SqlStore(host), SqlOutbox(host))


@pytest.fixture
def outbox(postgresql: Engine) -> SqlOutbox:
    put(SqlStore.from_engine(postgresql), a_clinic())
    return SqlOutbox.from_engine(postgresql)


def test_a_claim_reads_the_index_of_what_is_unsent(postgresql: Engine, outbox: SqlOutbox) -> None:
    assert_claims_read_the_index(postgresql, outbox)


def test_processes_never_have_the_same_message(postgresql: Engine, outbox: SqlOutbox) -> None:
    url = postgresql.url.render_as_string(hide_password=False)
    assert_processes_never_have_the_same_message(url, outbox)
