"""The patient cancels on the page: asked once more, once for all, with a comment. R2, R27, R28."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    last_event,
    moved,
    moved_by_staff,
)
from tests.services.scenes import LINDEN, AnyStore, booked, contents, link_to, set_up, slot_at
from tests.web.browsing import Browser
from tests.web.visit_scenes import another_browser, page_of
from webtidbok.model.change_limit import HoursBefore
from webtidbok.model.event import WayIn
from webtidbok.model.instants import DAY, SECOND
from webtidbok.services.outcomes import Booked
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import at
from webtidbok.testing.clock import StandingClock
from webtidbok.web.site import Site

CANCELLED = "Your visit is cancelled"


@pytest.fixture
def visit(book: WebBook) -> Booked:
    """On Monday 7 December at 9; it may be cancelled until the Sunday at 9."""
    return booked(book, "09:00")


@pytest.fixture
def asked(browser: Browser, visit: Booked) -> Browser:
    """Shows the question whether it is to be cancelled."""
    browser.open(page_of(visit))
    browser.follow("Cancel the visit")
    assert browser.heading == "Cancel the visit?"
    return browser


def test_cancelling_asks_once_more_and_frees_the_time_r28(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    asked.press("Cancel the visit", comment="  I am\r\nin Oslo ")

    assert (asked.status, asked.heading) == (200, CANCELLED)
    assert asked.response.url.path == f"/t/{link_to(visit).token.token}", "to be looked at again"
    assert slot_at(book, "09:00") is not None
    [entry] = book.watch_list(LINDEN)
    assert (entry.appointment, entry.comment) == (visit.appointment.id, "I am\nin Oslo")
    assert last_event(book).way is WayIn.LINK
    assert all_is_well(book)


def test_in_swedish_too(browser: Browser, visit: Booked) -> None:
    browser.open(page_of(visit, "avboka", lang="sv"))
    assert browser.heading == "Vill du avboka besöket?"
    browser.press("Avboka")

    assert browser.heading == "Ditt besök är avbokat"


def test_the_visit_can_be_kept(book: WebBook, asked: Browser, visit: Booked) -> None:
    asked.follow("Keep the visit")

    assert asked.heading == "Your visit"
    assert as_it_is(book, visit.appointment) == visit.appointment


def test_pressing_twice_and_going_back_cancel_once_and_answer_the_same_r28(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    button, second = asked.button("Cancel the visit"), another_browser(asked)
    second.open(page_of(visit, "avboka"))

    first = asked.send(button).text
    assert asked.send(button).text == first
    assert second.press("Cancel the visit", comment="again").text == first
    asked.open(page_of(visit, "avboka"))
    assert asked.heading == CANCELLED
    assert happened(book, visit.appointment.id) == ["booked", "cancelled"]
    assert len(list(book.watch_list(LINDEN))) == 1


# The comment


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("a" * 501, "Shorten the comment to 500 characters."),
        ("a" * 2001, "Shorten the comment to 500 characters."),
        ("a\tb", "The comment holds a character that cannot be read. Write it again."),
    ],
)
def test_a_comment_that_cannot_be_kept_is_told_and_stays_r40(
    book: WebBook, asked: Browser, visit: Booked, comment: str, fault: str
) -> None:
    asked.press("Cancel the visit", comment=comment)

    assert (asked.status, asked.heading) == (422, "Cancel the visit?")
    assert asked.link(fault).endswith("#comment")
    [area] = asked.page.all("textarea")
    assert "".join(map(str, area.children)).removeprefix("\n") == comment
    assert as_it_is(book, visit.appointment) == visit.appointment
    asked.press("Cancel the visit", comment="a" * 500)
    assert asked.heading == CANCELLED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    comment=st.text(st.characters(exclude_categories=["Cs"]), min_size=501, max_size=700)
    | st.sampled_from(["<script>alert(1)</script>", "</textarea><h1>", "{{ 7*7 }}", "%(a)s"]).map(
        lambda text: text + "x" * 500
    )
)
def test_whatever_is_written_comes_back_as_text(asked: Browser, comment: str) -> None:
    asked.press("Cancel the visit", comment=comment)

    assert (asked.status, asked.heading) == (422, "Cancel the visit?")
    [area] = asked.page.all("textarea")
    shown = "".join(map(str, area.children)).removeprefix("\n")
    assert shown.replace("\r", "\n").split() == comment.replace("\r", "\n").split()
    assert len(list(asked.page.all("script"))) == 1


# The last moment


@pytest.mark.parametrize(
    ("late", "done"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)], ids=["-1s", "0", "1s"]
)
def test_the_last_moment_is_in_time_and_a_second_later_is_not_r2a(
    book: WebBook,
    browser: Browser,
    clock: StandingClock,
    visit: Booked,
    late: timedelta,
    done: bool,
) -> None:
    last = at("09:00") - DAY
    clock.stand_at(last - SECOND)
    browser.open(page_of(visit, "avboka"))
    clock.stand_at(last + late)
    browser.press("Cancel the visit")

    assert (browser.heading == CANCELLED) is done
    assert as_it_is(book, visit.appointment).is_cancelled is done


@pytest.mark.parametrize("begun", [False, True])
def test_an_attempt_past_the_limit_is_recorded_and_looking_is_not_r30(
    book: WebBook, browser: Browser, clock: StandingClock, visit: Booked, begun: bool
) -> None:
    set_up(book, change_limit=HoursBefore(0 if begun else 24))
    limit = at("09:00") if begun else at("09:00") - DAY + SECOND
    clock.stand_at(limit - SECOND)
    browser.open(page_of(visit, "avboka"))
    clock.stand_at(limit)
    for _ in range(3):
        browser.client.get(page_of(visit, "avboka"))
    assert happened(book, visit.appointment.id) == ["booked"]
    browser.press("Cancel the visit")

    assert browser.status == (410 if begun else 403)
    assert browser.heading == (
        "The time of your visit has come" if begun else "It is too late to change the visit here"
    )
    assert "+4681234567" in browser.text
    assert happened(book, visit.appointment.id) == ["booked", "refused"]
    assert not as_it_is(book, visit.appointment).is_cancelled


# Meanwhile


def test_a_visit_that_was_moved_meanwhile_is_shown_as_it_is_and_asked_about_again_r27(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    moved_by_staff(book, visit.appointment, "10:00", "10:30")
    asked.press("Cancel the visit", comment="I am in Oslo")

    assert (asked.status, asked.heading) == (409, "Cancel the visit?")
    assert "It was changed while you had the page open" in asked.text
    assert "Monday 7 December at 10:00" in asked.text
    assert not as_it_is(book, visit.appointment).is_cancelled
    asked.press("Cancel the visit")
    assert asked.heading == CANCELLED
    assert [entry.comment for entry in book.watch_list(LINDEN)] == ["I am in Oslo"]


def test_the_second_of_two_tabs_is_told_that_the_visit_moved_r27(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    moved(book, link_to(visit), "10:00")
    asked.press("Cancel the visit")

    assert asked.status == 409
    assert "Monday 7 December at 10:00" in asked.text


def test_a_function_switched_off_meanwhile_is_told_r30(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    set_up(book, cancellations=False)
    asked.press("Cancel the visit")

    assert (asked.status, asked.heading) == (403, "Right now the visit cannot be cancelled here")
    assert not as_it_is(book, visit.appointment).is_cancelled


# Forms that are not ours, or not any more


def broken(step: str) -> str:
    """Change a letter of a step."""
    return ("A" if step[0] != "A" else "B") + step[1:]


@pytest.mark.parametrize("change", [broken, lambda _: "", lambda _: "nonsense"])
def test_a_form_without_a_good_step_asks_again_and_does_nothing(
    book: WebBook, asked: Browser, store: AnyStore, change: Callable[[str], str]
) -> None:
    before = contents(store)
    form = asked.button("Cancel the visit").form
    [step] = [field for field in form.all("input") if field.attributes["name"] == "step"]
    step.attributes["value"] = change(step.attributes["value"])
    asked.press("Cancel the visit", comment="I am in Oslo")

    assert (asked.status, asked.heading) == (400, "Cancel the visit?")
    assert "Please press once more" in asked.text
    assert contents(store) == before
    asked.press("Cancel the visit")
    assert asked.heading == CANCELLED
    assert [entry.comment for entry in book.watch_list(LINDEN)] == ["I am in Oslo"]


def test_a_form_that_was_open_for_too_long_asks_again(
    book: WebBook, asked: Browser, clock: StandingClock, visit: Booked
) -> None:
    clock.move(Site().step_lifetime)
    asked.press("Cancel the visit")

    assert (asked.status, asked.heading) == (400, "Cancel the visit?")
    assert not as_it_is(book, visit.appointment).is_cancelled


def test_the_step_of_one_visit_does_nothing_to_another(book: WebBook, asked: Browser) -> None:
    theirs = booked(book, "10:00", 2)
    form = asked.button("Cancel the visit").form
    form.attributes["action"] = page_of(theirs, "avboka")
    asked.press("Cancel the visit")

    assert asked.status == 400
    assert not as_it_is(book, theirs.appointment).is_cancelled


def test_the_step_of_a_cancellation_moves_nothing(
    book: WebBook, asked: Browser, visit: Booked
) -> None:
    form = asked.button("Cancel the visit").form
    form.attributes["action"] = page_of(visit, "boka-om", "bekrafta", time="2026-12-07T09:00Z")
    asked.press("Cancel the visit")

    assert (asked.status, asked.heading) == (400, "Move the visit here?")
    assert as_it_is(book, visit.appointment) == visit.appointment


def test_a_link_that_leads_nowhere_cancels_nothing(asked: Browser) -> None:
    form = asked.button("Cancel the visit").form
    form.attributes["action"] = f"/t/{'A' * 22}/avboka"
    asked.press("Cancel the visit")

    assert asked.status == 404
