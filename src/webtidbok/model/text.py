"""Texts that people type: cleaned, bounded, and free of what does not print (R40).

The order of the steps is a promise: the raw length is bounded before any work is done on a text,
and the maximum counts what is kept, so a name typed with loose accents is as long as it looks.
"""

import re
import unicodedata

from webtidbok.errors import InvalidValue

#: The longest texts that are kept, in code points after NFC (R40).
NAME_MOST = 100
EMAIL_MOST = 254
MESSAGE_MOST = 500
TEXT_MOST = 200

#: A raw text may be this many times its maximum: what NFC can shorten, and some white space.
_RAW_FACTOR = 4

_LINE_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")
_FAULT_OF_CATEGORY = {"Cc": "holds a control character", "Cs": "holds a lone surrogate"}


def clean_text(value: str, *, field: str, most: int, multiline: bool = False) -> str:
    """Return `value` as it is kept: in NFC, without outer white space; maybe empty (R40).

    Outer white space is all that `str.strip` removes, tabs and line breaks included. CR LF, CR
    and the line and paragraph separators U+2028 and U+2029 are line breaks and are kept as LF.
    Format characters, such as those that turn the direction of writing, are text.

    Args:
        value: What was typed. It is never part of an error.
        field: The name of the field, for the error.
        most: The longest text, inclusive, in code points after all cleaning.
        multiline: Whether line breaks may stand within the text.

    Raises:
        InvalidValue: `value` is not a `str`; is longer than four times `most` as it came, or than
            `most` once cleaned; or holds a control character (a tab is one), a lone surrogate,
            or, unless `multiline`, a line break.
    """
    if not isinstance(value, str):
        raise InvalidValue(field, "is not text")
    if len(value) > _RAW_FACTOR * most:
        raise InvalidValue(field, f"is longer than {most} characters")
    text = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", value)).strip()
    if fault := _fault_in(text, multiline=multiline):
        raise InvalidValue(field, fault)
    if len(text) > most:
        raise InvalidValue(field, f"is longer than {most} characters")
    return text


def required_text(value: str, *, field: str, most: int, multiline: bool = False) -> str:
    """Return `value` as `clean_text` does; never empty (R40).

    Raises:
        InvalidValue: as `clean_text`; also when nothing is left, which "is missing".
    """
    text = clean_text(value, field=field, most=most, multiline=multiline)
    if not text:
        raise InvalidValue(field, "is missing")
    return text


def _fault_in(text: str, *, multiline: bool) -> str | None:
    if "\n" in text and not multiline:
        return "holds a line break"
    categories = map(unicodedata.category, text.replace("\n", ""))
    return next((_FAULT_OF_CATEGORY[c] for c in categories if c in _FAULT_OF_CATEGORY), None)
