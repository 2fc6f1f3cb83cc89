"""The patient cancels: asked once more, with a comment if they like (R28)."""

from functools import partial

from starlette.responses import Response

from webtidbok.adapters.texts.catalogues import translatable as _
from webtidbok.errors import InvalidValue
from webtidbok.model.changeable import Action
from webtidbok.services.outcomes import Cancelled, ChangedMeanwhile, NoSuchVisit, Refused
from webtidbok.web.slugs import CANCEL
from webtidbok.web.steps import StaleStep
from webtidbok.web.visit.hindrances import hindered
from webtidbok.web.visit.place import Place, PlaceView, Wish, at_visit, by_way, seen, wish_of
from webtidbok.web.visit.ways import Way
from webtidbok.web.visitor import Visitor

_STALE, _CONFLICT, _UNPROCESSABLE = 400, 409, 422

_TOO_LONG = _("Shorten the comment to 500 characters.")
_UNREADABLE = _("The comment holds a character that cannot be read. Write it again.")


@at_visit
def show(place: Place) -> Response:
    """Ask whether the visit is to be cancelled."""
    return ask(place)


@by_way
def take(visitor: Visitor, way: Way) -> Response:
    """Cancel the visit. Sent twice, it answers the same again."""
    try:
        wish = wish_of(visitor, way, CANCEL)
    except StaleStep:
        return seen(visitor, way, partial(ask, status=_STALE))
    try:
        view = _cancel(visitor, way, wish)
    except InvalidValue as error:
        fault = _TOO_LONG if "longer" in error.reason else _UNREADABLE
        view = partial(ask, status=_UNPROCESSABLE, fault=fault)
    return seen(visitor, way, view)


def _cancel(visitor: Visitor, way: Way, wish: Wish) -> PlaceView:
    """Cancel the visit, and return what shows how that went."""
    comment = visitor.form.get("comment", "")
    match visitor.book.cancel(way.access, comment=comment, key=wish.key, revision=wish.revision):
        case ChangedMeanwhile():
            return partial(ask, status=_CONFLICT)
        case Cancelled() | Refused() | NoSuchVisit():
            return ask


def ask(place: Place, *, status: int = 200, fault: str = "") -> Response:
    """Ask, with what was written; or show that it is done, or why it cannot be."""
    if place.visit.is_cancelled:
        return place.visitor.onward(place.path())
    if place.shown.against_cancelling:
        return hindered(place, Action.CANCEL)
    return place.page(
        "visit/cancel.html",
        status=status,
        step=place.step(CANCEL),
        comment=place.visitor.form.get("comment", ""),
        faults={"comment": place.visitor.text(fault)} if fault else {},
        is_changed=status == _CONFLICT,
        is_stale=status == _STALE,
    )
