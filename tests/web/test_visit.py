"""My visit: what is shown, and what is said when it cannot be changed. R2, R29, R30, R39."""

from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest
from starlette.testclient import TestClient

from tests.services.change_scenes import link_in, moved, recalled, register, written
from tests.services.scenes import (
    AUTUMN,
    SPRING,
    AnyStore,
    booked,
    details,
    linden,
    link_to,
    set_up,
    set_up_type,
)
from tests.services.stores import StoreBehind
from tests.web.browsing import Browser
from tests.web.visit_scenes import page_of, without_steps
from webtidbok.errors import StoreUnavailable
from webtidbok.model.appointment import Appointment
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import SECOND
from webtidbok.model.message import Channel
from webtidbok.services.outcomes import Booked
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, FILLING, a_mobile, a_patient, at
from webtidbok.testing.clock import StandingClock
from webtidbok.web.app import create_app

PHONE = "+4681234567"


@pytest.fixture
def visit(book: WebBook) -> Booked:
    """Maja's, on Monday 7 December at 9; it may be changed until the Sunday at 9."""
    return booked(book, "09:00", details=details(first_name="Maja"))


def buttons(browser: Browser) -> list[str]:
    """Return what can be done with the visit that is shown."""
    offered = ("Move the visit", "Cancel the visit")
    return [link.text for link in browser.page.all("a") if link.text in offered]


# What is shown


@pytest.mark.parametrize(
    ("lang", "heading", "says"),
    [
        (
            "sv",
            "Ditt besök",
            ["Välkommen, Maja.", "måndag 7 december kl. 09.00", "till och med söndag 6 december"],
        ),
        (
            "en",
            "Your visit",
            ["Welcome, Maja.", "Monday 7 December at 09:00", "up to Sunday 6 December at 09:00"],
        ),
    ],
)
def test_a_link_shows_when_and_where_and_until_when_it_can_be_changed_r2b_r29(
    browser: Browser, visit: Booked, lang: str, heading: str, says: list[str]
) -> None:
    browser.open(page_of(visit, lang=lang))

    assert (browser.status, browser.heading) == (200, heading)
    for each in ["Linden", *says]:
        assert each in browser.text


def test_the_page_tells_no_more_than_the_link_did_r39(book: WebBook, browser: Browser) -> None:
    """Neither the whole name, the treatment, the provider nor the room; not even in the code."""
    visit = booked(book, "09:00", type=FILLING, provider=BO)
    shown = []
    for segments in ((), ("avboka",), ("boka-om",)):
        browser.open(page_of(visit, *segments, week="2026-W50"))
        shown.append(browser.response.text)
    browser.press("Monday 7 December 10:30")
    assert browser.heading == "Move the visit here?"

    untold = ["Testsson", "illing", "Bo", "bo ", "oom", "60 min", "example.com", "+4670"]
    for page in [*shown, browser.response.text]:
        main = page.partition("<main")[2].replace("boka-om", "").partition("</main>")[0]
        assert [each for each in untold if each in main] == []
        assert details().identity_number.digits not in page


@pytest.mark.parametrize(("name", "welcomed"), [("Karin", True), ("", False)])
def test_a_recall_is_shown_with_the_name_in_the_register_if_it_has_one_r39(
    book: WebBook, browser: Browser, name: str, welcomed: bool
) -> None:
    register(book, attrs.evolve(a_patient("p1"), first_name=name, mobile=a_mobile()))
    recalled(book, channel=Channel.SMS)
    [message] = written(book)
    browser.open(f"/t/{link_in(message).token.token}?lang=en")

    assert (browser.status, browser.heading) == (200, "Your visit")
    assert ("Welcome, Karin. This is your time." in browser.text) is welcomed
    assert ("Welcome" in browser.text) is welcomed


def test_the_calendar_gets_the_visit_as_it_is_r36(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    browser.open(page_of(visit))
    first = browser.client.get(browser.link("Add it to my calendar"))
    moved(book, link_to(visit), "10:00")
    second = browser.client.get(browser.link("Add it to my calendar"))

    assert first.headers["content-type"].startswith("text/calendar")
    assert "attachment" in first.headers["content-disposition"]
    before, after = (_lines(answer.text) for answer in (first, second))
    assert before["UID"] == after["UID"]
    assert (before["DTSTART"], before["SEQUENCE"]) == ("20261207T080000Z", "1")
    assert (after["DTSTART"], after["SEQUENCE"]) == ("20261207T090000Z", "2")
    assert before["SUMMARY"] == "Visit to Linden"


def _lines(calendar: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in calendar.splitlines())


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_cancelled_visit_is_shown_as_such_and_another_can_be_booked(
    book: WebBook, browser: Browser, visit: Booked, lang: str
) -> None:
    book.cancel(link_to(visit))
    browser.open(page_of(visit, lang=lang))

    assert browser.status == 200
    assert browser.heading == (
        "Ditt besök är avbokat" if lang == "sv" else "Your visit is cancelled"
    )
    assert browser.link("Boka en ny tid" if lang == "sv" else "Book a new visit").endswith(
        f"/linden?lang={lang}"
    )
    set_up(book, new_bookings=False)
    browser.open(page_of(visit, lang=lang))
    assert PHONE in browser.text


# Who asks for what is not there


def test_a_link_that_leads_nowhere_and_one_that_cannot_be_get_the_same_page_r29(
    browser: Browser,
) -> None:
    for token in ("A" * 22, "A" * 64, "abc", "A" * 65, "å", "a b", "%00", "~74", "'", "<b>"):
        browser.open(f"/t/{token}")
        assert browser.status == 404
        assert browser.link("English").startswith("https://boka.example.com/t/")
        assert without_languages(browser) == without_languages(Browser(browser.client), "/t/x")


def without_languages(browser: Browser, address: str = "") -> str:
    """Return the page without the link to itself in the other language."""
    if address:
        browser.open(address)
    html = browser.response.text
    return "".join(line for line in html.splitlines() if "hreflang" not in line)


@pytest.mark.parametrize("segments", ["", "/avboka", "/boka-om", "/kalender.ics"])
def test_on_every_page_of_a_visit_an_unknown_link_is_told_politely(
    browser: Browser, segments: str
) -> None:
    browser.open(f"/t/{'A' * 22}{segments}")

    assert (browser.status, browser.heading) == (404, "Vi hittar inget besök här")


def test_the_number_of_the_only_clinic_is_told_and_of_several_none(
    book: WebBook, browser: Browser
) -> None:
    browser.open("/t/unknown")
    assert PHONE in browser.text

    book.add_clinic(linden(id=ClinicId("elm"), phone="+46700000000"))
    browser.open("/t/unknown")
    assert "+46" not in browser.text
    assert "ring mottagningen" in browser.text


# When it cannot be changed


def off(**functions: object) -> Callable[[WebBook, StandingClock], object]:
    """Switch functions off after the link was sent."""
    return lambda book, _: set_up(book, **functions)


def later(clock_time: str, day: date) -> Callable[[WebBook, StandingClock], object]:
    """Let time go by."""
    return lambda _, clock: clock.stand_at(at(clock_time, day))


def table(*actions: Action) -> Callable[[WebBook, StandingClock], object]:
    """Let patients do these things, and no others, to what they booked."""
    changeable = Changeable({Origin.WEB: frozenset(actions)})
    return lambda book, _: set_up(book, changeable=changeable)


SUNDAY = date(2026, 12, 6)


@pytest.mark.parametrize(
    ("meanwhile", "left", "sv", "en"),
    [
        (
            off(rebookings=False),
            ["Cancel the visit"],
            "Just nu går det inte att boka om här Ring oss, så hittar vi en annan tid tillsammans.",
            "Right now the visit cannot be moved here Phone us, and we will find another time",
        ),
        (
            off(cancellations=False),
            ["Move the visit"],
            "Just nu går det inte att avboka här",
            "Right now the visit cannot be cancelled here",
        ),
        (
            off(rebookings=False, cancellations=False, new_bookings=False),
            [],
            "Just nu går det inte att ändra besöket här Ring oss, så hjälper vi dig.",
            "Right now the visit cannot be changed here Phone us, and we will help you.",
        ),
        (
            later("10:00", SUNDAY),
            [],
            "Det är för sent att ändra besöket här Det gick till och med söndag 6 december kl. 09",
            "It is too late to change the visit here That was possible up to Sunday 6 December at",
        ),
        (
            table(),
            [],
            "Det här besöket ändrar vi tillsammans med dig",
            "We change this visit together with you",
        ),
        (
            table(Action.CANCEL),
            ["Cancel the visit"],
            "Det här besöket bokar vi om tillsammans med dig",
            "We move this visit together with you",
        ),
        (
            table(Action.REBOOK),
            ["Move the visit"],
            "Det här besöket avbokar vi tillsammans med dig",
            "We cancel this visit together with you",
        ),
        (
            off(max_rebookings=0),
            ["Cancel the visit"],
            "Det går inte att boka om fler gånger här",
            "The visit cannot be moved here again",
        ),
    ],
)
def test_each_hindrance_has_its_own_words_and_the_phone_number_r1_r2_r3_r25_r30(
    book: WebBook,
    browser: Browser,
    clock: StandingClock,
    visit: Booked,
    meanwhile: Callable[[WebBook, StandingClock], object],
    left: list[str],
    sv: str,
    en: str,
) -> None:
    meanwhile(book, clock)
    browser.open(page_of(visit, lang="sv"))
    assert sv in browser.text
    assert PHONE in browser.text

    browser.open(page_of(visit))
    assert (browser.status, buttons(browser)) == (200, left)
    assert en in browser.text
    for button, segment in (("Move the visit", "boka-om"), ("Cancel the visit", "avboka")):
        browser.open(page_of(visit, segment))
        assert browser.status == (200 if button in left else 403)
        assert (PHONE in browser.text) is (button not in left)
        assert "Monday 7 December at 09:00" in browser.text


@pytest.mark.parametrize("segments", [(), ("avboka",), ("boka-om",), ("kalender.ics",)])
@pytest.mark.parametrize(
    ("late", "begun"),
    [(-SECOND, False), (0 * SECOND, True), (SECOND, True)],
    ids=["-1s", "0", "1s"],
)
def test_a_visit_that_has_begun_is_shown_no_more_r29a_r30(
    browser: Browser,
    clock: StandingClock,
    visit: Booked,
    late: timedelta,
    begun: bool,
    segments: tuple[str, ...],
) -> None:
    clock.stand_at(at("09:00") + late)
    answer = browser.client.get(page_of(visit, *segments))

    assert (answer.status_code == 410) is begun
    if begun:
        browser.open(page_of(visit, *segments))
        assert browser.heading == "The time of your visit has come"
        assert PHONE in browser.text
        assert "9:00" not in browser.text
        browser.open(page_of(visit, *segments, lang="sv"))
        assert browser.heading == "Tiden för ditt besök är inne"


@pytest.mark.parametrize(
    ("limit", "day", "start", "told"),
    [
        (HoursBefore(24), SPRING, "04:00", "Saturday 27 March at 03:00"),
        (DaysBefore(1), SPRING, "04:00", "Saturday 27 March at 04:00"),
        (HoursBefore(1), SPRING, "03:00", "Sunday 28 March at 01:00"),
        (HoursBefore(24), AUTUMN, "04:00", "Saturday 30 October at 05:00"),
        (DaysBefore(1), AUTUMN, "04:00", "Saturday 30 October at 04:00"),
        (HoursBefore(1), AUTUMN, "03:00", "Sunday 31 October at 02:00 winter time"),
        (HoursBefore(2), AUTUMN, "03:00", "Sunday 31 October at 02:00 summer time"),
    ],
)
def test_on_the_nights_when_clocks_change_the_last_moment_is_told_exactly_r2b(
    book: WebBook,
    browser: Browser,
    clock: StandingClock,
    limit: ChangeLimit,
    day: date,
    start: str,
    told: str,
) -> None:
    set_up(book, change_limit=limit)
    night = booked(book, start, provider=BO, day=day)
    last = book.deadline_for(night.appointment)

    for late, may in ((-SECOND, True), (0 * SECOND, True), (SECOND, False)):
        clock.stand_at(last + late)
        browser.open(page_of(night))
        assert told in browser.text
        assert bool(buttons(browser)) is may


def test_a_visit_of_a_type_that_is_closed_to_new_bookings_can_be_moved_r26(
    book: WebBook, browser: Browser, visit: Booked
) -> None:
    set_up_type(book, offered_for_new_bookings=False)

    browser.open(page_of(visit, "boka-om"))
    assert browser.heading == "Choose another time"


# What holds for all of them


@pytest.mark.parametrize("segments", [(), ("avboka",), ("boka-om",), ("kalender.ics",)])
def test_a_visit_is_shown_in_nobodys_frame_and_kept_by_nobody_r4(
    book: WebBook, browser: Browser, visit: Booked, segments: tuple[str, ...]
) -> None:
    set_up(book, frame_ancestors=("https://linden.example.com",))
    for address in (page_of(visit, *segments), "/t/unknown", "/kort"):
        headers = browser.client.get(address).headers

        assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert "set-cookie" not in headers


def test_looking_twice_is_looking_at_the_same(browser: Browser, visit: Booked) -> None:
    for segments in ((), ("avboka",), ("boka-om",)):
        first, second = (browser.client.get(page_of(visit, *segments)).text for _ in range(2))
        assert without_steps(first) == without_steps(second)


def test_the_languages_go_along_from_page_to_page(browser: Browser, visit: Booked) -> None:
    browser.open(page_of(visit, lang="sv"))
    browser.follow("English")
    assert browser.heading == "Your visit"
    browser.follow("Move the visit")
    browser.press("Show times", part="afternoon")
    assert browser.heading == "Choose another time"


class NoVisits(StoreBehind):
    """Gives no answer about links."""

    def find_by_link(self, token_hash: str) -> Appointment | None:  # noqa: ARG002 - as the port has it
        raise StoreUnavailable


def test_without_an_answer_from_the_store_the_visit_is_asked_for_later(
    book: WebBook, store: AnyStore
) -> None:
    desk = attrs.evolve(book.desk, store=NoVisits(store))
    answer = TestClient(create_app(WebBook(desk))).get(f"/t/{'A' * 22}")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
