"""What a move tells its patient, and by which ways in: R20, R29, R31, R35, R36."""

from tests.services.change_scenes import (
    kinds_of,
    link_in,
    moved,
    moved_by_staff,
    recall_request,
    register,
    way_in_to,
    written,
)
from tests.services.scenes import (
    booked,
    details,
    link_to,
    set_up,
)
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.message import Channel, MessageState
from webtidbok.services.access import Access
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    a_contact,
    a_patient,
)


def test_what_was_not_sent_yet_is_void_and_the_new_time_is_told_r20_r29a(book: WebBook) -> None:
    mine = booked(book, "09:00")

    after = moved(book, link_to(mine), "10:00")

    void, unsent = written(book, MessageState.VOID), written(book, MessageState.UNSENT)
    assert kinds_of(void) == ["confirmation sms", "confirmation email"]
    assert [message.token for message in void] == ["", ""]
    assert kinds_of(unsent) == ["moved sms", "moved email"]
    for message in unsent:
        assert message.placement == after.placement
        assert message.sequence == 2, "rises with every change (R36)"
        assert link_in(message) != link_to(mine)


def test_all_links_and_codes_follow_the_move_r29a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    links = [link_to(mine), *map(link_in, written(book))]
    card = way_in_to(book, mine.appointment, 1)

    after = moved(book, links[0], "10:00")

    ways: list[Access] = [*links, *map(link_in, written(book, MessageState.UNSENT)), card]
    for access in ways:
        answer = book.show(access)
        assert isinstance(answer, Shown)
        assert answer.appointment == after


def test_a_message_carries_a_link_only_if_something_can_be_done_with_it_r29(
    book: WebBook,
) -> None:
    set_up(book, max_rebookings=1)
    mine = booked(book, "09:00")
    both = Changeable({Origin.WEB: frozenset({Action.REBOOK})})
    set_up(book, changeable=both)
    moved(book, link_to(mine), "10:00")
    assert all(message.token for message in written(book, MessageState.UNSENT))

    set_up(book, rebookings=False)
    moved_by_staff(book, mine.appointment, "11:00", "11:30")

    unsent = written(book, MessageState.UNSENT)
    assert kinds_of(unsent) == ["moved-by-staff sms", "moved-by-staff email"]
    assert [message.token for message in unsent] == ["", ""]


def test_nothing_is_sent_by_a_channel_that_was_not_ticked_r20(book: WebBook) -> None:
    by_email = booked(book, "09:00", 1, details=details(1, accepts_sms=False))
    silent = booked(book, "09:30", 2, details=details(2, accepts_sms=False, accepts_email=False))

    moved(book, link_to(by_email), "10:00")
    moved(book, link_to(silent), "11:00")

    assert kinds_of(written(book, MessageState.UNSENT)) == ["moved email"]


def test_a_moved_recall_is_told_by_the_channel_of_the_recall_r31(book: WebBook) -> None:
    contact = a_contact()
    register(book, a_patient("p1", 1, mobile=contact.mobile, email=contact.email))
    answer = book.recall(recall_request("09:00", 1, channel=Channel.EMAIL))
    assert answer is not None
    [message] = written(book)

    moved(book, link_in(message), "10:00")

    assert kinds_of(written(book, MessageState.UNSENT)) == ["moved email"]
