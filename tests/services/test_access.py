"""The ways in to a visit: a link, or a number and a code. R29, R29a, R29b."""

from datetime import timedelta

import attrs
import pytest

from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    codes_of,
    contents,
    details,
    held,
    linden,
    link_to,
    on,
)
from tests.services.stores import CountingStore
from webtidbok.adapters.keys import FixedKeys
from webtidbok.errors import MissingKey
from webtidbok.model.codes import LinkToken, LookupCode
from webtidbok.model.event import Happening, WayIn
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, ClinicId, PatientId
from webtidbok.model.instants import MINUTE, SECOND
from webtidbok.model.message import Channel
from webtidbok.ports.randomness import Randomness
from webtidbok.services.access import ByCard, ByLink, CardShown
from webtidbok.services.desk import Desk
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, Cancelled, Moved, NoSuchVisit, Recalled, Refused
from webtidbok.services.recalling import RecallRequest
from webtidbok.services.searching import Found
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, CHECK_UP, a_patient, at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number

HOME = "203.0.113.7"
ELSEWHERE = "203.0.113.8"
QUARTER = 15 * MINUTE

NUMBER = an_identity_number(1).digits
OTHER_NUMBER = an_identity_number(2).digits
OTHER_CODE = "0123-4567"


@pytest.fixture
def visit(book: WebBook) -> Booked:
    """The first patient's visit, on a Monday at 9."""
    return booked(book, "09:00", 1)


@pytest.fixture
def code(book: WebBook, visit: Booked) -> LookupCode:
    """The code to it."""
    return new_code(book, visit)


def new_code(book: WebBook, visit: Booked) -> LookupCode:
    """Return a code for a card that is printed, or printed again."""
    issued = book.issue_code(LINDEN, visit.appointment.id, by="reception")
    assert issued.code is not None
    return issued.code


def gets_in(book: WebBook, code: LookupCode | str, caller: str | None = None, **given: str) -> bool:
    """Return whether a number, the first patient's unless given, and a code lead to a visit."""
    typed = code if isinstance(code, str) else code.printed
    number = given.get("number", NUMBER)
    shown = book.show(ByCard(identity_number=number, code=typed, caller=caller))
    assert isinstance(shown, Shown) or shown == NoSuchVisit()
    return isinstance(shown, Shown)


def fail(book: WebBook, times: int, caller: str | None = HOME, **given: str) -> None:
    for _ in range(times):
        assert not gets_in(book, OTHER_CODE, caller, **given)


# By link


def test_a_link_leads_straight_to_the_visit_r29(book: WebBook, visit: Booked) -> None:
    shown = book.show(link_to(visit))

    assert isinstance(shown, Shown)
    assert (shown.appointment, shown.clinic) == (visit.appointment, linden())
    assert shown.deadline == at("09:00") - timedelta(hours=24)
    assert (shown.against_rebooking, shown.against_cancelling) == ((), ())


def test_a_link_holds_until_the_visit_starts_r29a(
    book: WebBook, visit: Booked, clock: StandingClock
) -> None:
    for off, holds in ((-SECOND, True), (0 * SECOND, False), (SECOND, False)):
        clock.stand_at(at("09:00") + off)
        shown = book.show(link_to(visit))
        assert isinstance(shown, Shown) is holds
        assert codes_of(shown) == ([] if holds else ["begun"])


def test_a_link_follows_the_visit_when_it_moves_r29a(
    book: WebBook, visit: Booked, clock: StandingClock
) -> None:
    assert isinstance(book.rebook(link_to(visit), at("15:00")), Moved)
    clock.stand_at(at("10:00"))

    shown = book.show(link_to(visit))
    assert isinstance(shown, Shown)
    assert shown.appointment.span.start == at("15:00")


def test_showing_changes_nothing_and_leaves_no_trace_r29a(
    book: WebBook, visit: Booked, code: LookupCode, store: AnyStore
) -> None:
    before = contents(store)

    for _ in range(3):
        book.show(link_to(visit))
        gets_in(book, code, HOME)
        fail(book, 1)
        book.search_other_times(link_to(visit), on())
    assert contents(store) == before


@pytest.mark.parametrize("token", ["A" * 22, "0" * 64])
def test_a_link_that_leads_nowhere_gets_one_answer_in_every_use_case_r29(
    book: WebBook, visit: Booked, token: str
) -> None:
    nowhere = ByLink(LinkToken(token))

    for answer in (
        book.show(nowhere),
        book.search_other_times(nowhere, on()),
        book.rebook(nowhere, at("10:00")),
        book.cancel(nowhere),
    ):
        assert answer == NoSuchVisit()
    assert not visit.appointment.is_cancelled


def test_neither_the_token_of_a_hold_nor_an_id_is_a_way_in_r29(
    book: WebBook, visit: Booked
) -> None:
    assert book.show(ByLink(held(book, "10:00").token)) == NoSuchVisit()
    assert book.show(ByLink(LinkToken(visit.appointment.id))) == NoSuchVisit()
    assert visit.link is not None
    assert book.show(ByLink(LinkToken(visit.link.hash))) == NoSuchVisit(), "nor what is stored"


# By card


def test_number_and_code_lead_to_the_visit_however_they_are_typed_r29b(
    book: WebBook, code: LookupCode
) -> None:
    typed_numbers = (NUMBER, NUMBER[2:], f"{NUMBER[2:8]}-{NUMBER[8:]}", f" {NUMBER} ")
    typed_codes = (code.printed, code.characters, code.characters.lower(), f" {code.printed}-")

    for number in typed_numbers:
        for typed in typed_codes:
            assert gets_in(book, typed, number=number)


def test_by_card_all_use_cases_work_as_by_link_r29(
    book: WebBook, visit: Booked, code: LookupCode
) -> None:
    card = ByCard(identity_number=NUMBER, code=code.printed, caller=HOME)

    assert isinstance(book.search_other_times(card, on()), Found)
    assert isinstance(book.rebook(card, at("10:00")), Moved)
    assert isinstance(book.cancel(card), Cancelled)
    ways = {event.what: event.way for event in book.history(LINDEN, visit.appointment.id)}
    assert ways[Happening.REBOOKED] is ways[Happening.CANCELLED] is WayIn.CARD


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (NUMBER, OTHER_CODE),
        (OTHER_NUMBER, None),
        (OTHER_NUMBER, OTHER_CODE),
        ("", None),
        (NUMBER, ""),
        ("", ""),
        ("19121212-1213", None),
        ("1" * 100_000, None),
        (NUMBER, "U" * 8),
        (NUMBER, "0" * 100_000),
        ("\ud800", "\x00"),
        (NUMBER, "ÅÄÖ"),
    ],
)  # fmt: skip
def test_every_failure_gets_the_same_answer_and_asks_the_same_of_the_store_r29b(
    book: WebBook, store: AnyStore, number: str, code: str | None
) -> None:
    visit = booked(book, "09:00", 1)
    right = new_code(book, visit).printed
    counting = CountingStore(store)
    counted = attrs.evolve(book, desk=attrs.evolve(book.desk, store=counting))
    card = ByCard(identity_number=number, code=right if code is None else code, caller=HOME)

    for answer in (
        counted.show(card),
        counted.search_other_times(card, on()),
        counted.rebook(card, at("10:00")),
        counted.cancel(card, comment="hello"),
    ):
        assert answer == NoSuchVisit()
    assert [len(hashes) for _, hashes in counting.looked_up] == [1, 1, 1, 1]
    assert number not in repr(card) or not number


class Noughts(Randomness):
    """The one draw in a million million that nobody expects."""

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)


def test_what_is_looked_up_for_who_typed_neither_number_nor_code_lets_nobody_in_r29b(
    book: WebBook, desk: Desk
) -> None:
    """Not even where a patient has that number and a card that code."""
    number = "180001010016"
    oldest = details(identity_number=PersonalIdentityNumber(number))
    visit = booked(book, "11:00", details=oldest)
    lucky = attrs.evolve(book, desk=attrs.evolve(desk, randomness=Noughts()))
    code = new_code(lucky, visit)

    assert gets_in(book, code, number=number)
    assert not gets_in(book, "no code", number=number)
    assert not gets_in(book, code, number="no number")


def test_a_new_code_ends_the_old_r29b(book: WebBook, visit: Booked, code: LookupCode) -> None:
    again = new_code(book, visit)

    assert again != code
    assert not gets_in(book, code)
    assert gets_in(book, again)


def test_a_code_is_stored_as_a_keyed_hash_and_shown_once_r29b(
    book: WebBook, visit: Booked, code: LookupCode, store: AnyStore
) -> None:
    everything = str(contents(store))

    assert code.characters not in everything
    assert code.keyed_hash(b"a key of the tests, which is long enough") in everything
    assert code.characters not in repr([visit, *book.history(LINDEN), *store.messages(LINDEN)])


def test_the_installation_may_change_its_key_and_old_cards_still_work_r29b(
    book: WebBook, desk: Desk, visit: Booked, code: LookupCode
) -> None:
    old, new = desk.all_keys()[0], b"another key, which is long enough too"

    def with_keys(*keys: bytes) -> WebBook:
        return attrs.evolve(book, desk=attrs.evolve(desk, keys=FixedKeys(*keys)))

    assert gets_in(with_keys(new, old), code)
    assert not gets_in(with_keys(new), code)
    renewed = new_code(with_keys(new, old), visit)
    assert gets_in(with_keys(new), renewed)
    with pytest.raises(MissingKey):
        gets_in(attrs.evolve(book, desk=attrs.evolve(desk, keys=None)), code)


def test_a_cancelled_visit_is_still_found_and_cancelled_again_r28(
    book: WebBook, visit: Booked, code: LookupCode
) -> None:
    card = ByCard(identity_number=NUMBER, code=code.printed)
    first, second = book.cancel(card), book.cancel(link_to(visit))

    assert first == second
    assert isinstance(first, Cancelled)
    shown = book.show(card)
    assert isinstance(shown, Shown)
    assert shown.appointment.is_cancelled


# By a card that was shown: a host's own memory of it


def remembered(book: WebBook, visit: Booked, code: LookupCode) -> CardShown:
    """Return what is remembered of the first patient's card."""
    card = ByCard(identity_number=NUMBER, code=code.printed)
    return book.card_shown(card, visit.appointment)


def test_after_a_card_was_shown_the_visit_is_reached_without_it_r29b(
    book: WebBook, visit: Booked, code: LookupCode
) -> None:
    mine = visit.appointment
    again = remembered(book, visit, code)

    shown = book.show(again)
    assert isinstance(shown, Shown)
    assert shown.appointment == mine
    moved = book.rebook(again, at("10:00"), revision=mine.revision)
    assert isinstance(moved, Moved)
    assert isinstance(book.search_other_times(again, on()), Found)
    assert isinstance(book.cancel(again, revision=moved.appointment.revision), Cancelled)
    ways = [event.way for event in book.history(LINDEN, mine.id)]
    assert ways == [WayIn.WEB, WayIn.STAFF, WayIn.CARD, WayIn.CARD]


def test_a_new_code_ends_what_is_remembered_of_the_old_card_at_once_r29b(
    book: WebBook, visit: Booked, code: LookupCode, store: AnyStore
) -> None:
    old = remembered(book, visit, code)
    new = remembered(book, visit, new_code(book, visit))
    before = contents(store)

    assert book.show(old) == NoSuchVisit()
    assert book.search_other_times(old, on()) == NoSuchVisit()
    assert book.rebook(old, at("10:00")) == NoSuchVisit()
    assert book.cancel(old) == NoSuchVisit()
    assert contents(store) == before
    assert isinstance(book.show(new), Shown)


def test_what_is_remembered_of_a_card_outlives_a_change_of_keys(
    book: WebBook, desk: Desk, visit: Booked, code: LookupCode
) -> None:
    old, new = desk.all_keys()[0], b"another key, which is long enough too"
    keys = FixedKeys(new, old)
    changed = attrs.evolve(book, desk=attrs.evolve(desk, keys=keys))

    for shown in (remembered(book, visit, code), remembered(changed, visit, code)):
        assert isinstance(changed.show(shown), Shown)
    assert code.keyed_hash(old) not in repr(remembered(book, visit, code))


@pytest.mark.parametrize(("clinic", "id_"), [("linden", "another"), ("nowhere", "visit")])
def test_a_card_shown_for_a_visit_that_is_not_there_leads_nowhere(
    book: WebBook, visit: Booked, code: LookupCode, clinic: str, id_: str
) -> None:
    id_ = visit.appointment.id if id_ == "visit" else id_
    shown = remembered(book, visit, code)
    again = attrs.evolve(shown, clinic=ClinicId(clinic), appointment=AppointmentId(id_))

    assert book.show(again) == NoSuchVisit()
    assert book.cancel(again) == NoSuchVisit()


# Several clinics, one card address: R29


def test_one_card_address_serves_all_clinics_and_number_and_code_find_the_right_one_r29(
    book: WebBook,
) -> None:
    codes = {}
    for name in ("birch", "elm"):
        clinic = linden(id=ClinicId(name), name=name.capitalize())
        book.add_clinic(clinic, patients=[a_patient("p1", 1), a_patient("p2", 2)])
        for patient, clock in (("p1", "09:00"), ("p2", "10:00")):
            answer = book.recall(
                RecallRequest(
                    clinic=clinic.id,
                    patient=PatientId(patient),
                    type=CHECK_UP,
                    provider=ANNA,
                    start=at(clock),
                    channel=Channel.CARD,
                    knowingly=Knowingly(by="reception"),
                )
            )
            assert isinstance(answer, Recalled)
            assert answer.code is not None
            codes[name, patient] = answer.code

    for (name, patient), code in codes.items():
        number, other = (NUMBER, OTHER_NUMBER) if patient == "p1" else (OTHER_NUMBER, NUMBER)
        shown = book.show(ByCard(identity_number=number, code=code.printed))
        assert isinstance(shown, Shown)
        assert (shown.clinic.id, shown.appointment.patient) == (name, patient)
        assert not gets_in(book, code, number=other)


# What is too much


def test_twenty_failures_of_a_caller_and_then_the_right_code_fails_too_r29b(
    book: WebBook, code: LookupCode
) -> None:
    fail(book, 19)
    assert gets_in(book, code, HOME)
    fail(book, 1)
    assert not gets_in(book, code, HOME)
    assert gets_in(book, code, ELSEWHERE)


@pytest.mark.parametrize(
    ("after", "may"),
    [(QUARTER - SECOND, False), (QUARTER, True), (QUARTER + SECOND, True)],
    ids=["-1 s", "0", "+1 s"],
)
def test_over_the_limit_every_try_fails_until_the_window_ends_and_no_longer_r29b(
    book: WebBook, clock: StandingClock, code: LookupCode, after: timedelta, may: bool
) -> None:
    fail(book, 20)
    clock.move(14 * MINUTE)
    fail(book, 5)  # these were over it: they lengthen nothing
    clock.move(after - 14 * MINUTE)

    assert gets_in(book, code, HOME) is may


def test_over_the_limit_the_answer_is_the_ordinary_one_in_every_use_case_r29b(
    book: WebBook, visit: Booked, code: LookupCode
) -> None:
    fail(book, 20)
    card = ByCard(identity_number=NUMBER, code=code.printed, caller=HOME)

    assert book.search_other_times(card, on()) == NoSuchVisit()
    assert book.rebook(card, at("10:00")) == NoSuchVisit()
    assert book.cancel(card) == NoSuchVisit()
    shown = book.show(link_to(visit))
    assert isinstance(shown, Shown), "links are unaffected"
    assert shown.appointment == visit.appointment


@pytest.mark.parametrize("store", ["memory"], indirect=True)
def test_a_hundred_failures_of_a_number_from_whatever_callers_shut_it_r29b(
    book: WebBook, clock: StandingClock, code: LookupCode
) -> None:
    for attempt in range(99):
        fail(book, 1, f"198.51.100.{attempt}")
    assert gets_in(book, code, ELSEWHERE)
    fail(book, 1, "198.51.100.99", number=f" {NUMBER[2:8]}-{NUMBER[8:]}")

    assert not gets_in(book, code, ELSEWHERE)
    fail(book, 19, ELSEWHERE, number=OTHER_NUMBER)
    clock.move(QUARTER)
    assert gets_in(book, code, ELSEWHERE)


@pytest.mark.parametrize("store", ["memory"], indirect=True)
def test_another_number_is_not_shut_with_it_r29b(
    book: WebBook, visit: Booked, code: LookupCode
) -> None:
    theirs = booked(book, "10:00", details=details(2))
    code_of_theirs = new_code(book, theirs)
    for attempt in range(100):
        fail(book, 1, f"198.51.100.{attempt}")

    assert not gets_in(book, code, ELSEWHERE)
    assert gets_in(book, code_of_theirs, ELSEWHERE, number=OTHER_NUMBER)
    assert isinstance(book.show(link_to(visit)), Shown)


def test_ill_formed_numbers_count_against_the_caller_alone_r29b(
    book: WebBook, code: LookupCode
) -> None:
    fail(book, 20, number="nonsense")

    assert not gets_in(book, code, HOME)
    assert gets_in(book, code, ELSEWHERE)


def test_what_succeeds_does_not_count_r29b(book: WebBook, code: LookupCode) -> None:
    for _ in range(25):
        assert gets_in(book, code, HOME)


def test_without_a_caller_or_a_throttle_nothing_is_limited_r21b(
    book: WebBook, desk: Desk, code: LookupCode
) -> None:
    fail(book, 25, None)
    unlimited = attrs.evolve(book, desk=attrs.evolve(desk, throttle=None))
    fail(unlimited, 25)

    assert gets_in(book, code, HOME)
    assert gets_in(unlimited, code, HOME)


def test_a_visit_that_has_begun_is_answered_politely_by_card_as_by_link_r30(
    book: WebBook, code: LookupCode, clock: StandingClock
) -> None:
    clock.stand_at(at("09:00"))
    answer = book.show(ByCard(identity_number=NUMBER, code=code.printed))

    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["begun"]
