"""The outbox of a database, which several processes share."""

import time
from collections import Counter
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Connection, Engine, event, insert

from tests.adapters.sql.hosts import begun_by_the_host
from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.rows import message_row
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.instants import MINUTE
from webtidbok.model.message import MessageState
from webtidbok.testing.builders import NOW, THE_CLINIC, a_clinic, a_message
from webtidbok.testing.outbox import LEASE, OneCallerOutboxContract, OutboxContract, Post
from webtidbok.testing.store_scenes import put


class TestSqlOutbox(OutboxContract):
    @pytest.fixture
    def post(self, engine: Engine) -> Post:
        return Post(SqlStore.from_engine(engine), SqlOutbox.from_engine(engine))


class TestJoinedSqlOutbox(OneCallerOutboxContract):
    @pytest.fixture
    def post(self, host: Connection) -> Post:
        return Post(SqlStore(host), SqlOutbox(host))


@pytest.fixture
def outbox(engine: Engine) -> SqlOutbox:
    put(SqlStore.from_engine(engine), a_clinic())
    return SqlOutbox.from_engine(engine)


def test_the_hosts_rollback_takes_a_claim_back(engine: Engine, outbox: SqlOutbox) -> None:
    put(SqlStore.from_engine(engine), a_message())
    with begun_by_the_host(engine) as host:
        joined = SqlOutbox(host)
        claimed = joined.claim(THE_CLINIC, lease="hosts", now=NOW, until=NOW + LEASE)
        assert claimed is not None
        assert joined.mark_sent(claimed)

    claimed = outbox.claim(THE_CLINIC, lease="ours", now=NOW, until=NOW + LEASE)
    assert claimed is not None
    assert (claimed.tries, claimed.message) == (1, a_message())


# Claims are found in an index


def fill(engine: Engine, state: MessageState, count: int, **fields: object) -> None:
    """Write many messages in one state, each of an appointment of its own."""
    row = message_row(a_message(state=state)) | fields
    rows = [
        row | {"id": f"{state.value}-{number}", "appointment": f"{state.value}-{number}"}
        for number in range(count)
    ]
    with engine.begin() as connection:
        connection.execute(insert(tables.message), rows)


def said_while_claiming(engine: Engine, outbox: SqlOutbox) -> list[tuple[str, object]]:
    said: list[tuple[str, object]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(*what: object) -> None:
        said.append((str(what[2]), what[3]))

    assert outbox.claim(THE_CLINIC, lease="a", now=NOW, until=NOW + LEASE) is not None
    event.remove(engine, "before_cursor_execute", note)
    return said


def test_a_claim_reads_the_index_of_what_is_unsent(engine: Engine, outbox: SqlOutbox) -> None:
    assert_claims_read_the_index(engine, outbox)


def assert_claims_read_the_index(engine: Engine, outbox: SqlOutbox) -> None:
    fill(engine, MessageState.SENT, 2_000)
    fill(engine, MessageState.UNSENT, 2_000)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    selects = [
        (sql, facts)
        for sql, facts in said_while_claiming(engine, outbox)
        if sql.startswith("SELECT wtb_message.number \n")
    ]
    ((sql, facts),) = selects
    is_sqlite = engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"

    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {sql}", facts).all()  # type: ignore[arg-type]
    plan = "\n".join(str(row) for row in rows)
    assert "ix_wtb_message_unsent" in plan
    assert "ix_wtb_message_clinic_appointment" in plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
    assert "TEMP B-TREE" not in plan


def test_those_behind_one_that_waits_are_not_looked_through(
    engine: Engine, outbox: SqlOutbox
) -> None:
    put(SqlStore.from_engine(engine), *(a_message(f"m{number}") for number in range(3)))
    claimed = outbox.claim(THE_CLINIC, lease="a", now=NOW, until=NOW + LEASE)
    assert claimed is not None
    outbox.put_back(claimed, due_at=NOW + MINUTE, error="Down")

    assert {each.due_at for each in outbox.deliveries(THE_CLINIC)} == {NOW + MINUTE}


# Several processes


@attrs.frozen
class Dispatching:
    """One of several processes that claim and settle until nothing is left."""

    database: str
    name: str
    starts_at: float

    def run(self) -> list[tuple[str, str]]:
        engine = open_database(self.database)
        outbox = SqlOutbox.from_engine(engine, patience=timedelta(seconds=60))
        had: list[tuple[str, str]] = []
        time.sleep(max(0.0, self.starts_at - time.time()))
        for number in range(1_000):
            lease = f"{self.name}-{number}"
            claimed = outbox.claim(THE_CLINIC, lease=lease, now=NOW, until=NOW + LEASE)
            if claimed is None:
                break
            assert outbox.mark_sent(claimed)
            had.append((claimed.message.appointment, claimed.message.id))
        engine.dispose()
        return had


def run(dispatching: Dispatching) -> list[tuple[str, str]]:
    return dispatching.run()


def test_processes_never_have_the_same_message(outbox: SqlOutbox, file: Path) -> None:
    assert_processes_never_have_the_same_message(str(file), outbox)


def assert_processes_never_have_the_same_message(database: str, outbox: SqlOutbox) -> None:
    written = [a_message(f"m{n}-{m}", f"a{n}") for m in range(2) for n in range(40)]
    engine = open_database(database)
    put(SqlStore.from_engine(engine), *written)
    engine.dispose()
    starts_at = time.time() + 2
    with get_context("spawn").Pool(3) as pool:
        had = pool.map(run, [Dispatching(database, name, starts_at) for name in "abc"])

    times = Counter(id_ for each in had for _, id_ in each)
    assert set(times.values()) == {1}
    left = {each.message.id for each in outbox.deliveries(THE_CLINIC, MessageState.UNSENT)}
    assert times.keys() | left == {message.id for message in written}
