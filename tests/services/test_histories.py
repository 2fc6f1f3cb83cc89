"""What holds over any history, and with many at once: R22, R24, R27, R28, R33, R3.

The histories are those of the state machine; what it promises is looked at here without `verify`.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import combinations, pairwise
from threading import Event as Flag
from threading import Thread

import pytest
from hypothesis.stateful import invariant

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    laid,
    moved_by_staff,
    over,
    staff_booking,
    written,
)
from tests.services.scenes import (
    LINDEN,
    ROOM_2,
    booked,
    booking,
    codes_of,
    hold_request,
    link_to,
    set_up,
)
from tests.services.test_machine import BOUNDED
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.event import Event, Happening
from webtidbok.model.ids import RequestKey
from webtidbok.model.message import MessageState
from webtidbok.model.occupied import Occupied
from webtidbok.services.outcomes import (
    Booked,
    Cancelled,
    ChangedMeanwhile,
    Held,
    Moved,
    Refused,
    StaffBooked,
)
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, FILLING, THE_CLINIC, at, between
from webtidbok.testing.machine import BookMachine
from webtidbok.testing.store_races import CROWD, at_once
from webtidbok.testing.store_scenes import StoreWithRecords

#: These make another revision of an appointment; other events tell of it as it is.
CHANGES = frozenset(
    {
        Happening.BOOKED,
        Happening.RECALLED,
        Happening.STAFF_BOOKED,
        Happening.IMPORTED,
        Happening.REBOOKED,
        Happening.STAFF_MOVED,
        Happening.CANCELLED,
        Happening.STAFF_CANCELLED,
    }
)


class AnyHistory(BookMachine):
    """Patients, staff and time, at random, on one book in memory beside another."""

    def open_store(self) -> StoreWithRecords:
        self.told: list[Event] = []
        return MemoryStore()

    @property
    def records(self) -> StoreWithRecords:
        store = self.twins.tested.desk.records
        assert isinstance(store, MemoryStore)
        return store

    @invariant()
    def nothing_lies_over_an_exclusive_time_r24(self) -> None:
        for one, other in combinations(self.records.occupied(THE_CLINIC), 2):
            assert not one.excludes(other)

    @invariant()
    def each_visit_has_just_one_time_r27(self) -> None:
        rows: dict[str, list[Occupied]] = {}
        for row in self.records.occupied(THE_CLINIC):
            rows.setdefault(row.holder, []).append(row)
        for visit in self.records.appointments(THE_CLINIC):
            mine = rows.get(visit.id, [])
            calendars = () if visit.is_cancelled else visit.placement.calendars
            assert sorted(row.calendar for row in mine) == sorted(calendars)
            assert {row.span for row in mine} <= {visit.occupied_span}

    @invariant()
    def the_history_only_grows_r33(self) -> None:
        told = list(self.records.history(THE_CLINIC))
        assert told[: len(self.told)] == self.told
        self.told = told

    @invariant()
    def every_change_has_its_event_and_each_begins_where_the_last_one_ended_r33(self) -> None:
        for visit in self.records.appointments(THE_CLINIC):
            told = list(self.records.history(THE_CLINIC, visit.id))
            changes = [event for event in told if event.what in CHANGES]
            assert [event.revision for event in changes] == [*range(1, visit.revision + 1)]
            assert (changes[-1].after is None) == visit.is_cancelled
            for before, event in pairwise(changes):
                assert event.before == before.after
            assert changes[-1].after in (None, visit.placement)

    @invariant()
    def the_watch_list_holds_what_patients_cancelled_once_each_r28(self) -> None:
        told = self.records.history(THE_CLINIC)
        cancelled = [each.appointment for each in told if each.what is Happening.CANCELLED]
        watched = [entry.appointment for entry in self.records.watch_list(THE_CLINIC)]
        assert watched == cancelled
        assert len(set(watched)) == len(watched)

    @invariant()
    def what_is_void_carries_no_link_and_only_the_latest_news_is_unsent_r29a_r35(self) -> None:
        for message in self.records.messages(THE_CLINIC):
            if message.state is MessageState.VOID:
                assert message.token == ""
            else:
                visit = self.records.appointment(THE_CLINIC, message.appointment)
                assert message.sequence == visit.revision


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = BOUNDED


# Many at once


def counted(answers: Sequence[object]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


def spans_of(book: WebBook) -> list[tuple[str, str]]:
    """Return who has which time, of the visits that stand."""
    visits = [each for each in book.desk.records.appointments(LINDEN) if not each.is_cancelled]
    return [(each.placement.provider, each.span.start.isoformat()) for each in visits]


CLOCKS = ("08:00", "08:30", "09:00", "09:30")


def test_every_event_tells_the_type_and_the_origin_of_its_visit_r33(book: WebBook) -> None:
    mine = booked(book, "09:00")
    book.rebook(link_to(mine), at("10:00"))
    over_it = laid(book, "10:10", "10:20", mine.appointment)
    moved_by_staff(book, mine.appointment, "14:00", "14:30")
    book.cancel(link_to(mine), comment="ill")
    book.cancel(link_to(mine), comment="ill")
    book.staff_cancel(LINDEN, over_it.id, by="reception")

    told = list(book.history(LINDEN))
    visits = {each.id: each for each in book.desk.records.appointments(LINDEN)}
    assert {each.what for each in told} >= {
        *(Happening.BOOKED, Happening.REBOOKED, Happening.STAFF_MOVED, Happening.CANCELLED),
        *(Happening.STAFF_BOOKED, Happening.OVERLAID, Happening.STAFF_CANCELLED),
    }
    for event in told:
        assert event.appointment is not None
        visit = visits[event.appointment]
        assert (event.type, event.origin) == (visit.type, visit.origin)


def test_of_many_who_want_the_same_slots_one_has_each_and_the_others_are_told_taken_r24(
    book: WebBook,
) -> None:
    def come(number: int) -> list[object]:
        turn = number % len(CLOCKS)
        mine = [*CLOCKS[turn:], *CLOCKS[:turn]]
        return [book.book(booking(clock, number + 1)) for clock in mine]

    answers = [answer for mine in at_once(come) for answer in mine]

    assert counted(answers) == {"Booked": len(CLOCKS), "SlotTaken": len(CLOCKS) * (CROWD - 1)}
    for answer in answers:
        assert set(codes_of(answer)) <= {"provider-busy"}
    assert len(set(spans_of(book))) == len(spans_of(book)) == len(CLOCKS)
    assert all_is_well(book)


def test_of_many_who_want_overlapping_times_in_one_room_one_has_it_r24(book: WebBook) -> None:
    book.lay_absence(LINDEN, ROOM_2, between("08:00", "17:00"), is_resource=True)

    def come(number: int) -> object:
        clock, provider = CLOCKS[number % 3], (ANNA, BO)[number % 2]
        return book.book(booking(clock, number + 1, type=FILLING, provider=provider))

    assert counted(at_once(come)) == {"Booked": 1, "SlotTaken": CROWD - 1}
    assert all_is_well(book)


def test_of_many_holds_one_is_kept_r24_r21(book: WebBook) -> None:
    answers = at_once(lambda _: book.hold(hold_request("09:00")))

    assert counted(answers) == {"Held": 1, "SlotTaken": CROWD - 1}


def test_a_hold_and_a_booking_do_not_both_win_r24_r21(book: WebBook) -> None:
    def come(number: int) -> object:
        if number % 2:
            return book.hold(hold_request("09:00"))
        return book.book(booking("09:00", number + 1))

    answers = at_once(come)

    won = [each for each in answers if isinstance(each, Held | Booked)]
    assert len(won) == 1
    assert counted(answers)["SlotTaken"] == CROWD - 1
    assert all_is_well(book)


def test_of_many_who_move_to_one_time_one_gets_it_and_the_others_keep_theirs_r24_r27(
    book: WebBook,
) -> None:
    clocks = ("08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
    visits = [booked(book, clock, place) for place, clock in enumerate(clocks, 1)]

    answers = at_once(lambda number: book.rebook(link_to(visits[number]), at("14:00")))

    assert counted(answers) == {"Moved": 1, "SlotTaken": CROWD - 1}
    for visit, answer in zip(visits, answers, strict=True):
        now = as_it_is(book, visit.appointment)
        is_moved = isinstance(answer, Moved)
        assert now == (answer.appointment if isinstance(answer, Moved) else visit.appointment)
        assert (now.span == between("14:00", "14:30")) is is_moved
    assert all_is_well(book)


def test_of_many_tabs_of_one_patient_one_moves_the_visit_r27(book: WebBook) -> None:
    mine = booked(book, "09:00")
    clocks = ("08:00", "08:30", "09:30", "10:00", "10:30", "11:00", "13:00", "14:00")

    answers = at_once(lambda number: book.rebook(link_to(mine), at(clocks[number]), revision=1))

    assert counted(answers) == {"Moved": 1, "ChangedMeanwhile": CROWD - 1}
    assert as_it_is(book, mine.appointment).revision == 2
    assert len(spans_of(book)) == 1
    assert all_is_well(book)


def test_a_request_that_comes_many_times_at_once_is_carried_out_once_r22(book: WebBook) -> None:
    wanted = booking("09:00", 1, key=RequestKey("k"))

    answers = at_once(lambda _: book.book(wanted))

    booked_once = [each for each in answers if isinstance(each, Booked)]
    assert len(booked_once) == CROWD
    assert [each.is_repeat for each in booked_once].count(False) == 1
    assert len({each.appointment.id for each in booked_once}) == 1
    assert [each.link is None for each in booked_once].count(False) == 1
    assert len(written(book)) == 2, "one by each channel"


def test_the_limit_of_open_bookings_holds_when_they_come_at_once_r3(book: WebBook) -> None:
    set_up(book, max_open_bookings=2)
    clocks = ("08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30")

    answers = at_once(lambda number: book.book(booking(clocks[number], 1)))

    assert counted(answers) == {"Booked": 2, "Refused": CROWD - 2}
    refused = [each for each in answers if isinstance(each, Refused)]
    assert {code for each in refused for code in codes_of(each)} == {"phone-the-clinic"}
    patients = {each.patient for each in book.desk.records.appointments(LINDEN)}
    assert len(patients) == 1, "created once (R19)"


def test_cancelling_many_times_at_once_cancels_once_r28(book: WebBook) -> None:
    mine = booked(book, "09:00")

    answers = at_once(lambda _: book.cancel(link_to(mine)))

    assert answers == [Cancelled(appointment=as_it_is(book, mine.appointment))] * CROWD
    assert len(list(book.watch_list(LINDEN))) == 1


def test_staff_and_patients_at_once_never_overlap_unknowingly_r24a(book: WebBook) -> None:
    def come(number: int) -> object:
        if number % 2:
            return book.staff_book(staff_booking("09:00", "09:30"))
        return book.book(booking("09:00", number + 1))

    answers = at_once(come)

    counts = counted(answers)
    if counts["Booked"]:
        assert counts == {"Booked": 1, "SlotTaken": 3, "OverlapsPatients": 4}
    else:
        assert counts == {"StaffBooked": 4, "SlotTaken": 4}
    assert all_is_well(book)


def test_staff_who_overlap_and_part_at_once_leave_what_verify_accepts_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    times = [laid(book, "09:00", "09:30", mine.appointment) for _ in range(4)]

    def come(number: int) -> object:
        if number < len(times):
            return book.staff_cancel(LINDEN, times[number].id, by="reception")
        return book.staff_book(staff_booking("09:10", "09:20", knowingly=over(mine.appointment)))

    answers = at_once(come)

    assert counted(answers) == {"Cancelled": 4, "StaffBooked": 4}
    assert not as_it_is(book, mine.appointment).exclusive
    left = [each.appointment.id for each in answers if isinstance(each, StaffBooked)]
    cancel = partial(book.staff_cancel, LINDEN, by="reception")
    at_once(lambda number: cancel(left[number % 4]))
    assert as_it_is(book, mine.appointment) == mine.appointment
    assert all_is_well(book)


def test_who_looks_while_a_visit_moves_sees_it_in_just_one_place_r27(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    done, seen = Flag(), list[list[Occupied]]()

    def look() -> None:
        while not done.is_set():
            seen.append(list(book.desk.records.occupied(LINDEN)))

    looking = Thread(target=look)
    looking.start()
    try:
        for clock in ("10:00", "09:30", "14:00") * 4:
            assert isinstance(book.rebook(link_to(mine), at(clock)), Moved)
    finally:
        done.set()
        looking.join()

    assert seen
    for rows in seen:
        assert len(rows) == 2, "its provider's and its room's"
        assert len({row.span for row in rows}) == 1


@pytest.mark.parametrize("revision", [None, 1])
def test_moving_and_cancelling_at_once_leaves_one_of_the_two_outcomes_r27_r28(
    book: WebBook, revision: int | None
) -> None:
    mine = booked(book, "09:00")

    def come(number: int) -> object:
        if number % 2:
            return book.cancel(link_to(mine), revision=revision)
        return book.rebook(link_to(mine), at("10:00"), revision=revision)

    answers = at_once(come)

    for answer in answers:
        assert isinstance(answer, Moved | Cancelled | ChangedMeanwhile | Refused)
        assert set(codes_of(answer)) <= {"already-cancelled", "present-time"}
    now = as_it_is(book, mine.appointment)
    assert len(spans_of(book)) == (not now.is_cancelled)
    assert all_is_well(book)
