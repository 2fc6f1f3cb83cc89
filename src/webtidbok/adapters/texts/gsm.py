"""How an SMS is counted (GSM 03.38): 160 characters of a small alphabet, or 70 of any.

A text with one character outside the alphabet is sent as UCS-2, all of it, and holds less than
half as much. So characters that have a likeness within it are replaced.
"""

import unicodedata
from collections.abc import Iterable, Iterator

#: The basic alphabet: å ä ö and é are there, ç is not.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Written with an escape before them, so that each counts double.
_EXTENSION = frozenset("\f^{}\\[~]|€")

_ONE_PART_SEPTETS, _PART_SEPTETS = 160, 153
_ONE_PART_UNITS, _PART_UNITS = 70, 67
_UNIT_BYTES = 2

_LIKENESSES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", ""),
        "\u2022": "*",
        "\u00b7": "*",
        "\u2026": "...",
    }
)


def as_gsm(text: str) -> str:
    """Return `text` in NFC, with what GSM-7 lacks replaced by what looks alike where there is it.

    Dashes, quotes and spaces become the plain ones; a letter with a mark loses the mark: `ç`
    becomes `c`. What has no likeness stays, and makes the text UCS-2.
    """
    plain = unicodedata.normalize("NFC", text).translate(_LIKENESSES)
    return "".join(map(_likeness, plain))


def _likeness(character: str) -> str:
    if is_gsm(character):
        return character
    base = unicodedata.normalize("NFD", character)[0]
    return base if is_gsm(base) else character


def is_gsm(text: str) -> bool:
    """Return whether GSM-7 has every character of `text`."""
    return all(character in _BASIC or character in _EXTENSION for character in text)


def septets(text: str) -> int:
    """Return how many septets a text of GSM-7 takes; those of the extension count double.

    Raises:
        ValueError: a character is not in GSM-7.
    """
    if not is_gsm(text):
        raise ValueError("a character is not in GSM-7")
    return sum(_septets_of(text))


def parts(text: str) -> int:
    """Return how many parts an SMS is sent in; an empty one takes one.

    Parts of a long one are shorter, for each tells its place. No character is cut in two.
    """
    if is_gsm(text):
        return _parts(_septets_of(text), one=_ONE_PART_SEPTETS, each=_PART_SEPTETS)
    units = (len(each.encode("utf-16-le")) // _UNIT_BYTES for each in text)
    return _parts(units, one=_ONE_PART_UNITS, each=_PART_UNITS)


def _septets_of(text: str) -> Iterator[int]:
    return (2 if character in _EXTENSION else 1 for character in text)


def _parts(widths: Iterable[int], *, one: int, each: int) -> int:
    count, filled, total = 1, 0, 0
    for width in widths:
        total += width
        if filled + width > each:
            count, filled = count + 1, 0
        filled += width
    return 1 if total <= one else count
