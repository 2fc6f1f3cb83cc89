"""Writing on settings that are still the ones that were read."""

from collections.abc import Callable

import attrs
import pytest

from tests.services.scenes import (
    LINDEN,
    ROOM_1,
    ROOM_2,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    held,
    hold_request,
    linden,
    link_to,
    set_up,
    set_up_type,
)
from tests.services.stores import ForgetfulStore, UnsettledStore
from webtidbok.errors import InvalidValue, StoreUnavailable, UnknownType
from webtidbok.model.ids import ClinicId, RequestKey
from webtidbok.model.instants import MINUTE
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import Booked, Cancelled, Moved, Refused, SlotTaken
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, FILLING, at, between


@pytest.fixture
def unsettled(store: AnyStore) -> UnsettledStore:
    """The store, in which things happen between reading and writing."""
    return UnsettledStore(store)


@pytest.fixture
def theirs(book: WebBook, desk: Desk, unsettled: UnsettledStore) -> WebBook:
    """The book of somebody who is always a little late."""
    return attrs.evolve(book, desk=attrs.evolve(desk, store=unsettled))


def test_a_booking_is_made_on_the_settings_of_the_moment_it_is_stored(
    book: WebBook, theirs: WebBook, unsettled: UnsettledStore
) -> None:
    unsettled.meanwhile.append(lambda: set_up_type(book, duration_minutes=45, after_minutes=10))

    answer = booked(theirs, "09:00")
    assert answer.appointment.span == between("09:00", "09:45")
    assert answer.appointment.after == 10 * MINUTE
    assert len(unsettled.scopes) == 2


def test_what_may_be_touched_is_worked_out_again_from_the_new_settings(
    book: WebBook, theirs: WebBook, unsettled: UnsettledStore
) -> None:
    booked(book, "09:00", 2, type=FILLING, provider=BO)  # in the first room
    unsettled.meanwhile.append(lambda: set_up_type(book, resources=(ROOM_1, ROOM_2)))

    answer = booked(theirs, "09:00")
    assert answer.appointment.placement.resource == ROOM_2
    unsettled.meanwhile.append(lambda: set_up_type(book, resources=(ROOM_1,)))
    assert codes_of(theirs.book(booking("09:30"))) == ["no-resource-free"]


def test_a_function_that_is_switched_off_meanwhile_is_off_r1(
    book: WebBook, theirs: WebBook, unsettled: UnsettledStore, store: AnyStore
) -> None:
    unsettled.meanwhile.append(lambda: set_up(book, new_bookings=False))

    assert codes_of(theirs.book(booking())) == ["new-bookings-off"]
    assert list(store.appointments(LINDEN)) == []
    set_up(book, new_bookings=True)
    unsettled.meanwhile.append(lambda: set_up(book, new_bookings=False))
    assert isinstance(theirs.hold(hold_request()), Refused)


def test_rebooking_and_cancelling_look_at_the_newest_settings_too_r1(
    book: WebBook, theirs: WebBook, unsettled: UnsettledStore
) -> None:
    answer = booked(book, "09:00")
    unsettled.meanwhile.append(lambda: set_up(book, rebookings=False))
    assert codes_of(theirs.rebook(link_to(answer), at("10:00"))) == ["rebookings-off"]
    unsettled.meanwhile.append(lambda: set_up(book, cancellations=False))
    assert codes_of(theirs.cancel(link_to(answer))) == ["cancellations-off"]

    unsettled.meanwhile.append(lambda: set_up(book, rebookings=True))
    assert isinstance(theirs.rebook(link_to(answer), at("10:00")), Moved)
    unsettled.meanwhile.append(lambda: set_up(book, cancellations=True))
    assert isinstance(theirs.cancel(link_to(answer)), Cancelled)


def test_whoever_knows_old_settings_books_on_those_of_now(
    book: WebBook, desk: Desk, store: AnyStore
) -> None:
    forgetful = ForgetfulStore(store, LINDEN)
    theirs = attrs.evolve(book, desk=attrs.evolve(desk, store=forgetful))
    was = book.clinic(LINDEN)
    [filling] = [each for each in was.types if each.id == FILLING]

    book.change_settings(attrs.evolve(was, types=(filling,), languages=("en",)))
    answer = theirs.book(booking(type=FILLING, language="en"))
    assert isinstance(answer, Booked)
    assert answer.appointment.language == "en"
    with pytest.raises(UnknownType):
        theirs.book(booking())
    with pytest.raises(InvalidValue):
        theirs.book(booking("10:00", 2, type=FILLING, language="sv"))


@pytest.mark.parametrize("changes", [4, 5])
def test_settings_that_keep_changing_are_no_answer_in_the_end_and_nothing_is_stored(
    book: WebBook,
    theirs: WebBook,
    unsettled: UnsettledStore,
    store: AnyStore,
    changes: int,
) -> None:
    def again() -> None:
        set_up(book, name="Linden, as ever")

    unsettled.meanwhile += [again] * changes
    if changes == 4:
        assert isinstance(theirs.book(booking()), Booked)
    else:
        with pytest.raises(StoreUnavailable):
            theirs.book(booking())
    assert len(unsettled.scopes) == 5
    assert len(list(store.appointments(LINDEN))) == (1 if changes == 4 else 0)


def test_another_clinics_settings_are_its_own(
    book: WebBook, theirs: WebBook, unsettled: UnsettledStore
) -> None:
    birch = linden(id=ClinicId("birch"))
    book.add_clinic(birch)
    unsettled.meanwhile.append(lambda: book.change_settings(attrs.evolve(birch, name="Birches")))

    booked(theirs)
    assert len(unsettled.scopes) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda book: booked(book, "09:00", 2),
        lambda book: held(book, "09:00"),
        lambda book: book.lay_absence(LINDEN, booking().provider, between("09:00", "09:05")),
    ],
    ids=["booked", "held", "away"],
)
def test_whoever_comes_between_reading_and_writing_was_first_r21a(
    book: WebBook,
    theirs: WebBook,
    unsettled: UnsettledStore,
    store: AnyStore,
    meanwhile: Callable[[WebBook], object],
) -> None:
    seen: list[dict[str, object]] = []

    def first() -> None:
        meanwhile(book)
        seen.append(contents(store))

    unsettled.meanwhile.append(first)

    answer = theirs.book(booking("09:00", alternatives=True))
    assert isinstance(answer, SlotTaken)
    assert len(answer.alternatives) == 5
    assert contents(store) == seen[0]


def test_only_a_key_that_was_given_is_looked_for_in_the_history_r22(
    theirs: WebBook, unsettled: UnsettledStore
) -> None:
    booked(theirs, "09:00")
    booked(theirs, "10:00", 2, key=RequestKey("given"))

    assert [scope.request for scope in unsettled.scopes] == [None, "given"]
