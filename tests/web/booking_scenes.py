"""Short ways through the booking pages of Linden."""

from tests.web.browsing import Browser
from webtidbok.testing.builders import A_MONDAY
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.web.times import week_name

#: The week of `A_MONDAY`.
THAT_WEEK = week_name(A_MONDAY)


def typed(place: int = 1, **changes: str | bool) -> dict[str, str | bool]:
    """Return what the patient in this place types."""
    given: dict[str, str | bool] = {
        "identity_number": an_identity_number(place).digits,
        "first_name": "Maja",
        "last_name": "Berglund",
        "mobile": f"070-174 06 {4 + place:02}",
        "email": f"test{place}@example.com",
        "message": "Hello",
        "accepts_sms": True,
        "accepts_email": True,
    }
    return given | changes


def look_at_times(browser: Browser, type_: str = "Check-up", **query: str) -> None:
    """Go to the free times of a type, in the week of `A_MONDAY`, as a patient does."""
    browser.open("/linden?lang=en")
    address = browser.link(type_) + "".join(f"&{name}={value}" for name, value in query.items())
    browser.open(address if "week" in query else f"{address}&week={THAT_WEEK}")


def choose(browser: Browser, clock: str = "09:00", day: str = "Monday 7 December") -> None:
    """Press a time."""
    browser.press(f"{day} {clock}")


def to_details(browser: Browser, clock: str = "09:00") -> None:
    """Choose a time, on the way to the form for the details."""
    look_at_times(browser)
    choose(browser, clock)
    assert browser.heading == "Who is coming?"


def to_review(
    browser: Browser, place: int = 1, clock: str = "09:00", **changes: str | bool
) -> None:
    """Fill in the details, on the way to the last look."""
    to_details(browser, clock)
    browser.press("Go on", **typed(place, **changes))


def to_receipt(browser: Browser, place: int = 1, clock: str = "09:00") -> None:
    """Book a visit."""
    to_review(browser, place, clock)
    assert browser.heading == "Is everything right?"
    browser.press("Book the time")
    assert browser.heading == "Your time is booked"
