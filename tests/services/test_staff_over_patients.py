"""Staff lay a time over a patient's, or over a hold, and it comes back: R24a."""

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    is_exclusive,
    laid,
    moved,
    moved_by_staff,
    over,
    overlaps,
    staff_booking,
    staff_move,
)
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
    link_to,
    slot_at,
)
from webtidbok.model.event import WayIn
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.occupied import Overlap
from webtidbok.services.outcomes import (
    Booked,
    Held,
    OverlapsPatients,
    SlotTaken,
    StaffBooked,
)
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, FILLING, NOW, at
from webtidbok.testing.clock import StandingClock


def test_over_a_patients_time_staff_are_told_whose_it_is_and_nothing_is_laid_r24a(
    book: WebBook, store: AnyStore
) -> None:
    one, other = booked(book, "09:00", 1), booked(book, "09:30", 2)
    before = contents(store)

    for named in ((), (one.appointment,)):
        answer = book.staff_book(staff_booking("09:15", "09:45", knowingly=over(*named)))
        assert isinstance(answer, OverlapsPatients)
        unnamed = {one.appointment.id, other.appointment.id} - {each.id for each in named}
        assert {each.id for each in answer.appointments} == unnamed
    assert contents(store) == before


def test_a_time_of_the_same_room_is_in_the_way_and_one_that_only_touches_is_not_r24a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)  # with a quarter after, till 10:15

    in_the_room = book.staff_book(staff_booking("10:00", "10:20", resource=ROOM_1))
    assert isinstance(in_the_room, OverlapsPatients)
    assert [each.id for each in in_the_room.appointments] == [mine.appointment.id]
    laid(book, "10:15", "11:00", resource=ROOM_1)
    laid(book, "09:00", "10:00", resource=ROOM_2)


def test_named_it_is_laid_and_the_pair_is_recorded_with_who_and_why_r24a(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00").appointment
    clock.move(MINUTE)

    answer = book.staff_book(staff_booking("09:15", "09:45", knowingly=over(mine)))

    assert isinstance(answer, StaffBooked)
    assert answer.overlays == (mine,)
    assert list(book.desk.records.overlaps(LINDEN)) == [
        Overlap(
            patients=mine.id,
            staffs=answer.appointment.id,
            by="reception",
            reason="in pain",
            at=NOW + MINUTE,
        )
    ]
    overlaid = list(book.history(LINDEN, mine.id))[-1]
    assert (overlaid.what.value, overlaid.by, overlaid.way) == (
        *("overlaid", "reception", WayIn.STAFF),
    )
    assert overlaid.facts == {"overlaid_by": answer.appointment.id}
    assert all_is_well(book)


def test_the_patients_rows_lose_exclusivity_and_nothing_else_of_the_visit_changes_r24a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO).appointment
    assert is_exclusive(book, mine)

    laid(book, "09:30", "09:45", mine, provider=BO)

    assert not is_exclusive(book, mine), "in the room as well"
    assert as_it_is(book, mine) == attrs.evolve(mine, exclusive=False)


def test_to_name_what_is_not_in_the_way_does_no_harm_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment

    laid(book, "10:00", "10:30", mine)

    assert overlaps(book) == set()
    assert is_exclusive(book, mine)


def test_the_web_is_refused_over_both_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00", 1).appointment
    laid(book, "09:15", "09:45", mine)
    others = booked(book, "14:00", 2)

    for clock in ("09:00", "09:30"):
        assert isinstance(book.book(booking(clock, 3)), SlotTaken)
        assert isinstance(book.hold(hold_request(clock)), SlotTaken)
        assert isinstance(book.rebook(link_to(others), at(clock)), SlotTaken)
        assert slot_at(book, clock) is None


def test_a_second_time_over_the_same_patients_is_a_pair_of_its_own_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    first = laid(book, "09:00", "09:15", mine)

    refused = book.staff_book(staff_booking("09:10", "09:30"))
    second = laid(book, "09:10", "09:30", mine)

    assert isinstance(refused, OverlapsPatients), "one that is not exclusive must be named too"
    assert overlaps(book) == {(mine.id, first.id), (mine.id, second.id)}
    assert all_is_well(book)


def test_one_time_may_be_laid_over_several_patients_r24a(book: WebBook) -> None:
    one, other = (booked(book, c, p).appointment for c, p in (("09:00", 1), ("09:30", 2)))

    over_both = laid(book, "09:00", "10:00", one, other)

    assert overlaps(book) == {(one.id, over_both.id), (other.id, over_both.id)}
    book.staff_cancel(LINDEN, over_both.id, by="reception")
    assert is_exclusive(book, one)
    assert is_exclusive(book, other)
    assert all_is_well(book)


# How the last overlap goes


@pytest.mark.parametrize("how", ["staff move it", "staff cancel it"])
def test_exclusivity_comes_back_when_staffs_time_goes_r24a(book: WebBook, how: str) -> None:
    mine = booked(book, "09:00").appointment
    staffs = laid(book, "09:15", "09:45", mine)

    if how == "staff move it":
        moved_by_staff(book, staffs, "09:30", "10:00")
    else:
        book.staff_cancel(LINDEN, staffs.id, by="reception")

    assert is_exclusive(book, mine)
    assert as_it_is(book, mine) == mine
    assert overlaps(book) == set()
    assert all_is_well(book)


def test_it_stays_away_while_staffs_time_moves_about_over_it_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    staffs = laid(book, "09:15", "09:45", mine)

    refused = book.staff_move(staff_move(staffs, "09:20", "09:50"))
    moved_by_staff(book, staffs, "09:20", "09:50", mine)

    assert isinstance(refused, OverlapsPatients)
    assert overlaps(book) == {(mine.id, staffs.id)}
    assert happened(book, mine.id) == ["booked", "overlaid"], "the pair is the same"
    assert not is_exclusive(book, mine)
    assert all_is_well(book)


def test_it_comes_back_with_the_end_of_the_last_of_two_overlaps_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    first, second = (laid(book, "09:00", "09:30", mine) for _ in range(2))

    book.staff_cancel(LINDEN, first.id, by="reception")
    assert not is_exclusive(book, mine)
    assert overlaps(book) == {(mine.id, second.id)}

    moved_by_staff(book, second, "09:30", "10:00")
    assert is_exclusive(book, mine)
    assert all_is_well(book)


def test_a_patient_who_moves_away_is_exclusive_where_the_visit_is_now_r24a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")
    staffs = laid(book, "09:00", "09:30", mine.appointment)

    moved(book, link_to(mine), "10:00")

    assert is_exclusive(book, mine.appointment)
    assert overlaps(book) == set()
    assert as_it_is(book, staffs) == staffs
    assert all_is_well(book)


def test_a_patient_who_cancels_leaves_staffs_time_alone_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    laid(book, "09:00", "09:30", mine.appointment)

    book.cancel(link_to(mine))

    assert overlaps(book) == set()
    assert all_is_well(book)


@pytest.mark.parametrize("how", ["move", "cancel"])
def test_of_two_patients_under_one_time_the_other_stays_overlaid_r24a(
    book: WebBook, how: str
) -> None:
    one, other = booked(book, "09:00", 1), booked(book, "09:30", 2)
    staffs = laid(book, "09:00", "10:00", one.appointment, other.appointment)

    if how == "move":
        moved(book, link_to(one), "10:00")
    else:
        book.cancel(link_to(one))

    assert overlaps(book) == {(other.appointment.id, staffs.id)}
    assert not is_exclusive(book, other.appointment)
    assert all_is_well(book)


def test_a_recall_that_its_patient_moves_away_gives_back_what_it_lay_over_r24a(
    book: WebBook,
) -> None:
    """Not only staff end an overlap by moving the time on top."""
    mine = booked(book, "09:00", 1).appointment
    on_top = booked(book, "10:00", 2)
    moved_by_staff(book, on_top.appointment, "09:00", "09:30", mine)
    assert overlaps(book) == {(mine.id, on_top.appointment.id)}

    moved(book, link_to(on_top), "11:00")

    assert is_exclusive(book, mine)
    assert is_exclusive(book, on_top.appointment)
    assert overlaps(book) == set()
    assert all_is_well(book)


def test_a_patients_visit_that_staff_move_out_from_under_is_staffs_choice_now_r24a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00").appointment
    laid(book, "09:00", "09:30", mine)

    moved_by_staff(book, mine, "09:10", "09:40")

    assert not is_exclusive(book, mine)
    assert overlaps(book) == set(), "staff may overlap staff"
    assert all_is_well(book)


# Over a hold


def test_staff_lay_over_a_hold_which_is_gone_and_its_owner_told_taken_r24a_r21a(
    book: WebBook,
) -> None:
    mine = held(book, "09:00")

    laid(book, "09:20", "09:25")

    assert book.desk.store.hold(LINDEN, mine.hold.id) is None
    answer = book.book(booking("09:00", hold=mine.token))
    assert isinstance(answer, SlotTaken)
    assert codes_of(answer) == ["provider-busy"]
    assert isinstance(book.book(booking("10:00", hold=mine.token)), Booked)
    assert all_is_well(book)


def test_a_hold_that_is_not_in_the_way_stays_r24a(book: WebBook) -> None:
    mine = held(book, "09:00")

    laid(book, "09:30", "10:00")
    laid(book, "09:00", "10:00", provider=BO)

    assert book.desk.store.hold(LINDEN, mine.hold.id) == mine.hold


def test_staff_who_move_a_time_over_a_hold_remove_it_too_r24a(book: WebBook) -> None:
    held(book, "09:00", type=FILLING, provider=BO)  # in room 1, till 10:15
    staffs = laid(book, "14:00", "14:30")

    moved_by_staff(book, staffs, "10:10", "10:40", resource=ROOM_1)

    assert [row.holder for row in book.desk.records.occupied(LINDEN)] == [staffs.id] * 2
    assert isinstance(book.hold(hold_request("08:00")), Held)


def test_an_expired_hold_in_the_way_is_removed_as_well_r21(
    book: WebBook, clock: StandingClock
) -> None:
    held(book, "09:00")
    clock.move(DAY)

    staffs = laid(book, "09:00", "09:30")

    assert [row.holder for row in book.desk.records.occupied(LINDEN)] == [staffs.id]
