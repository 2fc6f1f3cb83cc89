"""P1 to P4: searches beside the bare fetch of the same rows."""

from collections.abc import Iterator

from benchmarks import goals
from benchmarks.bare import fetch_of
from benchmarks.figures import Figure, Goal
from benchmarks.library import Library, read
from benchmarks.oracle import Oracle
from benchmarks.rounds import Compared, Way, compared
from benchmarks.takings import Takings
from webtidbok import WebBook

PAGE = 20


def whole_search(library: Library, rounds: int) -> Iterator[Figure]:
    """P1: every free time of the horizon, each of them looked at; nothing kept from before."""
    book = library.book(keeps=False)
    times = beside_fetch(library, lambda: read(library.search(book)), rounds)
    goal = goals.whole_search(library.workload.size.name, library.kind)
    yield _figure("P1", library, goal, times)


def same_again(library: Library, rounds: int) -> Iterator[Figure]:
    """P2: the same search again, when nothing has changed."""
    book = _warm(library)
    times = beside_fetch(library, lambda: read(library.search(book)), rounds)
    goal = goals.same_again(library.workload.size.name, library.kind)
    yield _figure("P2", library, goal, times)


def after_a_booking(library: Library, rounds: int) -> Iterator[Figure]:
    """P3: the same search again, after one booking anywhere; in the end its answer is checked."""
    book, takings = _warm(library), Takings(library)
    times = beside_fetch(
        library, lambda: read(library.search(book)), rounds, between=takings.take_one
    )
    library.check(book, Oracle(library.workload, takings.taken))
    takings.give_back()
    goal = goals.after_a_booking(library.workload.size.name, library.kind)
    yield _figure("P3", library, goal, times)


def first_free(library: Library, rounds: int) -> Iterator[Figure]:
    """P4: the first twenty free times, nothing kept from before."""
    book = library.book(keeps=False)
    first = list(library.first(book, PAGE).slots)
    assert first == list(library.search(book).slots[:PAGE]), "a page is the beginning of all"
    times = beside_fetch(library, lambda: read(library.first(book, PAGE)), rounds)
    goal = goals.first_free(library.workload.size.name, library.kind)
    yield _figure("P4", library, goal, times)


def beside_fetch(library: Library, way: Way, rounds: int, between: Way | None = None) -> Compared:
    """Time something beside the bare fetch of all rows of a whole search."""
    fetch = fetch_of(library)
    return compared(way, fetch, rounds=rounds, clock=library.clock, between=between)


def _warm(library: Library) -> WebBook:
    book = library.book(keeps=True)
    for _ in range(2):
        read(library.search(book))
    return book


def _figure(
    id: str,  # noqa: A002 - the table's word
    library: Library,
    goal: Goal | None,
    times: Compared,
) -> Figure:
    return Figure(
        id=id,
        size=library.workload.size.name,
        engine=library.kind,
        value=times.ratio,
        goal=goal,
        note=f"ours {times.ours * 1e3:.3g} ms, bare {times.other * 1e3:.3g} ms",
    )
