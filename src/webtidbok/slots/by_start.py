"""Several sets of starts in one order: by start, then by the place of the set.

A start in the set at place `p` of `n` becomes the number `start * n + p`. Numbers sort as the
pairs would and take a quarter of their time and room; and since a run is a `range`, so is the run
of its numbers: none of them is made one by one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain

from webtidbok.slots.starts import Starts


def by_start(sets: Sequence[Starts]) -> list[int]:
    """Return a number for each start of each set, in order: `divmod(number, len(sets))`."""
    many = len(sets)
    return sorted(
        chain.from_iterable(
            range(run.start * many + place, run.stop * many + place, run.step * many)
            for place, starts in enumerate(sets)
            for run in starts
        )
    )


def place_of_start(numbers: Sequence[int], start: int, many: int, first: int) -> int:
    """Return how many of `numbers`, which are of `many` sets, come before `start` at `first`."""
    return bisect_left(numbers, start * many + first)
