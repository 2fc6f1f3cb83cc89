"""What is free for one type, kept from one search to the next.

Theory. An intersection of rules is a rule. Of the rules of a new booking, those of the lanes, which
say where blocks and what is free leave room, are the same whoever asks and whenever; those that all
lanes share (notice, horizon, period, age, a wished part of the day) are a few stretches of minutes
and cost nothing. So what the evaluator finds in the lanes over the whole stretch that can be booked
is kept, and met with the shared rules of each question. There is no second evaluator: lanes are
found, and found again, by the one that answers without anything kept.

What is kept holds as long as the clinic's settings are the very same, and no calendar has moved
from the version under which its time was read. One that has moved is read again, and only the
lanes that it decides about are found again. A hold ends by the clock and moves no version, so each
calendar's time also has a moment at which it ends to be so, and none of it is used for a present
before the one it was read at, when a hold that is over now was not.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

import attrs

from webtidbok.model.ids import CalendarId
from webtidbok.rules.evaluator import Evaluator, FreeStarts, Narrowed
from webtidbok.rules.lane import Lane
from webtidbok.rules.occupancy import ResourceFree
from webtidbok.rules.offers import Offers
from webtidbok.slots.starts import EVER, Starts, meet, within

T = TypeVar("T")

#: For each calendar its version; one left out has never been touched.
VersionsOfCalendars = Mapping[CalendarId, int]


class Read(NamedTuple):
    """The free starts of one calendar, as they were read.

    Attributes:
        until: The moment at which they end to be so by the clock; None: never.
    """

    free: Starts
    until: datetime | None


@attrs.frozen(kw_only=True)
class Kept:
    """What is free for the new bookings of one type, over a stretch of minutes.

    Attributes:
        evaluator: The rules of whoever asked first, without a host's own.
        narrowed: Where visits fit in blocks, in every lane, over the stretch.
        reach: That stretch.
        since: It answers for this present and later ones.
        versions: Under which all of it was read; those of other calendars may be among them.
        offers: All that was found in the lanes.
        until: Some of it ends to be so at this moment; None: never.
    """

    evaluator: Evaluator
    narrowed: Narrowed
    reach: range
    since: datetime
    versions: VersionsOfCalendars
    offers: Offers
    until: datetime | None = None
    _seen: VersionsOfCalendars = attrs.field(factory=dict)
    _read: Mapping[CalendarId, Read] = attrs.field(factory=dict)
    _found: Mapping[Lane, Starts] = attrs.field(factory=dict)
    _rooms: Mapping[Lane, ResourceFree] = attrs.field(factory=dict)

    @classmethod
    def nothing(cls, evaluator: Evaluator, reach: range) -> "Kept":
        """Return what is kept before anything was read."""
        plain = attrs.evolve(evaluator, host_rules=())
        return cls(
            evaluator=plain,
            narrowed=plain.in_lanes([reach] if reach else ()),
            reach=reach,
            since=evaluator.question.now,
            versions={},
            offers=Offers.of({}, {}, evaluator.question),
        )

    @cached_property
    def weight(self) -> int:
        """About how many numbers it holds: what its memory grows with."""
        windows = sum(map(len, self.narrowed.lanes.values()))
        return windows + len(self.offers) + sum(len(read.free) for read in self._read.values())

    def holds(self, starts: range) -> bool:
        """Return whether all of a stretch was looked at."""
        return self.reach.start <= starts.start and starts.stop <= self.reach.stop

    def stale(self, versions: VersionsOfCalendars, now: datetime) -> Sequence[CalendarId]:
        """Return the calendars that must be read again before this answers at `now`."""
        if versions is self.versions and self._lasts(self.until, now):
            return ()
        return [
            calendar
            for calendar in self.narrowed.calendars
            if calendar not in self._read
            or self._seen.get(calendar, 0) != versions.get(calendar, 0)
            or not self._lasts(self._read[calendar].until, now)
        ]

    def _lasts(self, until: datetime | None, now: datetime) -> bool:
        return until is None or now < until

    def under(self, versions: VersionsOfCalendars) -> "Kept":
        """Return the same under newer versions, of which none of its calendars' has moved."""
        return self if versions is self.versions else attrs.evolve(self, versions=versions)

    def with_read(
        self,
        read: Mapping[CalendarId, Read],
        calendars: Collection[CalendarId],
        versions: VersionsOfCalendars,
        now: datetime,
    ) -> "Kept":
        """Return this with some calendars read again.

        Args:
            read: What was read; a calendar that is never busy may be left out.
            versions: As they were before it was read, at `now`.
        """
        never_busy = Read((EVER,), None)
        new = {calendar: read.get(calendar, never_busy) for calendar in calendars}
        cut = {
            calendar: Read(within(each.free, self.reach), each.until)
            for calendar, each in new.items()
        }
        everything = {**self._read, **cut}
        lanes = self.narrowed.lanes
        touched = {lane: lanes[lane] for lane in self.evaluator.decided_by(calendars, lanes)}
        found, rooms = self.evaluator.free_in_lanes(touched, _free(everything))
        every_found = _instead(self._found, touched, found)
        every_room = _instead(self._rooms, touched, rooms)
        return attrs.evolve(
            self,
            since=max(self.since, now),
            until=min((r.until for r in everything.values() if r.until), default=None),
            seen={**self._seen, **{each: versions.get(each, 0) for each in calendars}},
            read=everything,
            found=every_found,
            rooms=every_room,
            offers=Offers.of(every_found, every_room, self.evaluator.question),
        )

    def answer(self, evaluator: Evaluator, shared: Starts) -> Offers:
        """Return what is offered to whoever asks now.

        Args:
            evaluator: The rules of the question.
            shared: What the rules that all lanes share leave of the starts asked about.
        """
        if not evaluator.host_rules:
            return self.offers.among(shared).to(evaluator.question)
        met = {lane: meet(starts, shared) for lane, starts in self._found.items()}
        said = evaluator.as_the_host_says({lane: starts for lane, starts in met.items() if starts})
        return Offers.of(said, self._rooms, evaluator.question)


def _instead(
    old: Mapping[Lane, T], touched: Collection[Lane], new: Mapping[Lane, T]
) -> Mapping[Lane, T]:
    """Return `new` in place of what was there of the lanes that were touched."""
    return {**{lane: each for lane, each in old.items() if lane not in touched}, **new}


def _free(read: Mapping[CalendarId, Read]) -> FreeStarts:
    return {calendar: each.free for calendar, each in read.items()}
