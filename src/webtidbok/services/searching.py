"""What is free?

Search for new bookings and for rebookings (R13-R16, R26).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import ClinicId, ProviderId, TypeId
from webtidbok.model.instants import DAY, minute_of, moment_of
from webtidbok.model.slot import Slot, SlotsAtOnce
from webtidbok.model.wall_clock import DAY_MINUTES, local_date, midnight, minute_on, next_day
from webtidbok.ports.store import Standing
from webtidbok.rules.evaluator import Evaluator
from webtidbok.rules.offers import Offers
from webtidbok.rules.question import PatientFacts
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import Rule
from webtidbok.services.asking import move_question, new_question, offers_among
from webtidbok.services.desk import Desk
from webtidbok.slots.starts import Starts, hull, within

#: Tells what is offered of some starts.
_Offered: TypeAlias = Callable[[Starts], Offers]

#: Wall time at which the afternoon and the evening begin.
_NOON, _EVENING = 12 * 60, 17 * 60

# So many days of one provider are read at first for each time wanted: less than a query costs.
_DAYS_A_TIME = 3
_MOST_TIMES_AS_LONG = 16

#: Nearer than this to the first and the last date that there is, some zones have no instants.
_EARLIEST, _LATEST = date.min + 2 * DAY, date.max - 2 * DAY


class PartOfDay(Enum):
    """When in the day a visit shall start, by the clock on the clinic's wall."""

    MORNING = range(_NOON)
    AFTERNOON = range(_NOON, _EVENING)
    EVENING = range(_EVENING, DAY_MINUTES)


@attrs.frozen
class Cursor:
    """Where a page ended: the next one begins after this slot."""

    start: int
    provider: ProviderId


@attrs.frozen(kw_only=True)
class Wishes:
    """When a patient would like to come, and how many times to show at once (R16).

    Attributes:
        first, last: Local dates of the start, both inclusive (R14d).
        part_of_day: None: at any hour.
        weekdays: 0 is Monday; None: on any day.
        page_size: At most so many slots a page; None: all on one.
        after: The cursor of the page before.

    Raises:
        InvalidValue: `first` lies after `last`, or `page_size` is not 1 or more.
    """

    first: date
    last: date
    part_of_day: PartOfDay | None = None
    weekdays: frozenset[int] | None = None
    page_size: int | None = None
    after: Cursor | None = None

    def __attrs_post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidValue("first", "lies after the last date")
        if self.page_size is not None and self.page_size < 1:
            raise InvalidValue("page_size", "is not 1 or more")

    def span(self, zone: ZoneInfo) -> range:
        """Return the minutes from the start of the first date to the end of the last."""
        first = minute_of(midnight(max(self.first, _EARLIEST), zone))
        if self.after is not None:
            first = max(first, self.after.start)
        return range(first, minute_of(midnight(next_day(min(self.last, _LATEST)), zone)))


@attrs.frozen(kw_only=True)
class Found:
    """What a search found.

    Attributes:
        slots: Of this page, earliest first, then by the type's order of providers.
        offers: All that the search knows to be free: to count, to fold, to list days. With a
            page size, only as far ahead as was needed to fill the page.
        next: The cursor of the next page; None on the last one.
        refusals: Why nothing at all is offered, whatever the time; empty if it may be.
    """

    slots: Sequence[Slot]
    offers: Offers
    next: Cursor | None = None
    refusals: tuple[Refusal, ...] = ()

    def days(self) -> Sequence[date]:
        """Return the local dates that have slots, in order."""
        return self.offers.days()

    def folded(self) -> Iterator[SlotsAtOnce]:
        """Yield the offers folded by time."""
        return self.offers.folded()


def search(
    desk: Desk,
    clinic: ClinicId,
    type: TypeId,  # noqa: A002 - the domain's word
    wishes: Wishes,
    *,
    providers: Sequence[ProviderId] | None = None,
    patient: PatientFacts | None = None,
    hold: HoldId | None = None,
) -> Found:
    """Return the free times of a type.

    One query; with a page size at most 1 + log2 of the days of the window. Where the desk keeps
    what it has read, one small query that asks what has changed, two more where something has.

    Args:
        providers: Whom to ask; None: any that the type has.
        patient: What is known of the patient; None: the rules about patients are silent.
        hold: The caller's own hold; its time counts as free.

    Raises:
        UnknownClinic, UnknownType, UnknownProvider: what is asked about is not there.
    """
    standing = desk.store.standing(clinic) if desk.most_kept else None
    stored = standing.stored if standing else desk.store.clinic(clinic)
    question = new_question(
        desk,
        stored,
        type,
        now=desk.now(),
        providers=providers,
        patient=patient,
        hold=desk.store.hold(clinic, hold) if hold else None,
    )
    return _page(desk, desk.evaluator(question, stored), wishes, standing)


def search_other_times(desk: Desk, appointment: Appointment, wishes: Wishes) -> Found:
    """Return the times to which the patient may move an appointment (R26).

    Nothing, with the reasons, if it may not be moved at all.
    """
    stored = desk.store.clinic(appointment.clinic)
    question = move_question(desk, stored, appointment, now=desk.now())
    return _page(desk, desk.evaluator(question, stored), wishes)


def _page(
    desk: Desk, evaluator: Evaluator, wishes: Wishes, standing: Standing | None = None
) -> Found:
    zone = evaluator.question.clinic.time_zone
    starts = evaluator.shared(wishes.span(zone), _wished(wishes, zone))
    offered = _asking(desk, evaluator, starts, standing, is_page=wishes.page_size is not None)
    if wishes.page_size is None:
        offers = _after(offered(starts), wishes)
        return Found(slots=offers, offers=offers, refusals=_closed(evaluator, offers))
    asked = len(evaluator.question.providers)
    offers = _first_offers(offered, starts, wishes.page_size, asked, wishes)
    slots = offers[: wishes.page_size]
    more = len(offers) > len(slots)
    return Found(
        slots=slots,
        offers=offers,
        next=Cursor(minute_of(slots[-1].start), slots[-1].provider) if more else None,
        refusals=_closed(evaluator, offers),
    )


def _closed(evaluator: Evaluator, offers: Offers) -> tuple[Refusal, ...]:
    """Return why nothing at all is offered; where anything is, there is nothing to ask."""
    return () if offers else evaluator.closed()


def _asking(
    desk: Desk,
    evaluator: Evaluator,
    starts: Starts,
    standing: Standing | None,
    *,
    is_page: bool,
) -> _Offered:
    """Return what tells which of some starts are offered: from what is kept, or from rows."""
    kept = None
    if standing is not None:
        kept = desk.kept_searches.offers(desk.store, standing, evaluator, starts, is_page=is_page)
    if kept is None:
        return partial(offers_among, desk, evaluator)
    return kept.among


def _first_offers(
    offered: _Offered, starts: Starts, size: int, providers: int, wishes: Wishes
) -> Offers:
    """Return more offers than fill a page, if there are, from windows that grow (R16)."""
    whole = hull(starts)
    minutes = DAY_MINUTES * max(1, _DAYS_A_TIME * size // max(1, providers))
    while True:
        window = range(whole.start, min(whole.start + minutes, whole.stop))
        offers = _after(offered(within(starts, window)), wishes)
        if len(offers) > size or window.stop == whole.stop:
            return offers
        minutes *= _times_as_long(size, len(offers))


def _times_as_long(wanted: int, found: int) -> int:
    """Return how many times as long a stretch may hold the offers wanted, with some to spare."""
    if not found:
        return 2
    return min(max(2, 1 + 3 * wanted // (2 * found)), _MOST_TIMES_AS_LONG)


def _after(offers: Offers, wishes: Wishes) -> Offers:
    if wishes.after is None:
        return offers
    return offers.after(wishes.after.start, wishes.after.provider)


def _wished(wishes: Wishes, zone: ZoneInfo) -> list[Rule]:
    if wishes.part_of_day is None and wishes.weekdays is None:
        return []
    return [_WishedHours(wishes, zone)]


@attrs.frozen
class _WishedHours:
    """Admits the starts at the hours and on the weekdays that the patient asked for."""

    wishes: Wishes
    zone: ZoneInfo

    def starts(self, span: range) -> Starts:
        """Return one stretch for each wished day, cut to `span`."""
        stretches = (
            range(max(hours.start, span.start), min(hours.stop, span.stop))
            for hours in self._hours(span)
        )
        return [stretch for stretch in stretches if stretch]

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - never asked
        """Return nothing: a wish is no reason."""
        return ()

    def _hours(self, span: range) -> Iterator[range]:
        """Yield the hours of each wished day that has a part in `span`."""
        window = self.wishes.span(self.zone)
        first, until = max(span.start, window.start), min(span.stop, window.stop)
        part = self.wishes.part_of_day
        hours = range(DAY_MINUTES) if part is None else part.value
        for day in self._days(first, until) if first < until else ():
            if self.wishes.weekdays is None or day.weekday() in self.wishes.weekdays:
                begin, end = (minute_on(day, at, self.zone) for at in (hours.start, hours.stop))
                yield range(begin, end)

    def _days(self, first: int, until: int) -> Iterator[date]:
        day, last = (local_date(moment_of(at), self.zone) for at in (first, until - 1))
        while day <= last:
            yield day
            day = next_day(day)
