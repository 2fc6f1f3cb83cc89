"""Show a visit to whoever has a way in to it (R29, R30, R39)."""

from datetime import datetime
from typing import TypeAlias

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.rules.change_limit import deadline_for
from webtidbok.rules.changes import Begun, refusals_to_change
from webtidbok.rules.refusal import Refusal
from webtidbok.services.access import Access, find
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import NoSuchVisit, Refused


@attrs.frozen(kw_only=True)
class Shown:
    """A visit as it is now, and what its patient may do.

    A page shows no more of it than the link already told: time, clinic and first name (R39).

    Attributes:
        deadline: The exact last moment for changes, in UTC; that moment is in time.
        against_rebooking, against_cancelling: Why not; empty: the patient may.
    """

    appointment: Appointment
    clinic: Clinic
    deadline: datetime
    against_rebooking: tuple[Refusal, ...]
    against_cancelling: tuple[Refusal, ...]


@attrs.frozen(kw_only=True)
class NotShown(Refused):
    """The visit has begun, and is shown no more.

    Attributes:
        clinic: Whose phone number is shown instead.
    """

    clinic: Clinic


Outcome: TypeAlias = Shown | NotShown | NoSuchVisit


def show(desk: Desk, access: Access) -> Outcome:
    """Return the visit; refused, to be told politely, once it has begun (R29a, R30).

    Changes nothing and leaves no trace.
    """
    now = desk.now()
    appointment = find(desk, access, now=now)
    if appointment is None:
        return NoSuchVisit()
    clinic = desk.store.clinic(appointment.clinic).clinic
    if appointment.has_begun(now):
        return NotShown(reasons=(Begun(start=appointment.span.start),), clinic=clinic)
    working_day = desk.working_day(clinic)
    return Shown(
        appointment=appointment,
        clinic=clinic,
        deadline=deadline_for(appointment, clinic, working_day),
        against_rebooking=refusals_to_change(
            clinic, appointment, Action.REBOOK, now=now, is_working_day=working_day
        ),
        against_cancelling=refusals_to_change(
            clinic, appointment, Action.CANCEL, now=now, is_working_day=working_day
        ),
    )
