"""What holds for every page: looking changes nothing, and whatever is typed stays text."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.change_scenes import way_in_to
from tests.services.scenes import AnyStore, booked, contents
from tests.web.booking_scenes import look_at_times, to_details, to_review, typed
from tests.web.browsing import Browser
from tests.web.visit_scenes import page_of, show_card
from webtidbok.services.web_book import WebBook

ADDRESSES = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')


def addresses(html: str) -> Iterator[str]:
    """Yield where a page leads, by whatever element."""
    yield from (unescape(address) for address in ADDRESSES.findall(html))


def fetch_every_link(browser: Browser, first: Iterable[str]) -> set[str]:
    """Ask four times for whatever leads on from these pages, and return what there was."""
    seen: set[str] = set()
    waiting = list(first)
    while waiting:
        address = waiting.pop()
        page = re.sub(r"step=[^&]*|week=[^&]*", "", address)
        if page in seen or ":" in address.replace("https://boka.example.com", ""):
            continue
        seen.add(page)
        assert len(seen) < 80, "there is an end to them"
        answers = [browser.client.get(address) for _ in range(3)]
        answers.append(browser.client.head(address))
        assert {answer.status_code for answer in answers} <= {200, 404}
        if answers[0].headers["content-type"].startswith("text/html"):
            waiting.extend(addresses(answers[0].text))
    return seen


def everything(store: AnyStore, folder: Path) -> object:
    """Return all that is kept: every row, and every byte of a database's files.

    The file that goes with a write-ahead log is left out: it tells who is reading.
    """
    files = {file.name: file.read_bytes() for file in folder.glob("*.db*")}
    files.pop("webtidbok.db-shm", None)
    return contents(store), files


def test_a_scanner_that_fetches_every_link_changes_nothing(
    browser: Browser, store: AnyStore, tmp_path: Path
) -> None:
    to_review(browser)
    browser.press("Book the time")
    before = everything(store, tmp_path)
    seen = fetch_every_link(browser, ["/linden", *addresses(browser.response.text)])

    assert len(seen) > 8
    assert everything(store, tmp_path) == before


def test_a_scanner_that_opens_the_link_of_a_message_changes_nothing_r29a(
    book: WebBook, browser: Browser, store: AnyStore, tmp_path: Path
) -> None:
    """Nor does one that sits in the browser of who has shown a card."""
    visit = booked(book)
    show_card(browser, way_in_to(book, visit.appointment, 1))
    before = everything(store, tmp_path)
    seen = fetch_every_link(browser, [page_of(visit), *addresses(browser.response.text)])

    ends = ("avboka", "boka-om", "kalender.ics")
    for way in ("/t/", "/kort/"):
        paths = [address.partition("?")[0] for address in seen if address.startswith(way)]
        assert all(any(path.endswith(end) for path in paths) for end in ends)
    assert everything(store, tmp_path) == before


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["<script>alert(1)</script>", '" autofocus onfocus="x', "{{ 7*7 }}", "%(field)s", "</textarea>"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_whatever_is_typed_comes_back_as_text(browser: Browser, data: st.DataObject) -> None:
    given_ = {name: data.draw(texts, name) for name in typed() if not name.startswith("accepts")}
    if browser.__dict__.get("response") is None:
        to_details(browser)
        browser.form = browser.button("Go on")  # type: ignore[attr-defined] # kept for the examples
    browser.send(browser.form, **given_)  # type: ignore[attr-defined]

    assert browser.status in {200, 422}
    assert not list(browser.page.all("script"))[1:]
    for field in browser.page.all("input"):
        if (name := field.attributes.get("name")) in given_:
            assert field.attributes["value"] == given_[name]
    for area in browser.page.all("textarea"):
        shown = "".join(str(child) for child in area.children).removeprefix("\n")
        assert shown.replace("\r", "") == given_["message"].replace("\r", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(query=st.dictionaries(st.sampled_from(["step", "week", "part", "provider", "lang"]), texts))
def test_whatever_stands_in_the_address_a_page_comes(
    browser: Browser, query: dict[str, str]
) -> None:
    answer = browser.client.get("/linden/check-up", params=query)

    assert answer.status_code == 200
    assert "<script>" not in answer.text


@pytest.mark.parametrize("page", ["", "/check-up", "/check-up/uppgifter", "/check-up/bekrafta"])
def test_no_page_sets_a_cookie(browser: Browser, page: str) -> None:
    look_at_times(browser)
    answer = browser.client.get(f"/linden{page}")

    assert "set-cookie" not in answer.headers
    assert not browser.client.cookies
