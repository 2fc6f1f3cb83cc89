"""Clinics come in whole or not at all, and their settings change: R1, R8, R12a, R24a."""

import attrs
import pytest

from tests.services.change_scenes import all_is_well, as_it_is, happened, written
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    contents,
    linden,
    link_to,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import ClinicExists, OverlapsExclusive, UnknownClinic
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Origin
from webtidbok.model.event import WayIn
from webtidbok.model.ids import ClinicId
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import Cancelled
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    CHECK_UP,
    NOW,
    a_patient,
    an_absence,
    an_appointment,
    staffs,
)

OTHER = ClinicId("other")


def of_linden(appointment: Appointment) -> Appointment:
    return attrs.evolve(appointment, clinic=LINDEN)


def away() -> Absence:
    return attrs.evolve(an_absence(start="14:00", until="15:00"), clinic=LINDEN)


@pytest.fixture
def empty(desk: Desk) -> WebBook:
    """A book with no clinic in it."""
    return WebBook(desk)


def test_a_clinic_comes_with_what_it_brings_along(empty: WebBook) -> None:
    web, by_staff = of_linden(an_appointment("a1")), of_linden(staffs("s1", "10:00", "10:30"))
    patient = a_patient("p1", 1)

    added = empty.add_clinic(
        linden(), absences=[away()], patients=[patient], appointments=[web, by_staff]
    )

    assert added == empty.clinic(LINDEN) == linden()
    assert as_it_is(empty, web) == web
    assert as_it_is(empty, by_staff) == by_staff
    assert list(empty.desk.records.absences(LINDEN)) == [away()]
    assert empty.desk.records.patient(LINDEN, patient.id) == patient
    for clock in ("09:00", "10:00", "14:30"):
        assert slot_at(empty, clock) is None
    assert slot_at(empty, "09:30") is not None
    assert all_is_well(empty)


def test_each_imported_appointment_has_its_event_and_nothing_is_sent_r33(empty: WebBook) -> None:
    visit = of_linden(an_appointment("a1", origin=Origin.RECALL))

    empty.add_clinic(linden(), appointments=[visit])

    [event] = empty.history(LINDEN)
    assert (event.what.value, event.way, event.at) == ("imported", WayIn.HOST, NOW)
    assert (event.appointment, event.after) == ("a1", visit.placement)
    assert (event.origin, event.type) == (Origin.RECALL, CHECK_UP)
    assert written(empty) == []


def test_a_clinic_that_is_there_already_stays_as_it_was(book: WebBook, store: AnyStore) -> None:
    booked(book)
    before = contents(store)

    with pytest.raises(ClinicExists) as error:
        book.add_clinic(linden(name="Another"), patients=[a_patient("p9", 9)])

    assert error.value.id == LINDEN
    assert contents(store) == before


def test_two_exclusive_times_that_overlap_do_not_come_in_at_all_r24a(
    empty: WebBook, store: AnyStore
) -> None:
    before = contents(store)
    visits = [of_linden(an_appointment("a1")), of_linden(staffs("s1", "09:20", "10:00"))]

    with pytest.raises(OverlapsExclusive):
        empty.add_clinic(linden(), absences=[away()], appointments=visits)

    assert contents(store) == before
    with pytest.raises(UnknownClinic):
        empty.clinic(LINDEN)


def test_staffs_times_may_overlap_when_they_come_in_r24a(empty: WebBook) -> None:
    visits = [of_linden(staffs("s1")), of_linden(staffs("s2", "09:20", "10:00"))]

    empty.add_clinic(linden(), appointments=visits)

    assert all_is_well(empty)


def test_several_clinics_live_side_by_side(book: WebBook) -> None:
    book.add_clinic(attrs.evolve(linden(), id=OTHER, name="Other"))

    booked(book)

    assert list(book.history(OTHER)) == []
    assert list(book.desk.records.appointments(OTHER)) == []
    assert (book.clinic(LINDEN).name, book.clinic(OTHER).name) == ("Linden", "Other")


def test_new_settings_are_in_force_at_once_and_their_version_rises(book: WebBook) -> None:
    before = book.desk.store.clinic(LINDEN)

    answer = set_up(book, new_bookings=False)

    after = book.desk.store.clinic(LINDEN)
    assert answer == after.clinic == attrs.evolve(before.clinic, web_booking=answer.web_booking)
    assert after.version > before.version
    assert slot_at(book, "09:00") is None


@pytest.mark.parametrize("function", ["new_bookings", "rebookings", "cancellations"])
def test_the_three_functions_are_switched_apart_and_any_of_them_makes_it_active_r1(
    book: WebBook, function: str
) -> None:
    off = {"new_bookings": False, "rebookings": False, "cancellations": False}

    assert not set_up(book, **off).web_booking.is_active
    assert set_up(book, **{function: True}).web_booking.is_active


def test_what_is_kept_of_the_schedule_follows_the_settings(book: WebBook) -> None:
    assert slot_at(book, "09:00") is not None

    set_up_type(book, interval_minutes=20)

    assert slot_at(book, "08:40") is not None
    assert slot_at(book, "08:30") is None


def test_no_appointment_is_touched_by_new_settings_r8_r12a(book: WebBook) -> None:
    mine = booked(book, "09:00")

    set_up_type(book, duration_minutes=60, before_minutes=10, providers=("bo",))

    assert as_it_is(book, mine.appointment) == mine.appointment
    assert happened(book) == ["booked"]
    assert isinstance(book.cancel(link_to(mine)), Cancelled)


def test_settings_of_a_clinic_that_is_not_there_are_an_error(
    book: WebBook, store: AnyStore
) -> None:
    before = contents(store)

    with pytest.raises(UnknownClinic):
        book.change_settings(attrs.evolve(linden(), id=OTHER))

    assert contents(store) == before
