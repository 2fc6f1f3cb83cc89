"""A patient cancels a visit: R28, and R2, R22, R25, R27, R29, R30 as they bear on it."""

from functools import partial

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    card_of,
    happened,
    kinds_of,
    laid,
    last_event,
    link_in,
    moved,
    moved_by_staff,
    recalled,
    register,
    written,
)
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    details,
    link_to,
    on,
    set_up,
    set_up_type,
    slot_at,
)
from tests.services.stores import UnsettledStore
from webtidbok.errors import InvalidValue, RequestKeyReused
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import WayIn
from webtidbok.model.ids import RequestKey
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.model.message import Channel, MessageState
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.services.access import ByLink
from webtidbok.services.outcomes import Cancelled, ChangedMeanwhile, NoSuchVisit, Refused
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, ANNA, BO, CHECK_UP, NOW, a_patient, at, between
from webtidbok.testing.clock import StandingClock


def test_a_cancelled_visit_stays_as_history_and_its_time_is_free_at_once_r28(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    clock.move(MINUTE)

    answer = book.cancel(link_to(mine))

    gone = as_it_is(book, mine.appointment)
    assert answer == Cancelled(appointment=gone)
    assert gone == attrs.evolve(
        mine.appointment, cancelled_at=NOW + MINUTE, exclusive=False, revision=2
    )
    assert list(book.desk.records.occupied(LINDEN)) == []
    assert slot_at(book, "09:00") is not None
    booked(book, "09:00", 2)
    assert all_is_well(book)


def test_booking_and_then_cancelling_restores_the_offers_r28(book: WebBook) -> None:
    before = list(book.search(LINDEN, CHECK_UP, on()).slots)
    mine = booked(book, "09:00")
    assert list(book.search(LINDEN, CHECK_UP, on()).slots) != before

    book.cancel(link_to(mine))

    assert list(book.search(LINDEN, CHECK_UP, on()).slots) == before


def test_it_is_told_with_where_the_visit_was_and_the_way_in_r33(book: WebBook) -> None:
    register(book, a_patient("p2", 2))
    mine, set_by_staff = booked(book, "09:00"), recalled(book, "10:00", 2)

    book.cancel(link_to(mine))
    by_link = last_event(book)
    book.cancel(card_of(set_by_staff, 2))
    by_card = last_event(book)

    for event, way, visit in (
        (by_link, WayIn.LINK, mine.appointment),
        (by_card, WayIn.CARD, set_by_staff.appointment),
    ):
        assert (event.what.value, event.way, event.revision) == ("cancelled", way, 2)
        assert (event.before, event.after) == (visit.placement, None)
        assert (event.appointment, event.origin) == (visit.id, visit.origin)


# The watch list


def test_the_patient_lands_on_the_watch_list_where_staff_see_the_comment_r28(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")

    book.cancel(link_to(mine), comment="  Sjuk.\r\nTyvärr! ")

    assert list(book.watch_list(LINDEN)) == [
        WatchListEntry(
            clinic=LINDEN,
            appointment=mine.appointment.id,
            patient=mine.appointment.patient,
            at=NOW,
            comment="Sjuk.\nTyvärr!",
        )
    ]


def test_a_comment_may_be_left_out_r28(book: WebBook) -> None:
    book.cancel(link_to(booked(book)))

    assert [entry.comment for entry in book.watch_list(LINDEN)] == [""]


def test_entries_come_in_the_order_of_the_cancellations_r28(book: WebBook) -> None:
    visits = [booked(book, clock, place) for place, clock in enumerate(("09:00", "08:00"), 1)]

    for visit in reversed(visits):
        book.cancel(link_to(visit))

    assert [entry.appointment for entry in book.watch_list(LINDEN)] == [
        visit.appointment.id for visit in reversed(visits)
    ]


def test_a_hosts_list_outside_the_transaction_gets_the_comment_by_the_outbox_r28(
    book: WebBook,
) -> None:
    by_outbox = WebBook(attrs.evolve(book.desk, watch_list_by_outbox=True))
    mine = booked(by_outbox, "09:00", details=details(accepts_sms=False, accepts_email=False))

    by_outbox.cancel(link_to(mine), comment="Sjuk.")

    assert list(book.watch_list(LINDEN)) == []
    [message] = written(book, MessageState.UNSENT)
    assert kinds_of([message]) == ["watch watch-list"]
    assert (message.comment, message.appointment) == ("Sjuk.", mine.appointment.id)
    assert (message.address, message.token, message.sequence) == ("", "", 2)
    assert message.placement == mine.appointment.placement


def test_cancelling_twice_puts_the_patient_on_the_outbox_list_once_r28(book: WebBook) -> None:
    by_outbox = WebBook(attrs.evolve(book.desk, watch_list_by_outbox=True))
    mine = booked(by_outbox, "09:00")

    by_outbox.cancel(link_to(mine))
    by_outbox.cancel(link_to(mine))

    watched = [each for each in written(book) if each.channel is Channel.WATCH_LIST]
    assert len(watched) == 1


@pytest.mark.parametrize("comment", ["x" * 501, "a\x00b", "a\ud800b", "x" * 100_000])
def test_a_comment_that_no_text_may_be_is_refused_and_nothing_is_done_r40(
    book: WebBook, store: AnyStore, comment: str
) -> None:
    mine = booked(book)
    before = contents(store)

    with pytest.raises(InvalidValue) as refused:
        book.cancel(link_to(mine), comment=comment)

    assert refused.value.field == "comment"
    assert comment not in str(refused.value)
    assert contents(store) == before


def test_a_comment_may_have_500_characters_r28_r40(book: WebBook) -> None:
    book.cancel(link_to(booked(book)), comment="å" * 500)

    assert [entry.comment for entry in book.watch_list(LINDEN)] == ["å" * 500]


# Twice


def test_cancelling_twice_gives_the_same_answer_and_changes_nothing_more_r28(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book)
    first = book.cancel(link_to(mine), comment="first")
    before = contents(store)

    assert book.cancel(link_to(mine), comment="second") == first
    assert book.cancel(link_to(mine), revision=1) == first
    assert contents(store) == before


@pytest.mark.parametrize("by", ["time", "begun", "switched off", "not changeable"])
def test_cancelling_twice_gives_the_same_answer_whatever_has_changed_since_r28(
    book: WebBook, clock: StandingClock, by: str
) -> None:
    mine = booked(book, "09:00")
    first = book.cancel(link_to(mine))
    if by in ("time", "begun"):
        clock.stand_at(at("08:59" if by == "time" else "09:01"))
    elif by == "switched off":
        set_up(book, cancellations=False)
    else:
        set_up(book, changeable=Changeable({}))

    assert book.cancel(link_to(mine)) == first
    assert happened(book) == ["booked", "cancelled"], "an attempt that is answered is no refusal"


def test_what_staff_have_cancelled_is_answered_as_cancelled_r28_r30(book: WebBook) -> None:
    mine = booked(book)
    book.staff_cancel(LINDEN, mine.appointment.id, by="reception")

    answer = book.cancel(link_to(mine))

    assert answer == Cancelled(appointment=as_it_is(book, mine.appointment))
    assert list(book.watch_list(LINDEN)) == []


def test_a_repeat_of_the_same_request_is_answered_the_same_r22(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book)
    cancel = partial(book.cancel, link_to(mine), key=RequestKey("k"))
    first = cancel()
    before = contents(store)

    assert cancel() == first
    assert contents(store) == before


def test_a_key_that_came_for_something_else_is_an_error_r22(book: WebBook, store: AnyStore) -> None:
    mine = booked(book, "09:00", 1, key=RequestKey("of the booking"))
    others = booked(book, "10:00", 2)
    book.cancel(link_to(others), key=RequestKey("of the others"))
    before = contents(store)

    for key in ("of the booking", "of the others"):
        with pytest.raises(RequestKeyReused):
            book.cancel(link_to(mine), key=RequestKey(key))
    with pytest.raises(RequestKeyReused):
        book.book(booking("11:00", 3, key=RequestKey("of the others")))

    assert contents(store) == before


# Who may, and until when


def test_cancellations_may_be_off_while_rebookings_are_on_r1(book: WebBook) -> None:
    set_up(book, cancellations=False)
    mine = booked(book, "09:00")

    answer = book.cancel(link_to(mine))

    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["cancellations-off"]
    assert happened(book) == ["booked"]
    moved(book, link_to(mine), "10:00")


def test_a_visit_may_be_made_to_be_moved_only_r25(book: WebBook) -> None:
    set_up_type(book, changeable=Changeable({Origin.WEB: frozenset({Action.REBOOK})}))
    mine = booked(book, "09:00")

    assert codes_of(book.cancel(link_to(mine))) == ["not-changeable"]


def test_moves_do_not_count_against_cancelling_r3(book: WebBook) -> None:
    set_up(book, max_rebookings=0)

    assert isinstance(book.cancel(link_to(booked(book))), Cancelled)


def test_the_last_moment_is_in_time_and_a_second_later_is_not_r2(
    book: WebBook, clock: StandingClock
) -> None:
    visits = [booked(book, "09:00", 1, day=A_MONDAY), booked(book, "09:00", 2, provider=BO)]
    last_moment = at("09:00", A_MONDAY - DAY)

    clock.stand_at(last_moment + SECOND)
    late = book.cancel(link_to(visits[0]))
    clock.stand_at(last_moment)
    in_time = book.cancel(link_to(visits[0]))
    clock.stand_at(last_moment - SECOND)
    before = book.cancel(link_to(visits[1]))

    assert codes_of(late) == ["too-late-to-change"]
    assert isinstance(in_time, Cancelled)
    assert isinstance(before, Cancelled)


@pytest.mark.parametrize(
    ("clock_shows", "code"), [("08:59", "too-late-to-change"), ("09:00", "begun")]
)
def test_an_attempt_past_the_limit_is_recorded_and_nothing_else_changes_r30(
    book: WebBook, clock: StandingClock, clock_shows: str, code: str
) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(at(clock_shows))

    answer = book.cancel(link_to(mine), comment="Sjuk.")

    assert codes_of(answer) == [code]
    assert happened(book) == ["booked", "refused"]
    assert last_event(book).facts == {"reasons": code}
    assert as_it_is(book, mine.appointment) == mine.appointment
    assert list(book.watch_list(LINDEN)) == []
    assert all_is_well(book)


def test_an_attempt_that_was_refused_for_several_reasons_is_recorded_with_all_r30(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    set_up(book, cancellations=False)
    clock.stand_at(at("09:00"))

    assert codes_of(book.cancel(link_to(mine))) == ["cancellations-off", "begun"]
    assert last_event(book).facts == {"reasons": "cancellations-off begun"}


def test_who_has_no_way_in_cancels_nothing_r29(book: WebBook, store: AnyStore) -> None:
    booked(book)
    before = contents(store)

    assert book.cancel(ByLink(LinkToken.from_bytes(bytes(16)))) == NoSuchVisit()
    assert contents(store) == before


def test_the_second_of_two_tabs_is_told_that_the_visit_changed_r27(book: WebBook) -> None:
    mine = booked(book, "09:00")
    after = moved(book, link_to(mine), "10:00")

    assert book.cancel(link_to(mine), revision=1) == ChangedMeanwhile(appointment=after)
    assert isinstance(book.cancel(link_to(mine), revision=2), Cancelled)


def test_what_staff_change_between_reading_and_writing_is_seen_r27(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    unsettled = UnsettledStore(store)
    tab = WebBook(attrs.evolve(book.desk, store=unsettled))
    unsettled.meanwhile.append(lambda: moved_by_staff(book, mine.appointment, "10:00", "10:30"))

    answer = tab.cancel(link_to(mine))

    assert isinstance(answer, ChangedMeanwhile)
    assert answer.appointment.span == between("10:00", "10:30")


def test_a_visit_under_an_absence_can_be_cancelled_and_the_absence_stays_r28_r8(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")
    book.lay_absence(LINDEN, ANNA, between("08:00", "12:00"))

    assert isinstance(book.cancel(link_to(mine)), Cancelled)
    assert slot_at(book, "09:00") is None


def test_a_time_that_staff_laid_over_it_stays_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    over_it = laid(book, "09:00", "10:00", mine.appointment)

    book.cancel(link_to(mine))

    assert as_it_is(book, over_it) == over_it
    assert list(book.desk.records.overlaps(LINDEN)) == []
    assert all_is_well(book)


# Messages


def test_what_was_not_sent_yet_is_void_and_the_cancellation_is_told_r20_r36(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")

    book.cancel(link_to(mine))

    void, unsent = written(book, MessageState.VOID), written(book, MessageState.UNSENT)
    assert kinds_of(void) == ["confirmation sms", "confirmation email"]
    assert [message.token for message in void] == ["", ""]
    assert kinds_of(unsent) == ["cancelled sms", "cancelled email"]
    for message in unsent:
        assert message.token == "", "nothing can be done with it any more (R29)"
        assert (message.sequence, message.placement) == (2, mine.appointment.placement)


def test_messages_to_others_are_left_alone_r35(book: WebBook) -> None:
    mine = booked(book, "09:00", 1)
    booked(book, "10:00", 2)

    book.cancel(link_to(mine))

    kinds = kinds_of(written(book, MessageState.UNSENT))
    assert kinds == ["confirmation sms", "confirmation email", "cancelled sms", "cancelled email"]


def test_the_links_still_show_that_it_is_cancelled_r29a_r30(book: WebBook) -> None:
    mine = booked(book, "09:00")
    links = [link_to(mine), *map(link_in, written(book))]

    book.cancel(links[1])

    for link in links:
        assert not isinstance(book.show(link), NoSuchVisit)
