"""A request about one visit: who asks, by which way, and how the visit is now."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

import attrs
from starlette.responses import Response

from webtidbok.model.addresses import CARD
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import RequestKey
from webtidbok.services.outcomes import NoSuchVisit
from webtidbok.services.showing import NotShown, Shown
from webtidbok.web.visit.ways import Way, way_in
from webtidbok.web.visitor import Visitor

_NOT_FOUND, _GONE = 404, 410


@attrs.frozen(kw_only=True)
class Place:
    """A request about a visit that there is.

    Attributes:
        visitor: At the clinic, in one of its languages.
    """

    visitor: Visitor
    way: Way
    shown: Shown

    @property
    def visit(self) -> Appointment:
        """The visit as it is now."""
        return self.shown.appointment

    def path(self, *segments: str, **query: object) -> str:
        """Return the address of a page about the visit."""
        return self.visitor.paths.own(*self.way.segments, *segments, **query)

    def step(self, purpose: str) -> str:
        """Return the step of a form about the visit as it is now: however often sent, one wish."""
        content = {"revision": self.visit.revision, "key": self.visitor.book.desk.new_id()}
        return self.visitor.steps.written(_bound(purpose, self.way), content)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a page about the visit. It stands in nobody's frame."""
        return self.visitor.page(template, status=status, place=self, visit=self.visit, **context)


@attrs.frozen
class Wish:
    """What a form brings along: the revision that the patient saw, and the request's key."""

    revision: int
    key: RequestKey


def wish_of(visitor: Visitor, way: Way, purpose: str) -> Wish:
    """Return the wish of the form that was sent.

    Raises:
        StaleStep: its step is not good, or no more, or of another visit or purpose.
    """
    content = visitor.steps.read(_bound(purpose, way), visitor.form.get("step", ""))
    return Wish(content["revision"], RequestKey(content["key"]))


def _bound(purpose: str, way: Way) -> str:
    return "\0".join((purpose, *way.segments))


# From a request to its place, or to the page that says that there is none

PlaceView: TypeAlias = Callable[[Place], Response]
WayView: TypeAlias = Callable[[Visitor, Way], Response]


def at_visit(view: PlaceView) -> Callable[[Visitor], Response]:
    """Let a view be about a visit."""
    return by_way(lambda visitor, way: seen(visitor, way, view))


def by_way(view: WayView) -> Callable[[Visitor], Response]:
    """Let a view be about a way, whatever it leads to: it does something before it looks."""

    @wraps(view)
    def answer(visitor: Visitor) -> Response:
        way = way_in(visitor)
        return _no_way(visitor) if way is None else view(visitor, way)

    return answer


def seen(visitor: Visitor, way: Way, view: PlaceView) -> Response:
    """Look where a way leads, and show that."""
    match visitor.book.show(way.access):
        case NoSuchVisit():
            return _no_way(visitor)
        case NotShown(clinic=clinic):
            return begun(visitor, clinic)
        case Shown(clinic=clinic) as shown:
            return view(Place(visitor=visitor.at(clinic.id), way=way, shown=shown))


def begun(visitor: Visitor, clinic: Clinic) -> Response:
    """Say that the time of the visit has come, and whom to phone (R30)."""
    return visitor.at(clinic.id).page("visit/begun.html", status=_GONE)


def _no_way(visitor: Visitor) -> Response:
    """Return the one answer to a link that leads nowhere; after a card, ask for it again."""
    if "token" in visitor.request.path_params:
        return visitor.at_only_clinic().page("visit/unknown.html", status=_NOT_FOUND)
    return visitor.onward(visitor.paths.own(CARD, again="yes"))
