"""Clients in processes of their own, who set off at the same moment."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import NamedTuple

import attrs

from benchmarks.attempts import (
    Attempt,
    BareOnPostgresql,
    BareOnSqlite,
    Changes,
    OurAttempts,
    Wanted,
)
from webtidbok import Clinic
from webtidbok.adapters.standing_clock import StandingClock

MOST = 8


class Done(NamedTuple):
    """What one client did; moments are of a clock that all share."""

    began: float
    ended: float
    cpu: float
    won: int
    lost: list[Wanted]


@attrs.frozen
class Work:
    """What a client shall do."""

    is_ours: bool
    wanted: Sequence[Wanted]


@attrs.frozen(kw_only=True)
class Place:
    """Where the clients work.

    Attributes:
        file: Of an SQLite database; empty for PostgreSQL.
    """

    url: str
    file: str
    clinic: Clinic
    clock: StandingClock


@attrs.frozen
class Together:
    """What all clients did together.

    Attributes:
        rate: Attempts a second.
        cpu: Seconds of the clients' own work an attempt.
        lost: What others had taken.
    """

    rate: float
    cpu: float
    won: int
    lost: Sequence[Wanted]


class Crew:
    """Eight clients; as many as have something to do set off together."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def do(self, works: Sequence[Work]) -> Together:
        """Let each client do its work, and return what they did."""
        at_work = self._pipes[: len(works)]
        for pipe, work in zip(at_work, works, strict=True):
            pipe.send(work)
        for pipe in at_work:
            assert pipe.recv() == "ready"
        for pipe in at_work:
            pipe.send("go")
        done = [pipe.recv() for pipe in at_work]
        seconds = max(each.ended for each in done) - min(each.began for each in done)
        attempts = sum(len(work.wanted) for work in works)
        return Together(
            rate=attempts / seconds,
            cpu=sum(each.cpu for each in done) / attempts,
            won=sum(each.won for each in done),
            lost=[each for client in done for each in client.lost],
        )


@contextmanager
def a_crew(place: Place) -> Iterator[Crew]:
    """Give a crew, which goes home afterwards."""
    context = multiprocessing.get_context("spawn")  # nobody inherits a connection
    pipes, processes = [], []
    for _ in range(MOST):
        ours, theirs = context.Pipe()
        process = context.Process(target=_client, args=(place, theirs), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    try:
        yield Crew(pipes)
        for pipe in pipes:
            pipe.send(None)
        for process in processes:
            process.join(timeout=30)
    finally:
        for process in processes:
            process.kill()


def _client(place: Place, pipe: Connection) -> None:
    changes = Changes(place.clinic, place.clock)
    ours = OurAttempts(place.url, place.clock)
    bare = BareOnSqlite(place.file, changes) if place.file else BareOnPostgresql(place.url, changes)
    while (work := pipe.recv()) is not None:
        attempts = [(ours if work.is_ours else bare).prepared(each) for each in work.wanted]
        pipe.send("ready")
        assert pipe.recv() == "go"
        pipe.send(_done(attempts, work.wanted))


def _done(attempts: Sequence[Attempt], wanted: Sequence[Wanted]) -> Done:
    cpu, began = process_time(), perf_counter()
    won = [attempt() for attempt in attempts]
    ended, spent = perf_counter(), process_time() - cpu
    lost = [each for each, has_won in zip(wanted, won, strict=True) if not has_won]
    return Done(began, ended, spent, sum(won), lost)
