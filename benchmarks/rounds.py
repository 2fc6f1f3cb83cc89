"""Timing two ways of doing something, side by side.

The two take turns, so that a machine that is busy with something else for a while is busy for both.
A turn repeats what is quick until it lasts long enough to be measured. What counts is the median of
the rounds' ratios; absolute times are told too, but belong to the machine.

Where all the work is this process's own, its CPU time is compared, which a busy machine disturbs
least; where a server works too, the time that passes.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import attrs

Way = Callable[[], object]

#: What time is read from, in seconds.
Clock = Callable[[], float]

OWN_WORK: Clock = process_time
ELAPSED: Clock = perf_counter

_SHORTEST_TURN_SECONDS = 0.02
_MOST_REPEATS = 500


@attrs.frozen
class Compared:
    """How long two ways took, in seconds.

    Attributes:
        ratio: Of the first way to the second.
    """

    ours: float
    other: float
    ratio: float


def compared(
    ours: Way,
    other: Way,
    *,
    rounds: int,
    clock: Clock,
    between: Callable[[], object] | None = None,
) -> Compared:
    """Time two ways in turn.

    Args:
        between: Done before each turn of ours, which then is not repeated: something that changes
            what it finds.
    """
    mine = Turn(ours, clock, is_repeated=between is None)
    others = Turn(other, clock)
    took = []
    for _ in range(rounds):
        if between is not None:
            between()
        took.append((mine.seconds(), others.seconds()))
    return Compared(
        ours=median(one for one, _ in took),
        other=median(other for _, other in took),
        ratio=median(one / other for one, other in took),
    )


class Turn:
    """One way, repeated so often that a turn can be measured."""

    def __init__(self, way: Way, clock: Clock, *, is_repeated: bool = True) -> None:
        """Get warm."""
        self._way = way
        self._clock = clock
        self._repeats = 1
        way()
        if is_repeated:
            once = max(self.seconds(), _SHORTEST_TURN_SECONDS / _MOST_REPEATS)
            self._repeats = 1 + int(_SHORTEST_TURN_SECONDS / once)

    def seconds(self) -> float:
        """Take a turn, and return how long one time took; the first, to get warm again, apart."""
        if self._repeats > 1:
            self._way()
        began = self._clock()
        for _ in range(self._repeats):
            self._way()
        return (self._clock() - began) / self._repeats
