"""The first question of a new booking: which kind of visit (R9)."""

from collections.abc import Sequence

from starlette.responses import Response

from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import ClinicId
from webtidbok.web.visitor import Visitor


def show(visitor: Visitor) -> Response:
    """Show the types that may be booked, in the clinic's order."""
    here = visitor.at(ClinicId(visitor.segment("clinic")), framed=True)
    assert here.clinic is not None, "that is where we are"
    if not here.clinic.web_booking.new_bookings:
        return here.page("booking/closed.html")
    return here.page("booking/types.html", types=offered(here.clinic))


def offered(clinic: Clinic) -> Sequence[BookableType]:
    """Return the types that patients may choose among, in the order they see them."""
    types = (type_ for type_ in clinic.types if type_.offered_for_new_bookings)
    return sorted(types, key=lambda type_: (type_.order, type_.id))
