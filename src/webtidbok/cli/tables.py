"""Answers as people read them in a terminal: local times, and names instead of ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from webtidbok.cli.answers import patient_reasons, staff_reasons
from webtidbok.cli.local_time import shown_local

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from webtidbok.cli.replies import Reply
    from webtidbok.model.appointment import Appointment, Placement
    from webtidbok.model.clinic import Clinic
    from webtidbok.model.event import Event
    from webtidbok.model.slot import Slot
    from webtidbok.model.watch_list import WatchListEntry
    from webtidbok.ports.outbox import Delivery
    from webtidbok.rules.refusal import Refusal
    from webtidbok.services.explaining import Explanation
    from webtidbok.services.reporting import Report
    from webtidbok.services.showing import Shown
    from webtidbok.services.verifying import Broken


def slots_table(clinic: Clinic, slots: Iterable[Slot]) -> Table:
    """Return free times, one a row."""
    return _table(
        ("start", "minutes", "provider", "resource"),
        (_slot_cells(clinic, slot) for slot in slots),
    )


def reply_shown(reply: Reply, link: str | None) -> Iterator[RenderableType]:
    """Yield what a patient's command answers."""
    yield f"{reply.outcome} (as before)" if reply.is_repeat else reply.outcome
    if reply.clinic is None:
        return
    if reply.appointment is not None:
        yield _pairs(_visit(reply.clinic, reply.appointment))
    if reply.reasons:
        yield _codes(reply.reasons)
    if reply.alternatives:
        yield slots_table(reply.clinic, reply.alternatives)
    if link is not None:
        yield f"link: {link}"
    if reply.outcome == "refused":
        yield f"phone: {reply.clinic.phone}"


def visit_shown(shown: Shown) -> Iterator[RenderableType]:
    """Yield a visit as whoever has its link may see it (R39)."""
    zone = shown.clinic.time_zone
    rows = _visit(shown.clinic, shown.appointment)
    rows["first name"] = shown.appointment.first_name
    rows["last moment for changes"] = shown_local(shown.deadline, zone)
    rows["may be moved"] = _may(shown.against_rebooking)
    rows["may be cancelled"] = _may(shown.against_cancelling)
    yield _pairs(rows)


def explanation_shown(clinic: Clinic, explanation: Explanation) -> Iterator[RenderableType]:
    """Yield what the rules say about a time, with the setting behind each reason."""
    yield "offered" if explanation.slots else "refused"
    if explanation.slots:
        yield slots_table(clinic, explanation.slots)
    rows = [
        (_provider(clinic, said.provider), *_reason_cells(reason))
        for said in explanation.by_provider
        for reason in staff_reasons(said.reasons)
    ]
    if rows:
        yield _table(("provider", "reason", "setting", "facts"), rows)


def history_table(clinic: Clinic, events: Iterable[Event]) -> Table:
    """Return what happened, one event a row, in the order it was stored."""
    rows = (
        (
            shown_local(event.at, clinic.time_zone),
            event.what.value,
            event.way.value,
            event.by,
            event.appointment or "",
            event.type or "",
            _placement(clinic, event.before),
            _placement(clinic, event.after),
            _facts(event.facts),
        )
        for event in events
    )
    columns = ("at", "what", "way in", "by", "appointment", "type", "before", "after", "facts")
    return _table(columns, rows)


def watch_table(clinic: Clinic, entries: Iterable[WatchListEntry]) -> Table:
    """Return the watch list, one patient to follow up a row."""
    rows = (
        (
            shown_local(entry.at, clinic.time_zone),
            entry.appointment,
            entry.patient or "",
            entry.comment,
        )
        for entry in entries
    )
    return _table(("at", "appointment", "patient", "comment"), rows)


def outbox_table(clinic: Clinic, deliveries: Iterable[Delivery]) -> Table:
    """Return messages, one a row; whom to reach stands with the appointment."""
    rows = (
        (
            each.message.id,
            each.message.appointment,
            each.message.kind.value,
            each.message.channel.value,
            shown_local(each.message.placement.span.start, clinic.time_zone),
            each.message.state.value,
            each.tries,
            each.error,
        )
        for each in deliveries
    )
    names = ("message", "appointment", "kind", "channel", "visit", "state", "tries", "error")
    return _table(names, rows)


def report_shown(report: Report) -> Iterator[RenderableType]:
    """Yield the statistics of a period."""
    yield _pairs(
        {
            "period": f"{report.first} to {report.last}",
            "holds": report.holds,
            "booked": report.booked,
            "rebooked": report.rebooked,
            "cancelled": report.cancelled,
            "too late": report.too_late,
            "recalls": report.recalls,
            "booked inside opening hours": report.inside_opening_hours,
            "booked outside opening hours": report.outside_opening_hours,
            "mean lead time": _days(report.mean_lead_time),
        }
    )
    for name, counts in (
        ("type", report.by_type),
        ("provider", report.by_provider),
        ("origin", report.by_origin),
    ):
        if counts:
            rows = [(key or "(none)", *row.values()) for key, row in counts.items()]
            yield _table((name, "booked", "rebooked", "cancelled"), rows)
    if report.by_hour:
        yield _table(("hour", "booked"), report.by_hour.items())
        yield _table(("lead time", "booked"), report.by_lead_time.items())


def broken_table(broken: Iterable[Broken]) -> Table:
    """Return the promises that do not hold."""
    rows = ((each.promise, ", ".join(each.ids), each.says) for each in broken)
    return _table(("promise", "about", "what is wrong"), rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    return table


def _pairs(rows: Mapping[str, object]) -> Table:
    table = _table(("", ""), rows.items())
    table.show_header = False
    return table


def _codes(reasons: Iterable[Refusal]) -> str:
    return "\n".join(f"  {reason['code']}" for reason in patient_reasons(reasons))


def _may(against: Sequence[Refusal]) -> str:
    if not against:
        return "yes"
    return f"no ({', '.join(str(reason['code']) for reason in patient_reasons(against))})"


def _visit(clinic: Clinic, visit: Appointment) -> dict[str, object]:
    place = visit.placement
    return {
        "appointment": visit.id,
        "clinic": clinic.name,
        "start": shown_local(place.span.start, clinic.time_zone),
        "minutes": _minutes(place),
        "provider": _provider(clinic, place.provider),
        "resource": _resource(clinic, place.resource),
        "state": "cancelled" if visit.is_cancelled else "booked",
    }


def _minutes(place: Placement) -> int:
    return (place.span.end - place.span.start) // timedelta(minutes=1)


def _slot_cells(clinic: Clinic, slot: Slot) -> tuple[object, ...]:
    return (
        shown_local(slot.start, clinic.time_zone),
        slot.minutes,
        _provider(clinic, slot.provider),
        _resource(clinic, slot.resource),
    )


def _reason_cells(reason: dict[str, object]) -> tuple[object, ...]:
    facts = {name: each for name, each in reason.items() if name not in {"code", "setting"}}
    return reason["code"], reason["setting"], _facts(facts)


def _facts(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {fact}" for name, fact in facts.items())


def _provider(clinic: Clinic, id_: str) -> str:
    return next((each.name for each in clinic.providers if each.id == id_), id_)


def _resource(clinic: Clinic, id_: str | None) -> str:
    return next((each.name for each in clinic.resources if each.id == id_), id_ or "")


def _placement(clinic: Clinic, place: Placement | None) -> str:
    if place is None:
        return ""
    start = shown_local(place.span.start, clinic.time_zone)
    return f"{start} {_provider(clinic, place.provider)}"


def _days(lead: timedelta | None) -> str:
    return "" if lead is None else f"{lead / timedelta(days=1):.1f} days"
