"""Confirmations and the links in them: R20, R29, R29a, R36."""

import pytest

from tests.services.booking_scenes import messages_of
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    booking,
    contents,
    details,
    link_to,
    set_up,
    set_up_type,
)
from webtidbok.errors import InvalidValue
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.codes import LinkToken
from webtidbok.model.message import Channel, MessageKind, MessageState
from webtidbok.services.access import ByLink
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook


@pytest.mark.parametrize(
    ("sms", "email", "channels"),
    [
        (True, True, [Channel.SMS, Channel.EMAIL]),
        (True, False, [Channel.SMS]),
        (False, True, [Channel.EMAIL]),
        (False, False, []),
    ],
)
def test_a_confirmation_goes_by_the_channels_ticked_and_none_without_r20(
    book: WebBook, store: AnyStore, sms: bool, email: bool, channels: list[Channel]
) -> None:
    answer = booked(book, details=details(1, accepts_sms=sms, accepts_email=email))

    messages = messages_of(store, answer)
    assert [each.channel for each in messages] == channels
    assert {each.kind for each in messages} <= {MessageKind.CONFIRMATION}
    assert {each.state for each in messages} <= {MessageState.UNSENT}
    assert {each.sequence for each in messages} <= {1}
    assert answer.link is not None, "the receipt shows the link"


def test_an_email_that_is_ticked_but_not_given_gets_no_message_r20(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book, details=details(1, email=None))

    assert [each.channel for each in messages_of(store, answer)] == [Channel.SMS]


def test_every_message_has_a_link_of_its_own_and_all_lead_to_the_visit_r29a(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book)

    links = [ByLink(LinkToken(each.token)) for each in messages_of(store, answer)]
    ways_in = {link_to(answer), *links}
    assert len(ways_in) == 3
    for way_in in ways_in:
        shown = book.show(way_in)
        assert isinstance(shown, Shown)
        assert shown.appointment == answer.appointment


def test_a_plain_token_stands_in_the_answer_and_in_its_unsent_message_only_r29a(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book, details=details(1, accepts_email=False))
    assert answer.link is not None

    [message] = messages_of(store, answer)
    everything = str(contents(store))
    assert everything.count(answer.link.hash) == 1
    assert answer.link.token not in everything
    for held_in in (answer, message, *book.history(LINDEN)):
        assert message.token not in repr(held_in)
        assert answer.link.token not in repr(held_in)
    assert len(message.token) >= 22, "at least 128 random bits"


@pytest.mark.parametrize(
    ("rebookings", "cancellations", "has_link"),
    [(True, True, True), (True, False, True), (False, True, True), (False, False, False)],
)
def test_a_message_carries_a_link_only_if_the_visit_can_be_changed_r29(
    book: WebBook, store: AnyStore, rebookings: bool, cancellations: bool, has_link: bool
) -> None:
    set_up(book, rebookings=rebookings, cancellations=cancellations)

    assert [bool(each.token) for each in messages_of(store, booked(book))] == [has_link] * 2


def test_whether_there_is_a_link_is_judged_for_that_very_appointment_r29(
    book: WebBook, store: AnyStore
) -> None:
    nothing = Changeable({})
    only_recalls = Changeable({Origin.RECALL: frozenset(Action)})
    only_cancel = Changeable({Origin.WEB: frozenset({Action.CANCEL})})
    set_up(book, changeable=nothing)
    assert not any(each.token for each in messages_of(store, booked(book, "08:00")))

    set_up_type(book, changeable=only_cancel)
    assert all(each.token for each in messages_of(store, booked(book, "09:00")))
    set_up(book, cancellations=False)
    assert not any(each.token for each in messages_of(store, booked(book, "10:00")))
    set_up_type(book, changeable=only_recalls)
    assert not any(each.token for each in messages_of(store, booked(book, "11:00")))


def test_messages_are_in_the_patients_language_if_the_clinic_has_it_r36(
    book: WebBook, store: AnyStore
) -> None:
    english = booked(book, "09:00", language="en")
    assert {each.language for each in messages_of(store, english)} == {"en"}
    assert english.appointment.language == "en"

    before = contents(store)
    with pytest.raises(InvalidValue) as wrong:
        book.book(booking("10:00", language="tlh"))
    assert wrong.value.field == "language"
    assert "tlh" not in str(wrong.value)
    assert contents(store) == before
