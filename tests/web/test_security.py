"""What the guard lets in, and what every answer carries."""

import asyncio
import re
from collections.abc import Iterator, MutableMapping

import attrs
import pytest
from starlette.testclient import TestClient

from tests.services.scenes import linden, set_up
from tests.web.browsing import FORM
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.addresses import Addresses
from webtidbok.model.ids import ClinicId
from webtidbok.services.web_book import WebBook
from webtidbok.web.app import create_app
from webtidbok.web.security import BODY_MOST_BYTES, framed_by
from webtidbok.web.site import Site

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors "
)
HERE = "https://boka.example.com"


def send(client: TestClient, body: str = "", **headers: str) -> int:
    """Send a form to the page of a type and return the status."""
    sent = {"Content-Type": FORM} | {name.replace("_", "-"): text for name, text in headers.items()}
    return client.post("/linden", content=body, headers=sent).status_code


@pytest.fixture
def store() -> MemoryStore:
    """Matters not: the guard stands before it."""
    return MemoryStore()


#: Let in, and then refused by a page that has no form.
LET_IN = 405


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/linden", 200),
        ("HEAD", "/linden", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/", 404),
        ("GET", "/linden/no/such/page/at/all", 404),
        ("GET", "/static/x/nothing.css", 404),
        ("GET", "/static/x/pages.css", 200),
        ("POST", "/linden", 405),
        ("DELETE", "/linden", 405),
        ("OPTIONS", "/linden", 405),
        ("BREW", "/linden", 405),
    ],
)
def test_every_answer_carries_the_headers(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith(POLICY)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cache-control"] == (
        "no-cache" if answer.headers["content-type"].startswith("text/css") else "no-store"
    )
    assert "set-cookie" not in answer.headers
    if status == 405:
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_a_page_loads_nothing_from_elsewhere_and_holds_neither_style_nor_script(
    client: TestClient,
) -> None:
    html = client.get("/linden").text

    loaded = re.findall(r'(?:src|<link [^>]*href)="([^"]*)"', html)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert not re.search(r"<style|style=|\son\w+=|<script(?! src)", html)


# Frames


def test_only_the_clinics_sites_may_show_its_booking_pages_in_a_frame_r4(
    book: WebBook, client: TestClient
) -> None:
    assert client.get("/linden").headers["content-security-policy"] == POLICY + "'none'"

    set_up(book, frame_ancestors=("https://linden.example.com", "https://x.example:8443"))
    answer = client.get("/linden")
    assert answer.headers["content-security-policy"] == (
        POLICY + "'self' https://linden.example.com https://x.example:8443"
    )
    assert client.get("/nowhere").headers["content-security-policy"] == POLICY + "'none'"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/linden/no/page"), ("DELETE", "/linden"), ("GET", "/linden/gone")]
)
def test_the_errors_of_booking_pages_are_seen_in_the_frame_with_the_number(
    book: WebBook, client: TestClient, method: str, path: str
) -> None:
    set_up(book, frame_ancestors=("https://linden.example.com",))
    answer = client.request(method, path)

    assert "https://linden.example.com" in answer.headers["content-security-policy"]
    assert "+4681234567" in answer.text


@pytest.mark.parametrize(
    "site", ["https://a.example; script-src *", "*", "a.example", "https://a.example\r\nX: y", ""]
)
def test_what_is_no_site_gets_into_no_policy(site: str) -> None:
    assert framed_by([site]) == {}
    assert framed_by([site, "https://b.example"])["Content-Security-Policy"] == (
        POLICY + "'self' https://b.example"
    )


# Whose form is it?


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (HERE, LET_IN),
        ("HTTPS://BOKA.EXAMPLE.COM", LET_IN),
        ("http://boka.example.com", LET_IN),  # TLS may end before us
        ("null", 403),
        ("", 403),
        ("https://evil.example", 403),
        ("https://boka.example.com.evil.example", 403),
        ("https://boka.example.com:8443", 403),
        ("https://evil.example/https://boka.example.com", 403),
    ],
)
def test_a_form_of_another_site_is_refused(client: TestClient, origin: str, status: int) -> None:
    assert send(client, Origin=origin) == status


def test_without_an_origin_the_browser_may_have_said_it_otherwise(client: TestClient) -> None:
    assert send(client) == LET_IN
    assert send(client, Sec_Fetch_Site="same-origin") == LET_IN
    assert send(client, Sec_Fetch_Site="cross-site") == 403
    assert send(client, Sec_Fetch_Site="same-site") == 403


@pytest.fixture
def hidden(book: WebBook) -> Iterator[TestClient]:
    """Stands behind a proxy that does not pass the name of the host on."""
    site = Site(addresses=Addresses("https://boka.example.com/tider"))
    with TestClient(create_app(book, site), base_url="http://10.0.0.7:8000") as client:
        yield client


def test_behind_a_proxy_the_address_that_the_host_gave_counts(hidden: TestClient) -> None:
    assert send(hidden, Origin=HERE) == LET_IN
    assert send(hidden, Origin="http://boka.example.com") == 403
    assert send(hidden, Origin="https://evil.example") == 403


# How much?


def test_a_body_of_the_greatest_length_is_read_and_one_more_byte_is_not(
    client: TestClient,
) -> None:
    assert send(client, "a" * BODY_MOST_BYTES) == LET_IN
    assert send(client, "a" * (BODY_MOST_BYTES + 1)) == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999", "0x10", ""])
def test_a_length_that_is_none_is_refused(client: TestClient, length: str) -> None:
    assert send(client, Content_Length=length) == 413


def test_a_body_without_a_length_is_read_only_until_it_is_too_long(client: TestClient) -> None:
    asked, sent = [], []

    async def receive() -> dict[str, object]:
        asked.append(1024)
        return {"type": "http.request", "body": b"a" * 1024, "more_body": True}

    async def send_(message: MutableMapping[str, object]) -> None:
        sent.append(message.get("status"))

    scope = {
        "type": "http", "method": "POST", "path": "/linden", "query_string": b"", "headers": [],
    }  # fmt: skip
    asyncio.run(client.app(scope, receive, send_))  # type: ignore[arg-type]

    assert sent[0] == 413
    assert sum(asked) == BODY_MOST_BYTES + 1024
    assert (
        client.post(
            "/linden", content=iter([b"a", b"b"]), headers={"Content-Type": FORM}
        ).status_code
        == LET_IN
    )


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/x-www-form-urlencoded; charset=utf-8", LET_IN),
        ("Application/X-WWW-Form-URLencoded", LET_IN),
        ("multipart/form-data; boundary=x", 415),
        ("application/json", 415),
        ("text/plain", 415),
    ],
)
def test_only_forms_as_ours_are_read(client: TestClient, kind: str, status: int) -> None:
    assert send(client, Content_Type=kind) == status


def test_the_refusals_are_pages_too(client: TestClient) -> None:
    answer = client.post("/linden", headers={"Origin": "null"})

    assert answer.status_code == 403
    assert "<h1>Formuläret skickades från en annan webbplats</h1>" in answer.text
    assert "+4681234567" in answer.text


def test_an_error_on_a_page_of_ours_is_no_clinics(book: WebBook, client: TestClient) -> None:
    book.add_clinic(attrs.evolve(linden(), id=ClinicId("t"), phone="+46700000000"))

    assert "+46700000000" in client.get("/~74").text
    assert "+46700000000" not in client.request("DELETE", "/t/x").text
