"""By card: number and code on one page for all clinics, and one answer for every failure. R29b."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    card_of,
    happened,
    last_event,
    moved_by_staff,
    recalled,
    register,
    way_in_to,
)
from tests.services.scenes import LINDEN, AnyStore, contents, linden, set_up
from tests.services.stores import CountingStore
from tests.web.browsing import FORM, Browser
from tests.web.visit_scenes import show_card
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import WayIn
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.ports.throttle import Throttle
from webtidbok.services.access import ByCard
from webtidbok.services.limits import FAILURES_BY_CALLER
from webtidbok.services.outcomes import Recalled
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import a_patient, at, between
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.web.app import create_app
from webtidbok.web.site import Site
from webtidbok.web.visit.ways import SITTING

#: The one answer to every failure.
NOT_FOUND = "We find no visit with that number and that code"
QUARTER = FAILURES_BY_CALLER.window


@pytest.fixture
def recall(book: WebBook) -> Recalled:
    """The first patient's recall, on Monday 7 December at 9."""
    register(book, a_patient("p1", 1), a_patient("p2", 2))
    return recalled(book, "09:00")


@pytest.fixture
def visit(recall: Recalled) -> Appointment:
    """The visit that it is about."""
    return recall.appointment


@pytest.fixture
def card(recall: Recalled) -> ByCard:
    """The card to it."""
    return card_of(recall)


def fails(browser: Browser, card: ByCard, **typed: str) -> bool:
    """Return whether number and code are answered with the one answer."""
    show_card(browser, card, **typed)
    return NOT_FOUND in browser.text


# What a card opens


def test_number_and_code_show_the_visit_as_a_link_does_r29(browser: Browser, card: ByCard) -> None:
    show_card(browser, card)

    assert (browser.status, browser.heading) == (200, "Your visit")
    assert "Welcome, Test1. This is your time." in browser.text
    assert "Monday 7 December at 09:00" in browser.text
    assert "up to Sunday 6 December at 09:00" in browser.text


def test_in_swedish_too(browser: Browser, card: ByCard) -> None:
    browser.open("/kort")
    assert browser.heading == "Hitta din tid"
    browser.press("Visa min tid", identity_number=card.identity_number, code="0123-4567")
    assert browser.status == 422
    assert "Vi hittar ingen tid med det numret och den koden" in browser.text
    browser.press("Visa min tid", code=card.code)

    assert browser.heading == "Ditt besök"
    assert "Välkommen, Test1." in browser.text


@pytest.mark.parametrize("spoken", [str.lower, str.upper, lambda code: f" {code[:2]} {code[2:]} "])
def test_a_code_may_be_typed_as_people_type_r29b(
    browser: Browser, card: ByCard, spoken: Callable[[str], str]
) -> None:
    number = card.identity_number

    assert not fails(browser, card, code=spoken(card.code))
    assert not fails(browser, card, identity_number=f"{number[2:8]}-{number[8:]}")


def test_a_visit_is_moved_and_cancelled_after_a_card_without_a_cookie_r26_r28(
    book: WebBook, browser: Browser, visit: Appointment, card: ByCard
) -> None:
    show_card(browser, card)
    browser.follow("Move the visit")
    browser.follow("Later times:")
    browser.press("Monday 7 December 10:00")
    browser.press("Move the visit")
    assert browser.heading == "Your visit is moved"
    assert as_it_is(book, visit).span == between("10:00", "10:30")
    assert last_event(book).way is WayIn.CARD
    browser.follow("Cancel the visit")
    browser.press("Cancel the visit", comment="I am in Oslo")

    assert browser.heading == "Your visit is cancelled"
    assert [entry.comment for entry in book.watch_list(LINDEN)] == ["I am in Oslo"]
    assert not browser.client.cookies
    assert all_is_well(book)


def test_one_page_finds_the_visit_at_whatever_clinic_it_is_r29(
    book: WebBook, browser: Browser, card: ByCard
) -> None:
    elm = linden(id=ClinicId("elm"), name="Elm", phone="+46700000000")
    book.add_clinic(elm, patients=[a_patient("p2", 2)])
    theirs = recalled(book, "10:00", 2, clinic=elm.id)
    show_card(browser, card_of(theirs, 2))
    assert "Elm" in browser.text
    assert "Monday 7 December at 10:00" in browser.text

    show_card(browser, card)
    assert "Linden" in browser.text
    browser.open("/kort")
    assert "+46" not in browser.response.text, "the card says which clinic to phone"


def test_a_card_whose_visit_has_begun_says_whom_to_phone_r30(
    browser: Browser, clock: StandingClock, card: ByCard
) -> None:
    clock.stand_at(at("09:00"))
    show_card(browser, card)

    assert (browser.status, browser.heading) == (410, "The time of your visit has come")
    assert "+4681234567" in browser.text


def test_a_visit_that_staff_moved_is_shown_where_it_is_r30(
    book: WebBook, browser: Browser, visit: Appointment, card: ByCard
) -> None:
    moved_by_staff(book, visit, "15:00", "15:30")
    show_card(browser, card)

    assert "Monday 7 December at 15:00" in browser.text


# One answer for every failure


def answer_to(browser: Browser, number: str, code: str) -> tuple[int, str, dict[str, str]]:
    """Return status, page and headers, without what was typed and the signed step."""
    browser.open("/kort?lang=en")
    browser.press("Show my visit", identity_number=number, code=code)
    shown = {f.attributes["name"]: f.attributes["value"] for f in browser.page.all("input")}
    assert (shown["identity_number"], shown["code"]) == (number, code), "kept, to be mended"
    headers = dict(browser.response.headers)
    del headers["content-length"]
    return browser.status, re.sub(' value="[^"]*"', "", browser.response.text), headers


ill_formed = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["", " ", "19121212-1212", "200001010000", "<script>", '"', "\0", "1" * 3000, "%(a)s"]
)
unknown = st.integers(3, 300).map(lambda place: an_identity_number(place).digits)
numbers = ill_formed | unknown | st.sampled_from([an_identity_number(n).digits for n in (1, 2)])
codes = ill_formed | st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8)


@pytest.mark.parametrize("limited", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(number=numbers, code=codes)
def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte_r29b(
    book: WebBook, card: ByCard, limited: bool, number: str, code: str
) -> None:
    """With limits, most of these are over them, and still the answer is the same."""
    desk = book.desk if limited else attrs.evolve(book.desk, throttle=None)
    browser = Browser(TestClient(create_app(WebBook(desk)), base_url="https://boka.example.com"))
    status, page, headers = answer_to(browser, number, code)

    assert status == 422
    assert NOT_FOUND in page
    assert (status, page, headers) == answer_to(browser, card.identity_number, "0123-4567")


def test_over_the_limit_the_right_code_gets_that_answer_too_until_the_window_ends_r29b(
    browser: Browser, clock: StandingClock, card: ByCard
) -> None:
    ordinary = [answer_to(browser, card.identity_number, "0123-4567") for _ in range(20)]
    over = answer_to(browser, card.identity_number, card.code)

    assert over == ordinary[0] == ordinary[-1]
    clock.move(QUARTER - SECOND)
    assert fails(browser, card)
    clock.move(SECOND)
    assert not fails(browser, card)


def test_each_caller_has_tries_of_its_own_as_the_host_says_who_it_is_r21b(
    book: WebBook, card: ByCard
) -> None:
    site = Site(caller=lambda scope: dict(scope["headers"]).get(b"x-caller", b"").decode() or None)
    browser = Browser(TestClient(create_app(book, site), base_url="https://boka.example.com"))
    browser.client.headers["X-Caller"] = "203.0.113.7"
    for _ in range(20):
        assert fails(browser, card, code="0123-4567")

    assert fails(browser, card)
    browser.client.headers["X-Caller"] = "203.0.113.8"
    assert not fails(browser, card)
    del browser.client.headers["X-Caller"]
    assert not fails(browser, card), "of whom nobody knows who it is, nothing is counted"


def test_tries_are_counted_where_every_process_sees_them_r29b(
    book: WebBook, browser: Browser, throttle: Throttle, clock: StandingClock, card: ByCard
) -> None:
    for _ in range(20):
        fails(browser, card, code="0123-4567")
    subject = book.desk.subject("caller", "testclient")

    assert throttle.is_used_up(FAILURES_BY_CALLER, subject, clock.now())
    another = TestClient(create_app(WebBook(book.desk)), base_url="https://boka.example.com")
    assert fails(Browser(another), card)


def test_the_same_is_asked_of_the_store_whatever_is_wrong_r29b(
    book: WebBook, store: AnyStore, card: ByCard
) -> None:
    counting = CountingStore(store)
    desk = attrs.evolve(book.desk, store=counting, throttle=None)
    browser = Browser(TestClient(create_app(WebBook(desk)), base_url="https://boka.example.com"))
    for number, code in (
        ("", ""),
        ("nonsense", card.code),
        (card.identity_number, "nonsense"),
        (an_identity_number(2).digits, card.code),
    ):
        assert fails(browser, card, identity_number=number, code=code)

    assert len(counting.looked_up) == 4
    assert len({len(hashes) for _, hashes in counting.looked_up}) == 1


# The address after a card


def sitting_of(browser: Browser) -> str:
    """Return the path of the page of a visit after a card."""
    return browser.response.url.path


def test_the_address_holds_neither_number_nor_code(browser: Browser, card: ByCard) -> None:
    show_card(browser, card)

    for untold in (card.identity_number, card.code, card.code.replace("-", "")):
        assert untold not in str(browser.response.url)
        assert untold not in browser.response.text
    assert "Test1" not in str(browser.response.url)


@pytest.mark.parametrize("page", ["", "/avboka", "/boka-om", "/kalender.ics"])
def test_it_ends_after_half_an_hour_however_much_it_is_used(
    browser: Browser, clock: StandingClock, card: ByCard, page: str
) -> None:
    show_card(browser, card)
    address = f"{sitting_of(browser)}{page}?lang=en"
    for _ in range(2):
        clock.move(SITTING / 2 - SECOND)
        assert browser.client.get(address).status_code == 200
    clock.move(2 * SECOND)
    browser.open(address)

    assert (browser.status, browser.heading) == (200, "Find your visit")
    assert "we ask for your number and code again" in browser.text
    assert browser.response.url.path == "/kort"


def test_a_form_that_is_sent_after_it_ended_does_nothing(
    book: WebBook, browser: Browser, clock: StandingClock, visit: Appointment, card: ByCard
) -> None:
    show_card(browser, card)
    browser.follow("Cancel the visit")
    clock.move(SITTING)
    browser.press("Cancel the visit")

    assert browser.heading == "Find your visit"
    assert as_it_is(book, visit) == visit


@pytest.mark.parametrize("page", ["", "/avboka", "/boka-om", "/boka-om/bekrafta", "/kalender.ics"])
def test_it_ends_at_once_when_staff_print_a_new_code_r29b(
    book: WebBook, browser: Browser, visit: Appointment, card: ByCard, page: str
) -> None:
    show_card(browser, card)
    address = f"{sitting_of(browser)}{page}?lang=en&time=2026-12-07T09:00Z"
    assert browser.client.get(address).url.path.startswith("/kort/")
    renewed = way_in_to(book, visit, 1)
    browser.open(address)

    assert (browser.status, browser.heading) == (200, "Find your visit")
    assert browser.response.url.path == "/kort"
    assert "Test1" not in browser.response.text
    assert fails(browser, card)
    assert not fails(browser, renewed)


@pytest.mark.parametrize("wish", ["Cancel the visit", "Move the visit"])
def test_a_form_of_the_old_code_changes_nothing_r29b(
    book: WebBook, browser: Browser, visit: Appointment, card: ByCard, wish: str
) -> None:
    show_card(browser, card)
    browser.follow(wish)
    if wish == "Move the visit":
        browser.follow("Later times:")
        browser.press("Monday 7 December 10:00")
    form = browser.button(wish)
    way_in_to(book, visit, 1)
    browser.send(form)

    assert browser.heading == "Find your visit"
    assert as_it_is(book, visit) == visit
    assert happened(book, visit.id) == ["recalled", "code-issued"]


@pytest.mark.parametrize("lifetime", [10 * MINUTE, DAY])
def test_a_host_can_have_it_end_earlier_and_not_later(
    book: WebBook, clock: StandingClock, card: ByCard, lifetime: timedelta
) -> None:
    app = create_app(book, Site(step_lifetime=lifetime))
    browser = Browser(TestClient(app, base_url="https://boka.example.com"))
    show_card(browser, card)
    address = sitting_of(browser)
    clock.move(min(lifetime, SITTING) - SECOND)
    assert browser.client.get(address, follow_redirects=False).status_code == 200
    clock.move(SECOND)
    assert browser.client.get(address, follow_redirects=False).status_code == 303


def test_an_address_that_was_changed_leads_to_the_question_again(
    browser: Browser, card: ByCard
) -> None:
    show_card(browser, card)
    address = sitting_of(browser)
    for place in range(len("/kort/"), len(address) - 1, 7):
        changed = address[:place] + ("A" if address[place] != "A" else "B") + address[place + 1 :]
        answer = browser.client.get(changed, follow_redirects=False)
        assert answer.status_code in {303, 404}, changed
        assert "Test1" not in answer.text


def test_steps_of_other_purposes_open_no_visit(browser: Browser) -> None:
    browser.open("/kort")
    [step] = [f for f in browser.page.all("input") if f.attributes["name"] == "step"]
    answer = browser.client.get(f"/kort/{step.attributes['value']}", follow_redirects=False)

    assert answer.status_code == 303


# Forms that are not ours, or not any more


@pytest.mark.parametrize("wait", [0 * SECOND, Site().step_lifetime])
def test_a_form_without_a_good_step_is_shown_again_with_what_was_typed(
    browser: Browser, store: AnyStore, clock: StandingClock, card: ByCard, wait: timedelta
) -> None:
    browser.open("/kort?lang=en")
    form = browser.button("Show my visit")
    if not wait:
        next(form.form.all("input")).attributes["value"] = "nonsense"
    clock.move(wait)
    before = contents(store)
    browser.send(form, identity_number=card.identity_number, code=card.code)

    assert (browser.status, browser.heading) == (400, "Find your visit")
    assert "Please press once more" in browser.text
    assert contents(store) == before
    browser.press("Show my visit")
    assert browser.heading == "Your visit"


def test_looking_for_a_visit_changes_nothing_of_it_r30(
    book: WebBook, browser: Browser, store: AnyStore, visit: Appointment, card: ByCard
) -> None:
    before = contents(store)
    show_card(browser, card)
    fails(browser, card, code="0123-4567")

    assert contents(store) == before
    assert happened(book, visit.id) == ["recalled"]


def test_an_attempt_past_the_limit_is_recorded_as_one_by_card_r30(
    book: WebBook, browser: Browser, clock: StandingClock, visit: Appointment, card: ByCard
) -> None:
    clock.stand_at(at("09:00") - DAY)
    show_card(browser, card)
    browser.follow("Cancel the visit")
    clock.move(SECOND)
    browser.press("Cancel the visit")

    assert browser.status == 403
    assert happened(book, visit.id) == ["recalled", "refused"]
    assert last_event(book).way is WayIn.CARD


def test_switched_off_since_the_card_was_printed_is_told_r30(
    book: WebBook, browser: Browser, card: ByCard
) -> None:
    set_up(book, rebookings=False, cancellations=False)
    show_card(browser, card)

    assert "Right now the visit cannot be changed here" in browser.text
    assert "+4681234567" in browser.text


def test_nothing_is_logged_that_opens_a_visit_or_names_anybody(
    book: WebBook, browser: Browser, card: ByCard, caplog: pytest.LogCaptureFixture
) -> None:
    """Of ours: what a server logs is the host's to decide."""
    with caplog.at_level(logging.DEBUG, "webtidbok"):
        show_card(browser, card)
        fails(browser, card, code="0123-4567")
        browser.client.post("/kort", content="identity_number=x", headers={"Content-Type": FORM})
        set_up(book, cancellations=False)

    assert caplog.records == []


def test_the_fields_take_what_a_phone_and_a_clipboard_bring(browser: Browser) -> None:
    browser.open("/kort")
    number, code = (f for f in browser.page.all("input") if f.attributes["name"] != "step")

    assert number.attributes["inputmode"] == "numeric"
    assert {number.attributes["autocomplete"], code.attributes["autocomplete"]} == {"off"}
    assert not {"maxlength", "pattern", "onpaste"} & {*number.attributes, *code.attributes}
