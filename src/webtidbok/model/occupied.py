"""Occupied time: what the guarantee of R24 is kept on."""

from datetime import datetime

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold
from webtidbok.model.ids import AppointmentId, CalendarId
from webtidbok.model.timespan import TimeSpan


@attrs.frozen(kw_only=True)
class Occupied:
    """One stretch of one calendar that an appointment or a hold takes.

    Attributes:
        holder: The id of the appointment or of the hold.
        exclusive: Nothing may overlap it; others may overlap each other (R24a).
        expires_at: When a hold ends by the clock; None for an appointment.
    """

    calendar: CalendarId
    holder: str
    span: TimeSpan
    exclusive: bool
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Return whether it counts at `now`: an expired hold is as none (R21)."""
        return self.expires_at is None or now < self.expires_at

    def excludes(self, other: "Occupied") -> bool:
        """Return whether the two may not both be: they overlap and one is exclusive (R24)."""
        return (
            self.calendar == other.calendar
            and self.holder != other.holder
            and (self.exclusive or other.exclusive)
            and self.span.overlaps(other.span)
        )


def occupied_by(taker: Appointment | Hold) -> tuple[Occupied, ...]:
    """Return what an appointment or hold takes, its provider's time first; a cancelled one none."""
    if isinstance(taker, Appointment):
        if taker.is_cancelled:
            return ()
        exclusive, expires_at = taker.exclusive, None
    else:
        exclusive, expires_at = True, taker.expires_at
    return tuple(
        Occupied(
            calendar=calendar,
            holder=taker.id,
            span=taker.occupied_span,
            exclusive=exclusive,
            expires_at=expires_at,
        )
        for calendar in taker.placement.calendars
    )


@attrs.frozen(kw_only=True)
class Overlap:
    """Staff knowingly laid one appointment over another that a patient chose (R24a).

    Attributes:
        patients: The appointment whose time a patient chose; not exclusive while this stands.
        staffs: The one that staff laid over it.
        by: Who did it, as the host names its staff.
    """

    patients: AppointmentId
    staffs: AppointmentId
    by: str
    reason: str
    at: datetime
