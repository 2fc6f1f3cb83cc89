"""What a clinic puts on its own site: R4."""

import attrs
import pytest
from starlette.testclient import TestClient

from tests.services.scenes import linden
from tests.web.browsing import read
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.addresses import Addresses
from webtidbok.web.embedding import button_code, embed_code

ADDRESSES = Addresses("https://boka.example.com")


@pytest.fixture
def store() -> MemoryStore:
    """Matters not."""
    return MemoryStore()


def test_the_frame_shows_the_clinics_page_and_loads_our_script(client: TestClient) -> None:
    page = read(embed_code(ADDRESSES, linden()))

    [frame], [script] = page.all("iframe"), page.all("script")
    assert frame.attributes["title"] == "Boka tid, Linden"
    assert client.get(frame.attributes["src"]).status_code == 200
    loaded = client.get(script.attributes["src"])
    assert loaded.headers["content-type"].startswith("text/javascript")
    assert loaded.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_button_leads_to_the_page_in_its_language(client: TestClient) -> None:
    page = read(button_code(ADDRESSES, linden(), language="en"))

    [button], [style] = page.all("a"), page.all("link")
    assert button.text == "Book a visit"
    assert button.attributes["href"] == "https://boka.example.com/linden?lang=en"
    assert "What would you like to book?" in client.get(button.attributes["href"]).text
    assert client.get(style.attributes["href"]).headers["content-type"].startswith("text/css")


def test_a_name_that_looks_like_html_is_a_name() -> None:
    clinic = attrs.evolve(linden(), name='"><script>alert(1)</script>')
    page = read(embed_code(ADDRESSES, clinic))

    [frame] = page.all("iframe")
    assert frame.attributes["title"] == 'Boka tid, "><script>alert(1)</script>'
    assert len(list(page.all("script"))) == 1
