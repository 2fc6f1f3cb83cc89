"""Where in the booking flow a request is: at which clinic, about which type, with which errand."""

import attrs

from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic, Provider
from webtidbok.model.hold import Hold
from webtidbok.model.ids import ClinicId, TypeId
from webtidbok.web.booking.errand import (
    Errand,
    Wish,
    errand_in,
    errand_in_form,
    new_errand,
    step_of,
)
from webtidbok.web.steps import StaleStep
from webtidbok.web.visitor import Visitor

_OK, _STALE = 200, 400


@attrs.frozen(kw_only=True)
class Place:
    """A request of the booking flow.

    Attributes:
        visitor: At the clinic, in one of its languages.
        is_new: Whether the request brought no good errand along, so that this one is new.
        is_stale: Whether a form was open for too long: it is shown again, and nothing is done.
    """

    visitor: Visitor
    clinic: Clinic
    type: BookableType
    errand: Errand
    is_new: bool = False
    is_stale: bool = False

    @property
    def status(self) -> int:
        """The status of a page on which nothing is wrong."""
        return _STALE if self.is_stale else _OK

    @property
    def step(self) -> str:
        """The errand, for the next form or address."""
        return step_of(self.visitor, self.errand)

    @property
    def wish(self) -> Wish:
        """The time that was chosen.

        Raises:
            StaleStep: none was, or of another type than the address says.
        """
        wish = self.errand.wish
        if wish is None or wish.type != self.type.id:
            raise StaleStep
        return wish

    @property
    def provider(self) -> Provider:
        """With whom the chosen time is."""
        return self.clinic.provider(self.wish.provider)

    @property
    def other_times(self) -> str:
        """The address of the free times."""
        return self.path(step=self.step)

    def wishing(self, wish: Wish) -> "Place":
        """Return the place with another time chosen."""
        return attrs.evolve(self, errand=attrs.evolve(self.errand, wish=wish))

    def hold(self) -> Hold | None:
        """Return the hold of the errand, if it is live."""
        return self.errand.hold(self.visitor)

    def at_held(self, hold: Hold) -> "Place | None":
        """Return the place with the held time chosen; None if its type is not there any more."""
        kept = hold.placement
        wish = Wish(type=hold.type, provider=kept.provider, start=kept.span.start)
        held = next((type_ for type_ in self.clinic.types if type_.id == hold.type), None)
        return attrs.evolve(self.wishing(wish), type=held) if held else None

    def path(self, *segments: str, **query: object) -> str:
        """Return the address of a page about the same type."""
        return self.visitor.paths.to(self.clinic.id, self.type.id, *segments, **query)


def at_clinic(visitor: Visitor) -> tuple[Visitor, Clinic]:
    """Return the visitor at the clinic of the address, and the clinic.

    Raises:
        UnknownClinic: there is no such clinic.
    """
    here = visitor.at(ClinicId(visitor.segment("clinic")), framed=True)
    assert here.clinic is not None, "that is where we are"
    return here, here.clinic


def brought_along(here: Visitor, clinic: ClinicId) -> Errand | None:
    """Return the errand that the address brings along, if it is good."""
    try:
        return errand_in(here, here.query.get("step", ""), clinic)
    except StaleStep:
        return None


def looked_at(visitor: Visitor) -> Place:
    """Return the place of a request that looks. Without a good step, its errand is new.

    Raises:
        UnknownClinic, UnknownType: what the address names is not there.
    """
    here, clinic = at_clinic(visitor)
    brought = brought_along(here, clinic.id)
    return Place(
        visitor=here,
        clinic=clinic,
        type=clinic.type(TypeId(visitor.segment("type"))),
        errand=brought or new_errand(here, clinic.id),
        is_new=brought is None,
    )


def sent_from(visitor: Visitor) -> Place:
    """Return the place that a form was sent from.

    Raises:
        UnknownClinic, UnknownType: what the address names is not there.
        StaleStep: the form brings no step of ours.
    """
    here, clinic = at_clinic(visitor)
    errand, is_stale = errand_in_form(here, clinic.id)
    return Place(
        visitor=here,
        clinic=clinic,
        type=clinic.type(TypeId(visitor.segment("type"))),
        errand=errand,
        is_stale=is_stale,
    )
