"""Holds: R21 and R21a. Kept for ten minutes, owned by a token, gone by the clock."""

from datetime import timedelta

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
    details,
    held,
    hold_request,
    linden,
    on_the_wall,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import InvalidValue, UnknownProvider, UnknownType
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import Happening
from webtidbok.model.ids import ClinicId, ProviderId, TypeId
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.services.holding import hold_id
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, Held, Refused, SlotTaken
from webtidbok.services.staff import StaffBooking
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, ANNAS, BO, FILLING, NOW, at, between
from webtidbok.testing.clock import StandingClock

TEN_MINUTES = 10 * MINUTE


def live_holds(store: AnyStore) -> list[str]:
    """Return when the holds that keep time of Anna's begin and end, as the store has it."""
    return [
        row.holder for row in store.occupied(LINDEN) if row.calendar == ANNAS and row.expires_at
    ]


# Whose it is


def test_a_held_slot_is_kept_from_others_for_the_clinics_hold_time_r21(book: WebBook) -> None:
    mine = held(book, "09:00")

    assert mine.hold.made_at == NOW
    assert mine.hold.expires_at == NOW + TEN_MINUTES
    for answer in (book.hold(hold_request("09:00")), book.book(booking("09:00"))):
        assert isinstance(answer, SlotTaken)
        assert codes_of(answer) == ["provider-busy"]


def test_its_owner_may_see_it_for_as_long_as_it_is_kept_r21(
    book: WebBook, clock: StandingClock
) -> None:
    mine = held(book, "09:00")

    clock.stand_at(NOW + TEN_MINUTES - SECOND)
    assert book.kept(LINDEN, mine.token) == mine.hold
    assert book.kept(LINDEN, LinkToken("a" * 22)) is None
    clock.stand_at(NOW + TEN_MINUTES)
    assert book.kept(LINDEN, mine.token) is None


def test_the_store_keeps_the_tokens_hash_and_not_the_token_r21(
    book: WebBook, store: AnyStore
) -> None:
    mine = held(book)

    assert mine.hold.id == hold_id(mine.token) == mine.token.hash
    assert mine.token.token not in str(contents(store))
    assert mine.token.hash in str(contents(store))


def test_its_owner_books_it_and_then_it_is_gone_r21(book: WebBook, store: AnyStore) -> None:
    mine = held(book, "09:00")
    answer = booked(book, "09:00", hold=mine.token)

    assert answer.appointment.span == mine.hold.placement.span
    assert store.hold(LINDEN, mine.hold.id) is None
    assert live_holds(store) == []
    assert book.release(LINDEN, mine.token) is False


def test_an_owner_may_book_another_time_than_the_held_one_which_is_then_free_r21(
    book: WebBook,
) -> None:
    mine = held(book, "09:00")
    booked(book, "10:00", hold=mine.token)

    assert slot_at(book, "09:00") is not None


def test_an_owner_may_take_a_time_that_overlaps_its_own_hold_r21(book: WebBook) -> None:
    set_up_type(book, FILLING, interval_minutes=5)
    mine = held(book, "09:00", type=FILLING)
    later = held(book, "09:05", type=FILLING, token=mine.token)

    assert later.hold.id == mine.hold.id
    assert isinstance(
        book.book(booking("09:10", type=FILLING, hold=mine.token)),
        Booked,
    )


def test_a_token_has_one_hold_and_a_new_one_replaces_it_r21(book: WebBook, store: AnyStore) -> None:
    first = held(book, "09:00")
    second = held(book, "10:00", token=first.token)

    assert second.token == first.token
    assert slot_at(book, "09:00") is not None
    assert slot_at(book, "10:00") is None
    assert len(live_holds(store)) == 1


def test_holding_the_same_slot_again_begins_anew_r21(book: WebBook, clock: StandingClock) -> None:
    mine = held(book)
    clock.move(9 * MINUTE)

    assert held(book, token=mine.token).hold.expires_at == NOW + 19 * MINUTE


def test_a_token_of_ones_own_making_is_as_good_as_ours_r21(book: WebBook) -> None:
    token = LinkToken.from_bytes(b"sixteen bytes of")

    assert held(book, token=token).token == token


def test_a_hold_in_one_clinic_is_nothing_in_another(book: WebBook) -> None:
    birch = ClinicId("birch")
    book.add_clinic(linden(id=birch))
    mine = held(book, "09:00")

    assert isinstance(book.hold(hold_request("09:00", clinic=birch, token=mine.token)), Held)
    assert slot_at(book, "09:00") is None
    assert book.release(birch, mine.token) is True
    assert book.release(LINDEN, mine.token) is True


# What can be held: R17


def test_each_hold_takes_the_first_room_that_is_free_and_the_time_around_r14c(
    book: WebBook,
) -> None:
    first = held(book, "09:00", type=FILLING)
    second = held(book, "09:00", type=FILLING, provider=BO)

    assert [each.hold.placement.resource for each in (first, second)] == [ROOM_1, ROOM_2]
    assert first.hold.occupied_span == between("09:00", "10:15")
    assert slot_at(book, "10:00") is None, "Anna tidies up until 10:15"


def test_what_is_not_offered_is_refused_with_all_reasons_r17(book: WebBook) -> None:
    answer = book.hold(hold_request("12:05"))

    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["off-grid", "not-web-bookable"]


def test_with_new_bookings_off_or_the_type_closed_nothing_can_be_held_r1(book: WebBook) -> None:
    mine = held(book)
    set_up(book, new_bookings=False)
    set_up_type(book, offered_for_new_bookings=False)

    assert codes_of(book.hold(hold_request())) == [
        "new-bookings-off", "not-offered", "provider-busy",
    ]  # fmt: skip
    assert codes_of(book.hold(hold_request(token=mine.token))) == [
        "new-bookings-off", "not-offered",
    ]  # fmt: skip


def test_taken_is_said_when_nothing_but_somebodys_time_is_in_the_way_r21a(book: WebBook) -> None:
    held(book, "09:00")
    assert isinstance(book.hold(hold_request("09:00")), SlotTaken)

    set_up(book, minimum_notice=30 * DAY)
    answer = book.hold(hold_request("09:00"))
    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["too-soon", "provider-busy"]


@pytest.mark.parametrize("wanted", ["10:00", "12:05"], ids=["taken", "refused"])
def test_a_hold_that_cannot_be_had_leaves_the_old_one_as_it_was_r21(
    book: WebBook, store: AnyStore, wanted: str
) -> None:
    mine = held(book, "09:00")
    booked(book, "10:00")
    before = contents(store)

    assert not isinstance(book.hold(hold_request(wanted, token=mine.token)), Held)
    assert contents(store) == before
    assert isinstance(book.book(booking("09:00", place=2, hold=mine.token)), Booked)


def test_alternatives_to_a_taken_time_count_ones_own_hold_as_free_r21a(book: WebBook) -> None:
    mine = held(book, "09:00")
    booked(book, "09:30")

    def near(**asked: LinkToken) -> list[str]:
        answer = book.hold(hold_request("09:30", alternatives=True, **asked))
        assert isinstance(answer, SlotTaken)
        return on_the_wall(*answer.alternatives)

    assert near() == ["anna 08:00", "anna 08:30", "anna 10:00", "anna 10:30", "anna 11:00"]
    assert near(token=mine.token) == [
        "anna 08:00", "anna 08:30", "anna 09:00", "anna 10:00", "anna 10:30",
    ]  # fmt: skip


def test_what_is_asked_about_must_be_there(book: WebBook, store: AnyStore) -> None:
    before = contents(store)

    with pytest.raises(UnknownType):
        book.hold(hold_request(type=TypeId("massage")))
    with pytest.raises(UnknownProvider):
        book.hold(hold_request(provider=ProviderId("cecilia")))
    with pytest.raises(InvalidValue):
        book.hold(hold_request(start=at("09:00") + SECOND))
    assert contents(store) == before


# Until when: R21


@pytest.mark.parametrize(
    ("after", "is_kept"),
    [(TEN_MINUTES - SECOND, True), (TEN_MINUTES, False), (TEN_MINUTES + SECOND, False)],
    ids=["-1 s", "0", "+1 s"],
)
def test_at_the_second_at_which_it_expires_a_hold_is_as_none_r21(
    book: WebBook, clock: StandingClock, after: timedelta, is_kept: bool
) -> None:
    held(book, "09:00")
    clock.move(after)

    assert (slot_at(book, "09:00") is None) is is_kept
    assert bool(
        codes_of(book.explain(LINDEN, hold_request().type, at("09:00"), provider=ANNA))
    ) is (is_kept)
    assert isinstance(book.book(booking("09:00")), SlotTaken if is_kept else Booked)


def test_an_expired_hold_needs_no_job_to_be_gone_whoever_comes_drops_it_r21(
    book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    mine = held(book, "09:00")
    clock.move(TEN_MINUTES)
    theirs = held(book, "09:00")

    assert live_holds(store) == [theirs.hold.id]
    assert isinstance(book.hold(hold_request("09:00", token=mine.token)), SlotTaken)
    assert isinstance(book.book(booking("09:00", hold=mine.token)), SlotTaken)


def test_confirming_an_expired_hold_succeeds_if_the_time_is_still_free_r21(
    book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    mine = held(book, "09:00")
    clock.move(TEN_MINUTES)

    assert booked(book, "09:00", hold=mine.token).appointment.span == mine.hold.placement.span
    assert live_holds(store) == []


def test_under_a_live_hold_notice_counts_as_of_the_hold_and_then_as_of_now_r17(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, minimum_notice=timedelta(hours=1))
    clock.stand_at(at("08:00"))
    mine = held(book, "09:00")

    clock.move(TEN_MINUTES - SECOND)
    assert isinstance(book.hold(hold_request("09:00", token=None)), Refused)
    without = book.book(booking("09:00"))
    assert codes_of(without) == ["too-soon", "provider-busy"]
    clock.move(SECOND)
    expired = book.book(booking("09:00", hold=mine.token))
    assert codes_of(expired) == ["too-soon"], "an expired hold is as none"
    clock.move(-SECOND)
    assert isinstance(book.book(booking("09:00", hold=mine.token)), Booked)


def test_under_a_live_hold_the_horizon_counts_as_of_the_hold_r17(
    book: WebBook, clock: StandingClock
) -> None:
    # Clamped to the month's last day, the horizon moves back over no date; but settings may.
    set_up(book, horizon_months=1)
    mine = held(book, "09:00")
    set_up(book, horizon_months=0)
    assert codes_of(book.book(booking("09:00", hold=mine.token))) == ["past-horizon"]

    set_up(book, horizon_months=1)
    clock.move(MINUTE)
    assert isinstance(book.book(booking("09:00", hold=mine.token)), Booked)


def test_a_hold_does_not_carry_over_to_another_provider_type_or_time_r17(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, minimum_notice=timedelta(hours=1))
    clock.stand_at(at("08:00"))
    mine = held(book, "09:00")
    clock.move(MINUTE)

    for other in ({"provider": BO}, {"type": FILLING}):
        assert codes_of(book.book(booking("09:00", hold=mine.token, **other))) == ["too-soon"]
    assert codes_of(book.book(booking("08:30", hold=mine.token))) == ["too-soon"]
    assert isinstance(book.book(booking("09:30", hold=mine.token)), Booked)


def test_settings_changed_under_a_hold_are_judged_as_they_are_now_r17(book: WebBook) -> None:
    mine = held(book, "09:00")
    set_up_type(book, interval_minutes=20)
    set_up(book, closed_days=frozenset({at("09:00").date()}))

    assert codes_of(book.book(booking("09:00", hold=mine.token))) == ["no-block"]


# Given back


def test_a_hold_that_is_released_is_free_at_once_and_a_second_release_does_nothing_r21(
    book: WebBook, store: AnyStore
) -> None:
    mine = held(book, "09:00")

    assert book.release(LINDEN, mine.token) is True
    assert slot_at(book, "09:00") is not None
    before = contents(store)
    assert book.release(LINDEN, mine.token) is False
    assert contents(store) == before


def test_an_expired_hold_is_nothing_to_release_r21(
    book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    mine = held(book, "09:00")
    clock.move(TEN_MINUTES)
    before = contents(store)

    assert book.release(LINDEN, mine.token) is False
    assert contents(store) == before


def test_nobody_releases_with_a_token_that_owns_nothing_r21(book: WebBook) -> None:
    held(book, "09:00")

    assert book.release(LINDEN, LinkToken.from_bytes(b"sixteen bytes of")) is False
    assert slot_at(book, "09:00") is None


def test_what_was_held_and_released_stands_in_the_history_without_an_appointment_r33(
    book: WebBook,
) -> None:
    mine = held(book, "09:00")
    book.release(LINDEN, mine.token)

    first, second = book.history(LINDEN)
    assert (first.what, second.what) == (Happening.HELD, Happening.RELEASED)
    assert first.appointment is second.appointment is None
    assert first.after == second.before == mine.hold.placement
    assert first.before is second.after is None


def test_the_longest_hold_is_the_clinics_choice_r21(book: WebBook, clock: StandingClock) -> None:
    set_up(book, hold_time=timedelta(minutes=2))
    mine = held(book, "09:00")

    clock.move(2 * MINUTE)
    assert mine.hold.expires_at == clock.now()
    assert slot_at(book, "09:00") is not None


# Staff come first: R24a


def test_staff_lay_a_time_over_a_hold_and_its_owner_is_told_taken_r24a(
    book: WebBook, store: AnyStore
) -> None:
    mine = held(book, "09:00")
    lay = StaffBooking(
        clinic=LINDEN,
        provider=ANNA,
        span=between("09:00", "09:20"),
        knowingly=Knowingly(by="reception"),
    )
    book.staff_book(lay)

    assert live_holds(store) == []
    answer = book.book(booking("09:00", hold=mine.token, alternatives=True))
    assert isinstance(answer, SlotTaken)
    assert codes_of(answer) == ["provider-busy"]
    assert on_the_wall(*answer.alternatives) == [
        "anna 08:00", "anna 08:30", "anna 09:30", "anna 10:00", "anna 10:30",
    ]  # fmt: skip


def test_an_absence_under_a_hold_makes_it_taken_r6b(book: WebBook) -> None:
    mine = held(book, "09:00")
    book.lay_absence(LINDEN, ANNA, between("09:10", "09:15"))

    assert isinstance(book.book(booking("09:00", hold=mine.token)), SlotTaken)


def test_details_that_are_typed_under_a_hold_are_the_owners_own(book: WebBook) -> None:
    mine = held(book, "09:00")
    answer = booked(book, "09:00", hold=mine.token, details=details(7))

    assert answer.appointment.contact == details(7).contact
