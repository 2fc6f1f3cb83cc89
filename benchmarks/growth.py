"""P5, P11 and P14: what grows with the clinic, and what must not grow with its history."""

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.history import with_history
from benchmarks.library import MEMORY, POSTGRESQL, read
from benchmarks.rounds import Compared, compared
from benchmarks.searches import PAGE
from benchmarks.shelf import Shelf
from benchmarks.sizes import CHAIN, SMALL

_FEW_ROWS = 10_000


def kept_first_free(shelf: Shelf, engine: str, rounds: int) -> Iterator[Figure]:
    """P5: the first twenty free times, kept: a chain to a small clinic."""
    chain, small = shelf.library(CHAIN, engine), shelf.library(SMALL, engine)
    books = {each: library.book(keeps=True) for each, library in enumerate((chain, small))}
    for each, library in enumerate((chain, small)):
        read(library.search(books[each]))
    times = compared(
        lambda: read(chain.first(books[0], PAGE)),
        lambda: read(small.first(books[1], PAGE)),
        rounds=rounds,
        clock=chain.clock,
    )
    goal = Goal(5, 3) if engine == MEMORY else Goal(40, 20)
    yield _figure("P5", "chain", engine, times, goal)


def per_provider(shelf: Shelf, engine: str, rounds: int) -> Iterator[Figure]:
    """P14: a whole search a provider, over the same number of days: a chain to a small clinic."""
    chain, small = shelf.library(CHAIN, engine), shelf.library(SMALL, engine)
    large_book, small_book = chain.book(keeps=False), small.book(keeps=False)
    times = compared(
        lambda: read(chain.search(large_book, days=SMALL.days)),
        lambda: read(small.search(small_book, days=SMALL.days)),
        rounds=rounds,
        clock=chain.clock,
    )
    yield _figure(
        "P14", "chain", engine, times, Goal(2, 1.5), per=CHAIN.providers / SMALL.providers
    )


def stored_history(shelf: Shelf, engine: str, rounds: int) -> Iterator[Figure]:
    """P11: a search where much history is stored, to one where little is."""
    many = 5_000_000 if engine == POSTGRESQL else 1_000_000
    few_there = with_history(shelf, engine, _FEW_ROWS)
    many_there = with_history(shelf, engine, many)
    books = few_there.book(keeps=False), many_there.book(keeps=False)
    times = compared(
        lambda: read(many_there.search(books[1])),
        lambda: read(few_there.search(books[0])),
        rounds=rounds,
        clock=few_there.clock,
    )
    yield _figure("P11", "small", engine, times, Goal(1.3, 1.1))


def _figure(
    id: str,  # noqa: A002 - the table's word
    size: str,
    engine: str,
    times: Compared,
    goal: Goal,
    per: float = 1,
) -> Figure:
    return Figure(
        id=id,
        size=size,
        engine=engine,
        value=times.ratio / per,
        goal=goal,
        note=f"{times.ours * 1e3:.3g} ms to {times.other * 1e3:.3g} ms",
    )
