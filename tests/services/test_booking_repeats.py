"""A request that comes twice: R22."""

from typing import Any

import pytest

from tests.services.booking_scenes import BIRCH, KEY, known
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    details,
    link_to,
    set_up,
)
from webtidbok.errors import InvalidValue, RequestKeyReused
from webtidbok.model.ids import RequestKey
from webtidbok.model.instants import DAY
from webtidbok.services.outcomes import Booked, SlotTaken
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, FILLING, at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number


def test_the_same_request_again_gives_the_same_visit_no_link_and_no_message_r22(
    book: WebBook, store: AnyStore
) -> None:
    first = booked(book, key=KEY)
    before = contents(store)

    assert booked(book, key=KEY) == Booked(appointment=first.appointment, link=None, is_repeat=True)
    assert contents(store) == before


def test_a_request_is_the_same_however_its_values_were_written_r22(
    book: WebBook, store: AnyStore
) -> None:
    number = an_identity_number(1).digits
    written = (
        {"identity_number": number, "mobile": "070-174 06 06", "first_name": "Åsa"},
        {
            "identity_number": f" {number[2:8]}-{number[8:]} ",
            "mobile": "+46 70 174 06 06",
            "first_name": " A\u030asa ",
            "email": " ",
            "message": None,
            "accepts_sms": False,
        },
        {"identity_number": number[2:], "mobile": "0046701740606", "first_name": "Åsa"},
    )
    answers = [
        book.book(booking(key=KEY, details=book.details(LINDEN, {"last_name": "Öst", **given})))
        for given in written
    ]

    assert [getattr(answer, "is_repeat", None) for answer in answers] == [False, True, True]
    assert len(list(store.appointments(LINDEN))) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"start": at("10:00")},
        {"provider": BO},
        {"type": FILLING},
        {"details": details(2)},
        {"details": details(1, first_name="Other")},
        {"details": details(1, message="other")},
        {"details": details(1, email=None)},
        {"details": details(1, accepts_sms=False)},
    ],
    ids="-".join,
)
def test_the_same_key_with_other_content_is_an_error_and_changes_nothing_r22(
    book: WebBook, store: AnyStore, change: dict[str, Any]
) -> None:
    booked(book, key=KEY)
    before = contents(store)

    with pytest.raises(RequestKeyReused):
        book.book(booking(key=KEY, **change))
    assert contents(store) == before


def test_a_key_is_the_clinics_own_r22(book: WebBook) -> None:
    known(book)
    here, there = booked(book, key=KEY), booked(book, key=KEY, clinic=BIRCH)

    assert not here.is_repeat
    assert not there.is_repeat


def test_a_repeat_shows_the_visit_as_it_is_now_also_when_it_moved_or_is_gone_r22(
    book: WebBook, clock: StandingClock
) -> None:
    first = booked(book, key=KEY)
    moved = book.rebook(link_to(first), at("11:00"))
    again = booked(book, key=KEY)
    assert again.is_repeat
    assert again.appointment == getattr(moved, "appointment", None)

    book.cancel(link_to(first))
    clock.move(30 * DAY)
    assert booked(book, key=KEY).appointment.is_cancelled


def test_a_repeat_is_answered_before_anything_can_be_taken_or_refused_r22(
    book: WebBook,
) -> None:
    booked(book, key=KEY)
    set_up(book, new_bookings=False, max_open_bookings=1)

    assert booked(book, key=KEY).is_repeat
    assert codes_of(book.book(booking())) == [
        "new-bookings-off", "phone-the-clinic", "provider-busy",
    ]  # fmt: skip


def test_a_request_that_came_to_nothing_may_come_again_with_its_key_r22(book: WebBook) -> None:
    theirs = booked(book, "09:00", 2)
    assert isinstance(book.book(booking(key=KEY)), SlotTaken)
    book.cancel(link_to(theirs))

    assert booked(book, key=KEY).is_repeat is False


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_1_to_200_characters_r22(key: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        booking(key=RequestKey(key))
    assert wrong.value.field == "key"
    assert booking(key=RequestKey("k" * 200)).key is not None
