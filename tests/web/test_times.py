"""Weeks and times in pages and addresses."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.errors import InvalidValue
from webtidbok.model.instants import DAY, moment_of
from webtidbok.model.slot import Slot
from webtidbok.testing.builders import ANNA
from webtidbok.web.times import time_in, time_name, week_in, week_name

mondays = st.dates(date(1, 1, 8), date(9999, 12, 1)).map(lambda day: day - day.weekday() * DAY)
starts = st.integers(0, 4_000_000_000).map(moment_of)


@given(monday=mondays)
def test_a_week_is_read_as_it_was_written(monday: date) -> None:
    assert week_in(week_name(monday)) == monday


@given(text=st.text())
def test_any_other_text_is_no_week_or_one_that_there_is(text: str) -> None:
    monday = week_in(text)
    assert monday is None or monday.weekday() == 0


@given(start=starts, provider=st.text(min_size=1))
def test_a_time_is_read_as_it_was_written(start: datetime, provider: str) -> None:
    slot = Slot(start=start, minutes=30, provider=type(ANNA)(provider), resource=None)
    assert time_in(time_name(slot)) == (start, provider)


@given(text=st.text() | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(str))
def test_any_other_text_is_no_time_or_one_to_the_minute(text: str) -> None:
    try:
        start, _ = time_in(text)
    except InvalidValue:
        return
    assert start.astimezone(UTC).second == 0


@pytest.mark.parametrize("week", ["2026-W00", "2026-W54", "2025-W53", "26-W01", "2026W01"])
def test_a_week_that_there_is_not_is_none(week: str) -> None:
    assert week_in(week) is None
