"""R3, R11, R11a, R12, R17, R23: may this patient? Age, new or existing, open bookings."""

from datetime import date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import full_years
from tests.rules.asking import (
    SOMEBODY,
    a_move,
    a_question,
    codes_at,
    days_of,
    of_days,
    offers,
    reasons_at,
)
from webtidbok.model.age import SE_2025, SEED_24, AgeRule, Ages
from webtidbok.model.bookable_type import Patients
from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import DAY
from webtidbok.rules.patients import AgeNotAllowed, PhoneTheClinic
from webtidbok.rules.question import PatientFacts
from webtidbok.testing.builders import (
    A_MONDAY,
    a_block,
    a_clinic,
    a_template,
    a_type,
    a_web_booking,
    an_appointment,
    at,
)

NINE = at("09:00")
DAYS = of_days(A_MONDAY, A_MONDAY + 4 * DAY)


def of_type(**changes: Any) -> Clinic:
    return a_clinic(types=(a_type(**changes),))


def born(day: date, **changes: Any) -> PatientFacts:
    return attrs.evolve(SOMEBODY, born=day, **changes)


def turning(years: int, day: date = A_MONDAY + DAY) -> PatientFacts:
    """Return somebody who becomes so old on the Tuesday."""
    return born(day.replace(year=day.year - years))


def codes(
    patient: PatientFacts, age_rule: AgeRule = SEED_24, start: datetime = NINE, **changes: Any
) -> list[str]:
    return codes_at(a_question(of_type(**changes), patient=patient, age_rule=age_rule), start)


@pytest.mark.parametrize(
    ("ages", "monday", "tuesday"),
    [(Ages.ADULTS, ["age"], []), (Ages.CHILDREN, [], ["age"]), (Ages.EVERYONE, [], [])],
)
def test_a_child_is_under_24_on_the_day_of_the_visit_r11_r11a(
    ages: Ages, monday: list[str], tuesday: list[str]
) -> None:
    assert codes(turning(24), ages=ages) == monday
    assert codes(turning(24), ages=ages, start=at("09:00", A_MONDAY + DAY)) == tuesday


def test_an_age_changes_at_local_midnight_r11a() -> None:
    clinic = a_clinic(
        types=(a_type(ages=Ages.ADULTS),),
        templates=(a_template("weekdays", a_block("00:00", "24:00")),),
    )
    question = a_question(clinic, patient=turning(24))

    assert codes_at(question, at("23:30")) == ["age"]
    assert codes_at(question, at("00:00", A_MONDAY + DAY)) == []


def test_by_the_law_of_2025_a_whole_year_is_adult_at_once_r11a() -> None:
    new_year: dict[str, Any] = {"start": at("09:00", date(2027, 1, 4)), "ages": Ages.ADULTS}

    assert codes(born(date(2007, 12, 31)), SE_2025, ages=Ages.ADULTS) == ["age"]
    assert codes(born(date(2007, 12, 31)), SE_2025, **new_year) == []
    assert codes(born(date(2007, 12, 31)), SEED_24, **new_year) == ["age"]


def test_born_on_29_february_one_is_24_on_1_march_of_a_plain_year_r11a() -> None:
    """In 2027: the last day of February is a Sunday, so 26 February is asked about."""
    twenty_three = AgeRule(23)
    leapling = born(date(2004, 2, 29))

    friday, monday = at("09:00", date(2027, 2, 26)), at("09:00", date(2027, 3, 1))
    assert codes(leapling, twenty_three, friday, ages=Ages.ADULTS) == ["age"]
    assert codes(leapling, twenty_three, monday, ages=Ages.ADULTS) == []
    assert codes(leapling, start=friday, age_to=22) == []
    assert codes(leapling, start=monday, age_to=22) == ["age"]


@pytest.mark.parametrize(
    ("limits", "years", "expected"),
    [
        ({"age_from": 67}, 67, ["age"]),  # still 66 on the Monday
        ({"age_from": 66}, 67, []),
        ({"age_to": 66}, 67, []),
        ({"age_to": 65}, 67, ["age"]),
        ({"age_from": 66, "age_to": 66}, 67, []),
        ({"age_from": 0, "age_to": 6}, 7, []),
        ({"age_from": 0, "age_to": 5}, 7, ["age"]),
    ],
)
def test_an_age_range_is_in_full_years_both_ends_inclusive_r12(
    limits: dict[str, Any], years: int, expected: list[str]
) -> None:
    assert codes(turning(years), **limits) == expected


def test_a_search_over_a_birthday_offers_the_days_on_one_side_of_it_r11a() -> None:
    question = a_question(of_type(age_from=67), patient=turning(67))

    assert min(days_of(offers(question, span=DAYS))) == A_MONDAY + DAY


@given(st.dates(date(1910, 1, 1), date(2026, 12, 6)), st.integers(0, 110), st.integers(0, 30))
def test_exactly_those_of_the_right_age_are_offered_anything_r12(
    day: date, age_from: int, more: int
) -> None:
    age_to = age_from + more

    expected = age_from <= full_years(day, A_MONDAY) <= age_to

    assert (codes(born(day), age_from=age_from, age_to=age_to) == []) == expected


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("patients", "refused"),
    [(Patients.EVERYONE, ()), (Patients.NEW, (True,)), (Patients.EXISTING, (False,))],
)
def test_a_type_may_be_for_new_or_for_existing_patients_only_r12(
    patients: Patients, refused: tuple[bool, ...], is_known: bool
) -> None:
    patient = attrs.evolve(SOMEBODY, is_known=is_known)

    assert codes(patient, patients=patients) == (
        ["phone-the-clinic"] if is_known in refused else []
    )


@pytest.mark.parametrize(
    ("most", "open_bookings", "expected"),
    [
        (None, 99, []),
        (2, 1, []),
        (2, 2, ["phone-the-clinic"]),
        (2, 3, ["phone-the-clinic"]),
        (0, 0, ["phone-the-clinic"]),
    ],
)
def test_a_patient_has_at_most_so_many_open_bookings_r3(
    most: int | None, open_bookings: int, expected: list[str]
) -> None:
    clinic = a_clinic(web_booking=a_web_booking(max_open_bookings=most))
    patient = attrs.evolve(SOMEBODY, open_bookings=open_bookings)

    assert codes_at(a_question(clinic, patient=patient), NINE) == expected


STRICT = a_clinic(
    web_booking=a_web_booking(max_open_bookings=0),
    types=(a_type(ages=Ages.CHILDREN, age_to=5, patients=Patients.NEW),),
)


def test_all_reasons_against_a_patient_are_given_at_once_r17() -> None:
    assert codes_at(a_question(STRICT, patient=SOMEBODY), NINE) == [
        *("phone-the-clinic", "phone-the-clinic", "age", "age")
    ]


def test_without_patient_facts_the_rules_about_patients_are_silent_r17() -> None:
    assert codes_at(a_question(STRICT), NINE) == []


def test_a_rebooking_asks_none_of_this_r26() -> None:
    question = a_move(an_appointment(), STRICT, patient=SOMEBODY)

    assert codes_at(question, at("10:00")) == []


def test_logs_show_no_date_of_birth() -> None:
    assert "1985" not in repr(SOMEBODY)


def test_staff_see_which_rule_it_was_r23() -> None:
    new_only = of_type(patients=Patients.NEW)
    one_at_most = a_clinic(web_booking=a_web_booking(max_open_bookings=1))
    busy = attrs.evolve(SOMEBODY, open_bookings=2)

    assert reasons_at(a_question(new_only, patient=SOMEBODY), NINE) == (
        PhoneTheClinic(because="only for new patients", setting="bookable_type.patients"),
    )
    assert reasons_at(a_question(one_at_most, patient=busy), NINE) == (
        PhoneTheClinic(
            because="2 open bookings, at most 1", setting="web_booking.max_open_bookings"
        ),
    )


@pytest.mark.parametrize(
    ("setting", "value"), [("ages", Ages.CHILDREN), ("age_from", 99), ("age_to", 3)]
)
def test_staff_see_which_setting_of_ages_it_was_r17(setting: str, value: object) -> None:
    question = a_question(of_type(**{setting: value}), patient=SOMEBODY)

    assert reasons_at(question, NINE) == (AgeNotAllowed(setting=f"bookable_type.{setting}"),)
