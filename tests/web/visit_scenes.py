"""Short ways through the pages of a visit to Linden."""

import re

from tests.services.scenes import link_to
from tests.web.browsing import Browser
from webtidbok.services.access import ByCard
from webtidbok.services.outcomes import Booked


def page_of(visit: Booked, *segments: str, lang: str = "en", **query: str) -> str:
    """Return the address, within the pages, of a visit that was booked."""
    asked = "&".join(f"{name}={value}" for name, value in {"lang": lang, **query}.items())
    return "/".join(("/t", link_to(visit).token.token, *segments)) + f"?{asked}"


def show_card(browser: Browser, card: ByCard, **typed: str) -> None:
    """Fill in number and code, and press."""
    browser.open("/kort?lang=en")
    fields = {"identity_number": card.identity_number, "code": card.code} | typed
    browser.press("Show my visit", **fields)


def to_review(browser: Browser, visit: Booked, clock: str = "10:00") -> None:
    """Choose another time on `A_MONDAY`, on the way to the last look."""
    browser.open(page_of(visit, "boka-om", week="2026-W50"))
    browser.press(f"Monday 7 December {clock}")
    assert browser.heading == "Move the visit here?"


def another_browser(browser: Browser) -> Browser:
    """Return a second tab, or another's computer: the pages keep nothing to tell them apart."""
    return Browser(browser.client)


def without_steps(html: str) -> str:
    """Return a page without the signed step, which is another each time."""
    return re.sub(r'(name="step" value=)"[^"]*"', r"\1", html)
