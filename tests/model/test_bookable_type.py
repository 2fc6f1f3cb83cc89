"""R9, R10, R12, R14: what can be said of a type at all, and the forms of R2b."""

from datetime import date, timedelta
from typing import Any

import pytest

from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.testing.builders import a_type

LENGTHS = ("duration_minutes", "interval_minutes", "before_minutes", "after_minutes")


@pytest.mark.parametrize("name", LENGTHS)
@pytest.mark.parametrize("minutes", [-5, 1, 7, 34])
def test_lengths_are_whole_ticks_of_five_minutes_r14(name: str, minutes: int) -> None:
    wrong: dict[str, Any] = {name: minutes}

    with pytest.raises(ValueError, match=f"{name} is {minutes}, not"):
        a_type(**wrong)


@pytest.mark.parametrize("name", LENGTHS[:2])
def test_a_visit_takes_time_and_a_grid_has_steps_r9(name: str) -> None:
    wrong: dict[str, Any] = {name: 0}

    with pytest.raises(ValueError, match=f"{name} is 0, not more than 0"):
        a_type(**wrong)


def test_the_least_lengths_are_one_tick_and_none_around_it_r12() -> None:
    least = a_type(duration_minutes=5, interval_minutes=5, before_minutes=0, after_minutes=5)

    assert (least.duration_minutes, least.before_minutes, least.after_minutes) == (5, 0, 5)


def test_a_description_has_at_most_500_characters_r9() -> None:
    assert len(a_type(description="å" * 500).description) == 500
    with pytest.raises(ValueError, match="description"):
        a_type(description="å" * 501)


def test_a_period_may_be_one_day_and_does_not_end_before_it_begins_r9() -> None:
    day = date(2026, 12, 7)

    assert a_type(bookable_from=day, bookable_until=day).bookable_until == day
    with pytest.raises(ValueError, match="lies before bookable_from"):
        a_type(bookable_from=day, bookable_until=day - timedelta(days=1))


def test_an_age_range_may_be_one_year_and_does_not_end_before_it_begins_r12() -> None:
    assert a_type(age_from=0, age_to=0).age_to == 0
    assert a_type(age_from=67).age_to is None
    with pytest.raises(ValueError, match="age_to is 66, below age_from 67"):
        a_type(age_from=67, age_to=66)


def test_a_notice_is_not_negative_r12() -> None:
    assert a_type(minimum_notice=timedelta()).minimum_notice == timedelta()
    with pytest.raises(ValueError, match="minimum_notice is negative"):
        a_type(minimum_notice=timedelta(seconds=-1))


def test_a_type_of_which_nothing_more_is_said_is_for_everyone_at_any_time_r9_r12() -> None:
    plain = a_type()

    assert (plain.ages, plain.patients) == (Ages.EVERYONE, Patients.EVERYONE)
    assert plain.offered_for_new_bookings
    assert not plain.block_filter
    assert (plain.minimum_notice, plain.change_limit, plain.changeable) == (None, None, None)


def test_patients_see_the_public_label_or_else_the_name_r12() -> None:
    assert a_type(name="Root filling", public_label="Long visit").label == "Long visit"
    assert a_type(name="Check-up").label == "Check-up"


@pytest.mark.parametrize("form", [HoursBefore, DaysBefore, WorkingDaysBefore])
def test_a_change_limit_counts_from_nought_r2b(form: type[Any]) -> None:
    limit: ChangeLimit = form(0)

    assert limit == form(0)
    with pytest.raises(ValueError, match=">= 0"):
        form(-1)


@pytest.mark.parametrize("form", [DaysBefore, WorkingDaysBefore])
def test_the_clock_time_of_a_change_limit_lies_on_the_wall_r2b(form: type[Any]) -> None:
    assert form(1, by=0).by == 0
    assert form(1, by=1440).by == 1440
    assert form(1).by is None
    for beyond in (-1, 1441):
        with pytest.raises(ValueError, match="'by' must be"):
            form(1, by=beyond)
