"""Busy time as rows, which are easier to write down and to look at than columns."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias, TypeVar

from webtidbok.slots.free import Extent, free_starts
from webtidbok.slots.starts import Starts

C = TypeVar("C", bound=str)

#: A calendar, and from which minute to which it is busy.
Row: TypeAlias = tuple[C, int, int]


def free_besides_rows(rows: Iterable[Row[C]], extent: Extent) -> dict[C, Starts]:
    """Return the free starts of each calendar that has rows, whatever their order."""
    found: dict[C, Starts] = {}
    in_order: Sequence[Row[C]] = sorted(rows, key=itemgetter(0, 2))
    for calendar, own in groupby(in_order, key=itemgetter(0)):
        _, starts, ends = zip(*own, strict=True)
        found[calendar] = free_starts(starts, ends, extent)
    return found
