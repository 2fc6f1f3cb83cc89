"""A store that joins a host's transaction on PostgreSQL is a guest there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, create_engine

from tests.adapters.sql.hosts import held_up, keep_a_hosts_table, lines_in, write_a_line
from webtidbok.adapters.sql.beginnings import NotBegun
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.errors import OverlapsExclusive, StoreUnavailable, TryAgain
from webtidbok.model.ids import ProviderId, RequestKey
from webtidbok.model.instants import MINUTE
from webtidbok.model.occupied import occupied_by
from webtidbok.ports.store import Change, State
from webtidbok.ports.throttle import Limit
from webtidbok.testing.builders import (
    ANNA,
    ANNAS,
    BO,
    BOS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_message,
    a_patient,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import a_change as the_change
from webtidbok.testing.store_scenes import a_scope, answering, everything_in, put, storing

STRICTER = ("REPEATABLE READ", "SERIALIZABLE")
EVERY_LEVEL = ("READ COMMITTED", *STRICTER)


@pytest.fixture(autouse=True)
def opened(postgresql: Engine) -> Iterator[None]:
    """A clinic that is open and was used, and a table of the host's."""
    store = SqlStore.from_engine(postgresql)
    put(store, a_clinic())
    put(store, a_patient("p1"))
    keep_a_hosts_table(postgresql)
    yield
    with postgresql.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ledger")


@pytest.fixture
def own(postgresql: Engine) -> SqlStore:
    """Somebody else's store on the same database."""
    return SqlStore.from_engine(postgresql)


@contextmanager
def host_on(engine: Engine, level: str = "READ COMMITTED") -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level=level) as connection:
        yield connection


def taking(visit_id: str, start: str, until: str, **where: object) -> Callable[[SqlStore], str]:
    """Return what books a visit unless somebody is in the way."""
    visit = an_appointment(visit_id, start, until, **where)

    def decide(state: State) -> Change[str] | str:
        wanted = occupied_by(visit)
        if any(row.excludes(other) for row in wanted for other in state.occupied):
            return "taken"
        return the_change(visit, an_event(visit_id, visit_id), answer="won")

    return lambda store: store.transact(
        a_scope(calendars=visit.placement.calendars, request=RequestKey(visit_id)), decide
    )


@pytest.mark.parametrize("level", EVERY_LEVEL)
def test_the_hosts_rollback_takes_everything_along(
    postgresql: Engine, own: SqlStore, level: str
) -> None:
    before = everything_in(own)
    with host_on(postgresql, level) as connection:
        write_a_line(connection, "paid")
        put(SqlStore(connection), an_appointment("a1"), an_event("k1", "a1"), a_message())
        connection.rollback()

    assert everything_in(own) == before
    assert lines_in(postgresql) == []
    with postgresql.connect() as connection:
        versions = connection.exec_driver_sql("SELECT max(version) FROM wtb_calendar").scalar()
    assert versions == 0


@pytest.mark.parametrize("level", EVERY_LEVEL)
def test_the_hosts_commit_keeps_everything(postgresql: Engine, own: SqlStore, level: str) -> None:
    with host_on(postgresql, level) as connection:
        write_a_line(connection, "paid")
        joined = SqlStore(connection)
        put(joined, an_appointment("a1"))
        assert list(own.appointments(THE_CLINIC)) == []
        assert len(list(joined.appointments(THE_CLINIC))) == 1
        connection.commit()

    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1"]
    assert lines_in(postgresql) == ["paid"]


def test_a_refusal_of_ours_leaves_the_hosts_own_writes(postgresql: Engine, own: SqlStore) -> None:
    with host_on(postgresql) as connection:
        joined = SqlStore(connection)
        write_a_line(connection, "before")
        assert joined.transact(a_scope(), answering("taken")) == "taken"
        put(joined, an_appointment("a1"))
        with pytest.raises(OverlapsExclusive):
            put(joined, an_appointment("a2"))
        write_a_line(connection, "after")
        connection.commit()

    assert lines_in(postgresql) == ["before", "after"]
    assert [visit.id for visit in own.appointments(THE_CLINIC)] == ["a1"]


def test_a_replay_moves_no_version(postgresql: Engine, own: SqlStore) -> None:
    put(own, an_appointment("a1"), an_event("k1", "a1"))

    def decide(state: State) -> Change[str] | str:
        return "as before" if state.earlier else the_change(an_appointment("a2"))

    with host_on(postgresql) as connection:
        scope = a_scope(request=RequestKey("k1"))
        assert SqlStore(connection).transact(scope, decide) == "as before"
        connection.commit()

    with postgresql.connect() as connection:
        sums = "SELECT (SELECT sum(version) FROM wtb_calendar), (SELECT count(*) FROM wtb_journal)"
        assert connection.exec_driver_sql(sums).one() == (1, 1)


def test_a_host_that_commits_each_statement_is_refused_by_name(postgresql: Engine) -> None:
    with host_on(postgresql, "AUTOCOMMIT") as connection:
        with pytest.raises(NotBegun, match="no transaction"):
            put(SqlStore(connection), an_appointment("a1"))
        with pytest.raises(NotBegun):
            create_schema(connection)
        connection.exec_driver_sql("BEGIN")
        put(SqlStore(connection), an_appointment("a1"))
        connection.exec_driver_sql("COMMIT")


def test_another_driver_is_refused_by_name() -> None:
    engine = create_engine("postgresql+psycopg://nobody@/nowhere")
    engine.dialect.driver = "another"
    with pytest.raises(ValueError, match="psycopg, not another"):
        SqlStore.from_engine(engine)


def test_two_hosts_that_read_what_is_committed_see_each_other(postgresql: Engine) -> None:
    with (
        ThreadPoolExecutor(1) as pool,
        host_on(postgresql) as one,
        host_on(postgresql) as other,
    ):
        assert taking("first", "10:00", "10:30")(SqlStore(one)) == "won"
        waits = held_up(pool, lambda: taking("second", "10:15", "10:45")(SqlStore(other)))
        one.commit()

        assert waits.result(timeout=10) == "taken"


@pytest.mark.parametrize("level", STRICTER)
def test_a_host_whose_picture_is_past_must_repeat_its_transaction(
    postgresql: Engine, own: SqlStore, level: str
) -> None:
    with host_on(postgresql, level) as connection:
        joined = SqlStore(connection)
        assert list(joined.appointments(THE_CLINIC)) == []  # takes its picture
        assert taking("first", "10:00", "10:30")(own) == "won"
        with pytest.raises(TryAgain):
            taking("second", "10:15", "10:45")(joined)
        connection.rollback()

        assert taking("second", "10:15", "10:45")(joined) == "taken"


@pytest.mark.parametrize("level", STRICTER)
def test_a_host_that_cannot_see_a_key_must_repeat_its_transaction(
    postgresql: Engine, own: SqlStore, level: str
) -> None:
    with host_on(postgresql, level) as connection:
        joined = SqlStore(connection)
        assert list(joined.appointments(THE_CLINIC)) == []
        put(own, an_event("key"))

        with pytest.raises(TryAgain):
            put(joined, an_event("key"))


def test_two_hosts_in_a_circle_are_told_to_try_again(postgresql: Engine, own: SqlStore) -> None:
    """One of them: the other goes on."""

    def then(connection: Connection, name: str, provider: ProviderId) -> str:
        try:
            answer = taking(name, "11:00", "11:30", provider=provider)(SqlStore(connection))
        except TryAgain:
            connection.rollback()
            return "try again"
        connection.commit()
        return answer

    with (
        ThreadPoolExecutor(2) as pool,
        host_on(postgresql) as one,
        host_on(postgresql) as other,
    ):
        assert taking("one-1", "09:00", "09:30")(SqlStore(one)) == "won"
        assert taking("other-1", "09:00", "09:30", provider=BO)(SqlStore(other)) == "won"
        futures = [pool.submit(then, one, "one", BO), pool.submit(then, other, "other", ANNA)]
        outcomes = [future.result(timeout=20) for future in futures]

    assert sorted(outcomes) == ["try again", "won"]
    assert len(list(own.appointments(THE_CLINIC))) == 2


def test_a_lock_that_is_not_had_in_the_hosts_time_is_try_again(
    postgresql: Engine, own: SqlStore
) -> None:
    with host_on(postgresql) as other, host_on(postgresql) as connection:
        put(SqlStore(other), an_appointment("a1"))
        connection.exec_driver_sql("SET LOCAL lock_timeout = 100")
        with pytest.raises(TryAgain, match="55P03"):
            put(SqlStore(connection), an_appointment("a2"))
    assert list(own.appointments(THE_CLINIC)) == []


def test_own_transactions_do_not_wait_longer_than_their_patience(postgresql: Engine) -> None:
    """They answer while the other still has what they want."""
    impatient = SqlStore.from_engine(postgresql, patience=MINUTE / 300)
    with host_on(postgresql) as other:
        put(SqlStore(other), an_appointment("a1"))
        for scope in (a_scope(), a_scope(calendars=(ANNAS, BOS), holders=True)):
            with pytest.raises(StoreUnavailable, match="55P03") as caught:
                impatient.transact(scope, storing(the_change(an_appointment("a2"))))
            assert not isinstance(caught.value, TryAgain)

    put(impatient, an_appointment("a2"))


def test_a_joined_throttle_counts_in_the_hosts_transaction(postgresql: Engine) -> None:
    limit = Limit(name="tries", most=1, window=10 * MINUTE)
    with host_on(postgresql) as connection:
        assert SqlThrottle(connection).admit(limit, "who", "a", NOW)
        connection.rollback()

    throttle = SqlThrottle.from_engine(postgresql)
    assert not throttle.is_used_up(limit, "who", NOW)
    assert throttle.admit(limit, "who", "b", NOW)
