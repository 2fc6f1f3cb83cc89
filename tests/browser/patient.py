"""A patient at a browser, who speaks one of the languages of the pages.

Words are given in English, as they stand in the code; the patient reads them as the page says them.
"""

import re
from importlib.resources import files
from typing import Any

import attrs
from playwright.sync_api import FrameLocator, Locator, Page, expect

from examples.demo.cast import KIM, Person
from examples.demo.weeks import CLINIC
from tests.browser.scene import Scene
from webtidbok import ByLink
from webtidbok.adapters.texts.catalogues import Catalogues

_TEXTS = Catalogues(files("webtidbok.web") / "locale")


@attrs.frozen(kw_only=True)
class Device:
    """What the patient holds or sits at."""

    name: str
    width: int
    height: int
    is_phone: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """What a browser is told to be like it."""
        size = {"width": self.width, "height": self.height}
        return {"viewport": size, "is_mobile": self.is_phone, "has_touch": self.is_phone}


PHONE = Device(name="phone", width=390, height=844, is_phone=True)
DESKTOP = Device(name="desktop", width=1440, height=900)


class Patient:
    """Does what patients do, by what can be seen or heard on the page.

    Args:
        page: The browser's window.
        on: Where the pages are shown; a frame within the window, or else the window itself.
    """

    def __init__(
        self, page: Page, scene: Scene, language: str = "sv", *, on: FrameLocator | None = None
    ) -> None:
        self.page = page
        self.scene = scene
        self.language = language
        self.on: Page | FrameLocator = on or page

    def word(self, text: str) -> str:
        """Return a text of the pages as this patient reads it."""
        return _TEXTS.of(self.language).gettext(text)

    # Where to go

    def open(self, address: str) -> int:
        """Go to an address in the patient's language; return the status of the answer."""
        joint = "&" if "?" in address else "?"
        answer = self.page.goto(f"{address}{joint}lang={self.language}")
        assert answer is not None, "it is another page"
        status: int = answer.status
        return status

    def open_booking(self) -> int:
        """Go to the clinic's booking page."""
        return self.open(self.scene.addresses.booking(CLINIC))

    def open_visit(self, by: ByLink) -> int:
        """Follow a link from a message."""
        return self.open(self.scene.addresses.visit(by.token))

    def open_card(self) -> int:
        """Go to the page that stands on recall cards."""
        return self.open(self.scene.addresses.card)

    # What to press and to fill in

    def button(self, text: str) -> Locator:
        """Return the button that reads so."""
        return self.on.get_by_role("button", name=self.word(text), exact=True)

    def link(self, text: str) -> Locator:
        """Return the first link that reads so, or holds these words."""
        return self.on.get_by_role("link", name=self.word(text)).first

    def way(self, text: str) -> Locator:
        """Return the button that holds these words and takes along what was typed."""
        return self.on.get_by_role("button", name=self.word(text)).first

    def field(self, label: str) -> Locator:
        """Return the field whose label begins so."""
        return self.on.get_by_label(re.compile("^" + re.escape(self.word(label))))

    def times(self) -> Locator:
        """Return the free times that are shown."""
        return self.on.locator("button[name=time]")

    def press(self, text: str) -> None:
        """Press the button that reads so."""
        self.button(text).click()

    # What is seen

    def sees(self, heading: str) -> None:
        """Be on the page with this heading."""
        expect(self.on.get_by_role("heading", level=1)).to_have_text(self.word(heading))

    def reads(self, text: str) -> None:
        """Be on a page that says this somewhere."""
        expect(self.on.get_by_role("main")).to_contain_text(self.word(text))

    # What patients come for

    def choose_check_up(self) -> None:
        """Choose the first kind of visit."""
        self.sees("What would you like to book?")
        self.link("Undersökning").click()

    def choose_time(self, place: int = 0) -> None:
        """Choose one of the free times that are shown."""
        self.sees("Choose a time")
        self.times().nth(place).click()

    def tell_who(self, person: Person = KIM) -> None:
        """Fill in the details of a person who wants an SMS, and go on."""
        self.sees("Who is coming?")
        self.field("Personal identity number").fill(person.identity_number)
        self.field("First name").fill(person.first_name)
        self.field("Last name").fill(person.last_name)
        self.field("Mobile number").fill(person.mobile)
        self.field("E-mail").fill(person.email)
        self.field("By SMS to my mobile").check()
        self.press("Go on")

    def come_to_the_details(self) -> None:
        """Choose a kind of visit and a time."""
        self.open_booking()
        self.choose_check_up()
        self.choose_time()

    def come_to_the_review(self, person: Person = KIM) -> None:
        """Do all of a booking but the confirmation."""
        self.come_to_the_details()
        self.tell_who(person)
        self.sees("Is everything right?")

    def book(self, person: Person = KIM) -> str:
        """Book the first free check-up; return the link of the receipt."""
        self.come_to_the_review(person)
        self.press("Book the time")
        self.sees("Your time is booked")
        return self.receipt_link()

    def show_card(self, number: str, code: str) -> None:
        """Give the number and the code of a card."""
        self.open_card()
        self.field("Personal identity number").fill(number)
        self.field("Code").fill(code)
        self.press("Show my visit")

    def come_to_the_move(self, by: ByLink, place: int = 1) -> None:
        """Choose another time for a visit; all but the confirmation."""
        self.open_visit(by)
        self.link("Move the visit").click()
        self.sees("Choose another time")
        self.times().nth(place).click()
        self.sees("Move the visit here?")

    def come_to_the_cancellation(self, by: ByLink) -> None:
        """Go to the page that asks whether the visit is to be cancelled."""
        self.open_visit(by)
        self.link("Cancel the visit").click()
        self.sees("Cancel the visit?")

    def receipt_link(self) -> str:
        """Return the link that stands on the receipt."""
        link: str = self.on.locator(".keep a").inner_text()
        return link
