"""Telephone numbers in the numbering plans of the world (R38).

The plans take longer to load than most of what needs none of them, so they are loaded by whoever is
the first to need one.
"""

from typing import NamedTuple

#: Where numbers belong unless somebody says otherwise; known without the plans.
HOME_COUNTRY = "SE"


class Number(NamedTuple):
    """A number that is valid in its country's plan.

    Attributes:
        e164: `+`, country code and number, digits only.
        receives_sms: It is of a kind that can. Some countries do not tell fixed from mobile.
    """

    e164: str
    receives_sms: bool


def is_country(code: str) -> bool:
    """Return whether two capital letters (ISO 3166) name a country with telephone numbers."""
    if code == HOME_COUNTRY:
        return True
    import phonenumbers  # noqa: PLC0415 - as the module says

    return code in phonenumbers.SUPPORTED_REGIONS


def number_of(typed: str, country: str) -> Number | None:
    """Return the number that was typed; None when it is not valid.

    Args:
        typed: Digits with `+` and what people write between them.
        country: Where a number without country code belongs.
    """
    import phonenumbers  # noqa: PLC0415 - as the module says
    from phonenumbers import PhoneNumberFormat, PhoneNumberType  # noqa: PLC0415

    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    receiving = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return Number(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        phonenumbers.number_type(number) in receiving,
    )
