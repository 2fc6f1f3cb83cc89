"""From values to JSON objects, as `interfaces.md` pins them, and further ones in the same forms."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from webtidbok.errors import Fault
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.event import Event
from webtidbok.model.instants import MINUTE
from webtidbok.model.slot import Slot
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.outbox import Delivery
from webtidbok.rules.refusal import PatientReason, Refusal, facts_of, patient_view
from webtidbok.services.explaining import Explanation, OfProvider
from webtidbok.services.reporting import Report
from webtidbok.services.showing import Shown
from webtidbok.services.verifying import Broken

Json = dict[str, object]


def moment_json(moment: datetime) -> str:
    """Return an instant in UTC, `2026-12-01T14:45:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def slot_json(slot: Slot) -> Json:
    """Return a free time."""
    return {
        "start": moment_json(slot.start),
        "minutes": slot.minutes,
        "provider": slot.provider,
        "resource": slot.resource,
    }


def fault_json(fault: Fault) -> Json:
    """Return what is wrong with a field of the input."""
    return {"field": fault.field, "place": fault.place, "reason": fault.reason}


def staff_reasons(refusals: Iterable[Refusal]) -> list[Json]:
    """Return reasons for staff: with the setting behind each, and its facts."""
    return [
        {"code": each.code, "setting": each.setting, **facts_of(each)}
        for each in dict.fromkeys(refusals)
    ]


def patient_reasons(refusals: Iterable[Refusal]) -> list[Json]:
    """Return reasons for patients: codes alone."""
    return [_code(reason) for reason in patient_view(refusals)]


def _code(reason: PatientReason) -> Json:
    return {"code": reason.code}


def placement_json(placement: Placement) -> Json:
    """Return where and when a visit is."""
    return {
        "start": moment_json(placement.span.start),
        "minutes": (placement.span.end - placement.span.start) // MINUTE,
        "provider": placement.provider,
        "resource": placement.resource,
    }


def appointment_json(appointment: Appointment) -> Json:
    """Return an appointment without anything about its patient (R39)."""
    return {
        "appointment_id": appointment.id,
        "clinic": appointment.clinic,
        **placement_json(appointment.placement),
        "type": appointment.type,
        "origin": appointment.origin.value,
        "state": "cancelled" if appointment.is_cancelled else "booked",
        "revision": appointment.revision,
        "moved_by_patient": appointment.is_moved_by_patient,
    }


def shown_json(shown: Shown) -> Json:
    """Return an appointment as whoever has its link may see it (R39)."""
    return {
        **appointment_json(shown.appointment),
        "first_name": shown.appointment.first_name,
        "deadline": moment_json(shown.deadline),
        "may_rebook": not shown.against_rebooking,
        "may_cancel": not shown.against_cancelling,
        "against_rebooking": patient_reasons(shown.against_rebooking),
        "against_cancelling": patient_reasons(shown.against_cancelling),
    }


def explanation_json(type_: str, start: datetime, explanation: Explanation) -> Json:
    """Return all that the rules say about a time, for staff."""
    return {
        "outcome": "offered" if explanation.slots else "refused",
        "type": type_,
        "start": moment_json(start),
        "slots": [slot_json(slot) for slot in explanation.slots],
        "reasons": staff_reasons(explanation.reasons),
        "by_provider": [_of_provider(each) for each in explanation.by_provider],
    }


def _of_provider(said: OfProvider) -> Json:
    return {
        "provider": said.provider,
        "slot": None if said.slot is None else slot_json(said.slot),
        "reasons": staff_reasons(said.reasons),
    }


def event_json(event: Event) -> Json:
    """Return an event of the history."""
    return {
        "what": event.what.value,
        "at": moment_json(event.at),
        "way": event.way.value,
        "by": event.by,
        "appointment": event.appointment,
        "revision": event.revision,
        "type": event.type,
        "origin": None if event.origin is None else event.origin.value,
        "before": None if event.before is None else placement_json(event.before),
        "after": None if event.after is None else placement_json(event.after),
        "facts": dict(event.facts),
    }


def watch_json(entry: WatchListEntry) -> Json:
    """Return an entry of the watch list, with what the patient wrote to staff."""
    return {
        "at": moment_json(entry.at),
        "appointment": entry.appointment,
        "patient": entry.patient,
        "comment": entry.comment,
    }


def delivery_json(delivery: Delivery) -> Json:
    """Return how it goes with a message: whose visit it is about, and never to whom it goes."""
    message = delivery.message
    return {
        "message": message.id,
        "appointment": message.appointment,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "start": moment_json(message.placement.span.start),
        "written_at": moment_json(message.written_at),
        "state": message.state.value,
        "tries": delivery.tries,
        "error": delivery.error,
    }


def report_json(report: Report) -> Json:
    """Return the statistics of a period; the mean lead time in whole minutes."""
    facts = {
        name: value for name, value in attrs.asdict(report).items() if name != "mean_lead_time"
    }
    return {
        **facts,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "mean_lead_minutes": _minutes(report.mean_lead_time),
    }


def _minutes(span: timedelta | None) -> int | None:
    return None if span is None else span // MINUTE


def broken_json(broken: Broken) -> Json:
    """Return a promise that does not hold."""
    return {"promise": broken.promise, "ids": list(broken.ids), "says": broken.says}
