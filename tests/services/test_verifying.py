"""`verify` finds each broken promise, and nothing where all is well: R24, R24a, R33.

What is broken here is broken by hand, past every lock of the store.
"""

from collections.abc import Callable
from itertools import combinations

import attrs
import pytest

from tests.services.change_scenes import (
    as_it_is,
    laid,
    moved,
    moved_by_staff,
    recalled,
    register,
    way_in_to,
)
from tests.services.scenes import LINDEN, booked, held, linden, link_to
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.shelf import Shelf
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Happening
from webtidbok.model.ids import AppointmentId, RequestKey
from webtidbok.model.occupied import occupied_by
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    ANNA,
    ANNAS,
    FILLING,
    NOW,
    a_patient,
    an_appointment,
    an_event,
    between,
    staffs,
)
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.testing.store_scenes import put


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def desk(memory: MemoryStore) -> Desk:
    """Only in memory: a database cannot be broken so easily."""
    return Desk(
        store=memory,
        records=memory,
        clock=StandingClock(NOW),
        randomness=CountedRandomness(),
        keys=FixedKeys(b"a key of the tests, which is long enough"),
    )


@pytest.fixture
def book(desk: Desk) -> WebBook:
    book = WebBook(desk)
    book.add_clinic(linden())
    return book


@pytest.fixture
def mine(book: WebBook) -> Appointment:
    return booked(book, "09:00").appointment


@pytest.fixture
def shelf(memory: MemoryStore, mine: Appointment) -> Shelf:
    """The clinic's rows, with the visit among them."""
    assert mine.id in memory._shelves[LINDEN].appointments
    return memory._shelves[LINDEN]


def broken(book: WebBook) -> set[tuple[str, tuple[str, ...]]]:
    found = list(book.verify(LINDEN))
    assert all(each.says for each in found)
    return {(each.promise, tuple(sorted(each.ids))) for each in found}


def occupy(shelf: Shelf, *visits: Appointment) -> None:
    for visit in visits:
        for row in occupied_by(visit):
            shelf.occupied.setdefault(row.calendar, {})[row.holder] = row


def slip_in(shelf: Shelf, visit: Appointment) -> None:
    """Put an appointment in as if no lock were there, with all that goes with it."""
    here = attrs.evolve(visit, clinic=LINDEN)
    shelf.appointments[here.id] = here
    occupy(shelf, here)
    event = an_event(f"k-{here.id}", here.id, clinic=LINDEN, revision=1, after=here.placement)
    shelf.events[event.key] = event


def rewrite(shelf: Shelf, change: Callable[[Appointment], Appointment], visit: Appointment) -> None:
    shelf.appointments[visit.id] = change(shelf.appointments[visit.id])


def test_where_all_is_well_nothing_is_found(book: WebBook) -> None:
    register(book, a_patient("p9", 9))
    visits = [booked(book, clock, place) for place, clock in enumerate(("09:00", "10:00"), 1)]
    staffs_time = laid(book, "10:15", "10:45", visits[1].appointment)
    held(book, "14:00", type=FILLING)
    moved(book, link_to(visits[0]), "11:00")
    moved_by_staff(book, staffs_time, "10:20", "10:50", visits[1].appointment)
    book.cancel(link_to(visits[0]))
    way_in_to(book, recalled(book, "15:00", 9).appointment, 9)
    book.lay_absence(LINDEN, ANNA, between("08:00", "12:00"))

    assert broken(book) == set()


def test_a_clinic_that_is_not_there_has_nothing_broken(book: WebBook) -> None:
    assert list(book.verify(an_appointment().clinic)) == []


# Occupied time


@pytest.mark.parametrize("other", [an_appointment("x", "09:29", "10:00"), staffs("x")])
def test_a_time_over_an_exclusive_one_is_found_r24(
    book: WebBook, mine: Appointment, shelf: Shelf, other: Appointment
) -> None:
    slip_in(shelf, other)

    assert broken(book) == {("overlap", tuple(sorted((mine.id, "x"))))}


def test_times_that_only_touch_are_well_r24(book: WebBook, mine: Appointment, shelf: Shelf) -> None:
    slip_in(shelf, an_appointment("x", "09:30", "10:00"))

    assert mine.span.end == between("09:30", "10:00").start
    assert broken(book) == set()


def test_a_hold_over_an_exclusive_time_is_found_r24(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    hold = held(book, "10:00").hold
    shelf.occupied[ANNAS][hold.id] = attrs.evolve(
        shelf.occupied[ANNAS][hold.id], span=mine.occupied_span
    )
    shelf.holds[hold.id] = attrs.evolve(hold, placement=mine.placement)

    assert broken(book) == {("overlap", tuple(sorted((mine.id, hold.id))))}


def test_of_three_over_each_other_every_pair_is_found_r24(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    for name in ("x", "y"):
        slip_in(shelf, an_appointment(name, "09:00", "12:00"))

    ids = (mine.id, "x", "y")
    pairs = combinations(sorted(ids), 2)
    assert broken(book) == {("overlap", pair) for pair in pairs}


def test_an_overlap_that_nobody_answers_for_is_found_r24a(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    over_it = laid(book, "09:15", "09:45", mine)
    assert broken(book) == set()

    shelf.overlaps.clear()

    assert broken(book) == {("overlap", tuple(sorted((mine.id, over_it.id))))}


def test_staff_over_staff_need_no_record_r24a(book: WebBook) -> None:
    laid(book, "14:00", "15:00")
    laid(book, "14:30", "15:30")

    assert broken(book) == set()


BREAKS: dict[str, Callable[[Shelf, Appointment], object]] = {
    "a row is missing": lambda shelf, mine: shelf.occupied[ANNAS].pop(mine.id),
    "a row has another span": lambda shelf, mine: occupy(
        shelf, attrs.evolve(mine, after_minutes=5)
    ),
    "a row is not exclusive": lambda shelf, mine: occupy(
        shelf, attrs.evolve(mine, exclusive=False)
    ),
    "a row is there without reason": lambda shelf, mine: occupy(
        shelf,
        attrs.evolve(mine, id=AppointmentId("x"), placement=staffs("", "15:00", "15:30").placement),
    ),
}


@pytest.mark.parametrize("how", BREAKS)
def test_occupied_time_that_differs_from_the_appointments_is_found_r24(
    book: WebBook, mine: Appointment, shelf: Shelf, how: str
) -> None:
    BREAKS[how](shelf, mine)

    holder = "x" if how == "a row is there without reason" else mine.id
    assert broken(book) == {("occupied", (holder,))}


def test_a_row_that_a_cancelled_visit_left_behind_is_found_r28(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    book.staff_cancel(LINDEN, mine.id, by="reception")
    occupy(shelf, mine)

    assert broken(book) == {("occupied", (mine.id,))}


# Absences and the journal


def test_a_web_booking_in_an_absence_that_was_there_is_found_r6b(
    book: WebBook, memory: MemoryStore
) -> None:
    before = booked(book, "15:30", 6).appointment
    away = book.lay_absence(LINDEN, ANNA, between("15:00", "17:00")).absence
    assert broken(book) == set()

    inside = attrs.evolve(an_appointment("x", "16:15", "16:45"), clinic=LINDEN)
    told = an_event("k", "x", clinic=LINDEN, revision=1, after=inside.placement)
    put(memory, inside, told)

    assert broken(book) == {("absence", tuple(sorted(("x", away.id))))}
    assert memory.appointment(LINDEN, before.id) == before


def test_a_journal_that_names_what_is_not_in_the_history_is_found(
    book: WebBook, shelf: Shelf
) -> None:
    shelf.journal[ANNAS].append(RequestKey("unheard of"))

    assert broken(book) == {("journal", tuple(sorted((ANNAS, "unheard of"))))}


# History


def tell_otherwise(shelf: Shelf, mine: Appointment, **changes: object) -> None:
    [key] = [key for key, event in shelf.events.items() if event.appointment == mine.id]
    shelf.events[key] = attrs.evolve(shelf.events[key], **changes)  # type: ignore[arg-type]


def forget(shelf: Shelf, mine: Appointment) -> None:
    """Let the appointment be there without events, and the journal know of none."""
    keys = [key for key, event in shelf.events.items() if event.appointment == mine.id]
    for key in keys:
        del shelf.events[key]
    for calendar, told in shelf.journal.items():
        shelf.journal[calendar] = [RequestKey("") if key in keys else key for key in told]


def cancel_untold(shelf: Shelf, mine: Appointment) -> None:
    rewrite(shelf, lambda visit: attrs.evolve(visit, cancelled_at=NOW), mine)
    shelf.occupied.clear()


UNTOLD: dict[str, Callable[[Shelf, Appointment], object]] = {
    "nothing is told": forget,
    "it begins in the middle": lambda shelf, mine: tell_otherwise(
        shelf, mine, what=Happening.REBOOKED
    ),
    "the last change is not told": lambda shelf, mine: rewrite(
        shelf, lambda visit: visit.changed(note="x"), mine
    ),
    "it was put somewhere else": lambda shelf, mine: tell_otherwise(
        shelf, mine, after=staffs("", "15:00", "15:30").placement
    ),
    "nothing tells of its cancellation": cancel_untold,
}


@pytest.mark.parametrize("how", UNTOLD)
def test_a_history_that_does_not_tell_what_the_appointment_is_is_found_r33(
    book: WebBook, mine: Appointment, shelf: Shelf, how: str
) -> None:
    UNTOLD[how](shelf, mine)

    assert broken(book) == {("history", (mine.id,))}


def test_a_cancellation_that_did_not_happen_is_found_r33(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    event = an_event("k", mine.id, clinic=LINDEN, what=Happening.CANCELLED, revision=1)
    shelf.events[event.key] = event

    assert broken(book) == {("history", (mine.id,))}


def test_a_history_of_an_appointment_that_is_not_there_is_found_r33(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    shelf.events[an_event("k").key] = an_event("k", "gone", clinic=LINDEN)

    assert broken(book) == {("history", ("gone",))}
    assert as_it_is(book, mine) == mine


def test_what_is_found_holds_ids_and_nobodys_data_r23(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    shelf.events.clear()
    slip_in(shelf, an_appointment("x", "09:00", "09:30"))

    said = repr(list(book.verify(LINDEN)))

    assert mine.id in said
    assert mine.first_name not in said


def test_verify_changes_nothing_and_may_stop_at_the_first(
    book: WebBook, mine: Appointment, shelf: Shelf
) -> None:
    slip_in(shelf, an_appointment("x", "09:00", "09:30"))
    before = repr(attrs.asdict(shelf, recurse=False))

    assert next(iter(book.verify(LINDEN))).promise == "overlap"
    assert repr(attrs.asdict(shelf, recurse=False)) == before
    assert as_it_is(book, mine) == mine
