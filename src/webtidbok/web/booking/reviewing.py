"""The third question: who comes; and a look at everything before it is confirmed (R18)."""

from collections.abc import Mapping

from starlette.responses import Response

from webtidbok.errors import InvalidInput
from webtidbok.model.hold import Hold
from webtidbok.web.booking.details import Said, details_in, said_about, typed_in
from webtidbok.web.booking.place import Place, looked_at, sent_from
from webtidbok.web.visitor import Visitor

_UNPROCESSABLE = 422


def show(visitor: Visitor) -> Response:
    """Show the form for the details, empty."""
    place = looked_at(visitor)
    if place.errand.wish is None:
        return visitor.onward(place.other_times)
    return ask(place, typed_in({}))


def take(visitor: Visitor) -> Response:
    """Take the details and show everything; or show the form again, with what was typed."""
    place = sent_from(visitor)
    typed = typed_in(visitor.form)
    if visitor.form.get("change"):
        return ask(place, typed)
    return review(place, typed)


def review(place: Place, typed: Mapping[str, str]) -> Response:
    """Show everything before it is confirmed, if the details are well."""
    try:
        details = details_in(place.visitor.book, place.clinic.id, typed)
    except InvalidInput as error:
        return ask(place, typed, faults=error)
    return place.visitor.page(
        "booking/review.html",
        status=place.status,
        place=place,
        typed=typed,
        details=details,
        hold=_kept(place),
    )


def ask(place: Place, typed: Mapping[str, str], *, faults: InvalidInput | None = None) -> Response:
    """Show the form for the details with what was typed, and what is wrong with it."""
    said = said_about(faults) if faults else {}
    faults_of = {field: _spoken(place, each) for field, each in said.items()}
    return place.visitor.page(
        "booking/details.html",
        status=_UNPROCESSABLE if faults_of else place.status,
        place=place,
        typed=typed,
        faults=faults_of,
        hold=_kept(place),
    )


def _spoken(place: Place, said: Said) -> str:
    text = place.visitor.text
    return text(said.text, field=text(said.field), most=said.most)


def _kept(place: Place) -> Hold | None:
    """Return the hold if it is of the time that was chosen."""
    hold, wish = place.hold(), place.wish
    if hold is None or hold.type != wish.type:
        return None
    kept = hold.placement
    return hold if (kept.provider, kept.span.start) == (wish.provider, wish.start) else None
