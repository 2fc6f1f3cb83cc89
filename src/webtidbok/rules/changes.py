"""May the patient move or cancel this appointment?

R1, R2, R3, R25, R30.
"""

from datetime import datetime
from typing import ClassVar

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action, Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import instant
from webtidbok.rules.change_limit import WorkingDay, deadline_for, limit_of_type
from webtidbok.rules.refusal import Refusal


@attrs.frozen(kw_only=True)
class RebookingsOff:
    """The clinic takes no rebookings on the web."""

    code: ClassVar[str] = "rebookings-off"
    setting: str = "web_booking.rebookings"


@attrs.frozen(kw_only=True)
class CancellationsOff:
    """The clinic takes no cancellations on the web."""

    code: ClassVar[str] = "cancellations-off"
    setting: str = "web_booking.cancellations"


@attrs.frozen(kw_only=True)
class NotChangeable:
    """Appointments of this origin are not for the patient to change in this way (R25)."""

    code: ClassVar[str] = "not-changeable"
    origin: Origin
    setting: str


@attrs.frozen(kw_only=True)
class TooLateToChange:
    """The visit is closer than the clinic lets a patient change it (R2)."""

    code: ClassVar[str] = "too-late-to-change"
    last_moment: datetime
    asked_at: datetime
    setting: str


@attrs.frozen(kw_only=True)
class Begun:
    """The visit has begun; this wins over any limit (R2a)."""

    code: ClassVar[str] = "begun"
    start: datetime
    setting: str = ""


@attrs.frozen(kw_only=True)
class TooManyRebookings:
    """The patient has moved the visit as often as the clinic allows (R3)."""

    code: ClassVar[str] = "too-many-rebookings"
    rebookings: int
    setting: str = "web_booking.max_rebookings"


@attrs.frozen(kw_only=True)
class AlreadyCancelled:
    """The visit is cancelled."""

    code: ClassVar[str] = "already-cancelled"
    cancelled_at: datetime
    setting: str = ""


def is_open(clinic: Clinic, appointment: Appointment, action: Action) -> bool:
    """Return whether `action` is switched on for this appointment, whatever the time (R29)."""
    return not _switched_off(clinic, appointment, action)


def refusals_to_change(
    clinic: Clinic,
    appointment: Appointment,
    action: Action,
    *,
    now: datetime,
    is_working_day: WorkingDay | None = None,
) -> tuple[Refusal, ...]:
    """Return every reason why the patient may not do `action` to `appointment` at `now`.

    Empty: the patient may. A visit that has begun, or is cancelled, is not also too late.
    `now` counts to the second (R2a).
    """
    now = instant(now)
    reasons = _switched_off(clinic, appointment, action)
    if appointment.cancelled_at is not None:
        reasons.append(AlreadyCancelled(cancelled_at=appointment.cancelled_at))
    elif appointment.has_begun(now):
        reasons.append(Begun(start=appointment.span.start))
    else:
        last_moment = deadline_for(appointment, clinic, is_working_day)
        if now > last_moment:
            own = limit_of_type(clinic, appointment) is not None
            setting = "bookable_type.change_limit" if own else "web_booking.change_limit"
            reasons.append(TooLateToChange(last_moment=last_moment, asked_at=now, setting=setting))
    most = clinic.web_booking.max_rebookings
    if action is Action.REBOOK and most is not None and appointment.rebookings >= most:
        reasons.append(TooManyRebookings(rebookings=appointment.rebookings))
    return tuple(reasons)


def _switched_off(clinic: Clinic, appointment: Appointment, action: Action) -> list[Refusal]:
    reasons: list[Refusal] = []
    if action is Action.REBOOK and not clinic.web_booking.rebookings:
        reasons.append(RebookingsOff())
    if action is Action.CANCEL and not clinic.web_booking.cancellations:
        reasons.append(CancellationsOff())
    own = next((each.changeable for each in clinic.types if each.id == appointment.type), None)
    table = clinic.web_booking.changeable if own is None else own
    if not table.allows(appointment.origin, action):
        setting = "bookable_type.changeable" if own else "web_booking.changeable"
        reasons.append(NotChangeable(origin=appointment.origin, setting=setting))
    return reasons
