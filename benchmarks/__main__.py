"""Take figures, and say which are not as they must be."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.legs import LEGS, Taking
from benchmarks.saying import say
from benchmarks.shelf import a_shelf

_OUTPUT = Path("build/benchmarks")


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the figures asked for, and return 1 if one is not as it must be."""
    asked = _parser().parse_args(arguments)
    figures = []
    for figure in _taken(
        [each for each in LEGS[asked.leg] if _is_asked(each, asked)], asked.rounds
    ):
        print(figure.line(slack=asked.slack), flush=True)
        if figure.note:
            say(f"  {figure.note}")
        figures.append(figure)
    _write(asked.leg, figures)
    return int(any(figure.verdict(slack=asked.slack) == "short" for figure in figures))


def _taken(takings: Sequence[Taking], rounds: int) -> Iterator[Figure]:
    with a_shelf() as shelf:
        for taking in takings:
            yield from taking.take(shelf, rounds)


def _is_asked(taking: Taking, asked: argparse.Namespace) -> bool:
    return all(
        not wanted or is_so in wanted
        for is_so, wanted in (
            (taking.id, asked.only),
            (taking.size, asked.sizes),
            (taking.engine, asked.engines),
        )
    )


def _write(leg: str, figures: Sequence[Figure]) -> None:
    _OUTPUT.mkdir(parents=True, exist_ok=True)
    told = json.dumps([figure.as_json() for figure in figures], indent=1)
    (_OUTPUT / f"{leg}.json").write_text(f"{told}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("leg", nargs="?", default="bench", choices=LEGS)
    parser.add_argument("--only", type=_listed, metavar="P1,P2", help="these figures alone")
    parser.add_argument("--sizes", type=_listed, metavar="small,large")
    parser.add_argument("--engines", type=_listed, metavar="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--slack", type=float, default=1, help="how many times as bad will do")
    return parser


def _listed(text: str) -> list[str]:
    return text.split(",")


if __name__ == "__main__":
    sys.exit(main())
