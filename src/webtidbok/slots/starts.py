"""Sets of starts: the one form in which every rule and every free time is answered.

A start is a minute, counted from 1970-01-01T00:00Z, at which a visit may begin. Starts come in
runs, so a set of them is kept as its runs: `range`s, none of them empty, sorted, each ending
(its `stop`) before or where the next one begins. Step 1 says that any minute of a stretch will do;
a longer step says that only a grid's minutes will. A `range` knows its length, what it holds and
what a slice of it is without writing its members down, so a year of free time stays a few hundred
small objects and a slot costs nothing until somebody looks at it.

Such sets are closed under intersection: two runs with steps `m` and `n` share either nothing or
one run with step lcm(m, n), and since runs are sorted, two sets are met by one walk along both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from math import gcd, lcm
from operator import attrgetter
from typing import Final, TypeAlias

#: A set of starts, as the module describes it. Whether one is empty is asked by `if not starts`:
#: functions answer with tuples and lists alike, which do not compare equal.
Starts: TypeAlias = Sequence[range]

#: Every minute there is, some two million years both ways, from whole tick to whole tick.
EVER: Final = range(-(10**12), 10**12)

#: No minute at all.
NEVER: Final[Starts] = ()

_BEYOND = range(2 * EVER.stop, 2 * EVER.stop + 1)  # comes after every start and meets none
_start = attrgetter("start")
_stop = attrgetter("stop")


def _cut(run: range, low: int, high: int) -> range:
    """Return the minutes of `run` from `low` up to, not including, `high`."""
    start, step = run.start, run.step
    if low > start:
        start = low + (start - low) % step
    return range(start, min(run.stop, high), step)


def common(a: range, b: range) -> range:
    """Return the minutes in both ranges, of whatever steps; an empty range if there are none.

    Args:
        a: A range with a positive step, as `b` is; either may be empty.
    """
    # Where a.start + k * a.step is a minute of b's grid: a linear congruence for k.
    shared = gcd(a.step, b.step)
    offset = b.start - a.start
    if offset % shared:
        return range(0)
    turn = b.step // shared
    steps = offset // shared * pow(a.step // shared, -1, turn) % turn
    met = range(a.start + steps * a.step, a.stop, lcm(a.step, b.step))
    return _cut(met, b.start, b.stop)


def meet(left: Starts, right: Starts) -> Starts:
    """Return the starts in both sets, in one walk along the two.

    Quickest where `right` holds stretches of step 1, as free time does; and a set that is one such
    stretch, as most rules answer, is met by bisection. The answer may be one of the two itself.
    """
    if len(right) == 1 and right[0].step == 1:
        return within(left, right[0])
    if len(left) == 1 and left[0].step == 1:
        return within(right, left[0])
    found: list[range] = []
    walk = iter(right)
    other = next(walk, _BEYOND)
    low, high, step = other.start, other.stop, other.step
    for one in left:
        start, stop = one.start, one.stop
        while low < stop:
            if high > start:
                if step > 1:
                    both = common(one, other)
                elif low <= start and stop <= high:
                    both = one  # most windows lie in one stretch: no new object for them
                else:  # `_cut`, spelled out: this runs once for each window with a visit in it
                    first = start if low <= start else low + (start - low) % one.step
                    both = range(first, min(stop, high), one.step)
                if both:
                    found.append(both)
                if high >= stop:
                    break  # what is left of `other` is for the next one
            other = next(walk, _BEYOND)
            low, high, step = other.start, other.stop, other.step
    return found


def union(sets: Iterable[Starts]) -> Starts:
    """Return the starts in any of `sets`, which all have step 1; stretches that touch are joined.

    Of no sets, or of empty ones, the union is empty.
    """
    joined: list[range] = []
    stop = EVER.start
    for stretch in sorted(chain.from_iterable(sets), key=_start):
        assert stretch.step == 1, f"a union is made of stretches, not of {stretch}"
        if not joined or stretch.start > stop:
            joined.append(stretch)
            stop = stretch.stop
        elif stretch.stop > stop:
            stop = stretch.stop
            joined[-1] = range(joined[-1].start, stop)
    return joined


def within(starts: Starts, span: range) -> Starts:
    """Return the starts that lie in `span`, `span.stop` itself not included.

    Found by bisection and cut at the two ends only, so asking about one minute of a year is cheap;
    a set that lies in `span` already is answered as it is.

    Args:
        span: A stretch of step 1; an empty one holds no starts.
    """
    low, high = span.start, span.stop
    if not starts or (low <= starts[0].start and starts[-1].stop <= high):
        return starts
    first = bisect_right(starts, low, key=_stop)
    after = bisect_left(starts, high, first, key=_start)
    inside = list(starts[first:after])
    for place in (0, -1):  # the runs between these two lie in `span` whole
        if inside:
            inside[place] = _cut(inside[place], low, high)
            if not inside[place]:
                del inside[place]
    return inside


def hull(starts: Starts) -> range:
    """Return the shortest stretch that holds all of `starts`; an empty one if there are none."""
    if not starts:
        return range(0)
    return range(starts[0].start, starts[-1][-1] + 1)


def contains(starts: Starts, start: int) -> bool:
    """Return whether `start` is in the set; by bisection."""
    place = bisect_right(starts, start, key=_stop)
    return place < len(starts) and start in starts[place]
