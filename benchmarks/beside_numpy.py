"""P8: the search beside numpy's."""

from collections.abc import Iterator, Sequence

from benchmarks.bare import fetch_of
from benchmarks.figures import Figure, Goal
from benchmarks.library import Library, listed, read
from benchmarks.numpy_search import NumpySearch, as_free
from benchmarks.oracle import Wrong
from benchmarks.rounds import compared


def beside_numpy(library: Library, rounds: int) -> Iterator[Figure]:
    """P8: numpy, fed from the driver's rows, to the whole search; both fetch."""
    book, theirs = library.book(keeps=False), NumpySearch(library, fetch_of(library))
    ours, numpys = listed(library.search(book)), as_free(theirs.search())
    if ours != numpys:
        raise Wrong(f"numpy, {library.workload.size.name}", len(ours), len(numpys))
    times = compared(
        lambda: _look_at(theirs.search()),
        lambda: read(library.search(book)),
        rounds=rounds,
        clock=library.clock,
    )
    yield Figure(
        id="P8",
        size=library.workload.size.name,
        engine=library.kind,
        value=times.ratio,
        goal=Goal(1.2, 1.5, at_least=True),
        note=f"numpy {times.ours * 1e3:.3g} ms, ours {times.other * 1e3:.3g} ms",
    )


def _look_at(shown: Sequence[tuple[object, ...]]) -> int:
    looked_at = 0
    for start, provider, room in shown:
        _ = start, provider, room
        looked_at += 1
    return looked_at
