"""Spans of time: half-open, in UTC, to the second."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.model.instants import (
    EPOCH,
    MINUTE,
    SECOND,
    instant,
    minute_after,
    minute_of,
    moment_of,
    optional_instant,
)
from webtidbok.model.timespan import TimeSpan

NINE = datetime(2026, 12, 7, 9, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")

minutes = st.integers(-(10**6), 10**8)


def minutes_from_nine(start: int, end: int) -> TimeSpan:
    return TimeSpan(NINE + start * MINUTE, NINE + end * MINUTE)


class Nowhere(tzinfo):
    """A zone that does not know how far it is from UTC, as the library allows."""

    def utcoffset(self, _: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


def test_a_zone_that_does_not_know_its_offset_is_none() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        instant(NINE.replace(tzinfo=Nowhere()))


def test_a_span_is_kept_in_utc() -> None:
    span = TimeSpan(
        datetime(2026, 12, 7, 10, tzinfo=STOCKHOLM), datetime(2026, 12, 7, 11, tzinfo=STOCKHOLM)
    )

    assert span == minutes_from_nine(0, 60)
    assert span.start.tzinfo is span.end.tzinfo is UTC


def test_a_length_is_elapsed_time_also_on_the_night_clocks_go_back() -> None:
    start = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM)

    assert TimeSpan(start, start.replace(hour=3, minute=0)).length == timedelta(minutes=90)
    assert TimeSpan(start, start.replace(fold=1)).length == timedelta(hours=1)


@pytest.mark.parametrize("later_by", [timedelta(), -SECOND, timedelta(microseconds=999_999)])
def test_a_span_ends_after_it_starts(later_by: timedelta) -> None:
    with pytest.raises(ValueError, match="not after its start"):
        TimeSpan(NINE, NINE + later_by)


def test_an_end_without_a_zone_cannot_be() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        TimeSpan(NINE, datetime(2026, 12, 7, 10))  # noqa: DTZ001


def test_spans_that_only_touch_do_not_overlap() -> None:
    visit = minutes_from_nine(0, 30)

    assert not visit.overlaps(minutes_from_nine(30, 60))
    assert not visit.overlaps(minutes_from_nine(-30, 0))
    assert visit.overlaps(minutes_from_nine(29, 60))
    assert visit.overlaps(minutes_from_nine(-30, 1))
    assert visit.overlaps(minutes_from_nine(-30, 60))
    assert visit.overlaps(minutes_from_nine(10, 20))


@given(st.tuples(minutes, minutes, minutes, minutes))
def test_overlapping_is_sharing_a_moment_and_symmetric(ends: tuple[int, int, int, int]) -> None:
    a, b, c, d = ends
    one, other = minutes_from_nine(a, a + abs(b) + 1), minutes_from_nine(c, c + abs(d) + 1)

    shared = max(one.start, other.start) < min(one.end, other.end)

    assert one.overlaps(other) == other.overlaps(one) == shared
    assert one.overlaps(one)


def test_a_span_is_widened_to_both_sides() -> None:
    assert minutes_from_nine(0, 30).widened(
        before=5 * MINUTE, after=10 * MINUTE
    ) == minutes_from_nine(-5, 40)


def test_spans_come_in_order_of_their_starts() -> None:
    assert sorted([minutes_from_nine(30, 40), minutes_from_nine(0, 90)]) == [
        minutes_from_nine(0, 90),
        minutes_from_nine(30, 40),
    ]


def test_an_instant_is_truncated_to_the_second_r2a() -> None:
    assert instant(NINE + timedelta(microseconds=999_999)) == NINE
    assert optional_instant(NINE.astimezone(timezone(timedelta(hours=2)))) == NINE
    assert optional_instant(None) is None


@given(minutes)
def test_a_minute_is_found_again_from_its_moment(minute: int) -> None:
    moment = moment_of(minute)

    assert minute_of(moment) == minute_after(moment) == minute
    assert minute_of(moment + SECOND) == minute
    assert minute_after(moment + SECOND) == minute + 1
    assert minute_after(moment - SECOND) == minute
    assert minute_of(EPOCH) == 0
