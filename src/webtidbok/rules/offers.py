"""What a search found: a sequence of slots, none of which exists until it is looked at (R16)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from heapq import merge
from itertools import groupby, islice
from typing import overload

import attrs

from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import moment_of
from webtidbok.model.slot import Slot, SlotsAtOnce
from webtidbok.model.wall_clock import local_date
from webtidbok.rules.lane import Lane
from webtidbok.rules.occupancy import ResourceFree
from webtidbok.rules.question import Question
from webtidbok.slots.starts import EVER, Starts, contains, count, within


@attrs.frozen(eq=False)
class Offers(Sequence[Slot]):
    """Slots, earliest first, then by the order in which providers were asked.

    `len` counts without making slots; so do `days` and `first_start`. Indexing and slicing walk
    from the beginning, so read pages with `after`.
    """

    question: Question
    _lanes: tuple[tuple[Lane, Starts], ...]
    _rooms: Mapping[Lane, ResourceFree]

    @classmethod
    def of(
        cls, found: Mapping[Lane, Starts], rooms: Mapping[Lane, ResourceFree], question: Question
    ) -> "Offers":
        """Make the offers of the starts that were found in each lane."""
        rank = {provider: place for place, provider in enumerate(question.providers)}
        lanes = sorted(found.items(), key=lambda item: rank[item[0].provider])
        return cls(question, tuple(lanes), rooms)

    def __len__(self) -> int:
        return sum(count(starts) for _, starts in self._lanes)

    def __iter__(self) -> Iterator[Slot]:
        for start, place in merge(*map(self._starts_of, range(len(self._lanes)))):
            yield self._slot(start, place)

    @overload
    def __getitem__(self, index: int) -> Slot: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Slot]: ...
    def __getitem__(self, index: int | slice) -> Slot | Sequence[Slot]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return list(islice(self, start, stop)) if step == 1 else list(self)[index]
        place = index + len(self) if index < 0 else index
        for slot in islice(self, place, place + 1) if place >= 0 else ():
            return slot
        raise IndexError(f"no offer {index} of {len(self)}")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence) and not isinstance(other, str):
            return list(self) == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment] # as lists, which it equals

    def offers(self, provider: ProviderId, start: int) -> Slot | None:
        """Return the slot of a provider that starts at the minute `start`, or None."""
        for place, (lane, starts) in enumerate(self._lanes):
            if lane.provider == provider and contains(starts, start):
                return self._slot(start, place)
        return None

    def after(self, start: int, provider: ProviderId | None = None) -> "Offers":
        """Return the offers that come after a start, or after a provider's slot at that start.

        Without `provider`, after all slots of that start.
        """
        order = self.question.providers
        rank = order.index(provider) if provider in order else len(order)
        left = []
        for lane, starts in self._lanes:
            first = start if order.index(lane.provider) > rank else start + 1
            if later := within(starts, range(first, EVER.stop)):
                left.append((lane, later))
        return Offers(self.question, tuple(left), self._rooms)

    def days(self) -> Sequence[date]:
        """Return the local dates on which something is offered, in order."""
        zone = self.question.clinic.time_zone
        days = {
            local_date(moment_of(start), zone)
            for _, starts in self._lanes
            for run in starts
            for start in (run[0], run[-1])
        }
        long = (run for _, starts in self._lanes for run in starts if run[-1] - run[0] > _A_DAY)
        days.update(local_date(moment_of(start), zone) for run in long for start in run)
        return sorted(days)

    def first_start(self) -> int | None:
        """Return the earliest start that is offered, in minutes; None if nothing is."""
        return min((starts[0].start for _, starts in self._lanes), default=None)

    def folded(self) -> Iterator[SlotsAtOnce]:
        """Yield the offers folded by time: one row a time, its slots by the order of providers."""
        for start, slots in groupby(self, key=lambda slot: slot.start):
            yield SlotsAtOnce(start=start, slots=tuple(slots))

    def _starts_of(self, place: int) -> Iterator[tuple[int, int]]:
        return ((start, place) for run in self._lanes[place][1] for start in run)

    def _slot(self, start: int, place: int) -> Slot:
        lane = self._lanes[place][0]
        room = self._rooms.get(lane)
        return Slot(
            start=moment_of(start),
            minutes=self.question.visit.duration_minutes,
            provider=lane.provider,
            resource=room.first_free(start) if room else None,
        )


_A_DAY = 23 * 60  # a run no longer than this has its dates in its two ends
