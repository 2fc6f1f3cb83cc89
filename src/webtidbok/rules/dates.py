"""How soon, how far ahead, in which period?

R3, R9.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

import attrs

from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import minute_after, minute_of
from webtidbok.model.wall_clock import local_date, midnight, next_day
from webtidbok.rules.question import Question
from webtidbok.rules.rule import Admitting, Between, Rule
from webtidbok.slots.starts import EVER


@attrs.frozen(kw_only=True)
class TooSoon:
    """The visit would start before the clinic's, or the type's, minimum notice is over."""

    code: ClassVar[str] = "too-soon"
    earliest: datetime
    setting: str


@attrs.frozen(kw_only=True)
class PastHorizon:
    """The visit's date is beyond the last one that may be booked yet."""

    code: ClassVar[str] = "past-horizon"
    last_date: date
    setting: str = "web_booking.horizon_months"


@attrs.frozen(kw_only=True)
class OutsidePeriod:
    """The visit's date is outside the dates on which the type may be booked."""

    code: ClassVar[str] = "outside-period"
    bookable_from: date | None
    bookable_until: date | None
    setting: str = "bookable_type.bookable_from, bookable_until"


def minimum_notice(question: Question) -> Rule:
    """Admit starts from now plus the notice on, elapsed; that moment itself is in time (R3a).

    A type's own notice replaces the clinic's. What is held counts as of the hold (R17).
    """
    rule = _notice_at(question, question.now)
    if question.held is None or question.held_start is None:
        return rule
    return Admitting(rule, _notice_at(question, question.held.made_at), question.held_start)


def _notice_at(question: Question, now: datetime) -> Rule:
    wanted = question.visit.type
    own = wanted.minimum_notice if wanted else None
    notice: timedelta = question.clinic.web_booking.minimum_notice if own is None else own
    setting = "web_booking.minimum_notice" if own is None else "bookable_type.minimum_notice"
    earliest = now + notice
    return Between(minute_after(earliest), EVER.stop, TooSoon(earliest=earliest, setting=setting))


def last_date_at(clinic: Clinic, now: datetime) -> date:
    """Return the last local date on which new bookings may start: the horizon's end (R3b)."""
    today = local_date(now, clinic.time_zone)
    return _months_after(today, clinic.web_booking.horizon_months)


@lru_cache(maxsize=256)
def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last; at most the last date there is.

    So 31 January and one month is the last of February.
    """
    year, months_before = divmod(12 * day.year + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    _, last = monthrange(year, months_before + 1)
    return date(year, months_before + 1, min(day.day, last))


def horizon(question: Question) -> Rule:
    """Admit starts up to the end of the horizon's last local date (R3b).

    What is held counts as of the hold (R17).
    """
    rule = _horizon_at(question, question.now)
    if question.held is None or question.held_start is None:
        return rule
    return Admitting(rule, _horizon_at(question, question.held.made_at), question.held_start)


def _horizon_at(question: Question, now: datetime) -> Rule:
    last = last_date_at(question.clinic, now)
    until = _minute_after(last, question.clinic.time_zone)
    return Between(EVER.start, until, PastHorizon(last_date=last))


def end_of_horizon(clinic: Clinic, now: datetime) -> int:
    """Return the first minute at which new bookings may not start any more at `now` (R3b)."""
    return _minute_after(last_date_at(clinic, now), clinic.time_zone)


def bookable_period(question: Question) -> Rule | None:
    """Admit starts whose local date lies in the type's period, both ends inclusive (R9)."""
    wanted, zone = question.visit.type, question.clinic.time_zone
    if wanted is None or (wanted.bookable_from is None and wanted.bookable_until is None):
        return None
    first, last = wanted.bookable_from, wanted.bookable_until
    return Between(
        _first_minute(first, zone) if first else EVER.start,
        _minute_after(last, zone) if last else EVER.stop,
        OutsidePeriod(bookable_from=first, bookable_until=last),
    )


def _first_minute(day: date, zone: ZoneInfo) -> int:
    """Return the minute at which `day` begins; of the first date there is, the first minute."""
    return EVER.start if day == date.min else minute_of(midnight(day, zone))


def _minute_after(day: date, zone: ZoneInfo) -> int:
    """Return the minute at which `day` is over; the last date there is never is."""
    return EVER.stop if day == date.max else minute_of(midnight(next_day(day), zone))
