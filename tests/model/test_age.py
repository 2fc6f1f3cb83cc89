"""R11, R11a: who is a child, and how old somebody is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import full_years
from webtidbok.model.age import SE_2025, SEED_24, AgeBasis, AgeRule, birthday
from webtidbok.model.instants import DAY

births = st.dates(date(1900, 1, 1), date(2030, 12, 31))
LEAP_DAY = date(2004, 2, 29)


def test_a_child_is_under_24_and_24_and_up_is_adult_r11() -> None:
    assert AgeRule(24, AgeBasis.BIRTHDAY) == SEED_24
    assert SEED_24.adult_on(date(2002, 10, 25)) == date(2026, 10, 25)


def test_by_the_law_of_2025_one_is_adult_in_the_year_of_turning_20_r11a() -> None:
    assert SE_2025.adult_on(date(2007, 1, 1)) == date(2027, 1, 1)
    assert SE_2025.adult_on(date(2007, 12, 31)) == date(2027, 1, 1)
    assert SE_2025.adult_on(date(2008, 1, 1)) == date(2028, 1, 1)


def test_born_on_29_february_the_full_year_is_reached_on_1_march_r11a() -> None:
    assert birthday(LEAP_DAY, 23) == date(2027, 3, 1)
    assert birthday(LEAP_DAY, 24) == date(2028, 2, 29)
    assert birthday(LEAP_DAY, 96) == date(2100, 3, 1)
    assert AgeRule(23).adult_on(LEAP_DAY) == date(2027, 3, 1)
    assert SE_2025.adult_on(LEAP_DAY) == date(2024, 1, 1)


@pytest.mark.parametrize("adult_from", [0, -1])
def test_nobody_is_born_adult(adult_from: int) -> None:
    with pytest.raises(ValueError, match="not 1 or more"):
        AgeRule(adult_from)


@given(births, st.integers(0, 110))
def test_a_birthday_is_the_first_day_of_a_full_year_r11a(born: date, years: int) -> None:
    day = birthday(born, years)

    assert full_years(born, day) == years
    assert full_years(born, day - DAY) == years - 1


@given(births, st.integers(1, 110))
def test_by_calendar_year_only_the_year_of_birth_counts_r11a(born: date, adult_from: int) -> None:
    day = AgeRule(adult_from, AgeBasis.CALENDAR_YEAR).adult_on(born)

    assert day.year - born.year == adult_from
    assert (day - DAY).year - born.year == adult_from - 1
