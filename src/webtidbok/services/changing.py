"""What moving and cancelling a visit have in common (section 8)."""

from datetime import datetime

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.ids import RequestKey
from webtidbok.ports.store import Change
from webtidbok.rules.refusal import Refusal
from webtidbok.services.access import Access, find, way_of
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import Refused
from webtidbok.services.requests import fresh_key, key_of

#: Reasons that say that the patient came too late; such attempts are recorded (R30).
_TOO_LATE = frozenset({"too-late-to-change", "begun"})


@attrs.frozen(kw_only=True)
class Asked:
    """A patient's request to change a visit, once the way in has been found.

    Attributes:
        revision: The one that the patient saw; what has changed since is not changed again.
    """

    appointment: Appointment
    way: WayIn
    key: RequestKey
    now: datetime
    revision: int


def asked(
    desk: Desk, access: Access, *, key: RequestKey | None, revision: int | None
) -> Asked | None:
    """Return the request with the appointment as it is now; None if there is no way in.

    Raises:
        InvalidValue: the key is not 1 to 200 characters of text.
    """
    now, checked = desk.now(), key_of(desk, key)
    appointment = find(desk, access, now=now)
    if appointment is None:
        return None
    return Asked(
        appointment=appointment,
        way=way_of(access),
        key=checked,
        now=now,
        revision=appointment.revision if revision is None else revision,
    )


def refused(
    desk: Desk, request: Asked, current: Appointment, reasons: tuple[Refusal, ...]
) -> Change[Refused] | Refused:
    """Return a refusal; one that came too late is also recorded (R30)."""
    codes = [reason.code for reason in reasons]
    if not _TOO_LATE.intersection(codes):
        return Refused(reasons=reasons)
    event = event_of(
        current,
        Happening.REFUSED,
        request,
        before=current,
        key=fresh_key(desk),
        facts={"reasons": " ".join(codes)},
    )
    return Change(answer=Refused(reasons=reasons), events=(event,))


def event_of(
    appointment: Appointment,
    what: Happening,
    request: Asked,
    *,
    before: Appointment,
    key: RequestKey,
    fingerprint: str = "",
    facts: dict[str, str] | None = None,
) -> Event:
    """Return the event of a change that a patient made, or tried to make."""
    gone = appointment.is_cancelled
    return Event(
        key=key,
        fingerprint=fingerprint,
        clinic=appointment.clinic,
        appointment=appointment.id,
        revision=appointment.revision,
        what=what,
        at=request.now,
        way=request.way,
        type=appointment.type,
        origin=appointment.origin,
        before=before.placement,
        after=None if gone else appointment.placement,
        facts=facts or {},
    )
