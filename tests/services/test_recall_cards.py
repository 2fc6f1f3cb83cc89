"""By which way a recall reaches its patient, and what a card opens: R19a, R29, R29b, R31."""

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    card_of,
    kinds_of,
    last_event,
    link_in,
    recall_request,
    recalled,
    register,
    way_in_to,
    written,
)
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    contents,
    details,
    set_up,
)
from webtidbok.errors import (
    MissingKey,
    UnknownAppointment,
    UnknownClinic,
)
from webtidbok.model.changeable import Changeable
from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.model.message import Channel, MessageState
from webtidbok.services.outcomes import (
    NoContact,
    NoSuchVisit,
    Recalled,
)
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    a_contact,
    a_patient,
)

CONTACT = a_contact()


@pytest.fixture(autouse=True)
def known(book: WebBook) -> None:
    """Three patients are known; the third can not be reached."""
    reached = {"mobile": CONTACT.mobile, "email": CONTACT.email}
    register(
        book,
        a_patient("p1", 1, **reached),
        a_patient("p2", 2, **reached),
        a_patient("p3", 3),
    )


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (Channel.SMS, CONTACT.mobile.e164 if CONTACT.mobile else ""),
        (Channel.EMAIL, CONTACT.email.address if CONTACT.email else ""),
    ],
)
def test_the_message_goes_out_with_a_link_to_the_registers_contact_r31_r29(
    book: WebBook, channel: Channel, address: str
) -> None:
    answer = recalled(book, "09:00", channel=channel)

    assert answer.code is None
    [message] = written(book, MessageState.UNSENT)
    assert kinds_of([message]) == [f"recall {channel.value}"]
    assert (message.address, message.placement) == (address, answer.appointment.placement)
    shown = book.show(link_in(message))
    assert isinstance(shown, Shown)
    assert shown.appointment == answer.appointment


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_without_the_contact_nothing_is_set_r31(
    book: WebBook, store: AnyStore, channel: Channel
) -> None:
    before = contents(store)

    assert book.recall(recall_request("09:00", 3, channel=channel)) == NoContact()
    assert contents(store) == before
    assert recalled(book, "09:00", 3, channel=Channel.CARD).code is not None


def test_a_contact_from_the_web_is_not_used_until_staff_confirm_it_r19a(book: WebBook) -> None:
    patient = booked(book, "08:00", 3, details=details(3)).appointment.patient
    assert patient == "p3"
    by_sms = recall_request("09:00", 3, channel=Channel.SMS)
    by_email = recall_request("10:00", 3, channel=Channel.EMAIL)
    assert book.recall(by_sms) == book.recall(by_email) == NoContact()

    book.confirm_contacts(LINDEN, patient, mobile=True)

    assert isinstance(book.recall(by_sms), Recalled)
    assert book.recall(by_email) == NoContact()


def test_a_card_sends_nothing_and_its_code_opens_the_visit_with_the_number_r31_r29(
    book: WebBook,
) -> None:
    answer = recalled(book, "09:00")

    assert written(book) == []
    shown = book.show(card_of(answer))
    assert isinstance(shown, Shown)
    assert shown.appointment == answer.appointment
    assert book.show(card_of(answer, 2)) == NoSuchVisit(), "the number must be its patient's"


def test_the_code_is_shown_once_and_kept_only_as_a_hash_r29b(
    book: WebBook, store: AnyStore
) -> None:
    answer = recalled(book, "09:00")

    again = book.recall(recall_request("09:00"))

    assert answer.code is not None
    assert again == Recalled(appointment=answer.appointment, code=None, is_repeat=True)
    kept = repr(contents(store))
    assert answer.code.characters not in kept
    assert answer.code.keyed_hash(book.desk.all_keys()[0]) in kept


def nothing_can_be_done(book: WebBook) -> None:
    set_up(book, rebookings=False, cancellations=False)


def test_message_and_card_carry_link_or_code_only_if_something_can_be_done_r29(
    book: WebBook,
) -> None:
    nothing_can_be_done(book)

    by_card = recalled(book, "09:00", 1)
    recalled(book, "09:30", 2, channel=Channel.SMS)

    assert by_card.code is None
    [message] = written(book)
    assert message.token == ""


@pytest.mark.parametrize("function", ["rebookings", "cancellations"])
def test_one_function_is_enough_for_a_code_r29(book: WebBook, function: str) -> None:
    nothing_can_be_done(book)
    set_up(book, **{function: True})

    assert recalled(book).code is not None


def test_a_card_needs_the_installations_key_and_a_message_does_not_r29b(book: WebBook) -> None:
    without = WebBook(attrs.evolve(book.desk, keys=None))

    recalled(without, "09:00", channel=Channel.SMS)
    with pytest.raises(MissingKey):
        without.recall(recall_request("10:00", 2))


# Printing a card again


def test_a_card_printed_again_has_a_new_code_and_the_old_one_ends_r29b(book: WebBook) -> None:
    first = recalled(book, "09:00")

    new = way_in_to(book, first.appointment, 1)

    assert book.show(card_of(first)) == NoSuchVisit()
    assert isinstance(book.show(new), Shown)
    event = last_event(book)
    assert (event.what.value, event.by) == ("code-issued", "reception")
    assert (event.appointment, event.revision) == (first.appointment.id, 1)
    assert all_is_well(book)


def test_links_stay_when_a_card_is_printed_r29a(book: WebBook) -> None:
    answer = recalled(book, "09:00", channel=Channel.SMS)
    [message] = written(book)

    way_in_to(book, answer.appointment, 1)

    assert isinstance(book.show(link_in(message)), Shown)


@pytest.mark.parametrize("why", ["switched off", "not changeable", "cancelled"])
def test_a_card_that_opens_nothing_gets_no_code_and_the_old_one_stays_r29(
    book: WebBook, store: AnyStore, why: str
) -> None:
    first = recalled(book, "09:00")
    if why == "switched off":
        nothing_can_be_done(book)
    elif why == "not changeable":
        set_up(book, changeable=Changeable({}))
    else:
        book.cancel(card_of(first))
    before = contents(store)

    assert book.issue_code(LINDEN, first.appointment.id, by="reception").code is None
    assert contents(store) == before
    assert isinstance(book.show(card_of(first)), Shown)


def test_a_code_for_what_is_not_there_is_an_error(book: WebBook) -> None:
    with pytest.raises(UnknownAppointment):
        book.issue_code(LINDEN, AppointmentId("none"), by="reception")
    with pytest.raises(UnknownClinic):
        book.issue_code(ClinicId("elsewhere"), AppointmentId("none"), by="reception")
