from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.adapters.texts.formats import Formats
from webtidbok.model.instants import MINUTE
from webtidbok.model.wall_clock import local_date

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)

SWEDISH, ENGLISH = Formats("sv", STOCKHOLM), Formats("en", STOCKHOLM)


def test_times_read_as_they_are_said_in_sweden() -> None:
    assert SWEDISH.moment(MONDAY) == "måndag 30 november kl. 09.00"
    assert SWEDISH.short_moment(MONDAY) == "mån 30 nov kl. 09.00"
    assert SWEDISH.day(date(2026, 11, 30)) == "måndag 30 november"
    assert SWEDISH.at(MONDAY) == "kl. 09.00"
    assert SWEDISH.clock(MONDAY) == "09.00"
    assert SWEDISH.week(date(2026, 11, 30)) == "v. 49"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_times_read_in_english_where_nothing_else_is_known(language: str) -> None:
    formats = Formats(language, STOCKHOLM)

    assert formats.moment(MONDAY) == "Monday 30 November at 09:00"
    assert formats.short_moment(MONDAY) == "Mon 30 Nov at 09:00"
    assert formats.week(date(2026, 11, 30)) == "week 49"


def test_the_year_is_written_where_it_is_another_one() -> None:
    january = datetime(2027, 1, 4, 8, tzinfo=UTC)

    assert SWEDISH.moment(january, now=NOW) == "måndag 4 januari 2027 kl. 09.00"
    assert SWEDISH.short_moment(january, now=NOW) == "mån 4 jan 2027 kl. 09.00"
    assert SWEDISH.moment(MONDAY, now=NOW) == SWEDISH.moment(MONDAY)
    assert ENGLISH.day(date(2027, 1, 4), now=NOW) == "Monday 4 January 2027"


def test_the_present_year_is_that_of_the_clinics_wall() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert SWEDISH.day(date(2027, 1, 4), now=new_year) == "måndag 4 januari"


def test_the_hour_that_comes_twice_says_which_one_it_is() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)

    assert SWEDISH.at(first) == "kl. 02.30 sommartid"
    assert SWEDISH.at(second) == "kl. 02.30 vintertid"
    assert ENGLISH.clock(second) == "02:30 winter time"
    assert SWEDISH.at(after) == "kl. 03.00"


def test_the_hour_that_is_skipped_is_never_written() -> None:
    change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    assert SWEDISH.moment(change) == "söndag 29 mars kl. 03.00"
    assert SWEDISH.clock(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == "01.59"


def test_a_week_of_the_new_year_may_begin_in_the_old_one() -> None:
    assert SWEDISH.week(date(2024, 12, 30)) == "v. 1"


@given(minutes=st.lists(st.integers(0, 365 * 24 * 60 - 61), min_size=2, max_size=2, unique=True))
def test_two_minutes_of_a_year_never_read_the_same(minutes: list[int]) -> None:
    new_year = datetime(2025, 12, 31, 23, tzinfo=UTC)
    first, second = (SWEDISH.moment(new_year + minute * MINUTE) for minute in minutes)

    assert first != second


@given(moment=st.datetimes(timezones=st.just(UTC)).filter(lambda m: 1 < m.year < 9999))
def test_a_day_is_that_of_the_clinics_wall(moment: datetime) -> None:
    there = local_date(moment, STOCKHOLM)

    assert str(there.day) in SWEDISH.moment(moment)
    assert SWEDISH.moment(moment).startswith(SWEDISH.day(there))
