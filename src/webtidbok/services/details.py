"""From what a patient typed to checked details (R18, R37, R38, R40)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

import attrs

from webtidbok.errors import Fault, InvalidInput, InvalidValue
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.patient import PatientDetails
from webtidbok.model.text import EMAIL_MOST, MESSAGE_MOST, NAME_MOST, clean_text, required_text

T = TypeVar("T")


def parse_details(given: Mapping[str, object], *, on: date, country: str = "SE") -> PatientDetails:
    """Return the details of a new booking.

    Args:
        given: By field: `identity_number`, `first_name`, `last_name` and `mobile` are required;
            `email`, `message`, `accepts_sms` and `accepts_email` may be left out, empty or None.
        on: The reference date for the identity number: today at the clinic.
        country: National mobile numbers are read as this country's.

    Raises:
        InvalidInput: with all faults, none of which holds what was given.
    """
    form = _Form(given)
    number = form.take("identity_number", lambda text: PersonalIdentityNumber.parse(text, on=on))
    first = form.take("first_name", _name("first_name"))
    last = form.take("last_name", _name("last_name"))
    mobile = form.take("mobile", lambda text: MobileNumber.parse(text, country=country))
    email = form.take("email", _email)
    message = form.take("message", _message)
    accepts_sms, accepts_email = form.ticked("accepts_sms"), form.ticked("accepts_email")
    form.finish()
    assert number is not None, "a fault would have been raised"
    assert first is not None, "likewise"
    assert last is not None, "likewise"
    assert mobile is not None, "likewise"
    return PatientDetails(
        identity_number=number,
        first_name=first,
        last_name=last,
        mobile=mobile,
        email=email,
        message=message or "",
        accepts_sms=accepts_sms,
        accepts_email=accepts_email,
    )


def parse_message(text: str, *, field: str = "comment") -> str:
    """Return a message or comment of at most 500 characters, line breaks allowed (R40).

    Raises:
        InvalidValue: it is too long, or holds what no text may.
    """
    return clean_text(text, field=field, most=MESSAGE_MOST, multiline=True)


def _name(field: str) -> Callable[[str], str]:
    return lambda text: required_text(text, field=field, most=NAME_MOST)


def _email(text: str) -> EmailAddress | None:
    if not clean_text(text, field="email", most=EMAIL_MOST):
        return None
    return EmailAddress.parse(text)


def _message(text: str) -> str:
    return parse_message(text, field="message")


@attrs.frozen
class _Form:
    """Takes fields one by one and gathers what is wrong with them."""

    given: Mapping[str, object]
    faults: list[Fault] = attrs.field(factory=list)
    seen: set[str] = attrs.field(factory=set)

    def take(self, field: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed field; None, and a fault, if it is not well."""
        self.seen.add(field)
        value = self.given.get(field)
        if value is not None and not isinstance(value, str):
            self.faults.append(Fault(field, "", "is not text"))
            return None
        try:
            return parse(value or "")
        except InvalidValue as fault:
            self.faults.append(Fault(fault.field, "", fault.reason))
            return None

    def ticked(self, field: str) -> bool:
        """Return a field that is true, false or left out."""
        self.seen.add(field)
        value = self.given.get(field)
        if value is not None and not isinstance(value, bool):
            self.faults.append(Fault(field, "", "is neither true nor false"))
        return value is True

    def finish(self) -> None:
        """Raise what was gathered. Unknown fields are not named: they may hold anything."""
        if self.given.keys() - self.seen:
            self.faults.append(Fault("details", "", "holds a field that is not known"))
        if self.faults:
            raise InvalidInput(self.faults)
