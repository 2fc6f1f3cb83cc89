"""R6a: from the wall to instants and back, on the nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import first_minute_at
from webtidbok.model.instants import DAY, MINUTE, moment_of
from webtidbok.model.wall_clock import (
    DAY_MINUTES,
    instant_at,
    instant_on,
    local_date,
    midnight,
    minute_on,
    next_day,
    parse_wall_minutes,
    shown_wall_minutes,
)
from webtidbok.testing.strategies import days, zones

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
CAIRO = ZoneInfo("Africa/Cairo")
SANTIAGO = ZoneInfo("America/Santiago")
APIA = ZoneInfo("Pacific/Apia")

AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type] # year, month, day, ...


@st.composite
def walls(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    """Times on the wall, many of them near a change of the clocks."""
    day = draw(days(zone))
    return datetime.combine(day, datetime.min.time()) + draw(st.integers(0, 1439)) * MINUTE


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-10-25T01:59", utc(2026, 10, 24, 23, 59)),
        ("2026-10-25T02:00", utc(2026, 10, 25, 0, 0)),
        ("2026-10-25T02:59", utc(2026, 10, 25, 0, 59)),
        ("2026-10-25T03:00", utc(2026, 10, 25, 2, 0)),
    ],
)
def test_a_time_shown_twice_in_autumn_is_the_first_of_the_two_r6a(
    wall: str, expected: datetime
) -> None:
    assert instant_at(datetime.fromisoformat(wall), STOCKHOLM) == expected


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2027-03-28T01:59", utc(2027, 3, 28, 0, 59)),
        ("2027-03-28T02:00", utc(2027, 3, 28, 1, 0)),
        ("2027-03-28T02:30", utc(2027, 3, 28, 1, 0)),
        ("2027-03-28T02:59:59", utc(2027, 3, 28, 1, 0)),
        ("2027-03-28T03:00", utc(2027, 3, 28, 1, 0)),
        ("2027-03-28T03:01", utc(2027, 3, 28, 1, 1)),
    ],
)
def test_a_time_inside_the_spring_gap_is_the_moment_of_the_change_r6a(
    wall: str, expected: datetime
) -> None:
    assert instant_at(datetime.fromisoformat(wall), STOCKHOLM) == expected


@pytest.mark.parametrize("wall", ["2026-07-01T12:00", "2026-10-25T02:30", "2027-03-28T02:30"])
def test_what_comes_of_it_is_in_utc_wherever_the_machine_is(wall: str) -> None:
    assert instant_at(datetime.fromisoformat(wall), STOCKHOLM).tzinfo is UTC


def test_on_lord_howe_clocks_change_by_half_an_hour_r6a() -> None:
    change = utc(2026, 10, 3, 15, 30)
    back = utc(2027, 4, 3, 14, 30)

    assert instant_on(date(2026, 10, 4), 2 * 60 + 15, LORD_HOWE) == change
    assert instant_on(date(2026, 10, 4), 2 * 60 + 30, LORD_HOWE) == change
    assert instant_on(date(2026, 10, 4), 2 * 60 + 31, LORD_HOWE) == change + MINUTE
    assert instant_on(date(2027, 4, 4), 90, LORD_HOWE) == back
    assert instant_on(date(2027, 4, 4), 120, LORD_HOWE) == back + 60 * MINUTE


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        pytest.param(CAIRO, date(2026, 4, 24), utc(2026, 4, 23, 22), id="Cairo"),
        pytest.param(SANTIAGO, date(2026, 9, 6), utc(2026, 9, 6, 4), id="Santiago"),
    ],
)
def test_a_day_whose_midnight_is_skipped_begins_with_the_change_r6a(
    zone: ZoneInfo, day: date, begins: datetime
) -> None:
    assert midnight(day, zone) == begins
    assert instant_on(day - DAY, DAY_MINUTES, zone) == begins
    assert instant_on(day, 30, zone) == instant_on(day, 60, zone) == begins
    assert local_date(begins, zone) == day
    assert local_date(begins - MINUTE, zone) == day - DAY


def test_a_day_that_ends_twice_lasts_25_hours() -> None:
    """In Santiago clocks go from 24:00 back to 23:00 on 2027-04-03."""
    day = date(2027, 4, 3)

    assert instant_on(day, DAY_MINUTES, SANTIAGO) - midnight(day, SANTIAGO) == timedelta(hours=25)


def test_a_date_that_an_island_skipped_is_over_when_it_begins() -> None:
    """Samoa went from 2011-12-29 to 2011-12-31."""
    skipped = date(2011, 12, 30)

    assert midnight(skipped, APIA) == midnight(date(2011, 12, 31), APIA)
    assert instant_on(skipped, 12 * 60, APIA) == midnight(skipped, APIA)


def test_24_00_is_the_next_local_midnight_r6() -> None:
    assert instant_on(AUTUMN, DAY_MINUTES, STOCKHOLM) == utc(2026, 10, 25, 23)
    assert midnight(AUTUMN, STOCKHOLM) == utc(2026, 10, 24, 22)
    assert instant_on(SPRING, DAY_MINUTES, STOCKHOLM) - midnight(SPRING, STOCKHOLM) == timedelta(
        hours=23
    )


def test_a_wall_time_has_no_zone_of_its_own() -> None:
    with pytest.raises(ValueError, match="time zone of its own"):
        instant_at(utc(2026, 12, 7, 9), STOCKHOLM)


def test_there_is_no_day_after_the_last() -> None:
    with pytest.raises(OverflowError):
        next_day(date.max)


@given(st.data())
def test_a_wall_time_is_the_first_moment_at_which_clocks_show_it_or_more_r6a(
    data: st.DataObject,
) -> None:
    zone = data.draw(zones())
    wall = data.draw(walls(zone))

    assert instant_at(wall, zone) == moment_of(first_minute_at(wall, zone))


@given(st.data())
def test_a_later_wall_time_is_never_an_earlier_moment_r6a(data: st.DataObject) -> None:
    zone = data.draw(zones())
    wall = data.draw(walls(zone))
    later = wall + data.draw(st.integers(0, 2 * DAY_MINUTES)) * MINUTE

    assert instant_at(wall, zone) <= instant_at(later, zone)


@given(st.data())
def test_what_the_clocks_show_once_comes_back_the_same_r6a(data: st.DataObject) -> None:
    zone = data.draw(zones())
    wall = data.draw(walls(zone))
    moment = instant_at(wall, zone)

    shown = moment.astimezone(zone)

    assert shown.fold == 0
    assert shown.replace(tzinfo=None) >= wall
    if shown.replace(tzinfo=None) != wall:  # in a gap
        assert (moment - MINUTE).astimezone(zone).replace(tzinfo=None) < wall
        assert (moment - MINUTE).astimezone(zone).utcoffset() != shown.utcoffset()


@given(st.data())
def test_a_day_ends_where_the_next_one_begins(data: st.DataObject) -> None:
    zone = data.draw(zones())
    day = data.draw(days(zone))

    assert instant_on(day, DAY_MINUTES, zone) == midnight(next_day(day), zone)
    assert local_date(midnight(day, zone), zone) == day
    assert moment_of(minute_on(day, 0, zone)) == midnight(day, zone)


@given(st.integers(0, DAY_MINUTES))
def test_a_time_of_day_is_read_as_it_is_shown(minutes: int) -> None:
    assert parse_wall_minutes(shown_wall_minutes(minutes)) == minutes


def test_the_day_runs_from_00_00_to_24_00() -> None:
    assert shown_wall_minutes(0) == "00:00"
    assert shown_wall_minutes(DAY_MINUTES) == "24:00"
    assert parse_wall_minutes("09:05") == 545


@pytest.mark.parametrize(
    "text",
    ["", "9:00", "09:0", "0900", "09:60", "24:01", "25:00", "-1:00", "٠٩:٠٠", "09:00:00", "²1:00"],
)
def test_what_is_no_time_of_day_is_refused_r6(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        parse_wall_minutes(text)
