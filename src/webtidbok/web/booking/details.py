"""What the patient types, and what is said about it (R18, R40)."""

import re
from collections.abc import Mapping

import attrs

from webtidbok.adapters.texts.catalogues import translatable as _
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.ids import ClinicId
from webtidbok.model.patient import PatientDetails
from webtidbok.services.web_book import WebBook

#: Each field with its name, in the order in which the form asks.
FIELDS = {
    "identity_number": _("Personal identity number"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "mobile": _("Mobile number"),
    "email": _("E-mail"),
    "message": _("Message to the clinic"),
}
TICKS = ("accepts_sms", "accepts_email")

_MISSING = "is missing"
_NO_NUMBER = _("Check your personal identity number: a digit seems to be wrong.")

#: By field and reason; then by reason, whatever the field; then by field, whatever the reason.
_TEXTS = {
    ("identity_number", _MISSING): _("Write your personal identity number."),
    ("identity_number", "is not 10 or 12 digits"): _(
        "Write your personal identity number with 12 digits, YYYYMMDD-NNNN."
    ),
    ("identity_number", "is of somebody not yet born"): _(
        "Check your personal identity number: its date lies ahead."
    ),
    ("identity_number", "does not begin with a real date"): _(
        "Check your personal identity number: it does not begin with a date."
    ),
    ("first_name", _MISSING): _("Write your first name."),
    ("last_name", _MISSING): _("Write your last name."),
    ("mobile", _MISSING): _("Write your mobile number."),
    ("mobile", "cannot receive SMS"): _("Write a mobile number: this one cannot receive SMS."),
    ("email", _MISSING): _("Write your e-mail address, or untick e-mail below."),
}
_UNREADABLE = _("%(field)s: a character in it cannot be read. Write it again.")
_BY_REASON = {
    "holds a control character": _UNREADABLE,
    "holds a lone surrogate": _UNREADABLE,
    "holds a line break": _("%(field)s: write it on one line."),
}
_BY_FIELD = {
    "identity_number": _NO_NUMBER,
    "mobile": _("Check your mobile number: it does not seem to be right."),
    "email": _("Check your e-mail address. It should look like name@example.com."),
}
_TOO_LONG = _("%(field)s: at most %(most)s characters, please.")
_ANYTHING = _("%(field)s: check it once more.")
_LENGTH = re.compile(r"is longer than ([0-9]+) characters")


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, as it came; a tick that is not set is empty."""
    return {name: form.get(name, "") for name in (*FIELDS, *TICKS)}


def typed_before(form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form brings along that was typed on a page before; empty if nothing was."""
    return typed_in(form) if any(name in form for name in FIELDS) else {}


def details_in(book: WebBook, clinic: ClinicId, typed: Mapping[str, str]) -> PatientDetails:
    """Return what was typed, checked.

    Raises:
        InvalidInput: with all that is wrong; also if mail is wished for and there is no address.
    """
    given: dict[str, object] = {name: typed[name] for name in FIELDS}
    given |= {name: bool(typed[name]) for name in TICKS}
    faults: list[Fault] = []
    try:
        details = book.details(clinic, given)
    except InvalidInput as error:
        details, faults = None, list(error.faults)
    if given["accepts_email"] and not typed["email"].strip():
        faults.append(Fault("email", "", _MISSING))
    if faults or details is None:
        raise InvalidInput(faults)
    return details


@attrs.frozen(kw_only=True)
class Said:
    """What is said about a field: a text to be translated, and what it is filled in with.

    Attributes:
        field: The name of the field as the form has it, to be translated too.
        most: The length that was passed, if it was.
    """

    text: str
    field: str
    most: str = ""


def said_about(error: InvalidInput) -> dict[str, Said]:
    """Return by field what to say, in the order of the form; of two faults, the last."""
    said = {fault.field: _said(fault) for fault in error.faults}
    return {name: said[name] for name in FIELDS if name in said}


def _said(fault: Fault) -> Said:
    if length := _LENGTH.fullmatch(fault.reason):
        return Said(text=_TOO_LONG, field=FIELDS[fault.field], most=length[1])
    text = (
        _TEXTS.get((fault.field, fault.reason))
        or _BY_REASON.get(fault.reason)
        or _BY_FIELD.get(fault.field, _ANYTHING)
    )
    return Said(text=text, field=FIELDS.get(fault.field, fault.field))
