"""From occupied time to the starts that it leaves free, while the rows stream in (R15).

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

from collections.abc import Hashable, Iterable
from typing import TypeVar

import attrs

from webtidbok.model.instants import TICK_MINUTES
from webtidbok.slots.starts import EVER, Starts

C = TypeVar("C", bound=Hashable)


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


def free_starts(rows: Iterable[tuple[C, int, int]], extent: Extent) -> dict[C, Starts]:
    """Return, per calendar that has rows, the starts at which a visit of `extent` meets none.

    Rows are widened outwards to whole ticks of UTC, the visit is not (R15); any minute may be
    asked about. A calendar without rows is left out: it is free for ever, `(EVER,)`. The answer
    knows nothing about time for which rows were not given, and calls it free. Rows are read once
    and not kept.

    Args:
        rows: (calendar, start, end), half-open, in minutes since 1970-01-01T00:00Z, `end` after
            `start`. All rows of a calendar come together, ordered by end; they may overlap.
    """
    before, rest = extent.before, extent.rest
    needed, tick = before + rest, TICK_MINUTES
    free: dict[C, Starts] = {}
    gaps: list[range] = []  # of `calendar`; at first of none
    calendar: C | None = None
    busy_until = EVER.start
    for row_calendar, start, end in rows:
        if row_calendar != calendar:
            gaps.append(range(busy_until + -busy_until % tick + before, EVER.stop))
            assert row_calendar not in free, f"the rows of {row_calendar} do not come together"
            free[row_calendar] = gaps = []
            calendar, busy_until = row_calendar, EVER.start
        if start - busy_until >= needed:
            first = busy_until + -busy_until % tick + before
            last = start - start % tick - rest
            if first <= last:
                gaps.append(range(first, last + 1))
        elif start < busy_until:
            assert end >= busy_until, f"the rows of {row_calendar} are not ordered by end"
            _cut_off(gaps, start - start % tick - rest + 1)
        busy_until = end
    gaps.append(range(busy_until + -busy_until % tick + before, EVER.stop))
    return free


def _cut_off(gaps: list[range], stop: int) -> None:
    """Take the starts at `stop` and later out of `gaps`."""
    while gaps and gaps[-1].stop > stop:
        last = gaps.pop()
        if last.start < stop:
            gaps.append(range(last.start, stop))
