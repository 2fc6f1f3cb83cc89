"""What whoever has a way in sees: R29a, R30, R39."""

import pytest

from tests.services.change_scenes import (
    as_it_is,
    card_of,
    happened,
    link_in,
    moved_by_staff,
    recalled,
    register,
    written,
)
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    codes_of,
    contents,
    details,
    link_to,
    on,
    on_the_wall,
    set_up,
)
from webtidbok.model.change_limit import DaysBefore
from webtidbok.model.codes import LinkToken
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.services.access import Access, ByCard, ByLink
from webtidbok.services.outcomes import NoSuchVisit
from webtidbok.services.showing import NotShown, Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, a_patient, at, between
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number


def shown(book: WebBook, access: Access) -> Shown:
    answer = book.show(access)
    assert isinstance(answer, Shown)
    return answer


def test_a_link_shows_the_visit_its_clinic_and_the_last_moment_for_changes_r29_r2(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")

    answer = shown(book, link_to(mine))

    assert answer.appointment == mine.appointment
    assert answer.clinic == book.clinic(LINDEN)
    assert answer.deadline == at("09:00") - DAY == book.deadline_for(mine.appointment)
    assert answer.against_rebooking == answer.against_cancelling == ()


def test_the_last_moment_is_the_one_of_the_limit_in_force_r2b(book: WebBook) -> None:
    mine = booked(book, "09:00")
    set_up(book, change_limit=DaysBefore(3, by=12 * 60))

    assert shown(book, link_to(mine)).deadline == at("12:00", A_MONDAY - 3 * DAY)


def test_a_link_that_nobody_was_given_leads_nowhere_r29(book: WebBook) -> None:
    booked(book)

    unknown = ByLink(LinkToken.from_bytes(bytes(16)))

    assert book.show(unknown) == NoSuchVisit()
    assert book.search_other_times(unknown, on()) == NoSuchVisit()


def test_every_message_has_a_link_of_its_own_and_all_of_them_lead_to_the_visit_r29a(
    book: WebBook,
) -> None:
    mine = booked(book)
    by_message = [link_in(message) for message in written(book)]

    assert len({link_to(mine).token, *(link.token for link in by_message)}) == 3
    for link in (link_to(mine), *by_message):
        assert shown(book, link).appointment == mine.appointment


def test_links_follow_the_visit_when_staff_move_it_r29a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    before = [link_in(message) for message in written(book)]

    moved = moved_by_staff(book, mine.appointment, "10:10", "10:40")

    for link in (link_to(mine), *before):
        assert shown(book, link).appointment == moved


def test_a_link_holds_until_the_visit_starts_and_then_answers_politely_r29a_r30(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")

    clock.stand_at(at("09:00") - SECOND)
    assert isinstance(book.show(link_to(mine)), Shown)

    for late in (0 * SECOND, SECOND, 30 * DAY):
        clock.stand_at(at("09:00") + late)
        answer = book.show(link_to(mine))
        assert isinstance(answer, NotShown)
        assert (codes_of(answer), answer.clinic) == (["begun"], book.clinic(LINDEN))


def test_a_link_is_kept_only_as_a_hash_r29a(book: WebBook, store: AnyStore) -> None:
    mine = booked(book, details=details(accepts_sms=False, accepts_email=False))

    assert mine.link is not None
    kept = repr(contents(store))
    assert mine.link.hash in kept
    assert mine.link.token not in kept


def test_showing_and_searching_change_nothing_for_scanners_open_links_r29a(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book)
    before = contents(store)

    book.show(link_to(mine))
    book.search_other_times(link_to(mine), on())

    assert contents(store) == before


def test_to_show_a_visit_past_its_limit_is_no_attempt_r30(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(at("09:00") - MINUTE)

    answer = shown(book, link_to(mine))
    book.search_other_times(link_to(mine), on())

    for against in (answer.against_rebooking, answer.against_cancelling):
        assert [reason.code for reason in against] == ["too-late-to-change"]
    assert happened(book) == ["booked"]


def test_what_staff_changed_meanwhile_is_simply_shown_r30(book: WebBook) -> None:
    mine = booked(book, "09:00")

    moved_by_staff(book, mine.appointment, "10:10", "10:50")
    assert shown(book, link_to(mine)).appointment.span == between("10:10", "10:50")

    book.staff_cancel(LINDEN, mine.appointment.id, by="reception")
    answer = shown(book, link_to(mine))
    assert answer.appointment.is_cancelled
    for against in (answer.against_rebooking, answer.against_cancelling):
        assert [reason.code for reason in against] == ["already-cancelled"]


@pytest.mark.parametrize("function", ["rebookings", "cancellations"])
def test_a_function_that_was_switched_off_since_is_said_to_be_off_r30_r1(
    book: WebBook, function: str
) -> None:
    mine = booked(book)
    set_up(book, **{function: False})

    answer = shown(book, link_to(mine))

    against = [*answer.against_rebooking, *answer.against_cancelling]
    assert [reason.code for reason in against] == [f"{function}-off"]
    assert [reason.setting for reason in against] == [f"web_booking.{function}"]


def test_the_first_name_shown_is_the_one_typed_and_not_the_registers_r39(book: WebBook) -> None:
    register(book, a_patient("p1", 1, first_name="Registered"))

    mine = booked(book, details=details(1, first_name="Typed"))

    visit = shown(book, link_to(mine)).appointment
    assert visit.first_name == "Typed"
    assert visit.differs_from_register


def test_on_a_recall_the_first_name_is_the_registers_r39(book: WebBook) -> None:
    register(book, a_patient("p1", 1, first_name="Registered"))

    set_by_staff = recalled(book)

    assert shown(book, card_of(set_by_staff)).appointment.first_name == "Registered"


def test_a_card_shows_the_same_as_a_link_would_r29(book: WebBook) -> None:
    register(book, a_patient("p1", 1))
    set_by_staff = recalled(book, "09:00")

    answer = shown(book, card_of(set_by_staff))

    assert answer.appointment == as_it_is(book, set_by_staff.appointment)
    assert answer.deadline == at("09:00") - DAY


def test_a_wrong_code_and_a_link_to_nothing_get_the_same_answer_r29b(book: WebBook) -> None:
    register(book, a_patient("p1", 1))
    recalled(book)

    wrong = ByCard(identity_number=an_identity_number(1).digits, code="0000-0000")

    assert book.show(wrong) == book.show(ByLink(LinkToken.from_bytes(bytes(16)))) == NoSuchVisit()
    assert book.search_other_times(wrong, on()) == NoSuchVisit()


def test_other_times_are_looked_for_by_link_or_by_card_r29_r26(book: WebBook) -> None:
    register(book, a_patient("p2", 2))
    mine, set_by_staff = booked(book, "08:30", 1), recalled(book, "10:00", 2)

    for access in (link_to(mine), card_of(set_by_staff, 2)):
        found = book.search_other_times(access, on(page_size=2))
        assert not isinstance(found, NoSuchVisit)
        assert on_the_wall(*found.slots) == ["anna 08:00", "anna 09:00"]
