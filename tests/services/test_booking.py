"""A new booking enters the appointment book, whole or not at all: R20, R24, R33, R40.

The patient, messages, repeats, taken times, limits and holds have files of their own.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.services.booking_scenes import KEY
from tests.services.scenes import (
    LINDEN,
    SPRING,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    details,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import InvalidInput, InvalidValue, UnknownClinic, UnknownProvider, UnknownType
from webtidbok.model.bookable_type import Patients
from webtidbok.model.changeable import Origin
from webtidbok.model.event import Happening, WayIn
from webtidbok.model.ids import ClinicId, ProviderId, TypeId
from webtidbok.model.instants import SECOND
from webtidbok.services.booking import Booking
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, Refused, SlotTaken
from webtidbok.services.staff import StaffBooking
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, CHECK_UP, FILLING, NOW, at, between
from webtidbok.testing.clock import StandingClock


def test_the_time_enters_the_appointment_book_as_booked_on_the_web_r20(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book, "09:00", type=FILLING, details=details(1, message="hello"))

    made = answer.appointment
    assert made == store.appointment(LINDEN, made.id)
    assert made.origin is Origin.WEB
    assert made.is_web_booked, "staff see a W (R32)"
    assert (made.type, made.treatment) == (FILLING, "composite filling")
    assert (made.span, made.occupied_span) == (between("09:00", "10:00"), between("09:00", "10:15"))
    assert (made.chosen_by_patient, made.exclusive, made.revision) == (True, True, 1)
    assert made.contact == details(1).contact
    assert made.language == "sv"


def test_a_visit_keeps_the_length_and_the_time_around_of_its_making_r12a(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book, "09:00", type=FILLING)
    set_up_type(book, FILLING, duration_minutes=90, after_minutes=0)

    assert store.appointment(LINDEN, answer.appointment.id) == answer.appointment


def test_the_minutes_of_a_visit_are_elapsed_across_the_change_of_the_clocks_r6a(
    book: WebBook,
) -> None:
    answer = booked(book, "01:30", day=SPRING, provider=BO, type=CHECK_UP)
    later = booked(book, "03:00", 2, day=SPRING, provider=BO)

    assert answer.appointment.span.end == later.appointment.span.start


def test_one_event_tells_what_happened_when_and_through_which_way_in_r33(
    book: WebBook,
) -> None:
    answer = booked(book, key=KEY, way=WayIn.COMMAND_LINE)

    [event] = book.history(LINDEN, answer.appointment.id)
    assert (event.what, event.at, event.way, event.key) == (
        Happening.BOOKED, NOW, WayIn.COMMAND_LINE, KEY,
    )  # fmt: skip
    assert (event.before, event.after) == (None, answer.appointment.placement)
    assert (event.type, event.origin, event.revision) == (CHECK_UP, Origin.WEB, 1)


# Never two at once: R24


def test_no_two_web_bookings_share_time_of_a_provider_or_a_room_r24(
    book: WebBook, store: AnyStore
) -> None:
    booked(book, "09:00", type=FILLING)  # Anna, room 1, until 10:15

    assert isinstance(book.book(booking("09:30", 2)), SlotTaken)
    assert isinstance(book.book(booking("10:00", 2)), SlotTaken)
    booked(book, "10:30", 2)
    rows = [(row.calendar, row.span) for row in store.occupied(LINDEN)]
    assert len(rows) == 3
    assert list(book.verify(LINDEN)) == []


def test_a_time_that_staff_laid_is_not_free_on_the_web_r5(book: WebBook) -> None:
    lay = StaffBooking(
        clinic=LINDEN,
        provider=ANNA,
        span=between("09:10", "09:11"),
        knowingly=Knowingly(by="reception"),
    )
    book.staff_book(lay)

    assert isinstance(book.book(booking("09:00")), SlotTaken)
    assert slot_at(book, "09:30") is not None


# Whole or not at all: R40


def a_refused_booking(book: WebBook, what: str) -> Booking:
    """Arrange for a booking to come to nothing, and return it."""
    if what == "taken":
        booked(book, "09:00", 2)
    if what == "off":
        set_up(book, new_bookings=False)
    if what == "existing only":
        set_up_type(book, patients=Patients.EXISTING)
    if what == "adults only":
        set_up_type(book, age_from=99)
    if what == "open bookings":
        set_up(book, max_open_bookings=0)
    return booking("12:15" if what == "off grid" else "09:00", alternatives=True, key=KEY)


@pytest.mark.parametrize(
    "what", ["taken", "off", "existing only", "adults only", "open bookings", "off grid"]
)
def test_nothing_at_all_is_stored_when_a_booking_comes_to_nothing_r40(
    book: WebBook, store: AnyStore, what: str
) -> None:
    wanted = a_refused_booking(book, what)
    before = contents(store)

    assert isinstance(book.book(wanted), SlotTaken if what == "taken" else Refused)
    assert contents(store) == before


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"clinic": ClinicId("elm")}, UnknownClinic),
        ({"type": TypeId("massage")}, UnknownType),
        ({"provider": ProviderId("cecilia")}, UnknownProvider),
        ({"start": at("09:00") + SECOND}, InvalidValue),
        ({"start": datetime(2026, 12, 7, 9)}, InvalidValue),  # noqa: DTZ001 - the fault
        ({"start": datetime(9997, 6, 1, tzinfo=UTC)}, InvalidValue),
        ({"language": "tlh"}, InvalidValue),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else each.__name__,
)
def test_nothing_at_all_is_stored_for_what_is_not_there_or_cannot_be_r40(
    book: WebBook, store: AnyStore, change: dict[str, Any], error: type[Exception]
) -> None:
    before = contents(store)

    with pytest.raises(error):
        book.book(booking(**change))
    assert contents(store) == before


def test_input_is_checked_before_any_rule_and_every_fault_is_named_r40(
    book: WebBook, store: AnyStore
) -> None:
    set_up(book, new_bookings=False)
    before = contents(store)

    with pytest.raises(InvalidInput) as wrong:
        book.details(LINDEN, {"identity_number": "19121212-1213", "mobile": "08-123 45 67"})
    assert [fault.field for fault in wrong.value.faults] == [
        "identity_number", "first_name", "last_name", "mobile",
    ]  # fmt: skip
    assert contents(store) == before


def test_an_expired_minute_is_no_time_to_book_r3a(book: WebBook, clock: StandingClock) -> None:
    for off, is_booked in ((-SECOND, True), (0 * SECOND, True), (SECOND, False)):
        clock.stand_at(at("09:00") + off)
        answer = book.book(booking("09:00"))
        assert isinstance(answer, Booked) is is_booked
        if isinstance(answer, Booked):
            book.staff_cancel(LINDEN, answer.appointment.id, by="reception")
        else:
            assert codes_of(answer) == ["too-soon"]
