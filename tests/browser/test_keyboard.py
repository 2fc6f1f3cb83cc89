"""A visit is booked with nothing but a keyboard, and one always sees where one is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from examples.demo.cast import KIM
from tests.browser.patient import DESKTOP, Patient
from tests.browser.scene import Scene

Window = Callable[..., Page]

#: No page has more to step through than this.
_MOST_STEPS = 60

#: So often it is looked for the mark, in two seconds.
_PATIENCE = 40

_IS_MARKED = """() => {
    const here = document.activeElement;
    const style = getComputedStyle(here);
    const after = getComputedStyle(here, "::after");
    return [style, after].some(
        each => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2
    );
}"""

_NAME = """() => {
    const here = document.activeElement;
    const label = here.labels && here.labels.length ? here.labels[0].innerText : here.innerText;
    return label.replace(/\\s+/g, " ").trim();
}"""


class Typist:
    """Goes through pages by Tab, and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def is_marked(self) -> bool:
        """Return whether what has the focus is marked, now or soon."""
        for _ in range(_PATIENCE):
            if self.page.evaluate(_IS_MARKED):
                return True
            self.page.wait_for_timeout(50)
        return False

    def tab_to(self, name: str) -> None:
        """Go on until what is so named is reached; it and all before it are marked."""
        passed = []
        for _ in range(_MOST_STEPS):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(_NAME))
            assert self.is_marked(), f"{passed[-1]!r} is not seen to have the focus"
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"{name!r} is not reached; passed {passed}")

    def type_into(self, name: str, text: str) -> None:
        """Type into a field."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def press(self, name: str, key: str = "Enter") -> None:
        """Press what is so named."""
        self.tab_to(name)
        self.page.keyboard.press(key)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_visit_is_booked_by_keyboard_alone(
    scene: Scene, open_window: Window, script: bool
) -> None:
    patient = Patient(open_window(DESKTOP, java_script_enabled=script), scene)
    keys = Typist(patient.page)

    patient.open_booking()
    keys.press("Undersökning")
    patient.sees("Choose a time")
    keys.press("måndag 30 november 09.00")
    patient.sees("Who is coming?")
    keys.type_into("Personnummer", "1")
    keys.press("Fortsätt")
    expect(patient.page.get_by_role("alert")).to_be_focused()
    keys.press(patient.word("Write your first name."))
    expect(patient.field("First name")).to_be_focused()
    patient.page.keyboard.type(KIM.first_name)
    keys.type_into("Efternamn", KIM.last_name)
    keys.type_into("Mobilnummer", KIM.mobile)
    keys.press("Med sms", key="Space")
    patient.field("Personal identity number").fill(KIM.identity_number)
    keys.press("Fortsätt")
    patient.sees("Is everything right?")
    keys.press("Boka tiden")

    patient.sees("Your time is booked")
    assert [visit.first_name for visit in scene.booked_on_the_web()] == ["Kim"]


def test_the_first_step_skips_what_stands_above_the_content(
    scene: Scene, open_window: Window
) -> None:
    patient = Patient(open_window(DESKTOP), scene)
    patient.open_booking()
    patient.page.keyboard.press("Tab")
    expect(patient.link("To the content")).to_be_focused()
    expect(patient.link("To the content")).to_be_in_viewport()
    patient.page.keyboard.press("Enter")

    expect(patient.page.get_by_role("main")).to_be_focused()
