"""R2, R2a, R2b: until when the patient may move or cancel a visit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import deadline
from tests.strategies import change_limits
from webtidbok.model.appointment import Appointment
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import TypeId
from webtidbok.model.instants import DAY, EPOCH, SECOND
from webtidbok.model.timespan import TimeSpan
from webtidbok.rules.change_limit import deadline_for, working_days_of
from webtidbok.testing.builders import (
    A_MONDAY,
    ZONE,
    a_clinic,
    a_type,
    a_web_booking,
    an_appointment,
    at,
)
from webtidbok.testing.strategies import moments, zones

NOON = 12 * 60
FRIDAY, THURSDAY = A_MONDAY - 3 * DAY, A_MONDAY - 4 * DAY


def with_limit(limit: ChangeLimit, **changes: Any) -> Clinic:
    return a_clinic(web_booking=a_web_booking(change_limit=limit), **changes)


def visit_on(day: date, clock: str = "09:00") -> Appointment:
    start = at(clock, day)
    return an_appointment(span=TimeSpan(start, start + timedelta(minutes=30)))


def deadline_of(limit: ChangeLimit, day: date, clock: str = "09:00") -> datetime:
    return deadline_for(visit_on(day, clock), with_limit(limit))


def test_hours_are_elapsed_r2b() -> None:
    assert deadline_of(HoursBefore(24), A_MONDAY) == at("09:00", A_MONDAY - DAY)
    assert deadline_of(HoursBefore(0), A_MONDAY) == at("09:00")


def test_over_a_change_of_clocks_a_day_is_not_24_hours_r2b() -> None:
    autumn, spring = date(2026, 10, 25), date(2027, 3, 28)

    assert deadline_of(HoursBefore(24), autumn) == at("10:00", autumn - DAY)
    assert deadline_of(DaysBefore(1), autumn) == at("09:00", autumn - DAY)
    assert deadline_of(HoursBefore(24), spring) == at("08:00", spring - DAY)
    assert deadline_of(DaysBefore(1), spring) == at("09:00", spring - DAY)


def test_days_are_calendar_dates_at_the_visits_time_on_the_wall_r2b() -> None:
    assert deadline_of(DaysBefore(3), A_MONDAY, "14:30") == at("14:30", FRIDAY)
    assert deadline_of(DaysBefore(0), A_MONDAY, "14:30") == at("14:30")


def test_a_wall_time_that_the_date_does_not_have_is_the_moment_of_the_change_r2b_r6a() -> None:
    assert deadline_of(DaysBefore(1), date(2027, 3, 29), "02:30") == datetime(
        2027, 3, 28, 1, tzinfo=UTC
    )


def test_a_wall_time_that_the_date_has_twice_is_the_first_r2b_r6a() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = TimeSpan(first + timedelta(hours=1), first + timedelta(hours=2))

    assert deadline_of(DaysBefore(1), date(2026, 10, 26), "02:30") == first
    assert deadline_for(an_appointment(span=second), with_limit(DaysBefore(0))) == first


def test_by_puts_a_clock_time_on_that_date_instead_r2b() -> None:
    assert deadline_of(DaysBefore(1, by=NOON), A_MONDAY) == at("12:00", A_MONDAY - DAY)
    assert deadline_of(WorkingDaysBefore(1, by=NOON), A_MONDAY) == at("12:00", FRIDAY)
    assert deadline_of(DaysBefore(1, by=0), A_MONDAY) == at("00:00", A_MONDAY - DAY)
    assert deadline_of(DaysBefore(1, by=1440), A_MONDAY) == at("00:00", A_MONDAY)


@pytest.mark.parametrize(
    ("working_days", "day", "expected"),
    [
        (1, A_MONDAY, FRIDAY),
        (2, A_MONDAY, THURSDAY),
        (6, A_MONDAY, FRIDAY - 7 * DAY),
        (1, A_MONDAY + DAY, A_MONDAY),
        (1, A_MONDAY - DAY, FRIDAY),
        (1, A_MONDAY - 2 * DAY, FRIDAY),
        (0, A_MONDAY, A_MONDAY),
        (0, A_MONDAY - DAY, A_MONDAY - DAY),
    ],
)
def test_working_days_are_monday_to_friday_strictly_before_the_visit_r2b(
    working_days: int, day: date, expected: date
) -> None:
    assert deadline_of(WorkingDaysBefore(working_days), day) == at("09:00", expected)


def test_closed_days_are_no_working_days_r2b() -> None:
    clinic = with_limit(WorkingDaysBefore(1), closed_days=frozenset({FRIDAY}))

    assert deadline_for(visit_on(A_MONDAY), clinic) == at("09:00", THURSDAY)
    assert not working_days_of(clinic)(FRIDAY)
    assert working_days_of(clinic)(THURSDAY)
    assert not working_days_of(clinic)(A_MONDAY - DAY)


def test_a_closure_calendar_replaces_the_clinics_own_working_days_r2b() -> None:
    clinic = with_limit(WorkingDaysBefore(1), closed_days=frozenset({FRIDAY}))

    found = deadline_for(visit_on(A_MONDAY), clinic, is_working_day=lambda day: day == FRIDAY)

    assert found == at("09:00", FRIDAY)


def test_a_calendar_that_knows_no_working_day_is_wrong() -> None:
    with pytest.raises(ValueError, match="no working day in the ten years before 2026-12-07"):
        deadline_for(visit_on(A_MONDAY), with_limit(WorkingDaysBefore(1)), lambda _: False)


def test_a_types_own_limit_replaces_the_clinics_also_when_shorter_r2b() -> None:
    lenient = a_type(change_limit=HoursBefore(1))
    clinic = with_limit(HoursBefore(24), types=(lenient,))

    assert deadline_for(visit_on(A_MONDAY), clinic) == at("08:00")
    other = attrs.evolve(visit_on(A_MONDAY), type=TypeId("dropped"))
    assert deadline_for(other, clinic) == at("09:00", A_MONDAY - DAY)
    assert deadline_for(attrs.evolve(other, type=None), clinic) == at("09:00", A_MONDAY - DAY)


@given(st.data(), change_limits)
def test_a_deadline_is_the_oracles_also_across_changes_of_clocks_r2b(
    data: st.DataObject, limit: ChangeLimit
) -> None:
    zone = data.draw(zones())
    start = data.draw(moments(zone)).replace(second=0)
    closed = data.draw(st.frozensets(st.integers(0, 9), max_size=3))
    today = start.astimezone(zone).date()
    clinic = with_limit(
        limit, time_zone=zone, closed_days=frozenset(today - days * DAY for days in closed)
    )
    visit = an_appointment(span=TimeSpan(start, start + SECOND))

    found = deadline_for(visit, clinic)

    assert found == EPOCH + deadline(clinic, limit, start) * SECOND


@given(moments(ZONE), change_limits, st.integers(0, 30))
def test_of_two_visits_the_later_one_has_no_earlier_deadline_r2b(
    start: datetime, limit: ChangeLimit, days: int
) -> None:
    wall = start.astimezone(ZONE).replace(tzinfo=None) + timedelta(days=days)
    later = max(start, wall.replace(tzinfo=ZONE).astimezone(UTC))
    clinic = with_limit(limit)

    one, other = (
        deadline_for(an_appointment(span=TimeSpan(moment, moment + SECOND)), clinic)
        for moment in (start, later)
    )

    assert one <= other
