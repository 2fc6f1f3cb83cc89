"""P6 and P7: peers from PyPI and the library, answering the same question."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import attrs
from sqlalchemy import Engine

from benchmarks.attempts import OurAttempts, Wanted
from benchmarks.figures import Figure, Goal
from benchmarks.library import POSTGRESQL, SQLITE, Library, read
from benchmarks.oracle import Free, Oracle, Wrong
from benchmarks.peers.scene import as_numbers, write_scene
from benchmarks.peers.side import Side, a_side
from benchmarks.rounds import ELAPSED, Turn, Way
from benchmarks.searches import PAGE
from benchmarks.shelf import Shelf
from benchmarks.sizes import LARGE, SMALL, Size
from benchmarks.workload import CHECK_UP, OPEN_PROVIDERS, open_times
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.model.instants import minute_of

#: So many bookings in turn; the first turn is to get warm.
_TURNS, _BOOKINGS_A_TURN = 6, 8


@attrs.frozen(kw_only=True)
class Peer:
    """Somebody to compare with."""

    id: str
    module: str
    engine: str
    all: Goal
    first: Goal
    book: Goal


def _at_least(must: float, aim: float) -> Goal:
    return Goal(must, aim, at_least=True)


LIBRES = Peer(
    id="P6",
    module="libres_side",
    engine=POSTGRESQL,
    all=_at_least(60, 130),
    first=_at_least(30, 75),
    book=_at_least(4, 8),
)
LIBRES_LARGE = attrs.evolve(LIBRES, all=_at_least(120, 245))
DJANGO_APPOINTMENT = Peer(
    id="P7",
    module="appointment_side",
    engine=SQLITE,
    all=_at_least(500, 1000),
    first=_at_least(300, 600),
    book=_at_least(5, 15),
)


def compared_with(peer: Peer, size: Size, shelf: Shelf, rounds: int) -> Iterator[Figure]:
    """Yield all free times, the first twenty, and one booking: the peer's time to ours."""
    library = shelf.library(size, peer.engine)
    free = Oracle(library.workload).free(library.workload.clinic.type(CHECK_UP))
    with TemporaryDirectory() as folder:
        scene = Path(folder, "scene.json")
        write_scene(library.workload, _address(shelf.new_database(peer.engine)), scene)
        with a_side(peer.module, scene) as side:
            _check(peer, size, side, free)
            yield _all(peer, library, side, 2 if size is LARGE else rounds)
            yield _first(peer, library, side, rounds)
            yield _booking(peer, library, side, free)


def _address(engine: Engine) -> str:
    if engine.dialect.name == SQLITE:
        return str(engine.url.database).removeprefix("file://")
    url = engine.url.set(drivername="postgresql+psycopg2")
    return url.render_as_string(hide_password=False)


def _check(peer: Peer, size: Size, side: Side, free: Sequence[Free]) -> None:
    _, theirs = side.ask("answer")
    ours = as_numbers(list(free))
    if theirs != ours:
        raise Wrong(f"{peer.module} {size.name}", len(theirs), len(ours))


def _all(peer: Peer, library: Library, side: Side, rounds: int) -> Figure:
    book = library.book(keeps=False)
    ours = Turn(lambda: read(library.search(book)), ELAPSED)
    took = [(side.ask("all")[0], ours.seconds()) for _ in range(rounds)]
    return _figure(peer, library, "all", peer.all, took)


def _first(peer: Peer, library: Library, side: Side, rounds: int) -> Figure:
    book = library.book(keeps=False)
    _, theirs = side.ask("first", PAGE)
    found = [minute_of(slot.start) for slot in library.first(book, PAGE).slots]
    assert [start for start, _ in theirs] == found, "the first times are the same"
    ours = Turn(lambda: read(library.first(book, PAGE)), ELAPSED)
    took = [(side.ask("first", PAGE)[0], ours.seconds()) for _ in range(rounds)]
    return _figure(peer, library, "first20", peer.first, took)


def _booking(peer: Peer, library: Library, side: Side, free: Sequence[Free]) -> Figure:
    assert library.engine is not None
    ours = OurAttempts(
        library.engine.url.render_as_string(hide_password=False),
        StandingClock(library.workload.now),
        is_durable=True,
    )
    theirs, mine = _apart(free, library), enumerate(open_times())
    took = []
    for _ in range(_TURNS):
        their_seconds = [side.ask("book", *each)[0] for each in islice(theirs, _BOOKINGS_A_TURN)]
        attempts = [
            ours.prepared(Wanted(OPEN_PROVIDERS[2], at, patient))
            for patient, at in islice(mine, _BOOKINGS_A_TURN)
        ]
        took.append((median(their_seconds), median(map(_seconds, attempts))))
    return _figure(peer, library, "book", peer.book, took[1:])


def _apart(free: Sequence[Free], library: Library) -> Iterator[tuple[int, int]]:
    """Yield free times of which none overlaps another with the same provider."""
    length = library.workload.clinic.type(CHECK_UP).duration_minutes
    until: dict[str, int] = {}
    for start, provider, _ in free:
        if start >= until.get(provider, start):
            until[provider] = start + length
            yield start, int(provider.removeprefix("p"))


def _seconds(way: Way) -> float:
    began = perf_counter()
    way()
    return perf_counter() - began


def _figure(
    peer: Peer, library: Library, what: str, goal: Goal, took: Sequence[tuple[float, float]]
) -> Figure:
    theirs, ours = (median(each) for each in zip(*took, strict=True))
    return Figure(
        id=f"{peer.id}.{what}",
        size=library.workload.size.name,
        engine=library.kind,
        value=median(their / our for their, our in took),
        goal=goal,
        note=f"the peer {theirs * 1e3:.4g} ms, ours {ours * 1e3:.3g} ms",
    )


def with_libres(shelf: Shelf, rounds: int) -> Iterator[Figure]:
    """P6, small."""
    yield from compared_with(LIBRES, SMALL, shelf, rounds)


def with_libres_large(shelf: Shelf, rounds: int) -> Iterator[Figure]:
    """P6, large."""
    yield from compared_with(LIBRES_LARGE, LARGE, shelf, rounds)


def with_django_appointment(shelf: Shelf, rounds: int) -> Iterator[Figure]:
    """P7."""
    yield from compared_with(DJANGO_APPOINTMENT, SMALL, shelf, rounds)
