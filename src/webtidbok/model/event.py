"""The history: what happened, when, through which way in, before and after (R33)."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import attrs

from webtidbok.model.appointment import Placement
from webtidbok.model.changeable import Origin
from webtidbok.model.ids import AppointmentId, ClinicId, RequestKey, TypeId
from webtidbok.model.instants import instant


class Happening(Enum):
    """What can happen in the web book."""

    HELD = "held"
    RELEASED = "released"
    BOOKED = "booked"
    REBOOKED = "rebooked"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    RECALLED = "recalled"
    CODE_ISSUED = "code-issued"
    STAFF_BOOKED = "staff-booked"
    STAFF_MOVED = "staff-moved"
    STAFF_CANCELLED = "staff-cancelled"
    OVERLAID = "overlaid"
    IMPORTED = "imported"


class WayIn(Enum):
    """Through which door something came."""

    WEB = "web"
    LINK = "link"
    CARD = "card"
    STAFF = "staff"
    COMMAND_LINE = "command-line"
    HOST = "host"


@attrs.frozen(kw_only=True)
class Event:
    """One thing that happened; written once, never changed.

    Attributes:
        key: The request's key, one of a kind in the clinic (R22).
        fingerprint: Of the request's parsed content; empty where nothing is ever repeated.
        appointment: None for holds.
        revision: The appointment's, after the event; 0 without an appointment.
        by: Who, as the host names its staff; empty for patients.
        before, after: Where the visit was and is; None where there was or is none.
        facts: More, by name: codes, never what a patient typed.
    """

    key: RequestKey
    fingerprint: str = ""
    clinic: ClinicId
    appointment: AppointmentId | None = None
    revision: int = 0
    what: Happening
    at: datetime = attrs.field(converter=instant)
    way: WayIn
    by: str = ""
    type: TypeId | None = None
    origin: Origin | None = None
    before: Placement | None = None
    after: Placement | None = None
    facts: Mapping[str, str] = attrs.field(factory=dict)
