"""Where a patient can be reached: mobile number and e-mail address (R38, R40).

Neither shows itself in `repr`, `str` or an error; who needs the value asks for the attribute.
"""

import re

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.telephone import HOME_COUNTRY, is_country, number_of
from webtidbok.model.text import EMAIL_MOST, TEXT_MOST, required_text

_MOBILE = "mobile"
_EMAIL = "email"

# What phonenumbers is shown: it would also read words, the digits of every script and
# extensions, all of which need a character that is not here. The odd ones are the hyphens and
# the space that text programs put in for us.
_WRITTEN_NUMBER = re.compile(r"(?:tel:)?[-+()./ 0-9\u00a0\u2010-\u2013]+", re.IGNORECASE)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# Dots stand between atoms only, and labels do not begin or end with a hyphen. The last label
# begins with a letter, so an IP address is no domain.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL_END = r"(?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:[a-z0-9]{_LABEL_END}\.)+[a-z]{_LABEL_END}"
)
_ENCODED_WORD = "=?"  # a mail header would be read as something else than what stands there


@attrs.frozen
class MobileNumber:
    """A telephone number that can receive SMS (R38).

    Equal by its number, however it was typed. Made from what somebody typed with `parse`; the
    constructor checks only the shape, so that what is stored can be read back also when a
    numbering plan has changed since.

    Attributes:
        e164: The number in E.164: `+`, country code and number, digits only.

    Raises:
        InvalidValue: `e164` does not have that shape.
    """

    e164: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise InvalidValue(_MOBILE, "is not a number in E.164")

    @classmethod
    def parse(
        cls, text: str, *, country: str = HOME_COUNTRY, field: str = _MOBILE
    ) -> "MobileNumber":
        """Return the number that `text` means in `country` (R38).

        Args:
            text: What was typed: ASCII digits with `+`, brackets, dots, slashes, hyphens and
                spaces as people write them, maybe after `tel:`. It is never part of an error.
            country: Where a number without country code belongs; two capital letters (ISO 3166).
            field: The name of the field, for the error.

        Raises:
            InvalidValue: `text` is empty or holds anything else, such as an extension; the
                number is not valid in its country's plan, or is of a kind without SMS. Also,
                with field "country", when `country` is not known.
        """
        if not is_country(country):
            raise InvalidValue("country", "is not a country with telephone numbers")
        typed = required_text(text, field=field, most=TEXT_MOST)
        if not _WRITTEN_NUMBER.fullmatch(typed):
            raise InvalidValue(field, "holds more than digits, +, spaces and hyphens")
        number = number_of(typed, country)
        if number is None:
            raise InvalidValue(field, "is not a valid telephone number")
        if not number.receives_sms:
            raise InvalidValue(field, "cannot receive SMS")
        return cls(number.e164)


@attrs.frozen
class EmailAddress:
    """An e-mail address: `local@domain`, ASCII, at most 254 characters (R40).

    Made from what somebody typed with `parse`; the constructor takes the kept form. Whether
    anybody reads mail there is not known.

    Attributes:
        address: The local part as typed, for it may tell capitals apart; the domain, which does
            not, in lower case.

    Raises:
        InvalidValue: `address` is longer; has a local part of over 64 characters, with quotes,
            or with a dot first, last or doubled; a domain in capitals, without a dot, or that is
            an IP address; or holds `=?`, which begins an encoded word in a mail header.
    """

    address: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not _is_address(self.address):
            raise InvalidValue(_EMAIL, "is not an e-mail address")

    @classmethod
    def parse(cls, text: str, *, field: str = _EMAIL) -> "EmailAddress":
        """Return the address that `text` holds, with its domain in lower case (R40).

        Args:
            text: What was typed; outer white space is dropped. It is never part of an error.
            field: The name of the field, for the error.

        Raises:
            InvalidValue: `text` is empty or too long, or is no address as for the constructor.
        """
        local, at, domain = required_text(text, field=field, most=EMAIL_MOST).rpartition("@")
        address = local + at + domain.lower()
        if not _is_address(address):
            raise InvalidValue(field, "is not an e-mail address")
        return cls(address)


def _is_address(address: str) -> bool:
    return (
        len(address) <= EMAIL_MOST
        and _ENCODED_WORD not in address
        and _ADDRESS.fullmatch(address) is not None
    )
