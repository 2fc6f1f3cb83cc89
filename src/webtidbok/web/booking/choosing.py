"""The second question: when. Free times are looked at, and one of them is held (R16, R21)."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import attrs
from starlette.responses import Response

from webtidbok.model.ids import ProviderId
from webtidbok.model.wall_clock import local_date
from webtidbok.rules.dates import last_date_at
from webtidbok.services.holding import HoldRequest, hold_id
from webtidbok.services.outcomes import Held, Refused, SlotTaken
from webtidbok.services.searching import Found, Wishes
from webtidbok.web.booking import reviewing
from webtidbok.web.booking.details import typed_before
from webtidbok.web.booking.errand import Wish
from webtidbok.web.booking.place import Place, looked_at, sent_from
from webtidbok.web.booking.refusing import closed, refused, taken
from webtidbok.web.slugs import DETAILS
from webtidbok.web.times import PARTS, time_in, time_name, week_in, week_name, week_of
from webtidbok.web.visitor import Visitor


@attrs.frozen(kw_only=True)
class Filters:
    """What the patient looks for: with whom, when in the day, in which week.

    Attributes:
        provider, part: Empty: any.
    """

    provider: str = ""
    part: str = ""
    week: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], place: Place) -> "Filters":
        """Return the filters of an address. What is not to be had is no filter."""
        provider, part = query.get("provider", ""), query.get("part", "")
        return cls(
            provider=provider if provider in place.type.providers else "",
            part=part if part in PARTS else "",
            week=week_in(query.get("week", "")),
        )

    @property
    def query(self) -> dict[str, str]:
        """The filters, but for the week, as they stand in an address."""
        return {"provider": self.provider, "part": self.part}

    def query_with_week(self) -> dict[str, str]:
        """Return all filters as they stand in an address."""
        return self.query | {"week": week_name(self.week) if self.week else ""}


def show(visitor: Visitor) -> Response:
    """Show a week of free times; the errand goes into the address, for whoever comes back."""
    place = looked_at(visitor)
    filters = Filters.of(visitor.query, place)
    if place.is_new:
        return visitor.onward(place.path(step=place.step, **filters.query_with_week()))
    return _look(place, filters, {})


def _look(place: Place, filters: Filters, typed: Mapping[str, str]) -> Response:
    found = _search(place, filters)
    if found.refusals:
        return closed(place.visitor, found.refusals)
    week = week_of(found.offers, place.clinic.time_zone, filters.week)
    hold = place.hold()
    return place.visitor.page(
        "booking/times.html",
        status=place.status,
        place=place,
        week=week,
        filters=filters,
        address=partial(place.path, step=place.step, **filters.query),
        week_name=week_name,
        time_name=time_name,
        hold=hold,
        held=place.at_held(hold) if hold else None,
        typed=typed,
    )


def _search(place: Place, filters: Filters) -> Found:
    book, clinic = place.visitor.book, place.clinic
    now = book.desk.now()
    wishes = Wishes(
        first=local_date(now, clinic.time_zone),
        last=last_date_at(clinic, now),
        part_of_day=PARTS.get(filters.part),
    )
    return book.search(
        clinic.id,
        place.type.id,
        wishes,
        providers=[ProviderId(filters.provider)] if filters.provider else None,
        hold=hold_id(place.errand.hold_token),
    )


def take(visitor: Visitor) -> Response:
    """Hold the time that was chosen, and go on to the details, or to what was typed before.

    Without a time, free times are shown, as an address would have it; what was typed goes along.
    """
    place, typed = sent_from(visitor), typed_before(visitor.form)
    if "time" not in visitor.form:
        return _look(place, Filters.of({**visitor.query, **visitor.form}, place), typed)
    start, provider = time_in(visitor.form["time"])
    place = place.wishing(Wish(type=place.type.id, provider=provider, start=start))
    if place.is_stale:
        day = local_date(start, place.clinic.time_zone)
        return reviewing.review(place, typed) if typed else _look(place, Filters(week=day), {})
    return _hold(place, place.wish, typed)


def _hold(place: Place, wish: Wish, typed: Mapping[str, str]) -> Response:
    visitor = place.visitor
    answer = visitor.book.hold(
        HoldRequest(
            clinic=place.clinic.id,
            type=wish.type,
            provider=wish.provider,
            start=wish.start,
            token=place.errand.hold_token,
            caller=visitor.caller,
            alternatives=True,
        )
    )
    match answer:
        case Held() if typed:
            return reviewing.review(place, typed)
        case Held():
            return visitor.onward(place.path(DETAILS, step=place.step))
        case SlotTaken():
            return taken(place, answer, typed)
        case Refused():
            return refused(place, answer, typed)


def release(visitor: Visitor) -> Response:
    """Give the held time back, and show the free times again; what was typed goes along."""
    place, typed = sent_from(visitor), typed_before(visitor.form)
    token = place.errand.hold_token
    if not place.is_stale:
        visitor.book.release(place.clinic.id, token, caller=visitor.caller)
    return _look(place, Filters(), typed) if typed else visitor.onward(place.other_times)
