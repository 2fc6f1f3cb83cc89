"""What holds for each route that there is: none is forgotten when one is added."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.services.change_scenes import way_in_to
from tests.services.scenes import AnyStore, booked, link_to, set_up
from tests.web.booking_scenes import to_details
from tests.web.browsing import FORM, Browser
from tests.web.test_laws import everything
from tests.web.visit_scenes import show_card
from webtidbok.services.web_book import WebBook
from webtidbok.web.application import _VIEWS

HEADERS = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "cache-control",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
}
STATIC = "/static/{mark}/{name}"
PATHS = [path for path, _, _ in _VIEWS]
TAKING = {path for path, _, take in _VIEWS if take}
SITES = ("https://linden.example.com",)


@pytest.fixture
def addresses(book: WebBook, browser: Browser) -> dict[str, str]:
    """Of each route, filled in with what there is, and a step where one goes along."""
    set_up(book, frame_ancestors=SITES)
    visit = booked(book, "14:00")
    show_card(browser, way_in_to(book, visit.appointment, 1))
    sitting = browser.response.url.path.rpartition("/")[2]
    to_details(browser)
    step = browser.response.url.params["step"]
    parts = {
        "clinic": "linden", "type": "check-up", "token": link_to(visit).token.token,
        "sitting": sitting, "mark": "now", "name": "pages.css",
    }  # fmt: skip
    query = urlencode({"step": step, "time": "2026-12-07T09:00Z", "week": "2026-W50"})
    return {path: f"{path.format_map(parts)}?{query}" for path in [*PATHS, STATIC]}


def test_looking_thrice_changes_not_a_byte(
    client: TestClient, store: AnyStore, tmp_path: Path, addresses: dict[str, str]
) -> None:
    before = everything(store, tmp_path)
    for address in addresses.values():
        statuses = [client.get(address, follow_redirects=False).status_code for _ in range(3)]
        assert statuses[0] in {200, 303}, address
        assert len(set(statuses)) == 1

    assert everything(store, tmp_path) == before


def test_head_answers_as_get_does_without_the_page(
    client: TestClient, addresses: dict[str, str]
) -> None:
    for address in addresses.values():
        got = client.get(address, follow_redirects=False)
        head = client.head(address, follow_redirects=False)

        assert (head.status_code, head.text) == (got.status_code, "")
        assert head.headers.get("content-type") == got.headers.get("content-type")


def test_every_method_that_is_refused_is_told_which_are_not(
    client: TestClient, addresses: dict[str, str]
) -> None:
    for path, address in addresses.items():
        taken = {"GET", "HEAD", "POST"} if path in TAKING else {"GET", "HEAD"}
        for method in {"POST", "PUT", "DELETE", "OPTIONS", "BREW"} - taken:
            answer = client.request(method, address)

            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["allow"].split(", ")) == taken, (method, path)
            assert answer.headers.keys() >= HEADERS


def test_every_answer_carries_the_headers_whatever_goes_wrong(
    client: TestClient, addresses: dict[str, str]
) -> None:
    wrong = [
        ({"Origin": "null", "Content-Type": FORM}, "", 403),
        ({"Content-Type": "text/plain"}, "", 415),
        ({"Content-Type": FORM}, "a" * 20_000, 413),
        ({"Content-Type": FORM}, "step=nonsense", None),
    ]
    for path, address in addresses.items():
        answers = [client.get(address, follow_redirects=False)]
        for headers, body, status in wrong:
            answers.append(client.post(address, headers=headers, content=body))
            assert status in {None, answers[-1].status_code}
        for answer in answers:
            assert answer.headers.keys() >= HEADERS
            assert "set-cookie" not in answer.headers
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            if not path.startswith("/{clinic}"):
                assert policy.endswith("frame-ancestors 'none'"), path
            elif answer.headers.get("content-type", "").startswith("text/html"):
                assert policy.endswith(f"frame-ancestors 'self' {SITES[0]}"), path
