"""What is free, found in the plainest way there is: every block, every start, every row.

Nothing is timed before the library's answer is equal to this one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import attrs

from benchmarks.workload import Visit, Workload, blocks_of_days
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.ids import KindId, ProviderId, ResourceId
from webtidbok.model.instants import TICK_MINUTES, minute_of

#: A free time: its start in minutes, with whom and where; in the order of a search.
Free = tuple[int, ProviderId, ResourceId | None]

_DAY = 24 * 60


class Oracle:
    """Knows what is free in a workload, where `more` has been booked too."""

    def __init__(self, workload: Workload, more: Iterable[Visit] = ()) -> None:
        self._workload = workload
        self._rows: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for visit in (*workload.visits, *more):
            self._take(visit.provider, visit.start, visit.end)
            if visit.room is not None:
                self._take(visit.room, visit.start, visit.end)
        for away in workload.aways:
            self._take(away.provider, away.start, away.end)

    def free(self, wanted: BookableType) -> list[Free]:
        """Return every free time of a type, earliest first, then by the order of providers."""
        rank = {provider: place for place, provider in enumerate(wanted.providers)}
        earliest = minute_of(self._workload.now + self._workload.clinic.web_booking.minimum_notice)
        found = [
            (start, provider, room)
            for provider, start, places in starts_of(self._workload, wanted)
            if start >= earliest
            for room in self._first_place(wanted, provider, start, places)
        ]
        return sorted(found, key=lambda free: (free[0], rank[free[1]]))

    def _first_place(
        self,
        wanted: BookableType,
        provider: ProviderId,
        start: int,
        places: tuple[ResourceId, ...],
    ) -> Iterator[ResourceId | None]:
        """Yield where the visit would be, if anywhere."""
        first = start - wanted.before_minutes
        until = start + wanted.duration_minutes + wanted.after_minutes
        if self._is_free(provider, first, until):
            if not places:
                yield None
            yield from [each for each in places if self._is_free(each, first, until)][:1]

    def _is_free(self, calendar: str, first: int, until: int) -> bool:
        return not any(
            start < until and first < end
            for day in range(first // _DAY, (until - 1) // _DAY + 1)
            for start, end in self._rows.get((calendar, day), ())
        )

    def _take(self, calendar: str, start: int, end: int) -> None:
        start, end = start - start % TICK_MINUTES, end + -end % TICK_MINUTES
        for day in range(start // _DAY, (end - 1) // _DAY + 1):
            self._rows[calendar, day].append((start, end))


def starts_of(
    workload: Workload, wanted: BookableType
) -> Iterator[tuple[ProviderId, int, tuple[ResourceId, ...]]]:
    """Yield each start that lies in eligible blocks, and the rooms that would do."""
    blocks = {
        (provider, start): (end, block.resource)
        for provider, start, end, block in blocks_of_days(workload)
        if _is_eligible(wanted, block.kind, block.resource)
    }
    for (provider, begin), (end, room) in blocks.items():
        for start in range(begin, end, wanted.interval_minutes):
            reached = end
            while blocks.get((provider, reached), (0, "nowhere"))[1] == room:
                reached = blocks[provider, reached][0]
            if start + wanted.duration_minutes <= reached:
                yield provider, start, wanted.resources if room is None else (room,)


def _is_eligible(wanted: BookableType, kind: KindId, room: ResourceId | None) -> bool:
    if kind not in wanted.block_filter:  # only web-bookable ones stand there
        return False
    return room is None or not wanted.resources or room in wanted.resources


@attrs.frozen
class Wrong(Exception):
    """The library's answer is another than the oracle's: then no time of it means anything."""

    what: str
    ours: int
    oracles: int

    def __str__(self) -> str:
        return f"{self.what}: {self.ours} free times where the oracle knows {self.oracles}"
