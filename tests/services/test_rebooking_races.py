"""A move that comes twice, or together with others: R21, R22, R24, R27."""

from functools import partial

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    moved,
)
from tests.services.scenes import (
    AnyStore,
    booked,
    codes_of,
    contents,
    held,
    link_to,
    set_up,
)
from tests.services.stores import UnsettledStore
from webtidbok.errors import InvalidValue, RequestKeyReused
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import RequestKey
from webtidbok.model.instants import MINUTE, SECOND
from webtidbok.services.access import ByLink
from webtidbok.services.outcomes import (
    ChangedMeanwhile,
    Moved,
    NoSuchVisit,
    SlotTaken,
)
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    at,
    between,
)
from webtidbok.testing.clock import StandingClock


def test_a_repeat_of_a_request_moves_nothing_and_sends_nothing_r22(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    move = partial(book.rebook, link_to(mine), at("10:00"), key=RequestKey("k"), revision=1)
    first = move()
    assert isinstance(first, Moved)
    before = contents(store)

    again = move()

    assert again == Moved(appointment=first.appointment, is_repeat=True)
    assert contents(store) == before


def test_a_repeat_answers_also_when_it_would_be_too_late_by_now_r22(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    move = partial(book.rebook, link_to(mine), at("09:30"), key=RequestKey("k"))
    assert isinstance(move(), Moved)

    clock.stand_at(at("09:00"))

    answer = move()
    assert isinstance(answer, Moved)
    assert answer.is_repeat
    assert happened(book) == ["booked", "rebooked"]


@pytest.mark.parametrize("other", ["another time", "another visit", "another use case"])
def test_a_key_that_came_with_other_content_is_an_error_r22(
    book: WebBook, store: AnyStore, other: str
) -> None:
    mine, others = booked(book, "09:00", 1), booked(book, "09:30", 2)
    key = RequestKey("k")
    if other == "another use case":
        booked(book, "14:00", 3, key=key)
    else:
        book.rebook(link_to(mine), at("10:00"), key=key)
    before = contents(store)

    with pytest.raises(RequestKeyReused):
        book.rebook(link_to(others if other == "another visit" else mine), at("11:00"), key=key)

    assert contents(store) == before


def test_the_second_of_two_tabs_is_told_that_the_visit_changed_r27(book: WebBook) -> None:
    mine = booked(book, "09:00")
    seen = book.show(link_to(mine))
    assert isinstance(seen, Shown)
    revision = seen.appointment.revision
    first = book.rebook(link_to(mine), at("10:00"), revision=revision)
    assert isinstance(first, Moved)

    second = book.rebook(link_to(mine), at("11:00"), revision=revision)

    assert second == ChangedMeanwhile(appointment=first.appointment)
    assert as_it_is(book, mine.appointment) == first.appointment


def test_what_changes_between_reading_and_writing_is_seen_r27(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    unsettled = UnsettledStore(store)
    tab = WebBook(attrs.evolve(book.desk, store=unsettled))
    unsettled.meanwhile.append(lambda: book.rebook(link_to(mine), at("10:00")))

    answer = tab.rebook(link_to(mine), at("11:00"))

    assert isinstance(answer, ChangedMeanwhile)
    assert answer.appointment.span == between("10:00", "10:30")
    assert as_it_is(book, mine.appointment) == answer.appointment


def test_who_takes_the_time_between_reading_and_writing_has_it_r24(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    unsettled = UnsettledStore(store)
    tab = WebBook(attrs.evolve(book.desk, store=unsettled))
    unsettled.meanwhile.append(lambda: booked(book, "10:00", 2))

    answer = tab.rebook(link_to(mine), at("10:00"))

    assert isinstance(answer, SlotTaken)
    assert as_it_is(book, mine.appointment) == mine.appointment
    assert all_is_well(book)


def test_settings_that_change_between_reading_and_writing_are_in_force_r17(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    unsettled = UnsettledStore(store)
    tab = WebBook(attrs.evolve(book.desk, store=unsettled))
    unsettled.meanwhile.append(lambda: set_up(book, rebookings=False))

    assert codes_of(tab.rebook(link_to(mine), at("10:00"))) == ["rebookings-off"]


def test_a_cancelled_visit_cannot_be_moved_r27(book: WebBook) -> None:
    mine = booked(book, "09:00")
    book.cancel(link_to(mine))

    assert codes_of(book.rebook(link_to(mine), at("10:00"))) == ["already-cancelled"]
    assert book.rebook(link_to(mine), at("10:00"), revision=1) == ChangedMeanwhile(
        appointment=as_it_is(book, mine.appointment)
    )


def test_an_expired_hold_in_the_way_is_as_none_r21(book: WebBook, clock: StandingClock) -> None:
    mine = booked(book, "09:00")
    held(book, "10:00")
    clock.move(10 * MINUTE)

    moved(book, link_to(mine), "10:00")

    assert all_is_well(book)


def test_who_has_no_way_in_moves_nothing_r29(book: WebBook, store: AnyStore) -> None:
    booked(book, "09:00")
    before = contents(store)

    assert book.rebook(ByLink(LinkToken.from_bytes(bytes(16))), at("10:00")) == NoSuchVisit()
    assert contents(store) == before


def test_a_start_that_is_no_whole_minute_is_refused_when_given_r40(book: WebBook) -> None:
    mine = booked(book, "09:00")

    for wrong in (at("10:00") + SECOND, at("10:00").replace(tzinfo=None)):
        with pytest.raises(InvalidValue):
            book.rebook(link_to(mine), wrong)
