"""Which figures are taken, of which sizes and engines, and in which order."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

import attrs

from benchmarks import (
    beside_numpy,
    bookings,
    explaining,
    growth,
    importing,
    memory,
    searches,
)
from benchmarks.figures import Figure
from benchmarks.library import ENGINES, MEMORY, POSTGRESQL, SQLITE, Library
from benchmarks.peers import compare
from benchmarks.rush.figures import rush
from benchmarks.shelf import Shelf
from benchmarks.sizes import CHAIN, LARGE, SMALL, Size

Take: TypeAlias = Callable[[Shelf, int], Iterable[Figure]]


@attrs.frozen
class Taking:
    """Figures of one kind, to be taken of a size on an engine."""

    id: str
    size: str
    engine: str
    take: Take


_OF_LIBRARY: dict[str, Callable[[Library, int], Iterable[Figure]]] = {
    "P1": searches.whole_search,
    "P2": searches.same_again,
    "P3": searches.after_a_booking,
    "P4": searches.first_free,
    "P8": beside_numpy.beside_numpy,
    "P13": explaining.explaining,
    "P12": memory.memory,
    "P9": bookings.all_of,
    "P10": bookings.all_of,
}

_OF_SHELF: dict[str, Callable[[Shelf, str, int], Iterable[Figure]]] = {
    "P5": growth.kept_first_free,
    "P14": growth.per_provider,
    "P11": growth.stored_history,
}


def _of(id: str, size: Size, engine: str) -> Taking:  # noqa: A002 - the table's word
    take = _OF_LIBRARY[id]
    return Taking(
        id, size.name, engine, lambda shelf, rounds: take(shelf.library(size, engine), rounds)
    )


def _grown(id: str, engine: str) -> Taking:  # noqa: A002 - the table's word
    take = _OF_SHELF[id]
    return Taking(id, CHAIN.name, engine, lambda shelf, rounds: take(shelf, engine, rounds))


def _searches(size: Size) -> Iterator[Taking]:
    for engine in ENGINES:
        for each in ("P1", "P2", "P3", "P4", "P8", "P13"):
            yield _of(each, size, engine)
        if (size, engine) == (LARGE, SQLITE):
            yield _of("P12", size, engine)


def _bench() -> Iterator[Taking]:
    yield Taking("P15", "-", MEMORY, lambda _, rounds: importing.beginning(rounds))
    yield from _searches(SMALL)
    yield from _searches(LARGE)
    for each, engine in zip(("P10", "P9"), ENGINES, strict=True):
        yield _of(each, LARGE, engine)


def _chain() -> Iterator[Taking]:
    yield from _searches(CHAIN)
    for engine in ENGINES:
        yield _grown("P14", engine)
        yield _grown("P5", engine)
    yield _grown("P5", MEMORY)
    for engine in ENGINES:
        yield _grown("P11", engine)


def _ci() -> Iterator[Taking]:
    for each in ("P1", "P2", "P8", "P13"):
        yield _of(each, SMALL, SQLITE)
    for each in ("P3", "P4", "P12"):
        yield _of(each, LARGE, SQLITE)


def _rush() -> Iterator[Taking]:
    for engine in ENGINES:
        yield Taking("rush", "-", engine, partial(_rush_on, engine))


def _rush_on(engine: str, shelf: Shelf, rounds: int) -> Iterable[Figure]:  # noqa: ARG001 - one
    return rush(shelf, engine)


LEGS: dict[str, list[Taking]] = {
    "bench": [*_bench()],
    "full": [*_bench(), *_chain()],
    "ci": [*_ci()],
    "rush": [*_rush()],
    "peers": [
        Taking("P7", SMALL.name, SQLITE, compare.with_django_appointment),
        Taking("P6", SMALL.name, POSTGRESQL, compare.with_libres),
        Taking("P6", LARGE.name, POSTGRESQL, compare.with_libres_large),
    ],
}
