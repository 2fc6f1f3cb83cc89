"""Dates and times as patients read them, on the wall of a clinic."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import attrs
from babel.dates import format_date, format_time

from webtidbok.model.instants import instant
from webtidbok.model.wall_clock import local_date


@attrs.frozen(kw_only=True)
class _Written:
    """How a language writes times; the letters of the patterns are those of CLDR."""

    locale: str
    day: str = "EEEE d MMMM"
    short_day: str = "EEE d MMM"
    year: str = " y"
    clock: str
    at: str
    week: str
    in_summer: str
    in_winter: str


_ENGLISH = _Written(
    locale="en_GB",
    clock="HH:mm",
    at="at {}",
    week="week {}",
    in_summer="{} summer time",
    in_winter="{} winter time",
)
_WRITTEN = {
    "sv": _Written(
        locale="sv",
        clock="HH.mm",
        at="kl. {}",
        week="v. {}",
        in_summer="{} sommartid",
        in_winter="{} vintertid",
    ),
}


@attrs.frozen
class Formats:
    """Writes dates and times in one language, as the clocks of one zone show them.

    The year is written where it is not the present one; without `now` it is never written. A time
    in the hour that comes twice, on the night when the clocks are set back, says which one it is.

    Args:
        language: `sv`, `en`; any other is written as English is.
        zone: Of the clinic.
    """

    language: str
    zone: ZoneInfo

    def day(self, day: date, *, now: datetime | None = None) -> str:
        """Return `måndag 30 november`, `Monday 30 November`, maybe with the year."""
        return self._date(day, self._written.day, now)

    def short_day(self, day: date, *, now: datetime | None = None) -> str:
        """Return `mån 30 nov`, `Mon 30 Nov`, maybe with the year."""
        return self._date(day, self._written.short_day, now).replace(".", "")

    def clock(self, moment: datetime) -> str:
        """Return `09.00`, `09:00`."""
        written, there = self._written, moment.astimezone(self.zone)
        clock = _time(there.time(), written.clock, written.locale)
        if not _comes_twice(there):
            return clock
        return (written.in_summer if there.dst() else written.in_winter).format(clock)

    def at(self, moment: datetime) -> str:
        """Return `kl. 09.00`, `at 09:00`."""
        return self._written.at.format(self.clock(moment))

    def moment(self, moment: datetime, *, now: datetime | None = None) -> str:
        """Return `måndag 30 november kl. 09.00`, `Monday 30 November at 09:00`."""
        return f"{self.day(local_date(moment, self.zone), now=now)} {self.at(moment)}"

    def short_moment(self, moment: datetime, *, now: datetime | None = None) -> str:
        """Return `mån 30 nov kl. 09.00`, `Mon 30 Nov at 09:00`: for an SMS."""
        return f"{self.short_day(local_date(moment, self.zone), now=now)} {self.at(moment)}"

    def week(self, day: date) -> str:
        """Return `v. 49`, `week 49`: the week of ISO 8601, which begins on a Monday."""
        return self._written.week.format(day.isocalendar().week)

    @property
    def _written(self) -> _Written:
        return _WRITTEN.get(self.language, _ENGLISH)

    def _date(self, day: date, pattern: str, now: datetime | None) -> str:
        is_other_year = now is not None and day.year != local_date(now, self.zone).year
        pattern += self._written.year if is_other_year else ""
        return _date(day, pattern, self._written.locale)


# A page of free times writes the same few over and over, and Babel thinks long about each.
@lru_cache(maxsize=2_000)
def _date(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=2_000)
def _time(clock: time, pattern: str, locale: str) -> str:
    return format_time(clock, pattern, locale=locale)


def _comes_twice(there: datetime) -> bool:
    """Return whether the clocks on the wall show this time once more."""
    return instant(there.replace(fold=0)) != instant(there.replace(fold=1))
