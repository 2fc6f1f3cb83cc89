import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.adapters.texts.gsm import as_gsm, is_gsm, parts, septets
from webtidbok.testing.strategies import texts

ALPHABET = [chr(code) for code in range(0x2FFF) if is_gsm(chr(code))]


def test_the_alphabet_has_128_characters_but_the_escape_and_ten_more() -> None:
    assert len(ALPHABET) == 127 + 10


@pytest.mark.parametrize("text", ["Räksmörgås på Ån", "é à ü ñ ø æ", "E-post: a_b@c.se", "\n"])
def test_swedish_is_in_it(text: str) -> None:
    assert is_gsm(text)
    assert septets(text) == len(text)


@pytest.mark.parametrize("character", "^{}\\[~]|€")
def test_characters_of_the_extension_count_double(character: str) -> None:
    assert septets(f"a{character}") == 3


@pytest.mark.parametrize("character", ["ç", "č", "–", "”", "😀", "a\u030a"])
def test_what_is_not_in_it_has_no_septets(character: str) -> None:
    with pytest.raises(ValueError, match="not in GSM-7"):
        septets(character)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        (160 * "a", 1),
        (161 * "a", 2),
        (306 * "a", 2),
        (307 * "a", 3),
        (80 * "€", 1),
        (81 * "€", 2),
        # An escape and what it escapes stay in one part: 152 and a pair do not fit in 153.
        (152 * "a" + "€" + 152 * "a", 3),
        (70 * "č", 1),
        (71 * "č", 2),
        (134 * "č", 2),
        (135 * "č", 3),
        (35 * "😀", 1),
        (36 * "😀", 2),
        (66 * "č" + "😀" + 66 * "č", 3),
    ],
)
def test_parts_are_counted(text: str, count: int) -> None:
    assert parts(text) == count


def test_one_character_outside_more_than_halves_what_a_part_holds() -> None:
    assert parts(100 * "a") == 1
    assert parts(99 * "a" + "–") == 2


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("kl. 9–10 — ”ja” ’nej’ „så“ …", 'kl. 9-10 - "ja" \'nej\' "så" ...'),
        ("Pa\u030aminnelse", "Påminnelse"),
        ("kl.\u00a09", "kl. 9"),
        ("François Dvořák", "Francois Dvorak"),
        ("Å\u200bn", "Ån"),
        ("Łódź 😀", "Łódz 😀"),
        ("Клиника", "Клиника"),
    ],
)
def test_what_has_a_likeness_is_replaced(text: str, sent: str) -> None:
    assert as_gsm(text) == unicodedata.normalize("NFC", sent).replace("ó", "o")


@given(text=texts(200))
def test_replacing_never_costs_parts_and_is_done_once(text: str) -> None:
    once = as_gsm(text)

    assert as_gsm(once) == once
    assert parts(once) <= parts(text) or "…" in text


@given(text=st.text(st.sampled_from(ALPHABET), max_size=700))
def test_what_is_in_the_alphabet_is_sent_as_it_is(text: str) -> None:
    assert as_gsm(text) == text
    assert (parts(text) == 1) == (septets(text) <= 160)
    assert parts(text) * 160 >= septets(text)
