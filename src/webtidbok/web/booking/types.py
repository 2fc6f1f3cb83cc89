"""The first question of a new booking: which kind of visit (R9)."""

from collections.abc import Sequence

from starlette.responses import Response

from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic
from webtidbok.rules.functions import NewBookingsOff
from webtidbok.web.booking.errand import new_errand, step_of
from webtidbok.web.booking.place import at_clinic, brought_along
from webtidbok.web.booking.refusing import closed
from webtidbok.web.visitor import Visitor


def show(visitor: Visitor) -> Response:
    """Show the types that may be booked, in the clinic's order."""
    here, clinic = at_clinic(visitor)
    if not clinic.web_booking.new_bookings:
        return closed(here, (NewBookingsOff(),))
    errand = brought_along(here, clinic.id) or new_errand(here, clinic.id)
    return here.page("booking/types.html", types=offered(clinic), step=step_of(here, errand))


def offered(clinic: Clinic) -> Sequence[BookableType]:
    """Return the types that patients may choose among, in the order they see them."""
    types = (type_ for type_ in clinic.types if type_.offered_for_new_bookings)
    return sorted(types, key=lambda type_: (type_.order, type_.id))
