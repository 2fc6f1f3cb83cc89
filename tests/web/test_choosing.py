"""A kind of visit and a time: R4, R9, R16, R21."""

from datetime import date, timedelta

import attrs
import pytest

from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    contents,
    held,
    set_up,
    set_up_type,
)
from tests.web.booking_scenes import THAT_WEEK, choose, look_at_times, to_details
from tests.web.browsing import Browser
from webtidbok.model.instants import DAY, SECOND
from webtidbok.services.searching import Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, CHECK_UP, FILLING, NOW, ZONE
from webtidbok.testing.clock import StandingClock


def times(browser: Browser) -> list[str]:
    """Return what stands on the buttons of the times."""
    return [b.text for b in browser.page.all("button") if b.attributes.get("name") == "time"]


def kept(store: AnyStore) -> list[str]:
    """Return what is taken, by the clock on the wall."""
    return [f"{row.span.start.astimezone(ZONE):%H:%M}" for row in store.occupied(LINDEN)]


# Which kind of visit


def test_the_types_stand_in_the_clinics_order_with_what_patients_need_to_know_r9(
    book: WebBook, browser: Browser
) -> None:
    set_up_type(book, CHECK_UP, order=2, public_label="Visit", price_text="995 kr")
    set_up_type(book, FILLING, order=1, description="Bring a <b>friend</b>.")
    page = browser.open("/linden?lang=en")

    filling, check_up = (item.text for item in page.all("li"))
    assert filling == "Filling 60 minutes Bring a <b>friend</b>."
    assert check_up == "Visit 30 minutes 995 kr"


def test_a_type_for_recalls_only_is_not_among_them_r9(book: WebBook, browser: Browser) -> None:
    set_up_type(book, FILLING, offered_for_new_bookings=False)
    page = browser.open("/linden?lang=en")

    assert [link.text for link in page.all("a") if "step=" in link.attributes["href"]] == [
        "Check-up"
    ]
    browser.open("/linden/filling?lang=en")
    assert browser.heading == "Phone us to book"
    assert "cannot be booked on the web any more" in browser.text


def test_a_type_that_is_not_there_is_no_page(browser: Browser) -> None:
    browser.open("/linden/whitening")

    assert (browser.status, browser.heading) == (404, "Sidan finns inte")
    assert "+4681234567" in browser.text


def test_with_new_bookings_off_every_page_of_the_flow_says_so_r4(
    book: WebBook, browser: Browser
) -> None:
    set_up(book, new_bookings=False)

    for path in ("/linden", "/linden/check-up"):
        browser.open(path)
        assert (browser.status, browser.heading) == (200, "Ring oss för att boka")
        assert "+4681234567" in browser.text


# When


def test_the_first_week_with_times_is_shown_and_none_without_is_ever_paged_to_r16(
    book: WebBook, browser: Browser
) -> None:
    closed = {NOW.date() + n * DAY for n in range(14)}
    set_up(book, closed_days=frozenset(closed), horizon_months=1)
    browser.open("/linden?lang=en")
    browser.follow("Check-up")

    assert "week 51" in browser.text, "the weeks 49 and 50 have no times"
    assert "Earlier times" not in browser.text
    seen = []
    while any(a.text.startswith("Later times") for a in browser.page.all("a")):
        seen.append(times(browser))
        browser.follow("Later times")
    assert all(seen)
    assert "week 53" in browser.text, "the horizon ends in it"
    browser.follow("Earlier times")
    assert "week 52" in browser.text
    browser.follow("First free time")
    assert "week 51" in browser.text


def test_times_of_several_providers_are_one_and_the_first_in_order_is_chosen_r16(
    book: WebBook, browser: Browser
) -> None:
    booked(book, "09:00", provider=ANNA)
    look_at_times(browser)

    assert times(browser)[:3] == [
        "Monday 7 December 08:00 2 providers",
        "Monday 7 December 08:30 2 providers",
        "Monday 7 December 09:00 Bo",
    ]
    choose(browser, "08:00")
    assert "Anna" in browser.text


def test_a_wish_for_somebody_and_a_part_of_the_day_narrows_r16(browser: Browser) -> None:
    look_at_times(browser)
    browser.press("Show times", provider="bo", part="afternoon")

    assert len(times(browser)) == 5 * 8
    assert {text.split()[3] for text in times(browser)} <= {
        f"{hour}:{minute}" for hour in range(13, 17) for minute in ("00", "30")
    }
    browser.follow("Later times")
    assert times(browser)[0] == "Monday 7 December 13:00"
    choose(browser, "13:00")
    assert "Bo" in browser.text


def test_wishes_that_nothing_fits_are_one_press_from_all_times(browser: Browser) -> None:
    look_at_times(browser, part="evening")

    assert times(browser) == []
    assert "There is no free time like that." in browser.text
    browser.follow("Show all free times")
    assert times(browser)


@pytest.mark.parametrize(
    "query",
    [
        "provider=nobody",
        "part=MORNING",
        "week=2026-W99",
        "week=x",
        "week=0001-W01",
        "week=9999-W52",
    ],
)
def test_a_wish_that_makes_no_sense_is_none(browser: Browser, query: str) -> None:
    browser.open(f"/linden/check-up?lang=en&{query}")

    assert browser.status == 200
    assert times(browser)


def test_days_without_times_keep_their_place_in_the_week_and_free_sundays_get_one(
    book: WebBook, browser: Browser
) -> None:
    set_up(book, closed_days=frozenset({date(2026, 12, 8)}))
    look_at_times(browser, provider="bo")
    days = [heading.text for heading in browser.page.all("h3")]

    assert days == [
        "Monday 7 December",
        "Tuesday 8 December",
        "Wednesday 9 December",
        "Thursday 10 December",
        "Friday 11 December",
        "Sunday 13 December",
    ]
    assert not [text for text in times(browser) if "Tuesday" in text]


def test_when_nothing_is_free_at_all_the_page_gives_the_number(
    book: WebBook, browser: Browser
) -> None:
    set_up_type(book, minimum_notice=timedelta(days=1000))
    browser.open("/linden/check-up?lang=en")

    assert "Right now there is no free time on the web." in browser.text
    assert "+4681234567" in browser.text


def test_as_many_times_are_shown_as_the_search_finds(book: WebBook, browser: Browser) -> None:
    day = date(2026, 12, 7)
    found = book.search(LINDEN, CHECK_UP, Wishes(first=day, last=day + 6 * DAY))
    look_at_times(browser)

    assert len(times(browser)) == len(list(found.folded()))


# Holding


def test_choosing_a_time_keeps_it_and_says_for_how_long_r21(browser: Browser) -> None:
    to_details(browser)

    assert "Monday 7 December at 09:00" in browser.text
    assert "Kept for you until 08:10" in browser.text
    other = Browser(browser.client)
    look_at_times(other)
    assert "Monday 7 December 09:00 Bo" in times(other), "Anna's is kept"
    assert "kept for you" not in other.text


def test_its_owner_who_goes_back_sees_it_as_free_and_may_go_on_with_it_r21(
    browser: Browser,
) -> None:
    look_at_times(browser)
    back = str(browser.response.url)
    choose(browser)
    browser.open(back)

    assert "Monday 7 December 09:00 2 providers" in times(browser)
    assert "You have a time that is kept for you until 08:10" in browser.text
    browser.follow("Go on with it")
    assert browser.heading == "Who is coming?"


def test_it_can_be_given_back_r21(browser: Browser, store: AnyStore) -> None:
    to_details(browser)
    assert kept(store) == ["09:00"]
    browser.press("Choose another time")

    assert browser.heading == "Choose a time"
    assert kept(store) == []
    assert "kept for you" not in browser.text


def test_a_new_choice_takes_the_place_of_the_one_before_r21(
    browser: Browser, store: AnyStore
) -> None:
    look_at_times(browser)
    back = str(browser.response.url)
    choose(browser, "09:00")
    browser.open(back)
    choose(browser, "10:00")

    assert kept(store) == ["10:00"]


def test_pressing_twice_holds_once(browser: Browser, store: AnyStore) -> None:
    look_at_times(browser)
    button = browser.button("Monday 7 December 09:00")
    address = str(browser.response.url)
    browser.send(button)
    browser.open(address)
    browser.send(button)

    assert browser.heading == "Who is coming?"
    assert kept(store) == ["09:00"]


def test_a_page_that_is_asked_for_without_a_choice_leads_to_the_times(browser: Browser) -> None:
    for page in ("uppgifter", "bekrafta", "slapp"):
        browser.open(f"/linden/check-up/{page}?lang=en")
        assert (browser.status, browser.heading) == (200, "Choose a time")


def test_an_errand_that_has_ended_begins_anew(clock: StandingClock, browser: Browser) -> None:
    look_at_times(browser)
    before = browser.response.url
    clock.stand_at(NOW + timedelta(hours=2))
    browser.open(str(before))

    assert browser.status == 200
    assert browser.response.url.params["step"] != before.params["step"]
    assert browser.response.url.params["week"] == THAT_WEEK


# When somebody else is faster


def test_a_time_that_goes_between_looking_and_choosing_has_others_near_it_r21a(
    book: WebBook, browser: Browser
) -> None:
    look_at_times(browser, provider="anna")
    held(book, "09:00")
    choose(browser, "09:00")

    assert (browser.status, browser.heading) == (409, "Somebody else was faster")
    assert "The time Monday 7 December at 09:00 is taken." in browser.text
    assert times(browser) == [
        f"Monday 7 December {clock}" for clock in ("08:00", "08:30", "09:30", "10:00", "10:30")
    ]
    choose(browser, "09:30")
    assert browser.heading == "Who is coming?"
    assert "Monday 7 December at 09:30" in browser.text


def test_a_time_that_the_rules_forbid_is_refused_with_the_reason_and_the_number(
    book: WebBook, browser: Browser
) -> None:
    look_at_times(browser)
    set_up(book, minimum_notice=timedelta(days=30))
    choose(browser)

    assert (browser.status, browser.heading) == (409, "That cannot be booked here")
    assert "The time is too near to be booked on the web." in browser.text
    assert "+4681234567" in browser.text


def test_one_caller_holds_only_so_many_times_r21b(browser: Browser) -> None:
    for clock in ("08:00", "08:30", "09:00", "09:30", "10:00"):
        to_details(browser, clock)
    look_at_times(browser)
    choose(browser, "10:30")

    assert browser.status == 409
    assert "We need to talk with you before this is booked." in browser.text


# Steps


def test_a_choice_without_a_good_step_is_refused(browser: Browser, clock: StandingClock) -> None:
    look_at_times(browser)
    form = browser.button("Monday 7 December 09:00").form
    [step] = [i.attributes["value"] for i in form.all("input") if i.attributes["name"] == "step"]
    address = "/linden/check-up?lang=en"
    time = "2026-12-07T08:00Z anna"

    for other in ("", "x", step[:-2], step.replace(".", ".x", 1), "é" * 300):
        browser.post(f"https://boka.example.com{address}", {"step": other, "time": time})
        assert (browser.status, browser.heading) == (400, "This page cannot be used any more")
    clock.stand_at(NOW + timedelta(hours=2) - SECOND)
    browser.post(f"https://boka.example.com{address}", {"step": step, "time": time})
    assert browser.status == 200


def test_a_choice_on_a_page_that_was_open_for_too_long_holds_nothing_and_shows_the_times_of_now(
    browser: Browser, book: WebBook, clock: StandingClock, store: AnyStore
) -> None:
    look_at_times(browser)
    button = browser.button("Monday 7 December 09:00")
    clock.stand_at(NOW + timedelta(hours=2))
    booked(book, "09:00")
    before = contents(store)
    browser.send(button)

    assert (browser.status, browser.heading) == (400, "Choose a time")
    assert "These are the times that are free now." in browser.text
    assert contents(store) == before
    choose(browser, "09:30")
    assert browser.heading == "Who is coming?"


def test_a_time_can_be_left_long_after_it_was_kept(browser: Browser, clock: StandingClock) -> None:
    to_details(browser)
    clock.stand_at(NOW + timedelta(hours=2))
    browser.press("Choose another time")

    assert (browser.status, browser.heading) == (200, "Choose a time")


def test_a_step_of_another_clinic_is_refused(book: WebBook, browser: Browser) -> None:
    other = attrs.evolve(book.clinic(LINDEN), id=type(LINDEN)("oak"))
    book.add_clinic(other)
    look_at_times(browser)
    step = browser.response.url.params["step"]

    browser.post(
        "https://boka.example.com/oak/check-up", {"step": step, "time": "2026-12-07T08:00Z anna"}
    )
    assert browser.status == 400
    assert browser.open(f"/oak/check-up?step={step}") is not None
    assert browser.response.url.params["step"] != step, "it begins anew there"


@pytest.mark.parametrize(
    "time",
    [
        "",
        "x",
        "2026-12-07T08:00 anna",
        "2026-12-07T08:00:30Z anna",
        "9999-12-31T23:59Z anna",
        "0001-01-01T00:00+14:00 anna",
    ],
)
def test_a_choice_of_no_time_is_refused(browser: Browser, time: str) -> None:
    look_at_times(browser)
    button = browser.button("Monday 7 December 09:00")
    button.attributes["value"] = time
    browser.send(button)

    assert browser.status == 400


@pytest.mark.parametrize("provider", ["nobody", "", "a b", BO + " "])
def test_a_choice_of_nobody_is_no_page(browser: Browser, provider: str) -> None:
    look_at_times(browser)
    button = browser.button("Monday 7 December 09:00")
    button.attributes["value"] = f"2026-12-07T08:00Z {provider}"
    browser.send(button)

    assert browser.status == 404
