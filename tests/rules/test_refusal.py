"""R17, R23: what staff and patients are told of a refusal."""

from datetime import date
from enum import Enum
from typing import ClassVar

import attrs
import pytest

from webtidbok.model.changeable import Origin
from webtidbok.rules.change_limit import deadline_for
from webtidbok.rules.changes import NotChangeable, TooLateToChange
from webtidbok.rules.dates import OutsidePeriod, PastHorizon, TooSoon
from webtidbok.rules.functions import NewBookingsOff
from webtidbok.rules.occupancy import NoResourceFree, ProviderBusy
from webtidbok.rules.patients import PhoneTheClinic
from webtidbok.rules.refusal import PatientReason, Refusal, facts_of, patient_view
from webtidbok.testing.builders import (
    ANNA,
    CHAIR_1,
    CHAIR_2,
    NOW,
    a_clinic,
    an_appointment,
    at,
)

ONLY_NEW = PhoneTheClinic(because="only for new patients", setting="bookable_type.patients")
TOO_MANY = PhoneTheClinic(because="2 open bookings", setting="web_booking.max_open_bookings")


def test_patients_are_told_the_code_alone_and_each_once_r17() -> None:
    refusals: list[Refusal] = [
        ProviderBusy(provider=ANNA),
        NoResourceFree(resource=CHAIR_1),
        NoResourceFree(resource=CHAIR_2),
    ]

    assert patient_view(refusals) == (
        PatientReason("provider-busy"),
        PatientReason("no-resource-free"),
    )
    assert patient_view([]) == ()


def test_new_existing_and_open_bookings_look_the_same_to_patients_r23() -> None:
    assert (
        patient_view([ONLY_NEW]) == patient_view([TOO_MANY]) == patient_view([ONLY_NEW, TOO_MANY])
    )


def test_staff_see_the_facts_and_the_setting_apart_r17() -> None:
    assert facts_of(ONLY_NEW) == {"because": "only for new patients"}
    assert ONLY_NEW.setting == "bookable_type.patients"
    assert facts_of(NewBookingsOff()) == {}


class Shade(Enum):
    DARK = "dark"


@attrs.frozen
class OfAHost:
    """A refusal that a host's own rule brings."""

    code: ClassVar[str] = "host.dark"
    shades: tuple[Shade, ...] = (Shade.DARK,)
    count: int = 3
    setting: str = "host.shades"


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (TooSoon(earliest=at("09:00"), setting="s"), {"earliest": "2026-12-07T08:00:00Z"}),
        (PastHorizon(last_date=date(2027, 1, 7)), {"last_date": "2027-01-07"}),
        (
            OutsidePeriod(bookable_from=None, bookable_until=date(2027, 1, 7)),
            {"bookable_from": None, "bookable_until": "2027-01-07"},
        ),
        (NotChangeable(origin=Origin.STAFF, setting="web_booking.changeable"), {"origin": "STAFF"}),
        (OfAHost(), {"shades": ["dark"], "count": 3}),
    ],
)
def test_facts_are_plain_values_for_logs_and_json_r17(
    refusal: Refusal, facts: dict[str, object]
) -> None:
    assert facts_of(refusal) == facts


def test_a_hosts_refusal_is_a_refusal() -> None:
    assert isinstance(OfAHost(), Refusal)
    assert isinstance(ONLY_NEW, Refusal)
    assert not isinstance(object(), Refusal)


def test_the_last_moment_can_be_shown_to_the_patient_r2b() -> None:
    last_moment = deadline_for(an_appointment(), a_clinic())

    assert facts_of(TooLateToChange(last_moment=last_moment, asked_at=NOW, setting="")) == {
        "last_moment": "2026-12-07T08:00:00Z",
        "asked_at": "2026-11-30T07:00:00Z",
    }
