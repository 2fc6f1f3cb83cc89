"""What is shown when nothing is offered, or a time could not be had."""

from collections.abc import Iterable, Mapping

from starlette.responses import Response

from webtidbok.rules.refusal import Refusal
from webtidbok.services.outcomes import Refused, SlotTaken
from webtidbok.web.booking.place import Place
from webtidbok.web.refusal_texts import refusal_texts
from webtidbok.web.times import days_of, time_name
from webtidbok.web.visitor import Visitor

_CONFLICT = 409


def closed(here: Visitor, reasons: Iterable[Refusal]) -> Response:
    """Say that nothing at all is booked here, and the phone number (R4)."""
    return here.page("booking/closed.html", reasons=refusal_texts(reasons))


def taken(place: Place, answer: SlotTaken, typed: Mapping[str, str]) -> Response:
    """Show the nearest other times; what was typed goes along (R21a)."""
    return place.visitor.page(
        "booking/taken.html",
        status=_CONFLICT,
        place=place,
        days_near=days_of(answer.alternatives, place.clinic.time_zone),
        time_name=time_name,
        typed=typed,
    )


def refused(place: Place, answer: Refused, typed: Mapping[str, str]) -> Response:
    """Say why not, and the phone number; what was typed can be changed."""
    return place.visitor.page(
        "booking/refused.html",
        status=_CONFLICT,
        place=place,
        reasons=refusal_texts(answer.reasons),
        typed=typed,
    )
