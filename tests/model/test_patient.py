"""R18, R19, R19a, R20: what a booking makes of a patient, and what it leaves alone."""

from typing import Any

import attrs
import pytest

from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import PatientId
from webtidbok.model.patient import Contact, Patient
from webtidbok.testing.builders import a_mobile, a_patient, some_details

TYPED = EmailAddress("typed@example.com")
KNOWN = EmailAddress("known@example.com")


def test_an_unknown_patient_is_created_with_what_was_given_r19() -> None:
    details = some_details(email=TYPED, accepts_sms=True)

    patient = Patient.created_from(details, PatientId("p9"))

    assert patient.id == "p9"
    assert patient.identity_number == details.identity_number
    assert (patient.first_name, patient.last_name) == ("Test1", "Testsson")
    assert (patient.mobile, patient.email) == (details.mobile, TYPED)
    assert (patient.accepts_sms, patient.accepts_email) == (True, False)


def test_contacts_of_a_created_patient_are_unverified_r19a() -> None:
    patient = Patient.created_from(some_details(email=TYPED), PatientId("p9"))

    assert not patient.mobile_verified
    assert not patient.email_verified
    assert patient.verified_contact == Contact()


def test_missing_contacts_are_filled_in_unverified_r19_r19a() -> None:
    details = some_details(email=TYPED)

    filled = a_patient().filled_in(details)

    assert (filled.mobile, filled.mobile_verified) == (details.mobile, False)
    assert (filled.email, filled.email_verified) == (TYPED, False)


def test_nothing_that_is_there_is_overwritten_r19() -> None:
    known = a_patient(mobile=a_mobile(50), email=KNOWN)

    assert known.filled_in(some_details(email=TYPED, first_name="Other")) == known


def test_only_what_is_missing_is_filled_in_r19() -> None:
    known = a_patient(mobile=a_mobile(50))

    filled = known.filled_in(some_details(email=TYPED))

    assert filled == attrs.evolve(known, email=TYPED, email_verified=False)
    assert filled.mobile_verified


def test_an_email_that_was_not_given_fills_in_nothing_r19() -> None:
    filled = a_patient().filled_in(some_details())

    assert filled.email is None
    assert filled.email_verified


def test_consents_of_a_known_patient_never_change_from_the_web_r19() -> None:
    filled = a_patient(accepts_email=True).filled_in(some_details(accepts_sms=True))

    assert (filled.accepts_sms, filled.accepts_email) == (False, True)


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        ({}, False),
        ({"first_name": "TEST1", "last_name": "testsson"}, False),
        ({"first_name": "Other"}, True),
        ({"last_name": "Other"}, True),
    ],
)
def test_names_that_differ_from_the_register_are_noticed_case_aside_r19a(
    typed: dict[str, Any], differs: bool
) -> None:
    assert a_patient().is_named_otherwise(some_details(**typed)) is differs


def test_messages_of_a_booking_go_where_it_says_r20() -> None:
    details = some_details(email=TYPED, accepts_email=True)

    assert details.contact == Contact(mobile=details.mobile, email=TYPED, accepts_email=True)


def test_the_clinics_own_messages_go_to_verified_contacts_r19a() -> None:
    patient = a_patient(mobile=a_mobile(50), email=KNOWN, email_verified=False, accepts_sms=True)

    assert patient.verified_contact == Contact(mobile=a_mobile(50), accepts_sms=True)


def test_logs_show_nobody_r39_r40() -> None:
    details = some_details(email=TYPED, message="Secret")
    shown = f"{details!r} {details.contact!r} {a_patient(email=KNOWN, mobile=a_mobile())!r}"

    for secret in ("Test1", "Testsson", "Secret", "example.com", "+4670", "1985"):
        assert secret not in shown
