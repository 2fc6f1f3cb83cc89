"""R3a, R3b, R9, R17: how soon, how far ahead, in which period?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import month_later
from tests.rules.asking import a_move, a_question, an_evaluator, codes_at
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import TypeId
from webtidbok.model.instants import DAY, MINUTE, SECOND, minute_of
from webtidbok.rules.dates import OutsidePeriod, PastHorizon, TooSoon, last_date_at
from webtidbok.rules.question import Question
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    NOW,
    a_block,
    a_clinic,
    a_hold,
    a_template,
    a_type,
    a_web_booking,
    an_appointment,
    at,
)

HOUR = timedelta(hours=1)
NINE = at("09:00")
OFFS = [(-SECOND, []), (0 * SECOND, []), (SECOND, ["too-soon"])]


def with_settings(types: tuple[Any, ...] | None = None, **settings: Any) -> Clinic:
    """Return a clinic that is open day and night."""
    return a_clinic(
        web_booking=a_web_booking(**settings),
        templates=(a_template("weekdays", a_block("00:00", "24:00")),),
        types=types or (a_type(),),
    )


@pytest.mark.parametrize(("off", "expected"), OFFS)
def test_a_start_is_in_time_when_the_notice_is_just_over_r3a(
    off: timedelta, expected: list[str]
) -> None:
    question = a_question(with_settings(minimum_notice=4 * HOUR), now=NINE - 4 * HOUR + off)

    assert codes_at(question, NINE) == expected


@pytest.mark.parametrize(("off", "expected"), OFFS)
def test_with_notice_nought_a_start_at_this_very_moment_is_offered_r3a(
    off: timedelta, expected: list[str]
) -> None:
    assert codes_at(a_question(with_settings(), now=NINE + off), NINE) == expected


@pytest.mark.parametrize("night", [date(2026, 10, 25), date(2027, 3, 28)])
@pytest.mark.parametrize(("off", "expected"), OFFS)
def test_notice_is_elapsed_time_over_the_nights_on_which_clocks_change_r3a(
    night: date, off: timedelta, expected: list[str]
) -> None:
    start = at("09:00", night + DAY)
    question = a_question(with_settings(minimum_notice=36 * HOUR), now=start - 36 * HOUR + off)

    assert codes_at(question, start) == expected


def test_a_day_of_notice_ends_an_hour_off_on_the_wall_when_clocks_changed_r3a() -> None:
    clinic = with_settings(minimum_notice=timedelta(hours=48))
    saturday = at("09:00", date(2026, 10, 24))

    assert codes_at(a_question(clinic, now=saturday), at("08:00", date(2026, 10, 26))) == []
    assert codes_at(a_question(clinic, now=saturday), at("07:30", date(2026, 10, 26))) == [
        "too-soon"
    ]


@pytest.mark.parametrize(("own", "clinics"), [(1, 4), (4, 1), (0, 4)])
@pytest.mark.parametrize(("off", "expected"), OFFS)
def test_a_types_own_notice_replaces_the_clinics_also_when_shorter_r3a_r12(
    own: int, clinics: int, off: timedelta, expected: list[str]
) -> None:
    wanted = a_type(minimum_notice=own * HOUR)
    clinic = with_settings((wanted,), minimum_notice=clinics * HOUR)

    assert codes_at(a_question(clinic, now=NINE - own * HOUR + off), NINE) == expected


def test_too_soon_says_from_when_it_is_not_and_whose_notice_it_is_r17() -> None:
    own = TooSoon(earliest=NOW + HOUR, setting="bookable_type.minimum_notice")
    clinics = TooSoon(earliest=NOW + HOUR, setting="web_booking.minimum_notice")

    assert _notices(with_settings((a_type(minimum_notice=HOUR),))) == [own]
    assert _notices(with_settings(minimum_notice=HOUR)) == [clinics]


def _notices(clinic: Clinic) -> list[object]:
    reasons = an_evaluator(a_question(clinic)).answer(ANNA, 0, {}).reasons
    return [reason for reason in reasons if isinstance(reason, TooSoon)]


@pytest.mark.parametrize(("off", "expected"), OFFS)
def test_notice_is_judged_of_a_rebooking_too_r26(off: timedelta, expected: list[str]) -> None:
    visit = an_appointment(day=A_MONDAY + DAY)
    question = a_move(visit, with_settings(minimum_notice=HOUR), now=NINE - HOUR + off)

    assert codes_at(question, NINE) == expected


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2026, 12, 7), 0, date(2026, 12, 7)),
        (date(2026, 12, 7), 1, date(2027, 1, 7)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_the_horizon_ends_on_the_same_day_of_the_month_or_on_its_last_r3b(
    today: date, months: int, last: date
) -> None:
    assert last_date_at(with_settings(horizon_months=months), at("12:00", today)) == last


@given(st.dates(date(2026, 1, 1), date(2032, 12, 31)), st.integers(0, 240))
def test_a_month_that_is_too_short_is_the_only_exception_r3b(today: date, months: int) -> None:
    clinic = with_settings(horizon_months=months)

    assert last_date_at(clinic, at("12:00", today)) == month_later(today, months)


def test_the_horizon_is_counted_from_the_local_date_r3b() -> None:
    clinic = with_settings(horizon_months=1)
    midnight = at("00:00", date(2026, 12, 8))

    assert last_date_at(clinic, midnight - SECOND) == date(2027, 1, 7)
    assert last_date_at(clinic, midnight) == date(2027, 1, 8)


def test_the_horizons_last_date_is_bookable_until_its_end_r3b() -> None:
    clinic = with_settings((a_type(interval_minutes=5),), horizon_months=0)
    question = a_question(clinic, now=at("00:00"))
    midnight = at("00:00", A_MONDAY + DAY)

    assert codes_at(question, midnight - 5 * MINUTE) == []
    assert codes_at(question, midnight) == ["past-horizon"]


def test_past_the_horizon_the_last_date_is_told_r17() -> None:
    question = a_question(with_settings(horizon_months=0), now=at("00:00"))

    answer = an_evaluator(question).answer(ANNA, minute_of(at("09:00", A_MONDAY + DAY)), {})

    assert answer.reasons == (PastHorizon(last_date=A_MONDAY),)


@pytest.mark.parametrize("months", [96_000, 10**9])
def test_a_horizon_beyond_all_dates_is_none_r3b(months: int) -> None:
    clinic = with_settings(horizon_months=months)

    assert last_date_at(clinic, NOW) == date.max
    assert codes_at(a_question(clinic), NINE) == []


def test_the_horizon_is_not_judged_of_a_rebooking_r26() -> None:
    visit = an_appointment(day=A_MONDAY + DAY)

    assert codes_at(a_move(visit, with_settings(horizon_months=0)), NINE) == []


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, []),
        (A_MONDAY, A_MONDAY, []),
        (A_MONDAY, None, []),
        (None, A_MONDAY, []),
        (A_MONDAY + DAY, None, ["outside-period"]),
        (None, A_MONDAY - DAY, ["outside-period"]),
        (date.min, date.max, []),
    ],
)
def test_a_type_is_bookable_from_its_first_date_to_its_last_inclusive_r9(
    first: date | None, last: date | None, expected: list[str]
) -> None:
    clinic = with_settings((a_type(bookable_from=first, bookable_until=last),))

    assert codes_at(a_question(clinic), NINE) == expected


def test_a_period_is_compared_with_the_local_date_of_the_start_r9() -> None:
    day = a_type(bookable_from=A_MONDAY, bookable_until=A_MONDAY)
    question = a_question(with_settings((day,)))

    assert codes_at(question, at("00:00")) == []
    assert codes_at(question, at("23:30")) == []
    assert codes_at(question, at("23:30", A_MONDAY - DAY)) == ["outside-period", "no-block"]
    assert codes_at(question, at("00:00", A_MONDAY + DAY)) == ["outside-period"]


def test_outside_its_period_the_dates_are_told_r17() -> None:
    for first, last in ((A_MONDAY + DAY, None), (None, A_MONDAY - DAY)):
        wanted = a_type(bookable_from=first, bookable_until=last)

        evaluator = an_evaluator(a_question(with_settings((wanted,))))

        assert evaluator.answer(ANNA, minute_of(NINE), {}).reasons == (
            OutsidePeriod(bookable_from=first, bookable_until=last),
        )


def test_the_period_is_not_judged_of_a_rebooking_r26() -> None:
    visit = an_appointment(day=A_MONDAY + DAY)
    closed = a_type(bookable_until=A_MONDAY - DAY)

    assert codes_at(a_move(visit, with_settings((closed,))), NINE) == []


# Under a hold (R17)


def held_at(
    made_at: datetime, now: datetime, clinic: Clinic | None = None, **changes: Any
) -> Question:
    hold = a_hold(made_at=made_at, expires_at=made_at + 10 * MINUTE, **changes)
    return a_question(clinic or with_settings(minimum_notice=HOUR), now=now, hold=hold)


def test_under_a_live_hold_notice_counts_as_of_the_hold_r17() -> None:
    made_at = NINE - HOUR

    assert codes_at(held_at(made_at, made_at + 10 * MINUTE - SECOND), NINE) == []
    assert codes_at(held_at(made_at + SECOND, made_at + MINUTE), NINE) == ["too-soon"]


def test_an_expired_hold_is_as_none_r21() -> None:
    made_at = NINE - HOUR

    assert codes_at(held_at(made_at, made_at + 10 * MINUTE), NINE) == ["too-soon"]


def test_only_what_is_held_counts_as_of_the_hold_r17() -> None:
    made_at = NINE - HOUR
    question = held_at(made_at, made_at + MINUTE)

    assert codes_at(question, at("09:30")) == []
    assert codes_at(question, NINE, provider=BO) == ["too-soon"]
    assert codes_at(question, at("08:30")) == ["too-soon"]
    assert codes_at(question, at("08:30"), provider=BO) == ["too-soon"]


def test_a_hold_of_another_type_changes_nothing_r17() -> None:
    made_at = NINE - HOUR
    question = held_at(made_at, made_at + MINUTE, type=TypeId("filling"))

    assert codes_at(question, NINE) == ["too-soon"]


def test_a_hold_does_not_lengthen_the_horizon_r3b_r17() -> None:
    clinic = with_settings(horizon_months=0)
    midnight = at("00:00", A_MONDAY + DAY)
    tomorrow = {"day": A_MONDAY + DAY}

    assert codes_at(held_at(midnight, midnight, clinic, **tomorrow), at("09:00", **tomorrow)) == []
    assert codes_at(
        held_at(midnight - MINUTE, midnight - SECOND, clinic, **tomorrow), at("09:00", **tomorrow)
    ) == ["past-horizon"]


def test_a_clock_that_is_set_back_does_not_put_what_is_held_beyond_the_horizon_r3b_r17() -> None:
    clinic = with_settings(horizon_months=0)
    midnight = at("00:00", A_MONDAY + DAY)
    tomorrow = {"day": A_MONDAY + DAY}
    question = held_at(midnight, midnight - HOUR, clinic, **tomorrow)

    assert codes_at(question, at("09:00", **tomorrow)) == []
    assert codes_at(question, at("09:30", **tomorrow)) == ["past-horizon"]


@given(st.integers(0, 7200), st.integers(0, 7200))
def test_waiting_makes_no_start_less_too_soon_r3a(seconds: int, wait: int) -> None:
    clinic = with_settings(minimum_notice=HOUR)
    now = NINE - seconds * SECOND

    early = codes_at(a_question(clinic, now=now), NINE)
    late = codes_at(a_question(clinic, now=now + wait * SECOND), NINE)

    assert set(early) <= set(late)
    assert early == (["too-soon"] if seconds < 3600 else [])
