"""The patient moves the visit on the page: chosen, looked at, done in one step. R26, R27, R30."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    moved,
    moved_by_staff,
)
from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    SPRING,
    AnyStore,
    booked,
    contents,
    link_to,
    set_up,
    set_up_type,
)
from tests.web.browsing import Browser
from tests.web.visit_scenes import another_browser, page_of, to_review
from webtidbok.model.change_limit import HoursBefore
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.services.outcomes import Booked
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, FILLING, at, between
from webtidbok.testing.clock import StandingClock
from webtidbok.web.site import Site

AT_TEN = "2026-12-07T09:00Z"
HOUR = 60 * MINUTE
QUESTION = "Move the visit here?"


@pytest.fixture
def visit(book: WebBook) -> Booked:
    """On Monday 7 December at 9; it may be moved until the Sunday at 9."""
    return booked(book, "09:00")


def times(browser: Browser) -> list[str]:
    """Return what there is to choose among."""
    return [each.text for each in browser.page.all("button") if "name" in each.attributes]


# The whole way


def test_a_visit_is_moved_from_page_to_page_r26(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    browser.open(page_of(visit))
    browser.follow("Move the visit")
    assert "Your time is now Monday 7 December at 09:00 ." in browser.text
    browser.follow("Later times:")
    browser.press("Monday 7 December 10:00")
    assert browser.heading == QUESTION
    assert "Monday 7 December at 10:00" in browser.text
    assert "Instead of Monday 7 December at 09:00" in browser.text
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (200, "Your visit is moved")
    assert "Monday 7 December at 10:00" in browser.text
    assert "up to Sunday 6 December at 10:00" in browser.text
    assert as_it_is(book, visit.appointment).span == between("10:00", "10:30")
    assert happened(book, visit.appointment.id) == ["booked", "rebooked"]
    assert all_is_well(book)


def test_in_swedish_too(browser: Browser, visit: Booked) -> None:
    browser.open(page_of(visit, lang="sv"))
    browser.follow("Boka om")
    assert browser.heading == "Välj en annan tid"
    browser.follow("Senare tider:")
    browser.press("måndag 7 december 10.00")
    assert browser.heading == "Boka om till den här tiden?"
    browser.press("Boka om")

    assert browser.heading == "Ditt besök är ombokat"


def test_the_language_of_the_browser_goes_along_too(browser: Browser, visit: Booked) -> None:
    browser.client.headers["Accept-Language"] = "en"
    browser.open(page_of(visit, "boka-om", week="2026-W50").replace("lang=en&", ""))
    browser.press("Monday 7 December 10:00")
    browser.press("Move the visit")

    assert browser.heading == "Your visit is moved"
    assert "lang" not in str(browser.response.url)


# When instead?


def test_the_same_provider_and_as_long_and_not_the_present_time_r26(
    book: WebBook, browser: Browser
) -> None:
    visit = booked(book, "09:00", type=FILLING, provider=BO)
    booked(book, "13:00", 2, provider=BO)
    browser.open(page_of(visit, "boka-om", week="2026-W50"))
    monday = [each for each in times(browser) if each.startswith("Monday 7")]

    morning = ["08:00", "08:30", "09:30", "10:00", "10:30", "11:00"]
    afternoon = ["13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]
    assert [each[-5:] for each in monday] == morning + afternoon


def test_no_horizon_stands_in_the_way_of_a_visit_that_is_moved_r26(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    set_up(book, horizon_months=0)
    browser.open(page_of(visit, "boka-om", week="2027-W40"))

    assert "week 40" in browser.text


def test_a_part_of_the_day_can_be_wished_for_r16(browser: Browser, visit: Booked) -> None:
    browser.open(page_of(visit, "boka-om", week="2026-W50"))
    browser.press("Show times", part="afternoon")
    assert {each[-5:-3] for each in times(browser)} == {"13", "14", "15", "16"}
    browser.press("Show times", part="evening")
    assert "There is no free time like that." in browser.text
    browser.follow("Show all free times")
    assert times(browser)


def test_when_nothing_is_free_the_number_is_told(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    set_up(book, closed_days=frozenset(), periods=())
    browser.open(page_of(visit, "boka-om"))

    assert "Right now there is no free time on the web." in browser.text
    assert "+4681234567" in browser.text


@pytest.mark.parametrize(
    "text", ["", "nonsense", "2026-12-07", "2026-12-07T09:00", "0001-01-01T00:00Z"]
)
def test_what_is_no_time_is_chosen_again(browser: Browser, visit: Booked, text: str) -> None:
    browser.open(page_of(visit, "boka-om", "bekrafta", time=text))

    assert (browser.status, browser.heading) == (200, "Choose another time")


@pytest.mark.parametrize("text", ["2026-12-07T09:10Z", "2026-12-06T09:00Z", "2026-11-30T06:00Z"])
def test_a_time_that_is_not_offered_is_told_and_others_shown(
    browser: Browser, visit: Booked, text: str
) -> None:
    browser.open(page_of(visit, "boka-om", "bekrafta", time=text))

    assert (browser.status, browser.heading) == (409, "Choose another time")
    assert "cannot be had any more. Your visit is as it was." in browser.text
    assert times(browser)


def test_the_present_time_needs_no_moving(browser: Browser, visit: Booked) -> None:
    browser.open(page_of(visit, "boka-om", "bekrafta", time="2026-12-07T08:00Z"))

    assert browser.heading == "Your visit"


# Twice, and together with others


def test_pressing_twice_reloading_and_going_back_move_once_r22_r27(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    to_review(browser, visit)
    button = browser.button("Move the visit")
    first = browser.send(button).text

    assert browser.send(button).text == first
    browser.open(page_of(visit, "boka-om", "bekrafta", time=AT_TEN))  # back: it is there already
    assert browser.heading == "Your visit"
    assert happened(book, visit.appointment.id) == ["booked", "rebooked"]
    moved(book, link_to(visit), "11:00")
    browser.send(button)
    assert "Monday 7 December at 11:00" in browser.text, "as it is by now"
    assert as_it_is(book, visit.appointment).span == between("11:00", "11:30")


def test_the_second_of_two_tabs_is_told_that_the_visit_has_changed_r27(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    second = another_browser(browser)
    to_review(browser, visit, "10:00")
    to_review(second, visit, "11:00")
    browser.press("Move the visit")
    second.press("Move the visit")

    assert (second.status, second.heading) == (409, "Your visit has changed")
    assert "so we have done nothing" in second.text
    assert "Monday 7 December at 10:00" in second.text
    assert as_it_is(book, visit.appointment).span == between("10:00", "10:30")
    to_review(second, visit, "11:00")
    second.press("Move the visit")
    assert second.heading == "Your visit is moved"


@pytest.mark.parametrize(
    ("lang", "heading"), [("sv", "Ditt besök har ändrats"), ("en", "Your visit has changed")]
)
def test_a_visit_that_staff_moved_meanwhile_is_shown_as_it_is_r30(
    book: WebBook, browser: Browser, visit: Booked, lang: str, heading: str
) -> None:
    browser.open(page_of(visit, "boka-om", "bekrafta", time=AT_TEN, lang=lang))
    moved_by_staff(book, visit.appointment, "15:00", "15:30")
    browser.send(next(browser.page.all("button")))

    assert (browser.status, browser.heading) == (409, heading)
    assert "15" in browser.text
    assert as_it_is(book, visit.appointment).span == between("15:00", "15:30")


def test_a_visit_that_was_cancelled_meanwhile_is_not_moved(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    to_review(browser, visit)
    book.cancel(link_to(visit))
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (409, "Your visit is cancelled")
    assert "cancelled while you had the page open" in browser.text
    for segments in (("boka-om",), ("boka-om", "bekrafta")):
        browser.open(page_of(visit, *segments, time=AT_TEN))
        assert (browser.status, browser.heading) == (200, "Your visit is cancelled")


@pytest.mark.parametrize(
    ("lang", "heading"), [("sv", "Någon annan hann före"), ("en", "Somebody else was faster")]
)
def test_a_time_that_is_taken_meanwhile_brings_the_nearest_and_the_visit_stays_r21a_r27(
    book: WebBook, browser: Browser, visit: Booked, lang: str, heading: str
) -> None:
    browser.open(page_of(visit, "boka-om", "bekrafta", time=AT_TEN, lang=lang))
    booked(book, "10:00", 2)
    browser.send(next(browser.page.all("button")))

    assert (browser.status, browser.heading) == (409, heading)
    assert [each[-5:].replace(".", ":") for each in times(browser)] == [
        "08:30",
        "09:30",
        "10:30",
        "11:00",
        "11:30",
    ]
    assert as_it_is(book, visit.appointment) == visit.appointment
    near = next(each for each in browser.page.all("button") if each.text.endswith("30"))
    browser.send(near)
    browser.send(next(browser.page.all("button")))
    assert as_it_is(book, visit.appointment).span == between("08:30", "09:00")


def test_a_time_that_is_too_near_by_now_is_told(
    book: WebBook, browser: Browser, clock: StandingClock, visit: Booked
) -> None:
    set_up_type(book, minimum_notice=HOUR)
    browser.open(page_of(visit, "boka-om", "bekrafta", time="2026-11-30T09:00Z"))
    assert browser.heading == QUESTION
    clock.move(HOUR + SECOND)
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (409, "Choose another time")
    assert as_it_is(book, visit.appointment) == visit.appointment


# The last moment


@pytest.mark.parametrize(
    ("late", "done"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)], ids=["-1s", "0", "1s"]
)
def test_the_deadline_is_judged_on_the_old_start_to_the_second_r2a_r27(
    book: WebBook,
    browser: Browser,
    clock: StandingClock,
    visit: Booked,
    late: timedelta,
    done: bool,
) -> None:
    clock.stand_at(at("09:00") - DAY - SECOND)
    browser.open(page_of(visit, "boka-om", "bekrafta", time="2026-12-11T09:00Z"))
    clock.stand_at(at("09:00") - DAY + late)
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (
        (200, "Your visit is moved") if done else (403, "It is too late to change the visit here")
    )
    assert happened(book, visit.appointment.id) == ["booked", "rebooked" if done else "refused"]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("late", [-SECOND, 0 * SECOND, SECOND], ids=["-1s", "0", "1s"])
def test_on_the_nights_when_clocks_change_a_day_has_its_own_hours_r2b(
    book: WebBook, browser: Browser, clock: StandingClock, day: date, late: timedelta
) -> None:
    set_up(book, change_limit=HoursBefore(4))
    visit = booked(book, "04:00", provider=BO, day=day)
    last = visit.appointment.span.start - 4 * HOUR
    clock.stand_at(last - SECOND)
    browser.open(page_of(visit, "boka-om"))
    browser.press(times(browser)[-1])
    assert browser.heading == QUESTION
    clock.stand_at(last + late)
    browser.press("Move the visit")

    assert (browser.heading == "Your visit is moved") is (late <= 0 * SECOND)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_every_time_of_a_night_when_clocks_change_can_be_chosen_r6a(
    book: WebBook, browser: Browser, clock: StandingClock, day: date
) -> None:
    """Five hours or seven, without the time that is the visit's own; each reads as itself."""
    clock.stand_at(at("12:00", day - 3 * DAY))
    set_up(book, change_limit=HoursBefore(0))
    visit = booked(book, "05:30", provider=BO, day=day)
    browser.open(page_of(visit, "boka-om", week=f"{day:%G}-W{day:%V}"))
    night = [each for each in times(browser) if each.startswith(f"Sunday {day.day}")]

    assert len(night) == len(set(night)) == (5 * 2 if day == SPRING else 7 * 2) - 1
    for text in (night[0], night[4]):
        browser.open(page_of(visit, "boka-om", week=f"{day:%G}-W{day:%V}"))
        browser.press(text)
        assert browser.heading == QUESTION
        assert text.removeprefix("Sunday ").partition(" ")[2].split()[-1] in browser.text


def test_the_most_moves_are_counted_through_the_page_r3(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    set_up(book, max_rebookings=1)
    to_review(browser, visit, "10:00")
    second = another_browser(browser)
    browser.press("Move the visit")
    assert "The visit cannot be moved here again" in browser.text
    second.open(page_of(visit, "boka-om", "bekrafta", time="2026-12-07T10:00Z"))

    assert (second.status, second.heading) == (403, "The visit cannot be moved here again")
    assert "+4681234567" in second.text


# Forms that are not ours, or not any more


@pytest.mark.parametrize("change", [lambda step: f"A{step}", lambda _: ""])
def test_a_form_without_a_good_step_shows_both_times_again_and_does_nothing(
    browser: Browser,
    store: AnyStore,
    visit: Booked,
    change: Callable[[str], str],
) -> None:
    to_review(browser, visit)
    before = contents(store)
    [step] = browser.button("Move the visit").form.all("input")
    step.attributes["value"] = change(step.attributes["value"])
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (400, QUESTION)
    assert contents(store) == before
    browser.press("Move the visit")
    assert browser.heading == "Your visit is moved"


def test_a_form_that_was_open_for_too_long_shows_both_times_again(
    book: WebBook, browser: Browser, clock: StandingClock, visit: Booked
) -> None:
    to_review(browser, visit)
    clock.move(Site().step_lifetime)
    browser.press("Move the visit")

    assert (browser.status, browser.heading) == (400, QUESTION)
    assert as_it_is(book, visit.appointment) == visit.appointment


def test_a_step_moves_to_the_time_that_was_looked_at_and_to_no_other(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    to_review(browser, visit)
    form = browser.button("Move the visit").form
    form.attributes["action"] = form.attributes["action"].replace("T09", "T10")
    browser.press("Move the visit")

    assert browser.status == 400
    assert "Monday 7 December at 11:00" in browser.text, "looked at now"
    assert as_it_is(book, visit.appointment) == visit.appointment


@pytest.mark.parametrize("text", ["", "nonsense", "2026-12-07"])
def test_a_form_for_no_time_moves_nothing(
    book: WebBook, browser: Browser, visit: Booked, text: str
) -> None:
    to_review(browser, visit)
    form = browser.button("Move the visit").form
    form.attributes["action"] = page_of(visit, "boka-om", "bekrafta", time=text)
    browser.press("Move the visit")

    assert browser.heading == "Choose another time"
    assert as_it_is(book, visit.appointment) == visit.appointment
    assert list(book.verify(LINDEN)) == []
