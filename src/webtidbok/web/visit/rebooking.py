"""The patient moves the visit: another time, with the same provider and as long (R26, R27)."""

from datetime import datetime
from functools import partial

from starlette.responses import Response

from webtidbok.errors import InvalidValue
from webtidbok.model.changeable import Action
from webtidbok.model.instants import DAY, minute_of
from webtidbok.model.slot import Slot
from webtidbok.model.wall_clock import local_date
from webtidbok.rules.offers import Offers
from webtidbok.services.outcomes import (
    ChangedMeanwhile,
    Moved,
    NoSuchVisit,
    Refused,
    SlotTaken,
)
from webtidbok.services.searching import PartOfDay, Wishes, search_other_times
from webtidbok.web.slugs import CONFIRM, MOVE
from webtidbok.web.steps import StaleStep
from webtidbok.web.times import (
    PARTS,
    days_of,
    start_in,
    start_name,
    week_in,
    week_name,
    week_of,
)
from webtidbok.web.visit.hindrances import hindered
from webtidbok.web.visit.place import Place, PlaceView, Wish, at_visit, by_way, seen, wish_of
from webtidbok.web.visit.showing import MOVED, as_it_is
from webtidbok.web.visit.ways import Way
from webtidbok.web.visitor import Visitor

_STALE, _CONFLICT = 400, 409

#: How far beyond today, or beyond the visit if that is later, other times are shown.
_FAR = 366 * DAY


# When instead?


@at_visit
def show(place: Place) -> Response:
    """Show a week of times to which the visit can be moved."""
    return choose(place)


def choose(place: Place, *, gone: datetime | None = None) -> Response:
    """Show times to choose among; or why there are none.

    Args:
        gone: The start that was chosen, and cannot be had: times around it are shown.
    """
    if place.visit.is_cancelled:
        return place.visitor.onward(place.path())
    if place.shown.against_rebooking:
        return hindered(place, Action.REBOOK)
    query, zone = place.visitor.query, place.shown.clinic.time_zone
    wished = local_date(gone, zone) if gone else week_in(query.get("week", ""))
    part = query.get("part", "") if query.get("part") in PARTS else ""
    offers = _offers(place, part=PARTS.get(part))
    return place.page(
        "visit/times.html",
        status=_CONFLICT if gone else 200,
        week=week_of(offers, zone, wished),
        part=part,
        gone=gone,
        address=partial(place.path, MOVE, part=part),
        week_name=week_name,
        time_name=_time_name,
    )


def _offers(place: Place, *, part: PartOfDay | None = None) -> Offers:
    zone, desk = place.shown.clinic.time_zone, place.visitor.book.desk
    today = local_date(desk.now(), zone)
    last = max(today, local_date(place.visit.span.start, zone)) + _FAR
    wishes = Wishes(first=today, last=last, part_of_day=part)
    return search_other_times(desk, place.visit, wishes).offers


def _time_name(slot: Slot) -> str:
    """Return a time without its provider: who that is, the link has not told (R39)."""
    return start_name(slot.start)


# Is that right?


@at_visit
def review(place: Place) -> Response:
    """Show the old time and the new one before anything is done."""
    start = _chosen(place.visitor)
    return choose(place) if start is None else compare(place, start)


def compare(place: Place, start: datetime, *, is_stale: bool = False) -> Response:
    """Show the old time and the new one; or other times, if that one cannot be had."""
    if place.visit.is_cancelled or start == place.visit.span.start:
        return place.visitor.onward(place.path())
    if place.shown.against_rebooking or not _is_free(place, start):
        return choose(place, gone=start)
    return place.page(
        "visit/review.html",
        status=_STALE if is_stale else 200,
        start=start,
        address=place.path(MOVE, CONFIRM, time=start_name(start)),
        step=place.step(_purpose(start)),
        is_stale=is_stale,
    )


def _chosen(visitor: Visitor) -> datetime | None:
    try:
        return start_in(visitor.query.get("time", ""))
    except InvalidValue:
        return None


def _is_free(place: Place, start: datetime) -> bool:
    return _offers(place).offers(place.visit.placement.provider, minute_of(start)) is not None


def _purpose(start: datetime) -> str:
    """Return the purpose of a step that moves a visit there, and to no other time."""
    return f"{MOVE} {start_name(start)}"


# Done


@by_way
def take(visitor: Visitor, way: Way) -> Response:
    """Move the visit, in one step. Sent twice, it answers the same again."""
    start = _chosen(visitor)
    if start is None:
        return seen(visitor, way, choose)
    try:
        wish = wish_of(visitor, way, _purpose(start))
    except StaleStep:
        return seen(visitor, way, partial(compare, start=start, is_stale=True))
    return seen(visitor, way, _move(visitor, way, start, wish))


def _move(visitor: Visitor, way: Way, start: datetime, wish: Wish) -> PlaceView:
    """Move the visit, and return what shows how that went."""
    answer = visitor.book.rebook(
        way.access, start, key=wish.key, revision=wish.revision, alternatives=True
    )
    match answer:
        case Moved():
            return lambda place: place.visitor.onward(place.path(done=MOVED))
        case ChangedMeanwhile():
            return partial(as_it_is, is_changed=True)
        case SlotTaken(alternatives=near):
            return partial(taken, start=start, near=near)
        case Refused() | NoSuchVisit():
            return partial(choose, gone=start)


def taken(place: Place, *, start: datetime, near: tuple[Slot, ...]) -> Response:
    """Show the nearest other times; the visit is as it was (R21a, R27)."""
    if place.shown.against_rebooking:
        return choose(place)
    return place.page(
        "visit/taken.html",
        status=_CONFLICT,
        start=start,
        days_near=days_of(near, place.shown.clinic.time_zone),
        time_name=_time_name,
    )
