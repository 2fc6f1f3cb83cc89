"""Who a patient is: Swedish identity numbers, and room for a host's own kinds (R37).

A number is parsed once, against a reference date, and from then on is twelve digits. Nothing here
shows a number unless it is asked for by name: `repr`, `str` and errors are masked.
"""

import re
from datetime import date
from typing import Protocol

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.text import TEXT_MOST, required_text

_FIELD = "identity_number"

# [0-9] rather than \d, which takes the digits of every script.
_WRITTEN = re.compile(r"([0-9]{2})?([0-9]{6})([-+]?)([0-9]{4})")
_KEPT = re.compile(r"[0-9]{12}")

_COORDINATION_DAYS = 60  # added to the day of birth in a coordination number
_EARLIEST_BIRTH_YEAR = 1800


class Identity(Protocol):
    """What the rest asks of an identity. A host may add kinds, such as reserve numbers (R37).

    Two identities are of the same person exactly when they are equal. `repr` and `str` of an
    identity do not reveal it.
    """

    @property
    def kept(self) -> str:
        """The identity as it is stored: one form for one person, unlike those of other kinds."""

    @property
    def birth_date(self) -> date:
        """The day of birth that the identity states, for the rules about age."""

    @property
    def masked(self) -> str:
        """What may be shown and logged instead."""


@attrs.frozen
class PersonalIdentityNumber:
    """A personal identity number (personnummer) or coordination number (samordningsnummer), R37.

    Equal, and hashed, by its digits. Has no order. Made from what somebody typed with `parse`;
    the constructor takes the kept form and checks all but a reference date.

    Attributes:
        digits: Twelve ASCII digits: birth date with century, birth number, check digit. The day
            of a coordination number is the day of birth plus 60.

    Raises:
        InvalidValue: not twelve ASCII digits, no real date, a birth year before 1800, birth
            number 000, or a wrong check digit.
    """

    digits: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if fault := _fault_in(self.digits):
            raise InvalidValue(_FIELD, fault)

    @classmethod
    def parse(cls, text: str, *, on: date, field: str = _FIELD) -> "PersonalIdentityNumber":
        """Return the number that `text` means on the day `on` (R37).

        Ten or twelve digits, with `-`, `+` or nothing before the last four; outer white space is
        dropped. Twelve digits say the century themselves, and a separator changes nothing. Ten
        digits mean the latest century in which the birth date is not after `on`; with `+`, the
        latest year that lies at least 100 calendar years before the year of `on`.

        Args:
            text: What was typed. It is never part of an error.
            on: The reference date, a local date. Born on that day is born.
            field: The name of the field, for the error.

        Raises:
            InvalidValue: `text` is empty or written otherwise, the number is not valid as for
                the constructor, or the birth date is after `on`. A coordination number without
                a known month or day of birth (00, 60) states no real date.
        """
        written = _WRITTEN.fullmatch(required_text(text, field=field, most=TEXT_MOST))
        if written is None:
            raise InvalidValue(field, "is not 10 or 12 digits")
        century, short_date, separator, last_four = written.groups()
        if century is None:
            century = _century_meant(short_date, on, aged=separator == "+")
        digits = century + short_date + last_four
        if fault := _fault_in(digits):
            raise InvalidValue(field, fault)
        number = cls(digits)
        if number.birth_date > on:
            raise InvalidValue(field, "is of somebody not yet born")
        return number

    @property
    def kept(self) -> str:
        """The twelve digits, for storage."""
        return self.digits

    @property
    def birth_date(self) -> date:
        """The day of birth that the number states; for a coordination number, day minus 60."""
        return date(*_birth_ymd(self.digits))

    @property
    def is_coordination_number(self) -> bool:
        """Whether the number is a coordination number (samordningsnummer)."""
        return int(self.digits[6:8]) > _COORDINATION_DAYS

    @property
    def masked(self) -> str:
        """The same text for every number."""
        return "********-****"

    def __str__(self) -> str:
        return self.masked


def _century_meant(short_date: str, on: date, *, aged: bool) -> str:
    """Return the first two digits of the year that ten digits mean on the day `on`.

    The date need not be real: the century comes first, and the date is judged in it.
    """
    latest = on.year - 100 if aged else on.year
    year = latest - (latest - int(short_date[:2])) % 100
    if not aged and _birth_ymd(f"{year:04}{short_date[2:]}") > (on.year, on.month, on.day):
        year -= 100
    return f"{year:04}"[:2]


def _birth_ymd(digits: str) -> tuple[int, int, int]:
    day = int(digits[6:8])
    birth_day = day - _COORDINATION_DAYS if day > _COORDINATION_DAYS else day
    return int(digits[:4]), int(digits[4:6]), birth_day


def _fault_in(digits: str) -> str | None:
    """Return what is wrong with the kept form, whatever the day; None when nothing is."""
    if not _KEPT.fullmatch(digits):
        return "is not 12 digits"
    if int(digits[:4]) < _EARLIEST_BIRTH_YEAR:
        return "has a birth year before 1800"
    if not _is_date(*_birth_ymd(digits)):
        return "does not begin with a real date"
    if digits[8:11] == "000":
        return "has birth number 000"
    if _luhn_sum(digits[2:]) % 10:
        return "has a wrong check digit"
    return None


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn_sum(digits: str) -> int:
    """Return the Luhn sum of ten digits: every other is doubled, from the first; all are added."""
    doubled = "".join(str(int(digit) * 2) for digit in digits[::2])
    return sum(map(int, doubled + digits[1::2]))
