"""R40: every text has a maximum, is kept in NFC, and holds nothing that does not print."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webtidbok.errors import InvalidValue
from webtidbok.model.text import (
    EMAIL_MOST,
    MESSAGE_MOST,
    NAME_MOST,
    TEXT_MOST,
    clean_text,
    required_text,
)

CONTROLS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc"]
LINE_BREAKS = ["\n", "\r", "\r\n", "\u2028", "\u2029"]

any_text = st.text(st.characters(exclude_categories=[]), max_size=60)


def name(value: str) -> str:
    return clean_text(value, field="first_name", most=NAME_MOST)


def message(value: str) -> str:
    return clean_text(value, field="message", most=MESSAGE_MOST, multiline=True)


def reason_against(value: object, *, multiline: bool = False) -> str:
    with pytest.raises(InvalidValue) as caught:
        clean_text(value, field="message", most=10, multiline=multiline)  # type: ignore[arg-type]
    assert caught.value.field == "message"
    return caught.value.reason


def test_r40_states_the_maxima() -> None:
    assert (NAME_MOST, EMAIL_MOST, MESSAGE_MOST, TEXT_MOST) == (100, 254, 500, 200)


def test_a_plain_text_is_kept_as_it_is() -> None:
    assert name("Åsa-Lill O'Brien") == "Åsa-Lill O'Brien"


def test_loose_accents_are_joined_to_their_letters() -> None:
    assert name("A\u030asa") == "\u00c5sa"


def test_outer_white_space_of_every_kind_is_removed() -> None:
    assert name(" \t\u00a0\u2003Anna Berg\u3000\r\n") == "Anna Berg"


def test_inner_white_space_is_kept() -> None:
    assert name("Anna  Berg") == "Anna  Berg"


def test_the_maximum_is_counted_after_nfc_and_without_outer_white_space() -> None:
    assert name("  " + "a\u030a" * 100 + "  ") == "\u00e5" * 100


def test_one_more_than_the_maximum_is_refused() -> None:
    assert reason_against("a" * 11) == "is longer than 10 characters"


def test_a_text_that_nfc_makes_longer_than_the_maximum_is_refused() -> None:
    assert unicodedata.normalize("NFC", "\u0958") == "\u0915\u093c"
    assert reason_against("\u0958" * 6) == "is longer than 10 characters"


def test_four_times_the_maximum_is_read_and_one_more_is_not() -> None:
    assert name(" " * 396 + "Anna") == "Anna"
    with pytest.raises(InvalidValue, match="longer than 100"):
        name(" " * 397 + "Anna")


@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_a_line_break_stands_only_in_a_text_of_several_lines(line_break: str) -> None:
    assert message(f"one{line_break}two") == "one\ntwo"
    assert reason_against(f"one{line_break}two") == "holds a line break"


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("control", sorted(set(CONTROLS) - {"\n", "\r"}))
def test_a_control_character_is_refused(control: str, multiline: bool) -> None:
    assert reason_against(f"a{control}b", multiline=multiline) == "holds a control character"


@pytest.mark.parametrize("surrogate", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_a_lone_surrogate_is_refused(surrogate: int) -> None:
    assert reason_against(f"a{chr(surrogate)}b") == "holds a lone surrogate"


def test_format_characters_are_text() -> None:
    assert name("\u202eAnna\u200d") == "\u202eAnna\u200d"


@pytest.mark.parametrize("value", [None, 5, b"Anna", ["Anna"]])
def test_what_is_not_text_is_refused(value: object) -> None:
    assert reason_against(value) == "is not text"


@pytest.mark.parametrize("nothing", ["", " ", "\n\t\u2028"])
def test_an_empty_text_is_missing_only_where_it_is_required(nothing: str) -> None:
    assert name(nothing) == ""
    with pytest.raises(InvalidValue, match=r"^first_name: is missing$"):
        required_text(nothing, field="first_name", most=NAME_MOST)


def test_a_required_text_is_cleaned_too() -> None:
    assert required_text(" a\r\nb ", field="comment", most=5, multiline=True) == "a\nb"


@given(value=any_text, multiline=st.booleans())
def test_what_is_kept_is_clean_and_stays_as_it_is(value: str, multiline: bool) -> None:
    try:
        kept = clean_text(value, field="note", most=20, multiline=multiline)
    except InvalidValue:
        return

    assert kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    assert len(kept) <= 20
    assert not {unicodedata.category(c) for c in kept.replace("\n", "")} & {"Cc", "Cs"}
    assert multiline or "\n" not in kept
    assert clean_text(kept, field="note", most=20, multiline=multiline) == kept


@given(value=any_text)
def test_what_fits_on_one_line_fits_on_several(value: str) -> None:
    try:
        kept = clean_text(value, field="note", most=20)
    except InvalidValue:
        assume(False)

    assert clean_text(value, field="note", most=20, multiline=True) == kept


@given(value=st.text("xyz€", min_size=1, max_size=60))
def test_a_refusal_never_holds_what_was_typed(value: str) -> None:
    reasons = {"holds a control character", "is longer than 10 characters"}

    assert reason_against(f"\x07{value}") in reasons
