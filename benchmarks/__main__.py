"""Take figures: `python -m benchmarks --help`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import bookings, searches
from benchmarks.figures import Figure
from benchmarks.library import ENGINES, Library
from benchmarks.saying import say
from benchmarks.shelf import Shelf, a_shelf
from benchmarks.sizes import SIZES

OUTPUT = Path("build/benchmarks")

_OF_LIBRARY: dict[str, Callable[[Library, int], Iterable[Figure]]] = {
    "P1": searches.whole_search,
    "P2": searches.same_again,
    "P3": searches.after_a_booking,
    "P4": searches.first_free,
    "booking": bookings.all_of,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the figures asked for; 1 if one is not as it must be."""
    asked = _parser().parse_args(arguments)
    with a_shelf() as shelf:
        figures = []
        for figure in _taken(shelf, asked):
            print(figure.line(slack=asked.slack), flush=True)
            if figure.note:
                say(f"  {figure.note}")
            figures.append(figure)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    told = json.dumps([figure.as_json() for figure in figures], indent=1)
    (OUTPUT / "figures.json").write_text(told + "\n")
    return int(any(figure.verdict(slack=asked.slack) == "short" for figure in figures))


def _taken(shelf: Shelf, asked: argparse.Namespace) -> Iterator[Figure]:
    for size in asked.sizes:
        for engine in asked.engines:
            for each in asked.figures:
                yield from _OF_LIBRARY[each](shelf.library(SIZES[size], engine), asked.rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", default=list(_OF_LIBRARY), help="P1, P2 ...")
    parser.add_argument("--sizes", type=_listed, default=["small", "large"])
    parser.add_argument("--engines", type=_listed, default=list(ENGINES))
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--slack", type=float, default=1, help="what is forgiven")
    return parser


def _listed(text: str) -> list[str]:
    return text.split(",")


if __name__ == "__main__":
    sys.exit(main())
