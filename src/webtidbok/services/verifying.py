"""Does the store still keep its promises? A look at all of it, changing nothing."""

from collections.abc import Iterable, Iterator, Mapping

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening
from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.model.occupied import Occupied, Overlap, occupied_by
from webtidbok.ports.records import Records

_MADE = frozenset(
    {Happening.BOOKED, Happening.RECALLED, Happening.STAFF_BOOKED, Happening.IMPORTED}
)
_CANCELLED = frozenset({Happening.CANCELLED, Happening.STAFF_CANCELLED})


@attrs.frozen(kw_only=True)
class Broken:
    """A promise that does not hold.

    Attributes:
        promise: A short name: `overlap`, `occupied`, `history`.
        ids: The appointments or holds concerned.
    """

    promise: str
    ids: tuple[str, ...]
    says: str


def verify(records: Records, clinic: ClinicId) -> Iterator[Broken]:
    """Yield every broken promise of a clinic; nothing if all is well.

    Checked are: that nothing overlaps an exclusive time (R24); that occupied time is that of the
    appointments and nothing else; that overlaps of patients' times are recorded ones (R24a); and
    that the history tells what the appointments are (R33).
    """
    occupied = list(records.occupied(clinic))
    appointments = {each.id: each for each in records.appointments(clinic)}
    recorded = list(records.overlaps(clinic))
    yield from _overlaps(occupied)
    yield from _unrecorded(occupied, appointments, recorded)
    yield from _occupied(occupied, appointments.values())
    yield from _histories(appointments, records.history(clinic))


def _overlaps(occupied: Iterable[Occupied]) -> Iterator[Broken]:
    for one, other in _meeting(occupied):
        if one.excludes(other):
            yield Broken(
                promise="overlap",
                ids=(one.holder, other.holder),
                says=f"both occupy {one.calendar} at {max(one.span.start, other.span.start)}",
            )


def _meeting(occupied: Iterable[Occupied]) -> Iterator[tuple[Occupied, Occupied]]:
    """Yield each two rows of one calendar that overlap."""
    near: list[Occupied] = []
    for row in sorted(occupied, key=lambda row: (row.calendar, row.span.start, row.holder)):
        near = [
            each
            for each in near
            if each.calendar == row.calendar and each.span.end > row.span.start
        ]
        for each in near:
            yield each, row
        near.append(row)


def _unrecorded(
    occupied: Iterable[Occupied],
    appointments: Mapping[AppointmentId, Appointment],
    recorded: Iterable[Overlap],
) -> Iterator[Broken]:
    """Yield the overlaps of a patient's time, no longer exclusive, that nobody answers for."""
    known = {frozenset((pair.patients, pair.staffs)) for pair in recorded}
    for one, other in _meeting(occupied):
        both = [appointments.get(AppointmentId(row.holder)) for row in (one, other)]
        chosen = any(each is not None and each.chosen_by_patient for each in both)
        pair = frozenset((one.holder, other.holder))
        if chosen and not one.excludes(other) and pair not in known and len(pair) > 1:
            yield Broken(
                promise="overlap",
                ids=(one.holder, other.holder),
                says=f"overlap in {one.calendar}, and nobody said that they may",
            )


def _occupied(
    occupied: Iterable[Occupied], appointments: Iterable[Appointment]
) -> Iterator[Broken]:
    there = {row for row in occupied if row.expires_at is None}
    wanted = {row for each in appointments for row in occupied_by(each)}
    for row in sorted(there ^ wanted, key=lambda row: (row.holder, row.calendar)):
        what = "is occupied without reason" if row in there else "is not occupied"
        yield Broken(promise="occupied", ids=(row.holder,), says=f"{row.calendar} {what}")


def _histories(
    appointments: Mapping[AppointmentId, Appointment], history: Iterable[Event]
) -> Iterator[Broken]:
    seen: dict[AppointmentId, list[Event]] = {}
    for event in history:
        if event.appointment is not None:
            seen.setdefault(event.appointment, []).append(event)
    for id_, appointment in appointments.items():
        if says := _wrong(appointment, seen.pop(id_, [])):
            yield Broken(promise="history", ids=(id_,), says=says)
    for id_ in seen:
        yield Broken(promise="history", ids=(id_,), says="tells of an appointment not there")


def _wrong(appointment: Appointment, events: list[Event]) -> str:
    """Return what is wrong with the history of an appointment; nothing if it is right."""
    if not events or events[0].what not in _MADE:
        return "does not begin with how it was made"
    if max(event.revision for event in events) != appointment.revision:
        return "does not reach the present revision"
    is_gone = any(event.what in _CANCELLED for event in events)
    if is_gone != appointment.is_cancelled:
        return "disagrees about whether it is cancelled"
    placed = [event.after for event in events if event.after is not None]
    if not appointment.is_cancelled and placed[-1] != appointment.placement:
        return "disagrees about where it is"
    return ""
