"""What the commands of patients answer: one reply for each outcome of a use case."""

from typing import TypeAlias

import attrs

from webtidbok.cli.answers import (
    Json,
    appointment_json,
    patient_reasons,
    slot_json,
)
from webtidbok.cli.faults import Status
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.slot import Slot
from webtidbok.rules.refusal import Refusal
from webtidbok.services.outcomes import (
    Booked,
    Cancelled,
    ChangedMeanwhile,
    Moved,
    NoSuchVisit,
    Refused,
    SlotTaken,
)

Outcome: TypeAlias = (
    Booked | Moved | Cancelled | SlotTaken | Refused | ChangedMeanwhile | NoSuchVisit
)


@attrs.frozen(kw_only=True)
class Reply:
    """One answer, before it is told.

    Attributes:
        clinic: Whose names, zone and telephone are shown; None where there is no clinic.
        alternatives: None where there is nothing to choose from.
        is_repeat: The request had been carried out before.
    """

    outcome: str
    status: Status
    clinic: Clinic | None = None
    appointment: Appointment | None = None
    reasons: tuple[Refusal, ...] = ()
    alternatives: tuple[Slot, ...] | None = None
    link: LinkToken | None = None
    is_repeat: bool = False


NOT_FOUND = Reply(outcome="not-found", status=Status.REFUSED)


def reply_to(outcome: Outcome, clinic: Clinic) -> Reply:
    """Return what is answered to the outcome of a use case."""
    done, refused = Status.DONE, Status.REFUSED
    match outcome:
        case Booked(appointment=visit, link=link, is_repeat=is_repeat):
            return Reply(
                outcome="booked",
                status=done,
                clinic=clinic,
                appointment=visit,
                link=link,
                is_repeat=is_repeat,
            )
        case Moved(appointment=visit):
            return Reply(outcome="moved", status=done, clinic=clinic, appointment=visit)
        case Cancelled(appointment=visit):
            return Reply(outcome="cancelled", status=done, clinic=clinic, appointment=visit)
        case ChangedMeanwhile(appointment=visit):
            return Reply(outcome="changed", status=refused, clinic=clinic, appointment=visit)
        case SlotTaken(reasons=reasons, alternatives=near):
            return Reply(
                outcome="taken", status=refused, clinic=clinic, reasons=reasons, alternatives=near
            )
        case Refused(reasons=reasons):
            return Reply(outcome="refused", status=refused, clinic=clinic, reasons=reasons)
        case NoSuchVisit():
            return NOT_FOUND


def reply_json(reply: Reply, link: str | None) -> Json:
    """Return a reply as an object.

    Args:
        reply: What is answered.
        link: As it is handed out.
    """
    answer: Json = {"outcome": reply.outcome}
    if reply.appointment is not None:
        answer["appointment"] = appointment_json(reply.appointment)
    if reply.reasons:
        answer["reasons"] = patient_reasons(reply.reasons)
    if reply.alternatives is not None:
        answer["alternatives"] = [slot_json(slot) for slot in reply.alternatives]
    if reply.outcome == "booked":
        answer |= {"link": link, "repeat": reply.is_repeat}
    if reply.outcome == "refused" and reply.clinic is not None:
        answer["phone"] = reply.clinic.phone
    return answer
