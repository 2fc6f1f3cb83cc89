"""By card: identity number and code, on one page for all clinics of the installation (R29).

Whatever is wrong, the answer is the same: the number or the code, ill-formed or unknown, one of
another patient, or too many tries (R29b).
"""

from starlette.responses import Response

from webtidbok.model.addresses import CARD
from webtidbok.services.access import ByCard
from webtidbok.services.outcomes import NoSuchVisit
from webtidbok.services.showing import NotShown, Shown
from webtidbok.web.steps import StaleStep
from webtidbok.web.visit.place import begun
from webtidbok.web.visit.ways import way_after
from webtidbok.web.visitor import Visitor

_PURPOSE = "card"

_STALE, _UNPROCESSABLE = 400, 422


def show(visitor: Visitor) -> Response:
    """Ask for number and code."""
    return _ask(visitor)


def take(visitor: Visitor) -> Response:
    """Go on to the visit, or say that there is none."""
    try:
        visitor.steps.read(_PURPOSE, visitor.form.get("step", ""))
    except StaleStep:
        return _ask(visitor, status=_STALE)
    card = ByCard(
        identity_number=visitor.form.get("identity_number", ""),
        code=visitor.form.get("code", ""),
        caller=visitor.caller,
    )
    match visitor.book.show(card):
        case Shown(appointment=visit):
            return visitor.onward(visitor.paths.own(*way_after(visitor, card, visit).segments))
        case NotShown(clinic=clinic):
            return begun(visitor, clinic)
        case NoSuchVisit():
            return _ask(visitor, status=_UNPROCESSABLE)


def _ask(visitor: Visitor, *, status: int = 200) -> Response:
    here = visitor.at_only_clinic()
    return here.page(
        "visit/card.html",
        card_address=here.paths.own(CARD),
        status=status,
        step=visitor.steps.written(_PURPOSE, {}),
        number=visitor.form.get("identity_number", ""),
        code=visitor.form.get("code", ""),
        is_wrong=status == _UNPROCESSABLE,
        is_stale=status == _STALE,
        is_again=bool(visitor.query.get("again")),
    )
