"""Staff confirm contacts that came from the web: R19, R19a."""

import attrs
import pytest

from tests.services.change_scenes import happened, register
from tests.services.scenes import LINDEN, AnyStore, booked, contents, details
from webtidbok.errors import UnknownPatient
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import ClinicId, PatientId
from webtidbok.model.patient import Patient
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import a_mobile, a_patient


def from_the_web(book: WebBook) -> Patient:
    patient = booked(book, "09:00", 1).appointment.patient
    assert patient is not None
    return book.desk.records.patient(LINDEN, patient)


@pytest.mark.parametrize("what", ["mobile", "email"])
def test_what_is_confirmed_is_staffs_from_now_on_and_the_other_is_not_r19a(
    book: WebBook, what: str
) -> None:
    patient = from_the_web(book)
    assert not patient.mobile_verified
    assert not patient.email_verified

    confirmed = book.confirm_contacts(LINDEN, patient.id, **{what: True})

    assert confirmed == attrs.evolve(patient, **{f"{what}_verified": True})  # type: ignore[arg-type]
    assert book.desk.records.patient(LINDEN, patient.id) == confirmed
    assert (confirmed.verified_contact.mobile is None) == (what == "email")
    assert (confirmed.verified_contact.email is None) == (what == "mobile")


def test_what_was_confirmed_stays_so_r19a(book: WebBook) -> None:
    patient = from_the_web(book)

    book.confirm_contacts(LINDEN, patient.id, mobile=True)
    both = book.confirm_contacts(LINDEN, patient.id, email=True)

    assert both.mobile_verified
    assert both.email_verified
    assert book.confirm_contacts(LINDEN, patient.id) == both


def test_a_confirmed_contact_is_not_overwritten_from_the_web_r19(book: WebBook) -> None:
    patient = from_the_web(book)
    confirmed = book.confirm_contacts(LINDEN, patient.id, mobile=True, email=True)

    again = details(1, mobile=a_mobile(90), email=EmailAddress("other@example.com"))
    booked(book, "10:00", 1, details=again)

    assert book.desk.records.patient(LINDEN, patient.id) == confirmed


def test_an_email_that_is_filled_in_later_is_unverified_though_none_was_confirmed_r19a(
    book: WebBook,
) -> None:
    register(book, a_patient("p1", 1))
    book.confirm_contacts(LINDEN, PatientId("p1"), mobile=True, email=True)

    booked(book, "09:00", 1)

    filled = book.desk.records.patient(LINDEN, PatientId("p1"))
    assert filled.email is not None
    assert (filled.mobile_verified, filled.email_verified) == (False, False)


def test_it_is_no_event_of_the_web_book_r33(book: WebBook) -> None:
    patient = from_the_web(book)

    book.confirm_contacts(LINDEN, patient.id, mobile=True)

    assert happened(book) == ["booked"]


def test_a_patient_who_is_not_there_is_an_error(book: WebBook, store: AnyStore) -> None:
    patient = from_the_web(book)
    before = contents(store)

    with pytest.raises(UnknownPatient):
        book.confirm_contacts(LINDEN, PatientId("nobody"), mobile=True)
    with pytest.raises(UnknownPatient):
        book.confirm_contacts(ClinicId("elsewhere"), patient.id, mobile=True)
    assert contents(store) == before
