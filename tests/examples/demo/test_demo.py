"""`make demo`: what it prints is there, and nothing is left behind."""

import re
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from examples.demo.cast import KIM
from examples.demo.doors import HOST
from examples.demo.opening import PORTS
from examples.demo.weeks import ZONE
from tests.examples.demo.running import Demo
from tests.web.browsing import Browser, Element

QUIET = (0, "", "")

#: A message is waited for at most half a minute.
_NAP_SECONDS, _MOST_LOOKS = 0.1, 300


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One run for all tests that only visit it."""
    with Demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
        assert running.end() == QUIET


def test_every_address_answers_the_booking_page_first_and_in_swedish(demo: Demo) -> None:
    answers = [httpx2.get(address) for address in demo.addresses]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert "/anstrand" in demo.addresses[0]
    assert answers[0].headers["content-language"] == "sv"
    assert "Tandvården vid Ån" in answers[0].text


def test_a_visit_is_booked_seen_by_staff_and_told_to_the_patient(demo: Demo) -> None:
    patients, _, day, mailbox, _ = demo.addresses
    with httpx2.Client(follow_redirects=True) as client:
        browser = Browser(client)
        browser.open(patients)
        browser.follow("Undersökning")
        browser.follow("Senare tider:")  # where it is not too late to cancel
        browser.send(free_times(browser)[-1])
        browser.press("Fortsätt", **KIM.details())
        browser.press("Boka tiden")
        assert browser.heading == "Din tid är bokad"
        start = booked_time(browser)

        browser.open(f"{day}?date={start.date()}")
        browser.follow(f"{start:%H:%M} W Kim Ek")
        assert "booked web the patient" in browser.text

        message = told(browser, mailbox, about=start)
        [link] = message.all("a")
        browser.open(f"{link.attributes['href']}?lang=sv")
        assert browser.heading == "Ditt besök"
        assert booked_time(browser) == start
        browser.follow("Avboka")
        browser.press("Avboka", comment="Förkyld")
        assert browser.heading == "Ditt besök är avbokat"

        browser.open(day.replace("/day", "/watch-list"))
        assert (
            f"Kim Ek {start:%a} {start.day} {start:%b} at {start:%H:%M} W Förkyld" in browser.text
        )


def test_the_card_in_the_mailbox_opens_its_visit(demo: Demo) -> None:
    *_, mailbox, card = demo.addresses
    with httpx2.Client(follow_redirects=True) as client:
        browser = Browser(client)
        browser.open(mailbox)
        [number] = re.findall(r"Personnummer: (\S+)", browser.text)
        [code] = re.findall(r"Kod: (\S+)", browser.text)
        browser.open(card)
        browser.press("Visa min tid", identity_number=number, code=code)

        assert browser.heading == "Ditt besök"


def free_times(browser: Browser) -> list[Element]:
    """The free times that are shown, as the buttons that they are."""
    return [each for each in browser.page.all("button") if each.attributes.get("name") == "time"]


def booked_time(browser: Browser) -> datetime:
    """When the visit of the receipt is, on the clinic's wall."""
    [shown] = browser.page.all("time")
    return datetime.fromisoformat(shown.attributes["datetime"]).astimezone(ZONE)


def told(browser: Browser, mailbox: str, *, about: datetime) -> Element:
    """The SMS that Kim gets about a visit, once it has come."""
    for _ in range(_MOST_LOOKS):
        for letter in browser.open(mailbox).all("article"):
            if "+46701740640" in letter.text and f"kl. {about:%H.%M}" in letter.text:
                return letter
        time.sleep(_NAP_SECONDS)
    raise AssertionError("no message has come")


def test_only_this_machine_gets_in_and_only_under_its_number(demo: Demo) -> None:
    for address in demo.addresses:
        assert address.startswith("http://127.0.0.1:")
        assert httpx2.get(address, headers={"Host": "rebound.example.com"}).status_code == 400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly_and_nothing_is_left(tmp_path: Path, number: int) -> None:
    with Demo(tmp_path) as running, httpx2.Client() as browser:  # holds on to its connection
        assert list(tmp_path.iterdir()) != []
        browser.get(running.addresses[0])

        assert running.end(number) == QUIET
    assert list(tmp_path.iterdir()) == []


def test_other_ports_are_taken_where_somebody_is_already(tmp_path: Path) -> None:
    with ExitStack() as doors:
        taken = {port for port in PORTS if _taken(port, doors)}
        with Demo(tmp_path) as running:
            assert httpx2.get(running.addresses[0]).status_code == 200
            assert not {httpx2.URL(address).port for address in running.addresses} & taken
            assert running.end() == QUIET


def _taken(port: int, doors: ExitStack) -> bool:
    """Take a port, if somebody else has not; who has may leave it at any time."""
    try:
        doors.enter_context(socket.create_server((HOST, port)))
    except OSError:
        return False
    return True


def test_a_database_that_is_kept_is_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for _ in range(2):
        with Demo(tmp_path, "--keep", folder) as running:
            assert httpx2.get(running.addresses[0]).status_code == 200
            assert running.end() == QUIET

    with sqlite3.connect(folder / "clinic.db") as database:
        assert database.execute("SELECT count(*) FROM wtb_clinic").fetchone() == (1,)
    database.close()
