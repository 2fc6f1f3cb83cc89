"""From occupied time to the starts that it leaves free, in one pass over what is busy (R15).

A visit with start `s` occupies `[s - before, s + rest)`. A row `[a, b)`, widened outwards to whole
ticks `[A, B)`, is met exactly when `s - before < B` and `A < s + rest`; so between two rows that
follow each other the free starts run from the first one's `B + before` up to and including the
second one's `A - rest`. Rows come ordered by their *end*, because the index that serves a search
without reading history has that order. Then the end of the row before is the end of all so far;
only a row that starts before it can reach back over gaps already found, and cuts them off.

Widening is put off until a gap is kept. It never lengthens a gap, so one that is too short
between the rows as they are stays too short, and rounding down keeps the order of starts, so a
row that does not reach back as it is does not reach back when widened either. The many rows that
stand close together are therefore never rounded at all.
"""

from collections.abc import Sequence

import attrs

from webtidbok.model.instants import TICK_MINUTES
from webtidbok.slots.starts import EVER, Starts


@attrs.frozen
class Extent:
    """How the time that a visit occupies lies around its start `s`: `[s - before, s + rest)`.

    Attributes:
        before: Minutes occupied before the start, zero or more.
        rest: Minutes occupied from the start on, above zero: the visit itself and the time after.

    Raises:
        ValueError: `before` is below zero, or `rest` is not above it.
    """

    before: int
    rest: int

    def __attrs_post_init__(self) -> None:
        if self.before < 0 or self.rest <= 0:
            raise ValueError(
                f"no visit occupies {self.before} minutes before its start and {self.rest} from it"
            )


def free_starts(starts: Sequence[int], ends: Sequence[int], extent: Extent) -> Starts:
    """Return the starts at which a visit of `extent` meets none of a calendar's busy stretches.

    They are widened outwards to whole ticks of UTC, the visit is not (R15); any minute may be
    asked about. The answer knows nothing about time for which nothing was given, and calls it
    free: with no stretches at all, `(EVER,)`.

    Args:
        starts, ends: Of the stretches, half-open, in minutes since 1970-01-01T00:00Z, each end
            after its start; ordered by end. Stretches may overlap.
    """
    before, rest = extent.before, extent.rest
    needed, tick = before + rest, TICK_MINUTES
    if not starts:
        return (EVER,)
    gaps: list[range] = []
    busy_until = EVER.start
    for start, end in zip(starts, ends, strict=True):
        if start - busy_until >= needed:
            first = busy_until + -busy_until % tick + before
            last = start - start % tick - rest
            if first <= last:
                gaps.append(range(first, last + 1))
        elif start < busy_until:
            assert end >= busy_until, "the stretches are not ordered by end"
            _cut_off(gaps, start - start % tick - rest + 1)
        busy_until = end
    gaps.append(range(busy_until + -busy_until % tick + before, EVER.stop))
    return gaps


def _cut_off(gaps: list[range], stop: int) -> None:
    """Take the starts at `stop` and later out of `gaps`."""
    while gaps and gaps[-1].stop > stop:
        last = gaps.pop()
        if last.start < stop:
            gaps.append(range(last.start, stop))
