"""Workers, and the database's own processes, are killed while eight race."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.postgresql_server import DURABLE, CannotStart, Server
from tests.torture.crew import Crew, children_of, counted, kill_all, orders
from tests.torture.judging import wrongs
from tests.torture.sizes import Size
from tests.torture.test_races import book_shared
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema

EVERY_SECONDS = 0.3

#: Attempts are no bound here: it is over when the time is.
_ENDLESS = 10**9

for_a_while = pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(_ENDLESS, 1.5), id="short"),
        pytest.param(Size(_ENDLESS, 61), id="long", marks=pytest.mark.torture),
    ],
)


@for_a_while
def test_workers_that_keep_being_killed_lose_nothing(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    chance = random.Random(seed)
    crew, known = a_crew(database, engine, tmp_path, seed, size)
    ends = time.time() + size.seconds
    with crew.at_work():
        while time.time() < ends:
            time.sleep(EVERY_SECONDS)
            crew.kill(chance)
        crew.wait(120)
    told = crew.told()
    tell(f"{crew.kills} workers killed, {counted(told)}")

    assert crew.kills > 0
    assert wrongs(engine, told, known) == []


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of the test's own that keeps what it has said to keep."""
    server = Server(DURABLE)
    try:
        server.start()
    except CannotStart as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.stop()


@for_a_while
def test_a_postgresql_that_keeps_being_killed_loses_nothing(
    size: Size, server: Server, tmp_path: Path, seed: int, tell: Callable[[str], None]
) -> None:
    chance = random.Random(seed)
    database = server.url.render_as_string(hide_password=False)
    engine = open_database(database)
    create_schema(engine)
    crew, known = a_crew(database, engine, tmp_path, seed, size)
    deaths = backends = 0
    ends = time.time() + size.seconds
    with crew.at_work():
        while time.time() < ends or not deaths:
            time.sleep(chance.uniform(0.5, 3 if size.is_long else 1))
            crew.kill(chance)
            if deaths > backends:
                backends += kill_a_backend(server, chance)
            else:
                kill_server(server)
                server.restart()
                deaths += 1
        crew.wait(180)
    server.wait()
    told = crew.told()
    lost = sum(each.lost for each in told)
    tell(
        f"the server killed and started {deaths} times, a backend of it {backends} times, "
        f"{crew.kills} workers, {lost} times no answer; {counted(told)}"
    )

    found = wrongs(engine, told, known)
    engine.dispose()
    assert found == []


def a_crew(
    database: str, engine: Engine, folder: Path, seed: int, size: Size
) -> tuple[Crew, list[str]]:
    """Open the clinic, and return who will race there, and what was asked before."""
    shared = book_shared(engine)
    engine.dispose()
    crew = Crew(
        orders(
            database,
            folder,
            seed=seed,
            attempts=size.attempts,
            seconds=size.seconds + 1,
            shared=tuple(each.token for each in shared),
            bears_outages=True,
        )
    )
    return crew, [each.key for each in shared]


def kill_server(server: Server) -> None:
    """Kill the server's first process and all that it has started."""
    assert server._process is not None
    backends = children_of(server._process.pid)
    server.kill()
    kill_all(backends)


def kill_a_backend(server: Server, chance: random.Random) -> bool:
    """Kill one of the server's processes; the first one then ends all others and begins anew."""
    assert server._process is not None
    backends = children_of(server._process.pid)
    kill_all(chance.sample(backends, min(1, len(backends))))
    return bool(backends)
