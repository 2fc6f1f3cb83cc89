"""What use cases answer: one value for each outcome. Expected noes are returned, never raised."""

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.codes import LinkToken, LookupCode
from webtidbok.model.hold import Hold
from webtidbok.model.slot import Slot
from webtidbok.rules.refusal import Refusal


@attrs.frozen(kw_only=True)
class Held:
    """The slot is kept.

    Attributes:
        token: Its owner's; shown once, and never stored.
    """

    hold: Hold
    token: LinkToken


@attrs.frozen(kw_only=True)
class Booked:
    """The time is booked.

    Attributes:
        appointment: As it is now; on a repeat it may have been changed since.
        link: The way back in; None on a repeat: a link is not given twice (R22).
        is_repeat: The request had been carried out before.
    """

    appointment: Appointment
    link: LinkToken | None
    is_repeat: bool = False


@attrs.frozen(kw_only=True)
class SlotTaken:
    """Somebody else was faster (R21a).

    Attributes:
        alternatives: If asked for: up to five free times nearest to the wished one, by start.
    """

    reasons: tuple[Refusal, ...]
    alternatives: tuple[Slot, ...] = ()


@attrs.frozen(kw_only=True)
class Refused:
    """The rules forbid it. All reasons, never empty."""

    reasons: tuple[Refusal, ...]


@attrs.frozen(kw_only=True)
class Moved:
    """The visit is at its new time."""

    appointment: Appointment
    is_repeat: bool = False


@attrs.frozen(kw_only=True)
class Cancelled:
    """The visit is cancelled; cancelling again answers the same (R28)."""

    appointment: Appointment


@attrs.frozen(kw_only=True)
class ChangedMeanwhile:
    """The visit is not as the asker last saw it; nothing was done (R27)."""

    appointment: Appointment


@attrs.frozen
class NoSuchVisit:
    """The link, or the number and code together, lead nowhere: one answer for all failures."""


@attrs.frozen(kw_only=True)
class Recalled:
    """The recall is set.

    Attributes:
        code: For the card; shown once. None by SMS and e-mail, or if the patient could do
            nothing with it (R29).
    """

    appointment: Appointment
    code: LookupCode | None = None
    is_repeat: bool = False


@attrs.frozen
class CodeIssued:
    """A new code for a card; the one before is no good any more (R29b).

    Attributes:
        code: None if the patient could do nothing with it (R29); then nothing was changed.
    """

    code: LookupCode | None


@attrs.frozen
class NoContact:
    """The register has no address, that staff stand for, for the channel (R19a)."""


@attrs.frozen(kw_only=True)
class StaffBooked:
    """Staff's time is laid.

    Attributes:
        overlays: The appointments of patients that it was knowingly laid over.
    """

    appointment: Appointment
    overlays: tuple[Appointment, ...] = ()


@attrs.frozen
class OverlapsPatients:
    """The time lies over times that patients chose, and not all were named (R24a)."""

    appointments: tuple[Appointment, ...]


@attrs.frozen(kw_only=True)
class AbsenceLaid:
    """The absence stands.

    Attributes:
        orphans: Appointments that now lie in it; none was touched (R8).
    """

    absence: Absence
    orphans: tuple[Appointment, ...]
