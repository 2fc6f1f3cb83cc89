"""Eight processes that race, some of which may be killed, and what must hold of what they leave."""

import os
import random
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import attrs

from tests.torture.asking import Told
from tests.torture.worker import Order, work

PROCESSES = 8


def context() -> ForkServerContext:
    """Return what starts processes: quickly, from one that has imported everything."""
    found = get_context("forkserver")
    found.set_forkserver_preload(
        [
            "tests.torture.worker",
            "tests.torture.victim",
            "sqlalchemy.dialects.postgresql.psycopg",
            "sqlalchemy.dialects.sqlite.pysqlite",
        ]
    )
    return found


@attrs.define
class Crew:
    """Workers, each with an order of its own."""

    orders: Sequence[Order]
    kills: int = 0
    _running: list[ForkServerProcess] = attrs.field(factory=list)

    @contextmanager
    def at_work(self) -> Iterator["Crew"]:
        """Start all; leave none behind."""
        started = context()
        for order in self.orders:
            order.file.touch()
            self._running.append(started.Process(target=work, args=(order,)))
        for process in self._running:
            process.start()
        try:
            yield self
        finally:
            for process in self._running:
                process.kill()
                process.join()

    def is_at_work(self) -> bool:
        """Return whether anybody still is."""
        return any(process.is_alive() for process in self._running)

    def kill(self, chance: random.Random) -> None:
        """Kill one, if it is still at work; another takes over."""
        place = chance.randrange(len(self._running))
        victim = self._running[place]
        if victim.is_alive():
            victim.kill()
            victim.join()
            self.kills += victim.exitcode == -signal.SIGKILL
            heir = attrs.evolve(self.orders[place], seed=chance.getrandbits(32))
            self._running[place] = context().Process(target=work, args=(heir,))
            self._running[place].start()

    def wait(self, seconds: float) -> None:
        """Wait until all have done what they were to do."""
        ends = time.monotonic() + seconds
        for process in self._running:
            process.join(max(0.0, ends - time.monotonic()))
            assert process.exitcode == 0, f"a worker ended with {process.exitcode}"

    def told(self) -> list[Told]:
        """Return what they wrote down."""
        return [Told.read(order.file.read_text()) for order in self.orders]


def orders(
    database: str, folder: Path, *, seed: int, attempts: int, seconds: float, **more: object
) -> list[Order]:
    """Return an order for each of the processes, who share the attempts."""
    _warm_up()
    chance = random.Random(seed)
    began = time.time()
    return [
        Order(
            database=database,
            file=folder / f"told-{place}",
            seed=chance.getrandbits(32),
            attempts=-(-attempts // PROCESSES),
            began_at=began,
            ends_at=began + seconds,
            **more,  # type: ignore[arg-type] # checked by attrs
        )
        for place in range(PROCESSES)
    ]


def _warm_up() -> None:
    """Wait until processes start quickly."""
    first = context().Process(target=int)
    first.start()
    first.join()


def children_of(process: int) -> list[int]:
    """Return the processes that a process of ours has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = status.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == process:
            found.append(int(status.parent.name))
    return found


def kill_all(processes: Sequence[int]) -> None:
    """Kill processes that we have started; some may be gone."""
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def counted(told: Sequence[Told]) -> Mapping[str, int]:
    """Return how many answers there were of each kind."""
    counts: dict[str, int] = {}
    for each in told:
        for answer in each.answered:
            counts[answer.outcome] = counts.get(answer.outcome, 0) + 1
    return dict(sorted(counts.items()))
