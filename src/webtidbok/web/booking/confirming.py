"""The last step: the visit is booked, once, however often the form comes (R20, R22)."""

from collections.abc import Mapping

from starlette.responses import Response

from webtidbok.errors import InvalidInput, RequestKeyReused
from webtidbok.model.patient import PatientDetails
from webtidbok.services.booking import Booking
from webtidbok.services.outcomes import Booked, Refused, SlotTaken
from webtidbok.web.booking import reviewing
from webtidbok.web.booking.details import details_in, typed_in
from webtidbok.web.booking.place import Place, looked_at, sent_from
from webtidbok.web.booking.refusing import refused, taken
from webtidbok.web.visitor import Visitor

_CONFLICT = 409


def show(visitor: Visitor) -> Response:
    """Send whoever asks for the page of a form, but sends none, to the free times."""
    place = looked_at(visitor)
    return visitor.onward(place.other_times)


def take(visitor: Visitor) -> Response:
    """Book the visit; with a form that was open for too long, show everything once more."""
    place = sent_from(visitor)
    typed = typed_in(visitor.form)
    if place.is_stale:
        return reviewing.review(place, typed)
    try:
        details = details_in(visitor.book, place.clinic.id, typed)
    except InvalidInput as error:
        return reviewing.ask(place, typed, faults=error)
    return _book(place, details, typed)


def _book(place: Place, details: PatientDetails, typed: Mapping[str, str]) -> Response:
    try:
        answer = place.visitor.book.book(_booking(place, details))
    except RequestKeyReused:
        return place.visitor.page("booking/booked_already.html", status=_CONFLICT, place=place)
    match answer:
        case Booked():
            return _receipt(place, answer)
        case SlotTaken():
            return taken(place, answer, typed)
        case Refused():
            return refused(place, answer, typed)


def _booking(place: Place, details: PatientDetails) -> Booking:
    visitor, wish = place.visitor, place.wish
    spoken = visitor.language in place.clinic.languages
    return Booking(
        clinic=place.clinic.id,
        type=wish.type,
        provider=wish.provider,
        start=wish.start,
        details=details,
        key=place.errand.key,
        hold=place.errand.hold_token,
        caller=visitor.caller,
        language=visitor.language if spoken else None,
        alternatives=True,
    )


def _receipt(place: Place, answer: Booked) -> Response:
    visit = answer.appointment
    return place.visitor.page(
        "booking/receipt.html",
        place=place,
        visit=visit,
        link=place.visitor.visit_address(answer.link) if answer.link else None,
        is_told=visit.contact.accepts_sms or visit.contact.accepts_email,
    )
