"""P15: what it costs to begin: the core, and the core with a first search, as whole processes."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, Goal
from benchmarks.library import MEMORY

_HERE = Path(__file__).parent
_CLINIC = _HERE.parent / "examples" / "clinic" / "clinic.toml"
_NOTHING = ("-c", "pass")

#: What was compiled is kept, as in an installation.
_SURROUNDINGS = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
_WAYS = {
    "import": (("-c", "from webtidbok import Desk, WebBook, Wishes"), Goal(12, 8)),
    "search": ((str(_HERE / "first_search.py"), str(_CLINIC)), Goal(15, 10)),
}


def beginning(rounds: int) -> Iterator[Figure]:
    """Yield the CPU time of a process that begins, to that of one that does nothing."""
    for name, (words, goal) in _WAYS.items():
        _cpu_seconds(words)  # compiled once, as an installation is
        took = [(_cpu_seconds(words), _cpu_seconds(_NOTHING)) for _ in range(rounds)]
        ours, nothing = (median(each) for each in zip(*took, strict=True))
        yield Figure(
            id=f"P15.{name}",
            size="-",
            engine=MEMORY,
            value=median(mine / other for mine, other in took),
            goal=goal,
            note=f"ours {ours * 1e3:.0f} ms, nothing {nothing * 1e3:.0f} ms",
        )


def _cpu_seconds(words: Sequence[str]) -> float:
    process = os.posix_spawn(sys.executable, [sys.executable, *words], _SURROUNDINGS)
    _, status, usage = os.wait4(process, 0)
    assert status == 0, words
    return usage.ru_utime + usage.ru_stime
