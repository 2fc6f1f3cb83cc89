"""Details, a last look, and the visit is booked: R18-R23, R40."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    contents,
    held,
    on,
    set_up,
    set_up_type,
)
from tests.web.booking_scenes import (
    choose,
    look_at_times,
    to_details,
    to_receipt,
    to_review,
    typed,
)
from tests.web.browsing import Browser
from tests.web.test_laws import addresses
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.age import Ages
from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import Patients
from webtidbok.model.codes import LinkToken
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.event import WayIn
from webtidbok.ports.throttle import Throttle
from webtidbok.services.access import ByLink
from webtidbok.services.limits import CONFIRMATIONS_BY_MOBILE
from webtidbok.services.showing import Shown
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, CHECK_UP, NOW, at, between
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.web.booking.details import said_about
from webtidbok.web.site import Site


def bookings(store: AnyStore) -> list[Appointment]:
    """Return all appointments."""
    return list(store.appointments(LINDEN))


def values(browser: Browser) -> dict[str, str]:
    """Return what stands in the form for the details."""
    form = browser.button("Go on").form
    fields = {
        element.attributes["name"]: element.attributes.get("value", "")
        for element in form.all("input")
        if element.attributes.get("type") != "checkbox" or "checked" in element.attributes
    }
    [message] = form.all("textarea")
    return fields | {"message": "".join(map(str, message.children)).removeprefix("\n")}


# The whole way


def test_a_patient_books_a_visit_from_the_clinics_address_to_the_link_r20(
    browser: Browser, book: WebBook, store: AnyStore
) -> None:
    to_receipt(browser)

    [visit] = bookings(store)
    assert visit.span == between("09:00", "09:30")
    assert (visit.placement.provider, visit.type, visit.language) == (ANNA, CHECK_UP, "en")
    assert (visit.first_name, visit.booking_text) == ("Maja", "Hello")
    assert visit.contact.mobile == MobileNumber.parse("070-174 06 05")
    assert visit.contact.email == EmailAddress("test1@example.com")
    assert [event.way for event in book.history(LINDEN, visit.id)] == [WayIn.WEB]
    assert "Monday 7 December at 09:00" in browser.text
    assert "Linden" in browser.text
    address = browser.link("https://boka.example.com/t/")
    shown = book.show(ByLink(LinkToken.parse(address)))
    assert isinstance(shown, Shown)
    assert shown.appointment == visit
    assert list(book.verify(LINDEN)) == []


def test_the_same_in_swedish(browser: Browser, store: AnyStore) -> None:
    browser.open("/linden")
    browser.follow("Check-up")
    browser.press("måndag 30 november 08.00")
    assert "måndag 30 november kl. 08.00" in browser.text
    assert "Tiden hålls åt dig till 08.10" in browser.text
    browser.press("Fortsätt", **typed())
    browser.press("Boka tiden")

    assert browser.heading == "Din tid är bokad"
    [visit] = bookings(store)
    assert visit.language == "sv"


def test_the_last_look_shows_all_that_was_typed_and_books_nothing(
    browser: Browser, store: AnyStore
) -> None:
    to_review(browser, message="One\r\ntwo", last_name="  O'Neill & <Söner> ")

    for said in ("Maja O'Neill & <Söner>", "070-174 06 05", "test1@example.com", "One two"):
        assert said in browser.text
    assert "By SMS and e-mail" in browser.text
    assert bookings(store) == []


def test_what_was_typed_can_be_changed_after_the_last_look(
    browser: Browser, store: AnyStore
) -> None:
    to_review(browser, message="One\r\ntwo", accepts_sms=False)
    before = typed(message="One\ntwo")
    browser.press("Change the details")

    now_there = values(browser)
    for name in ("identity_number", "first_name", "last_name", "mobile", "email", "message"):
        assert now_there[name].replace("\r", "") == before[name]
    assert "accepts_sms" not in now_there
    browser.press("Go on", first_name="Anna")
    browser.press("Book the time")
    assert [visit.first_name for visit in bookings(store)] == ["Anna"]


# What was typed


def test_everything_that_is_missing_is_said_at_once_with_links_to_the_fields_r40(
    browser: Browser, store: AnyStore
) -> None:
    to_details(browser)
    browser.press("Go on")

    assert browser.status == 422
    [summary] = [each for each in browser.page.all("div") if each.attributes.get("id") == "summary"]
    links = {link.attributes["href"]: link.text for link in summary.all("a")}
    assert links == {
        "#identity_number": "Write your personal identity number.",
        "#first_name": "Write your first name.",
        "#last_name": "Write your last name.",
        "#mobile": "Write your mobile number.",
    }
    for field in browser.page.all("input"):
        if "#" + field.attributes.get("id", "") in links:
            name = field.attributes["name"]
            assert field.attributes["aria-invalid"] == "true"
            assert f"{name}-fault" in field.attributes["aria-describedby"].split()
    [title] = browser.page.all("title")
    assert title.text.startswith("Wrong: ")
    assert bookings(store) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("identity_number", "12345", "with 12 digits"),
        ("identity_number", "19880313-2384", "a digit seems to be wrong"),
        ("identity_number", "19881313-2383", "does not begin with a date"),
        ("first_name", "a" * 101, "First name: at most 100 characters, please."),
        ("last_name", "a" * 401, "Last name: at most 100 characters, please."),
        ("first_name", "a\x00b", "First name: a character in it cannot be read."),
        ("last_name", "a\nb", "Last name: write it on one line."),
        ("mobile", "08-123 45 67", "this one cannot receive SMS"),
        ("mobile", "070", "Check your mobile number"),
        ("email", "maja@", "Check your e-mail address"),
        ("email", " ", "Write your e-mail address, or untick e-mail below."),
        ("message", "a" * 501, "Message to the clinic: at most 500 characters, please."),
    ],
)
def test_what_is_wrong_is_said_kindly_and_everything_typed_is_kept_r40(
    browser: Browser, store: AnyStore, field: str, value: str, said: str
) -> None:
    to_details(browser)
    given = typed() | {field: value}
    browser.press("Go on", **given)

    assert browser.status == 422
    assert said in browser.text
    for name, text in values(browser).items():
        if name in given and not name.startswith("accepts"):
            assert text == given[name]
    assert bookings(store) == []


def test_without_an_address_mail_needs_only_to_be_unticked(browser: Browser) -> None:
    to_details(browser)
    browser.press("Go on", **typed(email="", accepts_email=False))

    assert browser.heading == "Is everything right?"
    assert "By SMS" in browser.text


def test_what_comes_wrong_at_the_very_end_is_asked_for_again(
    browser: Browser, store: AnyStore
) -> None:
    to_review(browser)
    button = browser.button("Book the time")
    [mobile] = [e for e in button.form.all("input") if e.attributes.get("name") == "mobile"]
    mobile.attributes["value"] = "12"
    browser.send(button)

    assert (browser.status, browser.heading) == (422, "Who is coming?")
    assert bookings(store) == []


def test_a_reason_that_has_no_words_of_its_own_is_told_by_its_field() -> None:
    faults = [
        Fault("identity_number", "", "is of somebody not yet born"),
        Fault("mobile", "", "is odd"),
        Fault("message", "", "is odd"),
    ]
    said = {field: each.text for field, each in said_about(InvalidInput(faults)).items()}

    assert said == {
        "identity_number": "Check your personal identity number: its date lies ahead.",
        "mobile": "Check your mobile number: it does not seem to be right.",
        "message": "%(field)s: check it once more.",
    }


# Once, however often: R22


def test_pressing_twice_or_reloading_books_once_and_gives_no_second_link_r22(
    browser: Browser, store: AnyStore
) -> None:
    to_review(browser)
    button = browser.button("Book the time")
    browser.send(button)
    browser.send(button)

    assert (browser.status, browser.heading) == (200, "Your time is booked")
    assert "just once. The link to it was sent to you." in browser.text
    assert not [a for a in browser.page.all("a") if "/t/" in a.attributes["href"]]
    assert len(bookings(store)) == 1
    assert len(list(store.messages(LINDEN))) == 2, "an SMS and a mail, of the first time"


def test_a_repeat_to_whom_nothing_was_sent_says_that_the_link_was_shown(browser: Browser) -> None:
    to_review(browser, accepts_sms=False, accepts_email=False)
    button = browser.button("Book the time")
    browser.send(button)
    assert browser.link("https://boka.example.com/t/")
    browser.send(button)

    assert "The link was shown then, and is not shown again." in browser.text


def test_going_back_to_change_what_is_booked_changes_nothing_and_says_so_r22(
    browser: Browser, store: AnyStore
) -> None:
    to_review(browser)
    button = browser.button("Book the time")
    browser.send(button)
    [name] = [e for e in button.form.all("input") if e.attributes.get("name") == "first_name"]
    name.attributes["value"] = "Kim"
    browser.send(button)

    assert (browser.status, browser.heading) == (409, "You have booked this time already")
    assert [visit.first_name for visit in bookings(store)] == ["Maja"]


def test_the_same_person_books_another_time_in_the_same_errand(
    browser: Browser, store: AnyStore
) -> None:
    look_at_times(browser)
    address = str(browser.response.url)
    for clock in ("09:00", "10:00"):
        browser.open(address)
        choose(browser, clock)
        browser.press("Go on", **typed())
        browser.press("Book the time")
        assert browser.heading == "Your time is booked"

    assert len(bookings(store)) == 2


def test_a_repeat_after_the_visit_was_cancelled_says_so(browser: Browser, book: WebBook) -> None:
    to_review(browser)
    button = browser.button("Book the time")
    browser.send(button)
    book.cancel(ByLink(LinkToken.parse(browser.link("https://boka.example.com/t/"))))
    browser.send(button)

    assert "It has been cancelled since." in browser.text


# Holds and races


def test_confirming_when_the_hold_has_ended_goes_well_if_the_time_is_free_r21(
    browser: Browser, clock: StandingClock, store: AnyStore
) -> None:
    to_details(browser)
    clock.stand_at(NOW + timedelta(minutes=10))
    browser.press("Go on", **typed())
    assert "The time is not kept for you any more." in browser.text
    clock.stand_at(NOW + timedelta(minutes=60))
    browser.press("Book the time")

    assert browser.heading == "Your time is booked"
    assert len(bookings(store)) == 1


def test_a_time_that_goes_before_confirming_has_others_near_it_and_all_is_kept_r21a(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    to_review(browser, message="Line one\nline two")
    clock.stand_at(NOW + timedelta(minutes=10))
    booked(book, "09:00", 2)
    browser.press("Book the time")

    assert (browser.status, browser.heading) == (409, "Somebody else was faster")
    assert "Everything you wrote is kept." in browser.text
    choose(browser, "09:30")
    assert browser.heading == "Is everything right?"
    assert "Kept for you until 08:20" in browser.text
    assert "Line one line two" in browser.text
    browser.press("Book the time")
    assert browser.heading == "Your time is booked"
    assert sorted(visit.span.start for visit in bookings(store)) == [at("09:00"), at("09:30")]


def test_an_alternative_that_goes_too_brings_new_ones_and_all_is_kept(
    browser: Browser, book: WebBook, clock: StandingClock
) -> None:
    to_review(browser)
    clock.stand_at(NOW + timedelta(minutes=10))
    booked(book, "09:00", 2)
    browser.press("Book the time")
    held(book, "09:30")
    choose(browser, "09:30")

    assert (browser.status, browser.heading) == (409, "Somebody else was faster")
    assert "Everything you wrote is kept." in browser.text
    choose(browser, "10:00")
    assert browser.heading == "Is everything right?"


# All free times, with what was typed


def to_taken(browser: Browser, book: WebBook, clock: StandingClock) -> None:
    """Come too late with the details of the first patient, who writes two lines."""
    to_review(browser, message="Line one\nline two")
    clock.stand_at(NOW + timedelta(minutes=10))
    booked(book, "09:00", 2)
    browser.press("Book the time")
    assert browser.heading == "Somebody else was faster"


def assert_all_is_kept(browser: Browser) -> None:
    """Have the last look before one, with all that the first patient typed."""
    assert browser.heading == "Is everything right?"
    for said in ("Maja Berglund", "070-174 06 05", "test1@example.com", "Line one line two"):
        assert said in browser.text
    assert "By SMS and e-mail" in browser.text


def assert_is_in_no_address(browser: Browser) -> None:
    """See that the page and its links and forms have nothing typed in their addresses."""
    for address in (str(browser.response.url), *addresses(browser.response.text)):
        for told in ("Maja", "Berglund", "070-174", an_identity_number(1).digits, "test1", "Line"):
            assert told not in address


def test_who_looks_at_all_free_times_after_all_keeps_what_was_typed(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    to_taken(browser, book, clock)
    for wanted in ("See all free times", "Later times", "Later times", "Earlier times"):
        browser.press(wanted)
        assert (browser.status, browser.heading) == (200, "Choose a time")
        assert "Everything you wrote is kept." in browser.text
        assert_is_in_no_address(browser)
    browser.press("Show times", provider="bo", part="afternoon")
    assert_is_in_no_address(browser)
    for wanted in ("Later times", "Later times", "First free time", "Later times"):
        browser.press(wanted)
    choose(browser, "13:00")
    assert_all_is_kept(browser)
    browser.press("Book the time")

    assert browser.heading == "Your time is booked"
    visit = next(visit for visit in bookings(store) if visit.first_name == "Maja")
    assert (visit.span.start, visit.placement.provider) == (at("13:00"), BO)
    assert visit.booking_text == "Line one\nline two"


def test_where_no_time_is_like_that_all_others_are_shown_with_what_was_typed(
    browser: Browser, book: WebBook, clock: StandingClock
) -> None:
    to_taken(browser, book, clock)
    browser.press("See all free times")
    browser.press("Show times", part="evening")
    assert "There is no free time like that." in browser.text
    browser.press("Show all free times")
    browser.press("Later times")
    choose(browser, "10:00")

    assert_all_is_kept(browser)


def test_the_same_times_are_shown_with_what_was_typed_as_without(
    browser: Browser, book: WebBook, clock: StandingClock
) -> None:
    to_taken(browser, book, clock)
    browser.press("See all free times")
    browser.press("Show times", provider="bo", part="afternoon")
    browser.press("Later times")
    shown = [button.text for button in browser.page.all("button")]
    browser.open(str(browser.response.url))

    assert "Everything you wrote is kept." not in browser.text
    assert [button.text for button in browser.page.all("button")] == [
        text for text in shown if ": week" not in text and text != "First free time"
    ]


@pytest.mark.parametrize("wanted", ["Go on with it", "Give it back"])
def test_after_a_refusal_all_free_times_and_the_kept_one_keep_what_was_typed(
    browser: Browser, book: WebBook, wanted: str
) -> None:
    to_review(browser, message="Line one\nline two")
    set_up_type(book, minimum_notice=timedelta(days=30))
    browser.press("Book the time")
    assert browser.heading == "That cannot be booked here"
    set_up_type(book, minimum_notice=None)
    browser.press("See all free times")
    assert "You have a time that is kept for you until 08:10" in browser.text
    browser.press(wanted)
    if wanted == "Give it back":
        assert "You have a time" not in browser.text
        browser.press("Later times")
        choose(browser, "10:00")

    assert_all_is_kept(browser)


def test_who_chooses_another_time_at_the_last_look_keeps_what_was_typed(
    browser: Browser,
) -> None:
    to_review(browser, message="Line one\nline two")
    browser.press("Choose another time")
    assert (browser.status, browser.heading) == (200, "Choose a time")
    assert "You have a time that is kept" not in browser.text
    browser.press("Later times")
    choose(browser, "10:00")

    assert_all_is_kept(browser)


def test_free_times_that_were_open_for_too_long_keep_what_was_typed(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    to_taken(browser, book, clock)
    browser.press("See all free times")
    clock.stand_at(NOW + timedelta(minutes=10) + Site().step_lifetime)
    before = contents(store)
    browser.press("Later times")
    assert (browser.status, browser.heading) == (400, "Choose a time")
    assert "The page was open for a long time." in browser.text
    assert contents(store) == before
    choose(browser, "10:00")

    assert_all_is_kept(browser)


# Forms that were open for too long


AFTER_LUNCH = NOW + Site().step_lifetime


@pytest.mark.parametrize("is_free", [True, False])
def test_a_last_look_that_was_open_for_too_long_is_shown_again_with_all_that_was_typed(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore, is_free: bool
) -> None:
    to_review(browser, message="Line one\nline two")
    clock.stand_at(AFTER_LUNCH)
    if not is_free:
        booked(book, "09:00", 2)
    before = contents(store)
    browser.press("Book the time")

    assert (browser.status, browser.heading) == (400, "Is everything right?")
    assert "Please press once more if this is right." in browser.text
    assert "The time is not kept for you any more." in browser.text
    assert "Line one line two" in browser.text
    assert contents(store) == before
    browser.press("Book the time")
    assert browser.heading == ("Your time is booked" if is_free else "Somebody else was faster")


def test_details_that_were_typed_for_too_long_are_kept(
    browser: Browser, clock: StandingClock
) -> None:
    to_details(browser)
    clock.stand_at(AFTER_LUNCH)
    browser.press("Go on", **typed(mobile="1"))
    assert (browser.status, values(browser)["first_name"]) == (422, "Maja")
    clock.stand_at(AFTER_LUNCH + Site().step_lifetime)
    browser.press("Go on", mobile="070-174 06 05")
    assert (browser.status, browser.heading) == (400, "Is everything right?")
    clock.stand_at(AFTER_LUNCH + 2 * Site().step_lifetime)
    browser.press("Change the details")

    assert (browser.status, values(browser)["first_name"]) == (400, "Maja")


def test_what_was_booked_before_the_page_had_ended_is_not_booked_again(
    browser: Browser, clock: StandingClock, store: AnyStore
) -> None:
    """The answer was lost on its way; hours later the patient presses again."""
    to_review(browser)
    button = browser.button("Book the time")
    browser.send(button)
    clock.stand_at(AFTER_LUNCH)
    browser.send(button)
    browser.press("Book the time")

    assert "It was booked the first time you pressed, and just once." in browser.text
    assert len(bookings(store)) == 1


def test_alternatives_that_were_shown_for_too_long_hold_nothing_and_keep_all(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    to_review(browser)
    clock.stand_at(NOW + timedelta(minutes=10))
    booked(book, "09:00", 2)
    browser.press("Book the time")
    clock.stand_at(AFTER_LUNCH + timedelta(minutes=10))
    before = contents(store)
    choose(browser, "09:30")

    assert (browser.status, browser.heading) == (400, "Is everything right?")
    assert "09:30" in browser.text
    assert contents(store) == before
    browser.press("Book the time")
    assert browser.heading == "Your time is booked"


@pytest.mark.parametrize("page", ["uppgifter", "bekrafta"])
def test_a_form_with_a_step_that_is_not_ours_is_refused(
    browser: Browser, store: AnyStore, page: str
) -> None:
    to_review(browser)
    before = contents(store)
    fields = {name: str(value) for name, value in typed().items()}
    browser.post(f"https://boka.example.com/linden/check-up/{page}", fields | {"step": "mine"})

    assert (browser.status, browser.heading) == (400, "Sidan går inte att använda längre")
    assert contents(store) == before


# May this patient?


@pytest.mark.parametrize(
    ("type_changes", "said"),
    [
        ({"ages": Ages.CHILDREN}, "This kind of visit is meant for another age."),
        ({"patients": Patients.EXISTING}, "We need to talk with you before this is booked."),
        ({"minimum_notice": timedelta(days=30)}, "The time is too near"),
        ({"offered_for_new_bookings": False}, "cannot be booked on the web any more"),
    ],
)
def test_a_refusal_says_why_and_gives_the_number_r23(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore,
    type_changes: dict[str, Any], said: str,
) -> None:  # fmt: skip
    to_review(browser)
    set_up_type(book, **type_changes)
    clock.stand_at(NOW + timedelta(minutes=10))
    browser.press("Book the time")

    assert (browser.status, browser.heading) == (409, "That cannot be booked here")
    assert said in browser.text
    assert "+4681234567" in browser.text
    assert bookings(store) == []
    if type_changes.get("offered_for_new_bookings", True):
        browser.press("Change the details")
        assert values(browser)["first_name"] == "Maja", "all that was typed is kept"


def test_who_has_as_many_bookings_as_may_be_is_asked_to_phone_and_not_told_why_r23(
    browser: Browser, book: WebBook
) -> None:
    set_up(book, max_open_bookings=1)
    booked(book, "14:00", 1)
    to_review(browser, 1)
    browser.press("Book the time")

    assert "We need to talk with you before this is booked. Please phone us." in browser.text


def test_the_answer_is_the_same_whether_the_number_was_known_or_not_r23(
    browser: Browser, book: WebBook
) -> None:
    booked(book, "14:00", 1)
    pages = []
    for place in (1, 2):
        other = Browser(browser.client)
        to_receipt(other, place, "09:00" if place == 1 else "09:30")
        pages.append(other.text.replace("09:30", "09:00"))

    known, unknown = ([word for word in page.split() if "/t/" not in word] for page in pages)
    assert known == unknown


def test_one_mobile_is_told_only_so_often_a_day_and_it_is_counted_in_the_store_r21b(
    browser: Browser, book: WebBook, throttle: Throttle, clock: StandingClock, store: AnyStore
) -> None:
    mobile = "070-174 06 99"
    for place in range(1, 7):
        to_review(browser, place, f"{8 + place // 2}:{30 * (place % 2):02}".zfill(5), mobile=mobile)
        browser.press("Book the time")

    assert "We need to talk with you before this is booked." in browser.text
    assert len(bookings(store)) == 5
    subject = book.desk.subject("mobile", MobileNumber.parse(mobile).e164)
    assert throttle.is_used_up(CONFIRMATIONS_BY_MOBILE, subject, clock.now())


def test_nothing_of_a_booking_is_logged(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """Of ours: what a server logs is the host's to decide."""
    with caplog.at_level(logging.DEBUG, "webtidbok"):
        to_details(browser)
        browser.press("Go on", **typed(identity_number="19881313-2383"))
        to_receipt(browser)

    assert caplog.records == []


def test_one_caller_books_only_so_many_visits_a_day_r21b(browser: Browser, book: WebBook) -> None:
    del book
    for place in range(1, 11):
        to_receipt(browser, place, f"{8 + place // 2 % 4:02}:{30 * (place % 2):02}")
    to_review(browser, 11, "14:00")
    browser.press("Book the time")

    assert "We need to talk with you before this is booked." in browser.text


def test_nothing_is_free_any_more_where_it_was_booked(browser: Browser, book: WebBook) -> None:
    to_receipt(browser)

    found = book.search(LINDEN, CHECK_UP, on(), providers=[ANNA])
    assert at("09:00") not in [slot.start for slot in found.slots]
