from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.clinic_writing import document_of
from webtidbok.model.clinic import Clinic
from webtidbok.model.contact import MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.instants import instant
from webtidbok.model.patient import PatientDetails
from webtidbok.model.text import NAME_MOST, required_text
from webtidbok.testing.clinics import clinics
from webtidbok.testing.identity_numbers import an_identity_number, published_number
from webtidbok.testing.rich import a_rich_clinic
from webtidbok.testing.strategies import (
    FIRST_DAY,
    LAST_DAY,
    ZONES,
    change_days,
    days,
    details,
    identity_numbers,
    mobiles,
    moments,
    names,
    zones,
)

STOCKHOLM = ZONES[0]


@pytest.mark.parametrize(
    ("born", "man", "digits"),
    [
        (date(1992, 1, 1), False, "199201012383"),
        (date(1992, 1, 1), True, "199201012391"),
        (date(2006, 1, 1), False, "200601012388"),
    ],
)
def test_numbers_are_those_of_the_published_series(born: date, *, man: bool, digits: str) -> None:
    assert published_number(born, man=man).digits == digits


@pytest.mark.parametrize("year", [1976, 1980, 1989, 1990, 2000, 2005, 2011, 2014])
def test_no_number_is_made_up_for_a_year_that_is_not_known_to_be_safe(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        published_number(date(year, 3, 1))


@given(identity_numbers())
def test_identity_numbers_parse(number: PersonalIdentityNumber) -> None:
    today = date(2026, 11, 23)

    assert PersonalIdentityNumber.parse(number.digits, on=today) == number
    assert PersonalIdentityNumber.parse(number.digits[2:], on=today) == number
    assert number.digits[8:11] in {"238", "239"}


def test_places_have_numbers_of_their_own() -> None:
    assert len({an_identity_number(place) for place in range(1, 301)}) == 300


@given(mobiles())
def test_mobiles_are_swedish_ones_for_fiction(mobile: MobileNumber) -> None:
    national = phonenumbers.parse(mobile.e164).national_number

    assert national is not None
    assert 701740605 <= national <= 701740699
    assert MobileNumber.parse(f"0{national}") == mobile


@given(names())
def test_names_are_kept_as_they_are(name: str) -> None:
    assert required_text(name, field="name", most=NAME_MOST) == name


@given(details())
def test_details_are_of_somebody_who_can_be_reached(typed: PatientDetails) -> None:
    assert typed.contact.mobile == typed.mobile


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Europe/Stockholm", date(2026, 3, 29), date(2027, 10, 31)),
        ("Africa/Cairo", date(2026, 4, 24), date(2027, 10, 29)),
        ("Australia/Lord_Howe", date(2026, 4, 5), date(2027, 10, 3)),
    ],
)
def test_the_days_of_change_are_known(zone: str, first: date, last: date) -> None:
    changes = change_days(ZoneInfo(zone))

    assert len(changes) == 4
    assert (changes[0], changes[-1]) == (first, last)


@given(st.data())
def test_days_lie_in_the_two_years(data: st.DataObject) -> None:
    zone = data.draw(zones())

    assert FIRST_DAY <= data.draw(days(zone)) <= LAST_DAY


@given(st.data())
def test_moments_are_instants(data: st.DataObject) -> None:
    moment = data.draw(moments(data.draw(zones())))

    assert moment == instant(moment)
    assert abs(moment.date() - date(2026, 12, 31)) <= timedelta(days=367)


@given(clinics())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_clinics_are_valid_and_have_what_a_search_needs(clinic: Clinic) -> None:
    assert clinic.time_zone in ZONES
    assert clinic.types
    assert all(visit.providers for visit in clinic.types)


@given(clinics())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_clinics_can_be_written_and_read(clinic: Clinic) -> None:
    assert clinic_from(document_of(clinic)).clinic == clinic


def test_the_rich_clinic_can_be_written_and_read() -> None:
    assert clinic_from(document_of(a_rich_clinic())).clinic == a_rich_clinic()


def overlapping_periods(clinic: Clinic) -> bool:
    return any(
        one.provider == other.provider and one.first < other.first <= one.last
        for one in clinic.periods
        for other in clinic.periods
    )


@pytest.mark.parametrize(
    "wanted",
    [
        overlapping_periods,
        lambda clinic: len(clinic.periods) > 2,
        lambda clinic: any(len(template.weeks) == 3 for template in clinic.templates),
        lambda clinic: any(override.blocks for override in clinic.day_overrides),
        lambda clinic: any(not override.blocks for override in clinic.day_overrides),
        lambda clinic: bool(clinic.closed_days),
        lambda clinic: clinic.closed_days & set(change_days(clinic.time_zone)),
        lambda clinic: any(len(visit.resources) > 1 for visit in clinic.types),
        lambda clinic: any(visit.block_filter for visit in clinic.types),
        lambda clinic: any(kind.exclusive and kind.web_bookable for kind in clinic.block_kinds),
        lambda clinic: clinic.time_zone != STOCKHOLM,
    ],
)
def test_clinics_of_every_sort_are_drawn(wanted: Callable[[Clinic], object]) -> None:
    tries = settings(
        max_examples=500,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    found = find(clinics(), lambda clinic: bool(wanted(clinic)), settings=tries)
    assert wanted(found)
