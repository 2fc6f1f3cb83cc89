"""Hypothesis strategies for what a clinic's day is made of; `clinics()` puts it together.

All that is drawn is valid by construction. Dates lie in 2026 and 2027 and often near the days on
which the clocks of the zone change; times lie on five minutes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.instants import DAY, TICK_MINUTES
from webtidbok.model.patient import PatientDetails
from webtidbok.model.text import MESSAGE_MOST, NAME_MOST, clean_text
from webtidbok.model.wall_clock import DAY_MINUTES, WallMinutes, instant_on
from webtidbok.testing.builders import a_mobile
from webtidbok.testing.identity_numbers import SAFE_YEARS, published_number

T = TypeVar("T")

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2027, 12, 31)

#: Ours first. Then: a change at midnight (two), one of half an hour, and offsets of half an hour
#: and of three quarters.
ZONES = tuple(
    map(
        ZoneInfo,
        (
            "Europe/Stockholm",
            "America/Santiago",
            "Africa/Cairo",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "Pacific/Chatham",
        ),
    )
)

_DAYS_NEAR_A_CHANGE = 3
_LAST_MOBILE = 99
_FIRST_MOBILE = 5
_SHORT = 12


@cache
def identity_numbers() -> SearchStrategy[PersonalIdentityNumber]:
    """Draw numbers for tests that belong to nobody; births are from 1977 to 2013."""
    births = st.dates(date(SAFE_YEARS[0], 1, 1), date(SAFE_YEARS[-1], 12, 31))
    return st.builds(
        lambda born, man: published_number(born, man=man),
        births.filter(lambda born: born.year in SAFE_YEARS),
        st.booleans(),
    )


@cache
def mobiles() -> SearchStrategy[MobileNumber]:
    """Draw the numbers kept for fiction, 070-174 06 05 to 99."""
    return st.integers(_FIRST_MOBILE, _LAST_MOBILE).map(a_mobile)


@cache
def texts(most: int = NAME_MOST) -> SearchStrategy[str]:
    """Draw single-line texts of any script as they are kept, mostly short, maybe empty (R40)."""
    characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    typed = st.text(characters, max_size=min(most, _SHORT))
    return typed.map(lambda text: clean_text(text, field="text", most=4 * most)[:most].strip())


@cache
def names() -> SearchStrategy[str]:
    """Draw texts that are not empty: names of people and things."""
    return texts().map(lambda text: text or "Åsa")


def details() -> SearchStrategy[PatientDetails]:
    """Draw what a patient gives with a new booking."""
    return st.builds(
        PatientDetails,
        identity_number=identity_numbers(),
        first_name=names(),
        last_name=names(),
        mobile=mobiles(),
        email=st.none() | st.just(EmailAddress("test@example.com")),
        message=texts(MESSAGE_MOST),
        accepts_sms=st.booleans(),
        accepts_email=st.booleans(),
    )


def zones() -> SearchStrategy[ZoneInfo]:
    """Draw time zones: ours as often as all the odd ones together."""
    return st.just(ZONES[0]) | st.sampled_from(ZONES[1:])


@cache
def change_days(zone: ZoneInfo) -> tuple[date, ...]:
    """Return the days of 2026 and 2027 on which the clocks of `zone` change."""
    days = [FIRST_DAY + number * DAY for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    return tuple(
        day for day in days if _offset_at_noon(day, zone) != _offset_at_noon(day - DAY, zone)
    )


def _offset_at_noon(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


@cache
def days(zone: ZoneInfo = ZONES[0]) -> SearchStrategy[date]:
    """Draw dates, most of them within a few days of a change of the clocks of `zone`."""
    near = st.builds(
        lambda day, off: day + off * DAY,
        st.sampled_from(change_days(zone)),
        st.integers(-_DAYS_NEAR_A_CHANGE, _DAYS_NEAR_A_CHANGE),
    )
    return near | st.dates(FIRST_DAY, LAST_DAY)


@cache
def wall_ticks(until: WallMinutes = DAY_MINUTES) -> SearchStrategy[WallMinutes]:
    """Draw times on the wall on five minutes, from 0 to `until` inclusive."""
    return st.integers(0, until // TICK_MINUTES).map(lambda tick: tick * TICK_MINUTES)


@cache
def moments(zone: ZoneInfo = ZONES[0]) -> SearchStrategy[datetime]:
    """Draw instants to the second, in UTC, many on five minutes and many near a change."""
    on_ticks = st.builds(instant_on, days(zone), wall_ticks(), st.just(zone))
    anywhere = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
    odd = st.builds(lambda moment, off: moment + off, on_ticks, st.sampled_from(_ODD_SECONDS))
    return on_ticks | odd | anywhere.map(lambda moment: moment.replace(microsecond=0))


_ODD_SECONDS = tuple(timedelta(seconds=seconds) for seconds in (-1, 1, 59))


@st.composite
def some_of(draw: DrawFn, things: Sequence[T], *, least: int = 0) -> tuple[T, ...]:
    """Draw a choice of `things` in any order, each at most once."""
    if len(things) < max(least, 1):
        return ()
    chosen = st.lists(st.sampled_from(range(len(things))), min_size=least, unique=True)
    return tuple(things[place] for place in draw(chosen))
