"""Several processes at one PostgreSQL, lost connections, and transactions of our own there."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing import get_context

import pytest
from sqlalchemy import Connection, Engine, make_url

from tests.adapters.sql.processes import Racer, create_and_open, race
from tests.adapters.sql.test_races import assert_journals_have_no_gaps
from tests.postgresql_proxy import Proxy
from webtidbok.adapters.sql import postgresql as kind
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.transactions import Outcome, OwnTransactions
from webtidbok.errors import StoreUnavailable, TryAgain
from webtidbok.model.ids import ProviderId, RequestKey, provider_calendar
from webtidbok.model.instants import SECOND
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    ANNAS,
    CHAIR_1S,
    THE_CLINIC,
    a_clinic,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import a_change, a_scope, answering, put

PROCESSES = 4
TIMES = 20


@pytest.fixture
def store(postgresql: Engine) -> SqlStore:
    store = SqlStore.from_engine(postgresql)
    put(store, a_clinic())
    return store


def used_versions(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT calendar, version FROM wtb_calendar WHERE version > 0"
        )
        return {row.calendar: row.version for row in rows}


def test_each_time_goes_to_exactly_one_of_several_processes(
    postgresql: Engine, postgresql_url: str, store: SqlStore
) -> None:
    starts_at = time.time() + 3
    racers = [Racer(postgresql_url, f"p{number}", starts_at, TIMES) for number in range(PROCESSES)]

    with get_context("spawn").Pool(PROCESSES) as pool:
        won = pool.map(race, racers, chunksize=1)

    assert Counter(number for each in won for number in each) == dict.fromkeys(range(TIMES), 1)
    assert len(list(store.appointments(THE_CLINIC))) == TIMES
    assert len(list(store.history(THE_CLINIC))) == TIMES
    assert used_versions(postgresql) == {ANNAS: TIMES, CHAIR_1S: TIMES}
    with postgresql.begin() as connection:
        connection.exec_driver_sql("DELETE FROM wtb_calendar WHERE version = 0")
    assert_journals_have_no_gaps(postgresql)


def test_many_processes_create_the_tables_at_once(empty_postgresql_url: str) -> None:
    with get_context("spawn").Pool(4) as pool:
        assert pool.map(create_and_open, [empty_postgresql_url] * 8, chunksize=1) == ["none"] * 8


def test_new_settings_bring_the_rows_of_their_calendars(
    postgresql: Engine, store: SqlStore
) -> None:
    def calendars() -> set[str]:
        with postgresql.connect() as connection:
            rows = connection.exec_driver_sql("SELECT calendar FROM wtb_calendar").scalars()
            return set(rows)

    assert {ANNAS, CHAIR_1S} <= calendars()
    nobody = provider_calendar(ProviderId("not in the settings"))
    assert store.transact(a_scope(calendars=(ANNAS, nobody)), answering("no")) == "no"
    put(store, an_appointment("a1", provider=ProviderId("not in the settings")))
    assert nobody in calendars()


@pytest.fixture
def far(postgresql_url: str, store: SqlStore) -> Iterator[tuple[Proxy, SqlStore]]:
    """A store with the long way only, over a wire that can be cut."""
    with Proxy(make_url(postgresql_url)) as proxy:
        engine = open_database(proxy.url.render_as_string(hide_password=False))
        store = SqlStore.from_engine(engine)
        store._at_once = None
        store.clinic(THE_CLINIC)
        yield proxy, store
        engine.dispose()


def test_a_connection_lost_around_commit_is_settled_by_the_same_key(
    far: tuple[Proxy, SqlStore],
) -> None:
    proxy, store = far

    def decide(state: State) -> Change[str] | str:
        if state.earlier is not None:
            return "it was done"
        return a_change(an_appointment("a1"), an_event("k1", "a1"))

    scope = a_scope(request=RequestKey("k1"))
    for cut in ("cut_before", "cut_after", "cut_after"):
        setattr(proxy, cut, b"COMMIT\0")
        if cut == "cut_before" or not list(store.history(THE_CLINIC)):
            with pytest.raises(StoreUnavailable) as caught:
                store.transact(scope, decide)
            assert type(caught.value) is StoreUnavailable
        setattr(proxy, cut, b"")
        is_done = cut == "cut_after"
        assert len(list(store.history(THE_CLINIC))) == is_done

    assert store.transact(scope, decide) == "it was done"


def test_a_server_that_ends_our_connections_is_no_answer_once(
    postgresql: Engine, postgresql_url: str, store: SqlStore
) -> None:
    """Then the pool has noticed, and the next call is served."""
    engine = open_database(postgresql_url)
    other = SqlStore.from_engine(engine)
    put(other, an_appointment("a1"))
    with engine.connect() as connection:
        victim = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with postgresql.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({victim}, 5000)")

    with pytest.raises(StoreUnavailable):
        put(other, an_appointment("a2", "10:00", "10:30"))
    put(other, an_appointment("a2", "10:00", "10:30"))
    engine.dispose()

    assert len(list(store.appointments(THE_CLINIC))) == 2


@pytest.mark.parametrize("is_short", [True, False])
def test_a_database_that_is_read_only_says_so_and_stores_nothing(
    postgresql_url: str, store: SqlStore, is_short: bool
) -> None:
    url = make_url(postgresql_url).update_query_dict(
        {"options": "-c default_transaction_read_only=on"}
    )
    engine = open_database(url.render_as_string(hide_password=False))
    read_only = SqlStore.from_engine(engine)
    if not is_short:
        read_only._at_once = None
    assert read_only.clinic(THE_CLINIC).version == 1

    with pytest.raises(StoreUnavailable, match="25006"):
        put(read_only, an_appointment("a1"))
    engine.dispose()
    assert list(store.appointments(THE_CLINIC)) == []


def failing(times: int, tried: list[int], state: str) -> Callable[[Connection], Outcome[str]]:
    """Return work that loses a race so many times, having written something."""

    def work(connection: Connection) -> Outcome[str]:
        tried.append(len(tried))
        connection.exec_driver_sql(f"INSERT INTO wtb_calendar VALUES ('c', 'k{len(tried)}', 1)")
        if len(tried) <= times:
            connection.exec_driver_sql(
                f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
            )
        return Outcome("done", keep=True)

    return work


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_a_lost_race_is_repeated_whole(postgresql: Engine, state: str) -> None:
    tried: list[int] = []

    assert OwnTransactions(postgresql).run(failing(3, tried, state)) == "done"

    assert len(tried) == 4
    with postgresql.connect() as connection:
        names = connection.exec_driver_sql("SELECT calendar FROM wtb_calendar").scalars()
        assert [*names] == ["k4"]


def test_it_is_repeated_so_often_and_no_more(postgresql: Engine) -> None:
    tried: list[int] = []

    with pytest.raises(StoreUnavailable, match="40001") as caught:
        OwnTransactions(postgresql).run(failing(1_000, tried, "40001"))

    assert not isinstance(caught.value, TryAgain)
    assert len(tried) == 10


def test_what_is_unknown_is_not_repeated(postgresql: Engine) -> None:
    tried: list[int] = []

    with pytest.raises(StoreUnavailable, match="53100"):
        OwnTransactions(postgresql).run(failing(1_000, tried, "53100"))

    assert len(tried) == 1


def test_waiting_and_working_are_bounded_in_our_own_transactions_alone(
    postgresql: Engine,
) -> None:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    settings: list[str] = []

    def work(connection: Connection) -> Outcome[None]:
        settings.extend(connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names)
        settings.append(connection.exec_driver_sql("SHOW transaction_isolation").scalar_one())
        return Outcome(None, keep=True)

    OwnTransactions(postgresql, patience=2 * SECOND).run(work)

    assert settings == ["2s", "32s", "32s", "read committed"]
    with postgresql.connect() as connection:
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names] == [
            "0",
            "0",
            "0",
        ]


def test_a_hosts_own_isolation_does_not_matter_to_our_transactions(
    postgresql_url: str, store: SqlStore
) -> None:
    engine = open_database(postgresql_url).execution_options(isolation_level="SERIALIZABLE")
    put(SqlStore.from_engine(engine), an_appointment("a1"))

    assert len(list(store.appointments(THE_CLINIC))) == 1
    with engine.connect() as connection:
        level = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
    assert level == "serializable"
    engine.dispose()


def test_a_server_that_is_too_old_is_refused_by_name(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "OLDEST", 990_000)
    with pytest.raises(kind.TooOld, match="15 or newer"):
        SqlStore.from_engine(postgresql).clinic_ids()


def test_no_two_who_count_wait_in_a_circle(postgresql: Engine) -> None:
    """Names are locked in the order of their numbers, however they are given."""
    names = [("count", "limit", f"subject {number}") for number in range(20)]
    barrier = threading.Barrier(4)
    failed: list[BaseException] = []

    def lock(reverse: bool) -> None:
        barrier.wait(timeout=20)
        try:
            for _ in range(20):
                with postgresql.begin() as connection:
                    kind.lock_names(connection, names[::-1] if reverse else names)
        except BaseException as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    threads = [threading.Thread(target=lock, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
