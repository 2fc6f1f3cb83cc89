"""In which language a page is: R36."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.web.languages import chosen_language

BOTH = ("sv", "en")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5,sv;q=0.8", "sv"),
        ("sv;q=0.4, EN-us;q=0.5", "en"),
        ("de, *;q=0.5", "sv"),
        ("en;q=0", "sv"),
        ("en;q=zero, sv", "sv"),
        ("en;q=7", "sv"),
        (",;;,q=", "sv"),
    ],
)
def test_the_browser_asks_and_the_clinics_first_is_the_preset(header: str, language: str) -> None:
    assert chosen_language(BOTH, address=None, header=header) == language


def test_the_address_goes_before_the_browser() -> None:
    assert chosen_language(BOTH, address="en", header="sv") == "en"


def test_a_language_that_is_not_to_be_had_is_passed_over() -> None:
    assert chosen_language(("sv",), address="en", header="en") == "sv"
    assert chosen_language(BOTH, address="../etc", header="fi,en;q=0.1") == "en"


@given(header=st.text(), address=st.none() | st.text())
def test_whatever_is_asked_for_the_answer_is_one_of_the_clinics(
    header: str, address: str | None
) -> None:
    assert chosen_language(BOTH, address=address, header=header) in BOTH
