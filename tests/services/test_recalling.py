"""Recalls, by SMS, e-mail and card, one and many: R31, and R14c, R19a, R22, R24a, R29, R29b."""

from collections.abc import Callable
from functools import partial

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    card_of,
    happened,
    is_exclusive,
    laid,
    last_event,
    moved,
    over,
    overlaps,
    recall_request,
    recalled,
    register,
)
from tests.services.scenes import (
    LINDEN,
    ROOM_1,
    ROOM_2,
    AnyStore,
    booked,
    contents,
    held,
    link_to,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import (
    InvalidValue,
    RequestKeyReused,
    UnknownClinic,
    UnknownPatient,
    UnknownProvider,
    UnknownType,
)
from webtidbok.model.changeable import Origin
from webtidbok.model.event import WayIn
from webtidbok.model.ids import ClinicId, PatientId, ProviderId, RequestKey, TypeId
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.model.message import Channel
from webtidbok.model.schedule import DayOverride
from webtidbok.services.outcomes import (
    Cancelled,
    NoContact,
    OverlapsPatients,
    Recalled,
    SlotTaken,
)
from webtidbok.services.recalling import RecallRequest
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    FILLING,
    a_block,
    a_contact,
    a_patient,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock

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


# The time


def test_a_recall_is_staffs_time_for_a_patient_of_the_register_r31(book: WebBook) -> None:
    made = recalled(book, "09:00").appointment

    assert made.span == between("09:00", "09:30")
    assert (made.origin, made.patient, made.first_name) == (Origin.RECALL, "p1", "Test1")
    assert (made.exclusive, made.chosen_by_patient) == (False, False)
    assert not made.is_web_booked, "no W (R32)"
    assert as_it_is(book, made) == made
    assert slot_at(book, "09:00") is None
    event = last_event(book)
    assert (event.what.value, event.way, event.by) == ("recalled", WayIn.STAFF, "reception")
    assert event.after == made.placement
    assert all_is_well(book)


def test_no_rule_about_times_is_asked_r31(book: WebBook) -> None:
    set_up(book, new_bookings=False, horizon_months=0)
    set_up_type(book, offered_for_new_bookings=False)

    recalled(book, "19:07", day=A_MONDAY + 400 * DAY)


def test_before_and_after_are_the_types_r12a(book: WebBook) -> None:
    set_up_type(book, FILLING, before_minutes=10)

    made = recalled(book, "09:00", type=FILLING, provider=BO).appointment

    assert made.occupied_span == between("08:50", "10:15")


def test_the_room_is_the_one_that_the_block_names_r14c(book: WebBook) -> None:
    block = a_block("08:00", "12:00", resource=ROOM_2)
    set_up(book, day_overrides=(DayOverride(provider=BO, day=A_MONDAY, blocks=(block,)),))

    made = recalled(book, "09:00", type=FILLING, provider=BO).appointment
    outside = recalled(book, "13:00", 2, type=FILLING, provider=BO).appointment

    assert made.placement.resource == ROOM_2
    assert outside.placement.resource == ROOM_1


TAKERS: dict[str, Callable[[WebBook], object]] = {
    "a patient's": lambda book: booked(book, "10:00", 3, type=FILLING),
    "staff's": lambda book: laid(book, "10:10", "10:12", resource=ROOM_1),
    "a hold": lambda book: held(book, "09:30", type=FILLING),
    "an absence": lambda book: book.lay_absence(
        LINDEN, ROOM_1, between("08:00", "12:00"), is_resource=True
    ),
}


@pytest.mark.parametrize("taker", TAKERS)
def test_else_the_room_is_the_first_of_the_types_that_is_free_the_whole_time_r14c(
    book: WebBook, taker: str
) -> None:
    TAKERS[taker](book)

    made = recalled(book, "09:00", type=FILLING, provider=BO).appointment

    assert made.placement.resource == ROOM_2


def test_an_expired_hold_keeps_no_room_r21(book: WebBook, clock: StandingClock) -> None:
    held(book, "09:00", type=FILLING)
    clock.move(10 * MINUTE)

    made = recalled(book, "09:00", type=FILLING, provider=BO).appointment

    assert made.placement.resource == ROOM_1
    assert all_is_well(book)


def test_with_no_room_free_it_is_the_first_and_staff_overlap_staff_r24a(book: WebBook) -> None:
    for room in (ROOM_1, ROOM_2):
        laid(book, "09:00", "09:30", resource=room)

    made = recalled(book, "09:00", type=FILLING, provider=BO).appointment

    assert made.placement.resource == ROOM_1
    assert all_is_well(book)


def test_a_type_without_rooms_has_none_r14c(book: WebBook) -> None:
    assert recalled(book, "09:00").appointment.placement.resource is None


def test_over_a_patients_time_only_knowingly_r24a(book: WebBook, store: AnyStore) -> None:
    mine = booked(book, "09:00", 3).appointment
    before = contents(store)

    refused = book.recall(recall_request("09:00"))
    assert refused == OverlapsPatients((mine,))
    assert contents(store) == before

    made = recalled(book, "09:00", knowingly=over(mine)).appointment
    assert overlaps(book) == {(mine.id, made.id)}
    assert not is_exclusive(book, mine)
    assert all_is_well(book)


def test_a_hold_in_the_way_is_removed_r24a(book: WebBook) -> None:
    mine = held(book, "09:00")

    recalled(book, "09:00")

    assert book.desk.store.hold(LINDEN, mine.hold.id) is None


def test_a_recall_that_its_patient_moves_off_a_patients_time_gives_it_back_r24a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", 3).appointment
    on_top = recalled(book, "09:00", knowingly=over(mine))

    after = moved(book, card_of(on_top), "10:00")

    assert overlaps(book) == set()
    assert is_exclusive(book, mine)
    assert is_exclusive(book, after)
    assert (after.origin, after.is_moved_by_patient) == (Origin.RECALL, True), "marked (R32)"
    assert isinstance(book.rebook(link_to(booked(book, "14:00", 3)), at("10:00")), SlotTaken)
    assert all_is_well(book)


# Retries, and many at once


def test_a_repeat_sets_nothing_and_sends_nothing_r22_r31(book: WebBook, store: AnyStore) -> None:
    set_it = partial(book.recall, recall_request("09:00", channel=Channel.SMS))
    first = set_it()
    assert isinstance(first, Recalled)
    before = contents(store)

    assert set_it() == Recalled(appointment=first.appointment, is_repeat=True)
    assert contents(store) == before


def test_a_repeat_answers_with_the_recall_as_it_is_now_r22(book: WebBook) -> None:
    first = recalled(book, "09:00")
    after = moved(book, card_of(first), "10:00")

    assert book.recall(recall_request("09:00")) == Recalled(appointment=after, is_repeat=True)


@pytest.mark.parametrize(
    "other",
    [
        {"patient": PatientId("p2")},
        {"start": at("09:30")},
        {"provider": BO},
        {"channel": Channel.SMS},
        {"type": FILLING},
    ],
)
def test_a_key_that_came_with_other_content_is_an_error_and_without_one_it_is_another_recall_r22(
    book: WebBook, other: dict[str, object]
) -> None:
    wanted = recall_request("09:00", key=RequestKey("k"))
    book.recall(wanted)

    with pytest.raises(RequestKeyReused):
        book.recall(attrs.evolve(wanted, **other))  # type: ignore[arg-type] # fields of it

    answer = book.recall(attrs.evolve(wanted, key=None, **other))  # type: ignore[arg-type]
    assert isinstance(answer, Recalled)
    assert not answer.is_repeat


def a_run() -> list[RecallRequest]:
    """A file of recalls, with some that cannot be: rows 1, 3, 5 and 7 of 0 to 7."""
    return [
        recall_request("09:00", 1),
        recall_request("09:30", 3, channel=Channel.SMS),
        recall_request("10:00", 2, channel=Channel.SMS),
        recall_request("10:30", 9),
        recall_request("11:00", 2, channel=Channel.EMAIL),
        recall_request("11:30", 1, type=TypeId("none")),
        recall_request("13:00", 3),
        recall_request("13:30", 3, start=at("13:30") + SECOND),
    ]


def test_a_run_says_row_by_row_what_became_of_each_and_goes_on_r31(book: WebBook) -> None:
    done: list[int] = []

    rows = list(book.recall_all(a_run(), progress=done.append))

    assert [row.request for row in rows] == a_run()
    assert [type(row.outcome) for row in rows[::2]] == [Recalled] * 4
    assert rows[1].outcome == NoContact()
    assert [type(row.error) for row in rows[3::2]] == [UnknownPatient, UnknownType, InvalidValue]
    assert [row.error for row in (*rows[::2], rows[1])] == [None] * 5
    assert done == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all_is_well(book)


def test_a_run_that_is_started_again_repeats_what_was_done_r31(
    book: WebBook, store: AnyStore
) -> None:
    broken_off = book.recall_all(a_run())
    for _ in range(3):
        next(broken_off)
    assert happened(book) == ["recalled"] * 2

    rows = list(book.recall_all(a_run()))
    before = contents(store)
    again = list(book.recall_all(a_run()))

    repeats = [isinstance(r.outcome, Recalled) and r.outcome.is_repeat for r in rows[::2]]
    assert repeats == [True, True, False, False]
    assert all(isinstance(r.outcome, Recalled) and r.outcome.is_repeat for r in again[::2])
    assert contents(store) == before
    assert happened(book) == ["recalled"] * 4


def test_a_reused_key_is_a_fault_of_its_row_only_r31_r22(book: WebBook) -> None:
    key = RequestKey("k")
    run = [recall_request("09:00", 1, key=key), recall_request("09:30", 2, key=key)]

    rows = list(book.recall_all([*run, recall_request("10:00", 3)]))

    assert [type(row.error) for row in rows] == [type(None), RequestKeyReused, type(None)]


def test_a_run_does_a_row_only_when_it_is_asked_for_r31(book: WebBook) -> None:
    rows = book.recall_all(a_run())
    assert happened(book) == []

    next(rows)

    assert happened(book) == ["recalled"]


def test_what_is_named_must_be_there(book: WebBook, store: AnyStore) -> None:
    before = contents(store)

    for error, wrong in (
        (UnknownClinic, {"clinic": ClinicId("elsewhere")}),
        (UnknownPatient, {"patient": PatientId("nobody")}),
        (UnknownProvider, {"provider": ProviderId("nobody")}),
        (UnknownType, {"type": TypeId("none")}),
        (InvalidValue, {"start": at("09:00").replace(tzinfo=None)}),
    ):
        with pytest.raises(error):
            book.recall(recall_request("09:00", **wrong))
    assert contents(store) == before


def test_a_recall_can_be_cancelled_by_its_patient_who_lands_on_the_watch_list_r25_r28(
    book: WebBook,
) -> None:
    answer = book.cancel(card_of(recalled(book, "09:00")), comment="Kan ej.")

    assert isinstance(answer, Cancelled)
    [entry] = book.watch_list(LINDEN)
    assert (entry.patient, entry.comment) == ("p1", "Kan ej.")
    assert slot_at(book, "09:00", provider=ANNA) is not None
