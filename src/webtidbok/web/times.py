"""Free times as a page shows them: a week at a time, and only weeks that have some."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import DAY, minute_of
from webtidbok.model.slot import Slot, SlotsAtOnce
from webtidbok.model.wall_clock import local_date, midnight
from webtidbok.rules.offers import Offers
from webtidbok.services.asking import start_minute
from webtidbok.services.searching import PartOfDay

_WEEK = timedelta(days=7)

#: Monday to Friday are shown always, Saturday and Sunday when they have times.
_WORKING_DAYS = 5


@attrs.frozen(kw_only=True)
class Day:
    """A day and its times, earliest first; each may be had with one provider or several."""

    date: date
    times: tuple[SlotsAtOnce, ...]


@attrs.frozen(kw_only=True)
class Week:
    """A week that has times, and where the nearest others are.

    Attributes:
        before, after: The Mondays of the nearest weeks with times; None if there are none.
    """

    monday: date
    days: tuple[Day, ...]
    before: date | None
    after: date | None

    @property
    def is_first(self) -> bool:
        """Whether the first free time is in this week."""
        return self.before is None


def week_of(offers: Offers, zone: ZoneInfo, wished: date | None = None) -> Week | None:
    """Return a week with times: the wished one, or else the first after it, or else the last.

    Args:
        wished: Any day of the week; None: the first week that has times.

    Returns:
        None if nothing is free.
    """
    mondays = sorted({_monday(day) for day in offers.days()})
    if not mondays:
        return None
    wanted = _monday(wished) if wished else mondays[0]
    place = next((n for n, monday in enumerate(mondays) if monday >= wanted), len(mondays) - 1)
    monday = mondays[place]
    return Week(
        monday=monday,
        days=tuple(_days(offers, zone, monday)),
        before=mondays[place - 1] if place else None,
        after=mondays[place + 1] if place + 1 < len(mondays) else None,
    )


def days_of(slots: Sequence[Slot], zone: ZoneInfo) -> tuple[Day, ...]:
    """Return a few slots, ordered by start, by their days."""
    at_once = [SlotsAtOnce(start=slot.start, slots=(slot,)) for slot in slots]
    by_day = groupby(at_once, key=lambda each: local_date(each.start, zone))
    return tuple(Day(date=day, times=tuple(times)) for day, times in by_day)


def _days(offers: Offers, zone: ZoneInfo, monday: date) -> Iterator[Day]:
    times = _by_day(offers, zone, monday)
    for place in range(_WEEK.days):
        day = monday + place * DAY
        if day in times or place < _WORKING_DAYS:
            yield Day(date=day, times=tuple(times.get(day, ())))


def _by_day(offers: Offers, zone: ZoneInfo, monday: date) -> dict[date, list[SlotsAtOnce]]:
    found: dict[date, list[SlotsAtOnce]] = {}
    for at_once in offers.after(minute_of(midnight(monday, zone)) - 1).folded():
        day = local_date(at_once.start, zone)
        if day >= monday + _WEEK:
            break
        found.setdefault(day, []).append(at_once)
    return found


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


# How parts of the day, weeks and times stand in forms and addresses

PARTS = {part.name.lower(): part for part in PartOfDay}


def week_in(text: str) -> date | None:
    """Return the Monday of `2026-W49`; None if that is no week."""
    try:
        return date.fromisoformat(f"{text}-1") if "W" in text else None
    except ValueError:
        return None


def week_name(monday: date) -> str:
    """Return a week as it stands in an address: `2026-W49`."""
    year, week, _ = monday.isocalendar()
    return f"{year:04}-W{week:02}"


def start_name(start: datetime) -> str:
    """Return a start, in UTC, as it stands in an address: `2026-12-01T14:45Z`."""
    return f"{start:%Y-%m-%dT%H:%MZ}"


def start_in(text: str) -> datetime:
    """Return the start that an address names.

    Raises:
        InvalidValue: it names none.
    """
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("time", "is no time") from None
    start_minute(start, "time")
    return start


def time_name(slot: Slot) -> str:
    """Return a time as it stands in a form: `2026-12-01T14:45Z berg`."""
    return f"{start_name(slot.start)} {slot.provider}"


def time_in(text: str) -> tuple[datetime, ProviderId]:
    """Return the start and the provider that a form names.

    Raises:
        InvalidValue: it names no time.
    """
    moment, _, provider = text.partition(" ")
    return start_in(moment), ProviderId(provider)
