"""What the tests of new bookings share: a second clinic, and what a booking left behind."""

from typing import Any

from tests.services.scenes import AnyStore, linden
from webtidbok.model.ids import ClinicId, RequestKey
from webtidbok.model.message import Message
from webtidbok.model.patient import Patient
from webtidbok.services.outcomes import Booked
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import a_patient

BIRCH = ClinicId("birch")
KEY = RequestKey("request 1")


def known(book: WebBook, **fields: Any) -> Patient:
    """Open the clinic Birch, whose register holds the first patient, and return that."""
    patient = a_patient("p1", 1, **({"first_name": "Test1"} | fields))
    book.add_clinic(linden(id=BIRCH), patients=[patient])
    return patient


def patient_of(store: AnyStore, answer: Booked) -> Patient:
    """Return whose appointment it is, as the register has it now."""
    appointment = answer.appointment
    assert appointment.patient is not None
    return store.patient(appointment.clinic, appointment.patient)


def messages_of(store: AnyStore, answer: Booked) -> list[Message]:
    """Return what was written about an appointment."""
    messages = store.messages(answer.appointment.clinic)
    return [each for each in messages if each.appointment == answer.appointment.id]
