"""What a patient may still do with a visit, for who writes to the patient about it (R2, R29)."""

from datetime import datetime

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.rules.change_limit import deadline_for
from webtidbok.rules.changes import refusals_to_change
from webtidbok.services.desk import Desk


@attrs.frozen(kw_only=True)
class StillOpen:
    """What the patient may do, and until when.

    Attributes:
        actions: Past the last moment, or for a visit that is cancelled: nothing.
        deadline: The last moment for these, in UTC; None where there are none.
    """

    actions: frozenset[Action] = frozenset()
    deadline: datetime | None = None


def still_open(desk: Desk, clinic: Clinic, appointment: Appointment, *, now: datetime) -> StillOpen:
    """Return what the patient may do with an appointment at `now`, by the clinic's settings."""
    working_day = desk.working_day(clinic)
    actions = frozenset(
        action
        for action in Action
        if not refusals_to_change(clinic, appointment, action, now=now, is_working_day=working_day)
    )
    if not actions:
        return StillOpen()
    return StillOpen(actions=actions, deadline=deadline_for(appointment, clinic, working_day))
