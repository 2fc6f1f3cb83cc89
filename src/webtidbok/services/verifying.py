"""Does the store still keep its promises? A look at all of it, changing nothing.

Theory. All is read as of one moment, so writers go on meanwhile and raise no false alarm. No table
is ever held: streams that are sorted by the same id are read side by side, and what belongs to one
appointment, a *case*, is judged alone. What lies side by side in a calendar is met by one sweep
over its rows by start, which holds those that have not ended. A few things are looked up one by
one, each for something rare: an overlap, an absence laid over a visit.

One fault is reported once where that can be told: of an appointment that is not there, only what is
left of it; and messages are held against a history only if that is whole.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from typing import Any, TypeVar

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId
from webtidbok.model.message import Channel
from webtidbok.model.occupied import Occupied, Overlap, occupied_by
from webtidbok.model.patient import Contact
from webtidbok.ports.outbox import Delivery
from webtidbok.ports.records import Records
from webtidbok.ports.snapshot import Snapshot, Taken, Taker
from webtidbok.services.overlapping import meet
from webtidbok.services.telling_faults import (
    BY_PATIENT,
    IS_TOLD,
    MADE,
    history_fault,
    sending_fault,
    telling_fault,
)

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Broken:
    """A promise that does not hold.

    Attributes:
        promise: A short name: `overlap`, `exclusive`, `absence`, `occupied`, `hold`, `history`,
            `outbox`, `journal`, `way-in`, `patient`.
        ids: What is concerned: appointments, holds, absences, messages, calendars, patients.
    """

    promise: str
    ids: tuple[str, ...]
    says: str


def verify(records: Records, clinic: ClinicId) -> Iterator[Broken]:
    """Yield every broken promise of a clinic; nothing if all is well.

    Checked, all as of the moment when the first is asked for, are:

    - `overlap`: nothing overlaps an exclusive time (R24); overlaps of patients' times are recorded
      ones, and recorded ones stand (R24a).
    - `exclusive`: a time is exclusive if a patient chose it and staff laid nothing over it (R24a).
    - `absence`: an absence is busy where it says, and no later web booking lies in it.
    - `occupied`, `hold`: occupied time is that of the appointments and the holds.
    - `history`: it tells, change by change, what the appointments are (R33).
    - `outbox`: each change is told by the channels ticked, no message tells of anything else,
      and none stays unsent that is out of date or keeps what it shall not (R29a, R35).
    - `journal`: every version of a calendar has its entry.
    - `way-in`: links and codes lead to appointments.
    - `patient`: one patient a number.

    As long as the iterator is neither at its end nor closed, the store keeps that moment.
    """
    with records.snapshot(clinic) as snapshot:
        yield from _journals(snapshot)
        yield from _meetings(snapshot)
        for case in _cases(snapshot):
            yield from _judged(snapshot, case)
        yield from _takers("hold", snapshot.holds(), snapshot.rows_of(Taker.HOLD))
        yield from _takers("absence", snapshot.absences(), snapshot.rows_of(Taker.ABSENCE))
        yield from _patients(snapshot)


# Versions


def _journals(snapshot: Snapshot) -> Iterator[Broken]:
    reached: dict[CalendarId, int] = {}
    for entry in snapshot.journal():
        name, before = entry.calendar, reached.get(entry.calendar, 0)
        if entry.version != before + 1:
            yield _broken("journal", name, says=f"has no entry for version {before + 1}")
        if entry.event and entry.what is None:
            says = f"version {entry.version} names an event that is not in the history"
            yield _broken("journal", name, entry.event, says=says)
        reached[name] = entry.version
    versions = snapshot.versions()
    for name in sorted(reached.keys() | versions.keys()):
        stands, journaled = versions.get(name, 0), reached.get(name, 0)
        if stands != journaled:
            yield _broken("journal", name, says=f"stands at {stands}, its journal at {journaled}")


# What lies side by side


def _meetings(snapshot: Snapshot) -> Iterator[Broken]:
    for one, other in _meeting(snapshot.taken()):
        kinds = {one.taker, other.taker}
        if Taker.ABSENCE in kinds:
            away, visit = (one, other) if one.taker is Taker.ABSENCE else (other, one)
            if visit.chosen_by_patient and _is_later(snapshot, visit, away):
                says = f"was booked in {away.row.calendar} after the absence was laid"
                yield _broken("absence", visit.row.holder, away.row.holder, says=says)
        elif one.row.excludes(other.row):
            both = f"{one.row.calendar} at {max(one.row.span.start, other.row.span.start)}"
            yield _broken("overlap", one.row.holder, other.row.holder, says=f"both occupy {both}")
        elif kinds == {Taker.APPOINTMENT} and not _may_overlap(snapshot, one, other):
            says = f"overlap in {one.row.calendar}, and nobody said that they may"
            yield _broken("overlap", one.row.holder, other.row.holder, says=says)


def _meeting(taken: Iterable[Taken]) -> Iterator[tuple[Taken, Taken]]:
    """Yield each two rows of one calendar that overlap; the rows come by calendar and start."""
    near: list[Taken] = []
    for each in taken:
        near = [
            other
            for other in near
            if other.row.calendar == each.row.calendar and other.row.span.end > each.row.span.start
        ]
        for other in near:
            yield other, each
        near.append(each)


def _may_overlap(snapshot: Snapshot, one: Taken, other: Taken) -> bool:
    """Return whether staff lie over staff, or over a patient's time that they answer for."""
    pair = {one.row.holder, other.row.holder}
    if len(pair) == 1 or not (one.chosen_by_patient or other.chosen_by_patient):
        return True
    recorded = snapshot.overlaps_of(AppointmentId(one.row.holder))
    return any({each.patients, each.staffs} == pair for each in recorded)


def _is_later(snapshot: Snapshot, visit: Taken, away: Taken) -> bool:
    """Return whether a patient chose the time of `visit` when the absence was there already."""
    chosen = [
        event.key
        for event in snapshot.history_of(AppointmentId(visit.row.holder))
        if event.what in BY_PATIENT
    ]
    if not chosen or away.laid_at is None:
        return False
    chosen_at = snapshot.version_of(visit.row.calendar, chosen[-1])
    return chosen_at is not None and chosen_at > away.laid_at


# Cases


@attrs.frozen(kw_only=True)
class _Case:
    """All that bears the id of one appointment; nothing of it need be there."""

    id: AppointmentId
    appointment: Appointment | None
    rows: list[Occupied]
    events: list[Event]
    deliveries: list[Delivery]
    overlaps: list[Overlap]
    ways_in: list[AppointmentId]


def _cases(snapshot: Snapshot) -> Iterator[_Case]:
    streams: tuple[Iterator[tuple[str, Any]], ...] = (
        ((each.id, each) for each in snapshot.appointments()),
        ((each.holder, each) for each in snapshot.rows_of(Taker.APPOINTMENT)),
        ((each.appointment or "", each) for each in snapshot.events()),
        ((each.message.appointment, each) for each in snapshot.deliveries()),
        ((each.patients, each) for each in snapshot.overlaps()),
        ((each, each) for each in snapshot.ways_in()),
    )
    for id_, (found, rows, events, deliveries, overlaps, ways_in) in _side_by_side(*streams):
        yield _Case(
            id=AppointmentId(id_),
            appointment=next(iter(found), None),
            rows=rows,
            events=events,
            deliveries=deliveries,
            overlaps=overlaps,
            ways_in=ways_in,
        )


def _side_by_side(
    *streams: Iterator[tuple[str, Any]],
) -> Iterator[tuple[str, tuple[list[Any], ...]]]:
    """Yield each id with what every stream has of it; the streams are sorted by their ids."""
    numbered = (_numbered(number, stream) for number, stream in enumerate(streams))
    together = merge(*numbered, key=lambda each: each[0])
    for id_, rows in groupby(together, key=lambda each: each[0]):
        found: tuple[list[Any], ...] = tuple([] for _ in streams)
        for _, number, value in rows:
            found[number].append(value)
        yield id_, found


def _numbered(number: int, stream: Iterator[tuple[str, T]]) -> Iterator[tuple[str, int, T]]:
    return ((id_, number, value) for id_, value in stream)


def _judged(snapshot: Snapshot, case: _Case) -> Iterator[Broken]:
    if case.appointment is None:
        yield from _left_behind(case)
        return
    yield from _differing("occupied", case.rows, occupied_by(case.appointment))
    if says := _exclusive_fault(snapshot, case.appointment, case.overlaps):
        yield _broken("exclusive", case.id, says=says)
    for pair in case.overlaps:
        if says := _overlap_fault(snapshot, case.appointment, pair):
            yield _broken("overlap", pair.patients, pair.staffs, says=says)
    if says := history_fault(case.appointment, case.events):
        yield _broken("history", case.id, says=says)
    else:
        yield from _untold(case.appointment, case.events, case.deliveries)
    for delivery in case.deliveries:
        if says := sending_fault(delivery):
            yield _broken("outbox", case.id, delivery.message.id, says=says)


def _left_behind(case: _Case) -> Iterator[Broken]:
    """Yield what bears the id of an appointment that is not there."""
    yield from _differing("occupied", case.rows, ())
    if case.events:
        yield _broken("history", case.id, says="tells of an appointment that is not there")
    for delivery in case.deliveries:
        says = "tells of an appointment that is not there"
        yield _broken("outbox", case.id, delivery.message.id, says=says)
    for pair in case.overlaps:
        says = "are recorded, but the first is not there"
        yield _broken("overlap", pair.patients, pair.staffs, says=says)
    if case.ways_in:
        yield _broken("way-in", case.id, says="leads to an appointment that is not there")


def _differing(
    promise: str, there: Iterable[Occupied], wanted: Iterable[Occupied]
) -> Iterator[Broken]:
    """Yield where occupied time is not what it should be."""
    found, right = set(there), set(wanted)
    for row in sorted(found ^ right, key=lambda row: (row.holder, row.calendar, row.span.start)):
        what = "is occupied without reason" if row in found else "is not occupied"
        yield _broken(promise, row.holder, says=f"{row.calendar} {what}")


def _exclusive_fault(snapshot: Snapshot, visit: Appointment, overlaps: Iterable[Overlap]) -> str:
    """Return how an appointment that stands disagrees with R24a; nothing if it agrees.

    What lies over it without a record is told elsewhere.
    """
    if visit.is_cancelled or visit.exclusive == visit.chosen_by_patient:
        return ""
    if visit.exclusive:
        return "is exclusive, but no patient chose its time"
    if any(overlaps) or _is_overlaid(snapshot, visit):
        return ""
    return "is not exclusive, though a patient chose its time and nothing lies over it"


def _is_overlaid(snapshot: Snapshot, visit: Appointment) -> bool:
    return any(
        row.holder != visit.id and row.expires_at is None
        for calendar in visit.placement.calendars
        for row in snapshot.occupied_in(calendar, visit.occupied_span)
    )


def _overlap_fault(snapshot: Snapshot, patients: Appointment, pair: Overlap) -> str:
    """Return why a recorded overlap of a patient's appointment does not stand."""
    staffs = snapshot.appointment(pair.staffs)
    if staffs is None:
        return "are recorded, but the second is not there"
    if not patients.chosen_by_patient:
        return "are recorded, but no patient chose that time"
    return "" if meet(patients, staffs) else "are recorded, but do not overlap"


# Outbox


def _untold(
    visit: Appointment, events: Iterable[Event], deliveries: Iterable[Delivery]
) -> Iterator[Broken]:
    """Yield where messages and a history that is whole do not tell the same."""
    changes = {event.revision: event for event in events if event.what in IS_TOLD | MADE}
    told: set[tuple[int, Channel]] = set()
    for delivery in deliveries:
        message = delivery.message
        change = changes.get(message.sequence)
        if says := telling_fault(visit, change, delivery):
            yield _broken("outbox", visit.id, message.id, says=says)
        elif (message.sequence, message.channel) in told:
            says = f"tells of revision {message.sequence} by {message.channel.value} again"
            yield _broken("outbox", visit.id, message.id, says=says)
        told.add((message.sequence, message.channel))
    for revision, change in changes.items():
        for channel in _ticked(visit.contact) if change.what in IS_TOLD else ():
            if (revision, channel) not in told:
                says = f"no message tells of revision {revision} by {channel.value}"
                yield _broken("outbox", visit.id, says=says)


def _ticked(contact: Contact) -> Iterator[Channel]:
    if contact.accepts_sms and contact.mobile is not None:
        yield Channel.SMS
    if contact.accepts_email and contact.email is not None:
        yield Channel.EMAIL


# The rest


def _takers(
    promise: str, takers: Iterable[Hold | Absence], rows: Iterable[Occupied]
) -> Iterator[Broken]:
    """Yield where the rows of holds or absences are not those that they take."""
    wanted = ((each.id, row) for each in takers for row in _rows_of(each))
    there = ((row.holder, row) for row in rows)
    for _, (right, found) in _side_by_side(wanted, there):
        yield from _differing(promise, found, right)


def _rows_of(taker: Hold | Absence) -> tuple[Occupied, ...]:
    if isinstance(taker, Hold):
        return occupied_by(taker)
    row = Occupied(calendar=taker.calendar, holder=taker.id, span=taker.span, exclusive=False)
    return (row,)


def _patients(snapshot: Snapshot) -> Iterator[Broken]:
    for _, same in groupby(snapshot.patients(), key=lambda pair: pair[0]):
        ids = [patient for _, patient in same]
        if len(ids) > 1:
            yield _broken("patient", *ids, says="have the same identity number")


def _broken(promise: str, *ids: str, says: str) -> Broken:
    return Broken(promise=promise, ids=ids, says=says)
