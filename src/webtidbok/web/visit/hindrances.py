"""Why a visit cannot be changed here, in words that help whoever wanted to (R30)."""

from collections.abc import Iterable, Sequence
from enum import Enum

import attrs
from starlette.responses import Response

from webtidbok.adapters.texts.catalogues import translatable as _
from webtidbok.model.changeable import Action
from webtidbok.rules.refusal import Refusal
from webtidbok.services.showing import Shown
from webtidbok.web.visit.place import Place

_FORBIDDEN = 403


@attrs.frozen
class Hindrance:
    """What stands in the way, and what helps; untranslated, maybe with `%(moment)s` in it."""

    heading: str
    text: str


class _Kind(Enum):
    OFF = "switched off"
    TOGETHER = "not for patients to change"
    LATE = "too late"
    OFTEN = "moved too often"


#: The first that is among the reasons is told.
_KINDS = {
    "rebookings-off": _Kind.OFF,
    "cancellations-off": _Kind.OFF,
    "not-changeable": _Kind.TOGETHER,
    "too-late-to-change": _Kind.LATE,
    "too-many-rebookings": _Kind.OFTEN,
}

_PHONE_TO_MOVE = _("Phone us, and we will find another time together.")
_PHONE_TO_CANCEL = _("If you cannot come, please phone us.")
_PHONE = _("Phone us, and we will help you.")
_LATE = Hindrance(
    _("It is too late to change the visit here"),
    _("That was possible up to %(moment)s. Phone us, and we will help you."),
)

#: By kind, and by what it is that cannot be done; None: neither moving nor cancelling.
_HINDRANCES = {
    (_Kind.OFF, None): Hindrance(_("Right now the visit cannot be changed here"), _PHONE),
    (_Kind.OFF, Action.REBOOK): Hindrance(
        _("Right now the visit cannot be moved here"), _PHONE_TO_MOVE
    ),
    (_Kind.OFF, Action.CANCEL): Hindrance(
        _("Right now the visit cannot be cancelled here"), _PHONE_TO_CANCEL
    ),
    (_Kind.TOGETHER, None): Hindrance(_("We change this visit together with you"), _PHONE),
    (_Kind.TOGETHER, Action.REBOOK): Hindrance(
        _("We move this visit together with you"), _PHONE_TO_MOVE
    ),
    (_Kind.TOGETHER, Action.CANCEL): Hindrance(
        _("We cancel this visit together with you"), _PHONE_TO_CANCEL
    ),
    (_Kind.LATE, None): _LATE,
    (_Kind.LATE, Action.REBOOK): _LATE,
    (_Kind.LATE, Action.CANCEL): _LATE,
    (_Kind.OFTEN, Action.REBOOK): Hindrance(
        _("The visit cannot be moved here again"),
        _("You have moved it as many times as is possible here. Phone us for another time."),
    ),
}


def hindrances(shown: Shown) -> Sequence[Hindrance]:
    """Return what to tell of a visit that cannot be changed in every way: nothing, one or two."""
    told = (_hindrance(shown, action) for action in Action)
    return list(dict.fromkeys(each for each in told if each))


def hindered(place: Place, action: Action) -> Response:
    """Say what stands in the way, show the visit, which is as it was, and the phone number."""
    hindrance = _hindrance(place.shown, action)
    return place.page("visit/hindered.html", status=_FORBIDDEN, hindrance=hindrance)


def _hindrance(shown: Shown, action: Action) -> Hindrance | None:
    move, cancel = _kind_of(shown.against_rebooking), _kind_of(shown.against_cancelling)
    kind = move if action is Action.REBOOK else cancel
    return _HINDRANCES[kind, None if move is cancel else action] if kind else None


def _kind_of(reasons: Iterable[Refusal]) -> _Kind | None:
    codes = {reason.code for reason in reasons}
    return next((kind for code, kind in _KINDS.items() if code in codes), None)
