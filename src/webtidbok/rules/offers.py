"""What a search found: a sequence of slots, none of which exists until it is looked at (R16)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import overload

import attrs

from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import minute_of, moment_of
from webtidbok.model.slot import Slot, SlotsAtOnce
from webtidbok.model.wall_clock import local_date, midnight, next_day
from webtidbok.rules.lane import Lane
from webtidbok.rules.occupancy import ResourceFree
from webtidbok.rules.question import Question
from webtidbok.slots.by_start import by_start, place_of_start
from webtidbok.slots.starts import Starts

_MOST_MOMENTS = 50_000


class _Moments(dict[int, datetime]):
    """Moments by their minutes. Searches find the same few thousand over and over."""

    def __missing__(self, minute: int) -> datetime:
        if len(self) >= _MOST_MOMENTS:
            self.clear()
        moment = self[minute] = moment_of(minute)
        return moment


_MOMENTS = _Moments()


@attrs.frozen(eq=False)
class Offers(Sequence[Slot]):
    """Slots, earliest first, then by the order in which providers were asked.

    Nothing but iterating and indexing makes slots; each time they are looked at, anew.
    """

    question: Question
    _lanes: tuple[Lane, ...]
    _rooms: tuple[ResourceFree | None, ...]
    _numbers: Sequence[int]  # of the lanes' starts, as `slots.by_start` has them

    @classmethod
    def of(
        cls, found: Mapping[Lane, Starts], rooms: Mapping[Lane, ResourceFree], question: Question
    ) -> "Offers":
        """Make the offers of the starts that were found in each lane."""
        rank = {provider: place for place, provider in enumerate(question.providers)}
        lanes = sorted(found, key=lambda lane: rank[lane.provider])
        numbers = by_start([found[lane] for lane in lanes])
        return cls(question, tuple(lanes), tuple(map(rooms.get, lanes)), numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Slot]:
        minutes, many = self.question.visit.duration_minutes, len(self._lanes)
        moments, lanes, rooms = _MOMENTS, self._lanes, self._rooms
        for number in self._numbers:
            start, place = divmod(number, many)
            provider, resource = lanes[place]
            room = rooms[place]
            if room is not None and resource is None:
                resource = room.first_free(start)
            yield Slot(moments[start], minutes, provider, resource)

    @overload
    def __getitem__(self, index: int) -> Slot: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Slot]: ...
    def __getitem__(self, index: int | slice) -> Slot | Sequence[Slot]:
        if isinstance(index, slice):
            some = self._with(self._numbers[index])
            return some if index.step in (None, 1) else list(some)
        return next(iter(self._with([self._numbers[index]])))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence) and not isinstance(other, str):
            return list(self) == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment] # as lists, which it equals

    def offers(self, provider: ProviderId, start: int) -> Slot | None:
        """Return the slot of a provider that starts at the minute `start`, or None."""
        at_once = self._numbers[self._place_of(start) : self._place_of(start + 1)]
        return next((slot for slot in self._with(at_once) if slot.provider == provider), None)

    def after(self, start: int, provider: ProviderId | None = None) -> "Offers":
        """Return the offers that come after a start, or after a provider's slot at that start.

        Without `provider`, after all slots of that start.
        """
        order = self.question.providers
        rank = order.index(provider) if provider in order else len(order)
        before = sum(order.index(lane.provider) <= rank for lane in self._lanes)
        return self._with(self._numbers[self._place_of(start, before) :])

    def among(self, starts: Starts) -> "Offers":
        """Return the offers at some starts."""
        many = len(self._lanes)
        numbers: list[int] = []
        for run in starts:
            some = self._numbers[self._place_of(run.start) : self._place_of(run.stop)]
            numbers += some if run.step == 1 else [n for n in some if n // many in run]
        return self._with(numbers)

    def to(self, question: Question) -> "Offers":
        """Return the offers as the answer to a like question."""
        return attrs.evolve(self, question=question)

    def days(self) -> Sequence[date]:
        """Return the local dates on which something is offered, in order."""
        zone, many = self.question.clinic.time_zone, len(self._lanes)
        days = []
        place = 0
        while place < len(self._numbers):
            days.append(local_date(moment_of(self._numbers[place] // many), zone))
            place = self._place_of(minute_of(midnight(next_day(days[-1]), zone)))
        return days

    def first_start(self) -> int | None:
        """Return the earliest start that is offered, in minutes; None if nothing is."""
        return self._numbers[0] // len(self._lanes) if self._numbers else None

    def folded(self) -> Iterator[SlotsAtOnce]:
        """Yield the offers folded by time: one row a time, its slots by the order of providers."""
        for start, slots in groupby(self, key=lambda slot: slot.start):
            yield SlotsAtOnce(start=start, slots=tuple(slots))

    def _place_of(self, start: int, first: int = 0) -> int:
        return place_of_start(self._numbers, start, len(self._lanes), first)

    def _with(self, numbers: Sequence[int]) -> "Offers":
        return Offers(self.question, self._lanes, self._rooms, numbers)
