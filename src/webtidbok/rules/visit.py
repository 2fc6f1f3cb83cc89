"""What is asked for: a new visit of a type, or an old one to be moved (R12, R14, R26)."""

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ResourceId
from webtidbok.model.instants import MINUTE
from webtidbok.slots.free import Extent
from webtidbok.slots.schedule import Fit

#: R26: the grid of an appointment without a type.
UNTYPED_INTERVAL_MINUTES = 15


@attrs.frozen(kw_only=True)
class Visit:
    """The visit that a question is about, before it has a time.

    Attributes:
        type: None for an appointment without one.
        resources: Those to try, in order, where the blocks name none (R14c).
        kinds: The kinds of block that are eligible for it (R14).
    """

    type: BookableType | None
    duration_minutes: int
    before_minutes: int
    after_minutes: int
    interval_minutes: int
    resources: tuple[ResourceId, ...]
    kinds: frozenset[KindId]

    @property
    def extent(self) -> Extent:
        """How its occupied time lies around its start."""
        return Extent(self.before_minutes, self.duration_minutes + self.after_minutes)

    @property
    def fit(self) -> Fit:
        """What it needs of blocks."""
        return Fit(
            kinds=self.kinds,
            resources=frozenset(self.resources),
            duration=self.duration_minutes,
            interval=self.interval_minutes,
        )


def new_visit(clinic: Clinic, wanted: BookableType) -> Visit:
    """Return the visit of a new booking: the block filter counts (R10)."""
    named = wanted.block_filter
    return Visit(
        type=wanted,
        duration_minutes=wanted.duration_minutes,
        before_minutes=wanted.before_minutes,
        after_minutes=wanted.after_minutes,
        interval_minutes=wanted.interval_minutes,
        resources=wanted.resources,
        kinds=frozenset(
            kind.id
            for kind in clinic.block_kinds
            if kind.web_bookable and (kind.id in named or not (named or kind.exclusive))
        ),
    )


def moved_visit(clinic: Clinic, appointment: Appointment) -> Visit:
    """Return the visit of a rebooking (R26).

    Length, before and after are the booked ones; the block filter does not count, exclusive
    kinds do; the present resource is tried first.
    """
    wanted = _type_of(clinic, appointment)
    present = appointment.placement.resource
    named = wanted.block_filter if wanted else frozenset()
    return Visit(
        type=wanted,
        duration_minutes=-(-appointment.span.length // MINUTE),
        before_minutes=appointment.before_minutes,
        after_minutes=appointment.after_minutes,
        interval_minutes=wanted.interval_minutes if wanted else UNTYPED_INTERVAL_MINUTES,
        resources=_present_first(wanted.resources, present) if wanted else _only(present),
        kinds=frozenset(
            kind.id
            for kind in clinic.block_kinds
            if kind.web_bookable and (kind.id in named or not kind.exclusive)
        ),
    )


def _type_of(clinic: Clinic, appointment: Appointment) -> BookableType | None:
    """Return the appointment's type; None also for one that the clinic has since dropped."""
    return next((each for each in clinic.types if each.id == appointment.type), None)


def _present_first(
    listed: tuple[ResourceId, ...], present: ResourceId | None
) -> tuple[ResourceId, ...]:
    return tuple(sorted(listed, key=lambda resource: resource != present))


def _only(present: ResourceId | None) -> tuple[ResourceId, ...]:
    return () if present is None else (present,)
