"""What a patient is told for each reason: kindly, and without anybody's data (R17, R23)."""

from collections.abc import Iterable

from webtidbok.adapters.texts.catalogues import translatable as _
from webtidbok.rules.refusal import Refusal, patient_view

_NOT_HERE = _("This time cannot be booked on the web.")
_TAKEN = _("Somebody else was faster, and the time is taken.")

_TEXTS = {
    "new-bookings-off": _("Right now it is not possible to book on the web."),
    "not-offered": _("This kind of visit cannot be booked on the web any more."),
    "provider-not-for-type": _("The person you chose does not take this kind of visit."),
    "no-block": _NOT_HERE,
    "not-web-bookable": _NOT_HERE,
    "block-filter": _NOT_HERE,
    "exclusive-block": _NOT_HERE,
    "other-resource": _NOT_HERE,
    "off-grid": _NOT_HERE,
    "past-block-end": _NOT_HERE,
    "too-soon": _("The time is too near to be booked on the web."),
    "past-horizon": _("The time lies further ahead than can be booked on the web."),
    "outside-period": _("This kind of visit cannot be booked on that day."),
    "provider-busy": _TAKEN,
    "no-resource-free": _TAKEN,
    "age": _("This kind of visit is meant for another age."),
    "phone-the-clinic": _("We need to talk with you before this is booked. Please phone us."),
}


def refusal_texts(refusals: Iterable[Refusal]) -> tuple[str, ...]:
    """Return what to say, untranslated, each sentence once.

    A rule that a host added may have a code that we do not know; then it is said that the time
    cannot be booked on the web.
    """
    codes = (reason.code for reason in patient_view(refusals))
    return tuple(dict.fromkeys(_TEXTS.get(code, _NOT_HERE) for code in codes))
