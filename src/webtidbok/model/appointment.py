"""Appointments: times that are taken."""

from datetime import datetime, timedelta

import attrs

from webtidbok.model.changeable import Origin
from webtidbok.model.ids import (
    AppointmentId,
    CalendarId,
    ClinicId,
    PatientId,
    ProviderId,
    ResourceId,
    TypeId,
    calendars_of,
)
from webtidbok.model.instants import MINUTE, optional_instant
from webtidbok.model.patient import Contact
from webtidbok.model.timespan import TimeSpan


@attrs.frozen(kw_only=True)
class Placement:
    """Where and when a visit is: its provider, its resource if any, and its span."""

    provider: ProviderId
    resource: ResourceId | None
    span: TimeSpan

    @property
    def calendars(self) -> tuple[CalendarId, ...]:
        """What the visit occupies, its provider first."""
        return calendars_of(self.provider, self.resource)


@attrs.frozen(kw_only=True)
class Appointment:
    """A visit that is booked, or was until it was cancelled.

    Attributes:
        before_minutes, after_minutes: Of its type when it was made (R12a); they stay.
        type: The bookable type; None for staff's and imported times without one.
        patient: The register's patient, or the host's own reference; None where not known.
        booking_text: The patient's message to the clinic (R18).
        note: Staff's own words.
        contact: Where messages about this appointment go (R20).
        first_name: As typed for this appointment; the register's only on a recall (R39).
        differs_from_register: The names typed are not the register's; for staff only (R19a).
        chosen_by_patient: The present time is one that a patient chose (R24a).
        exclusive: Nothing may overlap it. Follows R24a: a time that a patient chose, unless
            staff knowingly laid another over it.
        rebookings: How often the patient has moved it; staff's moves do not count (R3).
        revision: 1 when made, one more with every change.
    """

    id: AppointmentId
    clinic: ClinicId
    placement: Placement
    before_minutes: int = 0
    after_minutes: int = 0
    origin: Origin
    type: TypeId | None = None
    patient: PatientId | None = None
    treatment: str = ""
    note: str = attrs.field(default="", repr=False)
    booking_text: str = attrs.field(default="", repr=False)
    contact: Contact = attrs.field(factory=Contact, repr=False)
    first_name: str = attrs.field(default="", repr=False)
    differs_from_register: bool = False
    language: str = "sv"
    chosen_by_patient: bool = False
    exclusive: bool = False
    rebookings: int = 0
    revision: int = 1
    cancelled_at: datetime | None = attrs.field(default=None, converter=optional_instant)

    @property
    def span(self) -> TimeSpan:
        """The visit itself."""
        return self.placement.span

    @property
    def occupied_span(self) -> TimeSpan:
        """The visit with the time before and after it (R12a)."""
        return self.span.widened(before=self.before, after=self.after)

    @property
    def before(self) -> timedelta:
        """The time before the visit that it also takes."""
        return self.before_minutes * MINUTE

    @property
    def after(self) -> timedelta:
        """The time after the visit that it also takes."""
        return self.after_minutes * MINUTE

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled; then it occupies nothing."""
        return self.cancelled_at is not None

    @property
    def is_web_booked(self) -> bool:
        """Whether staff see a W: the patient booked it (R32)."""
        return self.origin is Origin.WEB

    @property
    def is_moved_by_patient(self) -> bool:
        """Whether staff see "moved by the patient" beside its origin (R32)."""
        return self.rebookings > 0

    def has_begun(self, now: datetime) -> bool:
        """Return whether the visit has begun at `now`; at its very start it has (R2a)."""
        return now >= self.span.start

    def changed(self, **changes: object) -> "Appointment":
        """Return the appointment with `changes`, as its next revision."""
        return attrs.evolve(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type] # checked by attrs
