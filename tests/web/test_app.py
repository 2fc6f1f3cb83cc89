"""One application: wherever it is mounted, whatever happens behind it, however it is branded."""

import logging
from pathlib import Path

import attrs
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.services.scenes import AnyStore, linden, set_up
from tests.services.stores import StoreBehind
from tests.web.browsing import Browser, Element, read
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.errors import InvalidInput, MissingKey, StoreUnavailable
from webtidbok.model.addresses import Addresses
from webtidbok.model.ids import ClinicId
from webtidbok.ports.store import StoredClinic
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.web.app import create_app
from webtidbok.web.application import Application
from webtidbok.web.site import Site


@pytest.fixture
def store() -> MemoryStore:
    """Matters not: the pages know nothing of it."""
    return MemoryStore()


def test_without_keys_nothing_can_be_signed(desk: Desk) -> None:
    with pytest.raises(MissingKey):
        create_app(WebBook(attrs.evolve(desk, keys=None)))


# Languages


def test_a_page_is_in_the_language_of_its_address_or_as_the_browser_asks_r36(
    browser: Browser,
) -> None:
    [html] = browser.open("/linden").all("html")
    assert (html.attributes["lang"], browser.heading) == ("sv", "Vad vill du boka?")

    browser.open("/linden", **{"Accept-Language": "en"})
    assert browser.heading == "What would you like to book?"
    assert browser.response.headers["content-language"] == "en"
    assert browser.response.headers["vary"] == "Accept-Language"
    browser.open("/linden?lang=sv", **{"Accept-Language": "en"})
    assert browser.heading == "Vad vill du boka?"


def test_the_other_language_is_one_link_away_and_goes_along(browser: Browser) -> None:
    browser.open("/linden")
    browser.follow("English")

    assert browser.heading == "What would you like to book?"
    assert "lang=en" in browser.link("Check-up")


def test_a_clinic_of_one_language_speaks_it_alone(book: WebBook, browser: Browser) -> None:
    set_up(book, languages=("sv",))
    browser.open("/linden?lang=en")

    assert browser.heading == "Vad vill du boka?"
    assert not [link for link in browser.page.all("a") if "hreflang" in link.attributes]


def test_a_clinic_whose_languages_have_no_texts_is_shown_in_swedish(
    book: WebBook, browser: Browser
) -> None:
    set_up(book, languages=("fi",))

    browser.open("/linden")
    assert browser.heading == "Vad vill du boka?"


# Mounted


def test_under_a_path_of_another_application_all_links_stay_under_it(book: WebBook) -> None:
    host = Starlette(routes=[Mount("/tider/boka", app=create_app(book))])
    browser = Browser(TestClient(host))
    browser.open("/tider/boka/linden")

    assert browser.link("Check-up").startswith("http://testserver/tider/boka/linden/check-up?step")
    browser.follow("Check-up")
    assert browser.button("måndag 30 november 08.00").form.attributes["action"] == (
        "/tider/boka/linden/check-up"
    )
    browser.open("/tider/boka/linden")
    assert browser.link("English") == "http://testserver/tider/boka/linden?lang=en"
    for sheet in browser.page.all("link"):
        assert browser.client.get(sheet.attributes["href"]).status_code == 200


def test_the_errors_of_a_mounted_application_are_its_own(book: WebBook) -> None:
    host = FastAPI()
    host.mount("/boka", create_app(book))
    client = TestClient(host)

    assert "Sidan finns inte" in client.get("/boka/nowhere").text
    assert "Sidan finns inte" in client.get("/boka/linden/no/such/page/at/all").text
    assert client.post("/boka/linden").status_code == 405
    assert client.get("/elsewhere").json() == {"detail": "Not Found"}


def test_a_server_that_leaves_the_root_out_of_the_path_is_understood(book: WebBook) -> None:
    client = TestClient(create_app(book), root_path="/lin")
    page = read(client.get("/linden").text)

    links = [a.attributes["href"] for a in page.all("a") if "hreflang" in a.attributes]
    assert links == ["/lin/linden?lang=en"]


def test_an_application_may_be_made_for_each_request(book: WebBook) -> None:
    pages = Application(book, Site()).pages

    assert Application(WebBook(book.desk), Site()).pages is pages


@pytest.mark.parametrize(
    "id_", ["å ä&ö?#%", "kort x", "t", "kort", "static", "sv", ".", "..", "a/b", "~", "~6b6f7274"]
)
def test_a_clinic_of_any_id_has_its_pages(book: WebBook, browser: Browser, id_: str) -> None:
    """Also one that is called as a page of ours, or as no part of an address can be."""
    book.add_clinic(attrs.evolve(linden(), id=ClinicId(id_)))
    address = Addresses("https://boka.example.com").booking(ClinicId(id_))
    browser.open(address)

    assert browser.status == 200
    browser.follow("English")
    assert browser.heading == "What would you like to book?"
    assert browser.link("Check-up").startswith(f"{address}/check-up")


# When something is wrong


def test_an_unknown_clinic_is_answered_politely_with_the_number_of_the_only_one_r4(
    book: WebBook, browser: Browser
) -> None:
    browser.open("/nowhere")
    assert (browser.status, browser.heading) == (404, "Sidan finns inte")
    assert "+4681234567" in browser.text

    book.add_clinic(attrs.evolve(linden(), id=ClinicId("oak"), phone="+46700000000"))
    browser.open("/nowhere")
    assert (browser.status, browser.heading) == (404, "Sidan finns inte")
    assert "+46" not in browser.text, "nobody knows which clinic is meant"


class FailingStore(StoreBehind):
    """Gives no answer about clinics, or fails in a way nobody foresaw."""

    def __init__(self, store: AnyStore, error: Exception) -> None:
        super().__init__(store)
        self.error = error

    def clinic(self, clinic: ClinicId) -> StoredClinic:  # noqa: ARG002 - as the port has it
        raise self.error


def test_a_store_without_an_answer_is_told_politely(desk: Desk, store: AnyStore) -> None:
    failing = FailingStore(store, StoreUnavailable("down"))
    book = WebBook(attrs.evolve(desk, store=failing))
    browser = Browser(TestClient(create_app(book)))
    browser.open("/linden")

    assert (browser.status, browser.heading) == (503, "Vi kan inte svara just nu")
    assert browser.response.headers["retry-after"] == "60"


def test_a_mistake_of_ours_is_told_without_details_and_logged_without_data(
    desk: Desk, store: AnyStore, caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailingStore(store, RuntimeError("Maja 880313-2383"))
    book = WebBook(attrs.evolve(desk, store=failing))
    client = TestClient(create_app(book))
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/linden")

    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.text
    assert "RuntimeError at" in caplog.text
    assert "test_app.py" in caplog.text, "where it happened"
    assert "Maja" not in answer.text + caplog.text
    assert "8803" not in answer.text + caplog.text


# Branded


def brand(folder: Path, **files: str) -> Path:
    """Make a brand of these files, their names with `__` for `/` and `_` for `.`."""
    for name, content in files.items():
        path = folder.joinpath(*name.split("__")[:-1], name.split("__")[-1].replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def stylesheets(page: Element) -> list[str]:
    """Return where the styles of a page are."""
    links = (link.attributes for link in page.all("link"))
    return [link["href"] for link in links if link["rel"] == "stylesheet"]


def test_a_brand_replaces_templates_texts_and_files_one_by_one(
    book: WebBook, tmp_path: Path
) -> None:
    po = 'msgid "What would you like to book?"\nmsgstr "Hej! Vad får det vara?"\n'
    folder = brand(
        tmp_path / "brand",
        templates__booking__closed_html="<!doctype html><h1>{{ _('Book a visit') }} & co</h1>",
        locale__sv_po=po,
        static__brand_css=":root { --accent: #900; }",
    )
    browser = Browser(TestClient(create_app(book, Site(brand=folder))))

    page = browser.open("/linden")
    assert browser.heading == "Hej! Vad får det vara?"
    sheets = stylesheets(page)
    assert [sheet.rpartition("/")[2] for sheet in sheets] == ["pages.css", "brand.css"]
    assert browser.client.get(sheets[1]).text == ":root { --accent: #900; }"
    set_up(book, new_bookings=False)
    browser.open("/linden")
    assert browser.heading == "Boka tid & co"


def test_a_brand_whose_texts_name_other_things_is_refused_at_the_start(
    book: WebBook, tmp_path: Path
) -> None:
    po = '#, python-format\nmsgid "%(minutes)s minutes"\nmsgstr "%(minuter)s"\n'
    folder = brand(tmp_path / "brand", locale__sv_po=po)

    with pytest.raises(InvalidInput):
        create_app(book, Site(brand=folder))


# Files


def test_a_file_may_be_kept_for_ever_under_its_mark_and_not_under_another(
    browser: Browser,
) -> None:
    [address] = stylesheets(browser.open("/linden"))

    kept = browser.client.get(address)
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    older = browser.client.get("/static/old/pages.css")
    assert (older.text, older.headers["cache-control"]) == (kept.text, "no-cache")


# A clinic that takes no bookings


def test_a_clinic_with_new_bookings_off_answers_with_its_number_r4(
    book: WebBook, browser: Browser
) -> None:
    set_up(book, new_bookings=False)
    browser.open("/linden")

    assert (browser.status, browser.heading) == (200, "Ring oss för att boka")
    assert "+4681234567" in browser.text
