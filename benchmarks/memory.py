"""P12: memory of a search beside that of a fetch."""

import gc
import tracemalloc
from collections.abc import Iterator

from benchmarks.bare import fetch_of
from benchmarks.figures import Figure, Goal
from benchmarks.library import Library, read
from benchmarks.rounds import Way


def memory(library: Library, rounds: int) -> Iterator[Figure]:  # noqa: ARG001 - it repeats itself
    """P12: the most memory that a search has at once, to that of the bare fetch."""
    book, fetch = library.book(keeps=False), fetch_of(library)
    ours, bare = _peak(lambda: read(library.search(book))), _peak(fetch)
    yield Figure(
        id="P12",
        size=library.workload.size.name,
        engine=library.kind,
        value=ours / bare,
        goal=Goal(0.3, 0.2),
        note=f"search {ours / 1e6:.2f} MB, fetch {bare / 1e6:.2f} MB",
    )


def _peak(way: Way) -> float:
    way()
    gc.collect()
    tracemalloc.start()
    try:
        kept = way()
        _, most = tracemalloc.get_traced_memory()
        del kept
    finally:
        tracemalloc.stop()
    return most
