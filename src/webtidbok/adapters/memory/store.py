# ruff: noqa: D102 - the ports say it, and help() shows that
"""A store in memory.

One lock makes every call a moment of its own. A change is written row by row through journals,
which take all of it back if anything fails, the second lock included: that looks at the rows as
they would stand, as a database's constraint does, and knows no clock.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from threading import RLock
from typing import Any, TypeVar

import attrs

from webtidbok.adapters.memory.journal import Journal, Undoable
from webtidbok.adapters.memory.patients import MemoryPatients
from webtidbok.adapters.memory.shelf import Shelf
from webtidbok.adapters.memory.snapshot import MemorySnapshot
from webtidbok.adapters.memory.watch_list import MemoryWatchList
from webtidbok.errors import OverlapsExclusive, UnknownAppointment, UnknownClinic, UnknownPatient
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId, PatientId, RequestKey
from webtidbok.model.instants import instant
from webtidbok.model.message import Message, MessageState
from webtidbok.model.occupied import Occupied, Overlap, occupied_by
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.records import Records
from webtidbok.ports.snapshot import Snapshot
from webtidbok.ports.store import (
    A,
    BusyTime,
    Change,
    Code,
    Link,
    Scope,
    Standing,
    State,
    Store,
    StoredClinic,
    columns_of,
)
from webtidbok.ports.watch_list import WatchList

K = TypeVar("K")


class MemoryStore(Store, Records):
    """Keeps all clinics for as long as the process lives; its threads may share it.

    Args:
        patients: The register to use; one in memory of its own unless given.
        watch_list: Where cancelled visits land; one in memory of its own unless given. Another
            than `MemoryWatchList` cannot be read back: `watch_list()` is then empty.

    Every mistake of ours that a database's keys would meet is a `ValueError`, and nothing is
    stored: a request key or a link used twice, a second patient with a number, a row of another
    clinic than the scope's. A register or a list that is not `Undoable` keeps what it was given
    also when the rest of the change fails.
    """

    def __init__(
        self, *, patients: PatientRegister | None = None, watch_list: WatchList | None = None
    ) -> None:
        self._lock = RLock()
        self._journal = Journal()
        self._patients = MemoryPatients() if patients is None else patients
        self._watch_list = MemoryWatchList() if watch_list is None else watch_list
        self._clinics: dict[ClinicId, StoredClinic] = {}
        self._shelves: dict[ClinicId, Shelf] = {}
        self._versions: dict[ClinicId, Mapping[CalendarId, int]] = {}  # of those who asked last
        self._links: dict[str, tuple[ClinicId, AppointmentId]] = {}

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        with self._lock:
            decided = decide(self._state(scope))
            if not isinstance(decided, Change):
                return decided
            self._versions.pop(scope.clinic, None)
            with self._whole_or_nothing():
                self._write(scope.clinic, decided)
            return decided.answer

    def clinic(self, clinic: ClinicId) -> StoredClinic:
        with self._lock:
            if clinic not in self._clinics:
                raise UnknownClinic(clinic)
            return self._clinics[clinic]

    def standing(self, clinic: ClinicId) -> Standing:
        with self._lock:
            stored = self.clinic(clinic)
            versions = self._versions.get(clinic)
            if versions is None:
                raised = self._shelf(clinic).journal.items()
                versions = {calendar: len(events) for calendar, events in raised}
                self._versions[clinic] = versions
            return Standing(stored=stored, versions=versions)

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        present = instant(now)
        with self._lock:
            shelf = self._shelf(clinic)
            taken: list[Occupied | Absence] = [
                row
                for row in shelf.occupied_in(calendars, span)
                if row.is_live(present) and row.holder not in besides
            ]
            taken += shelf.absences_in(span, set(calendars))
        taken.sort(key=attrgetter("calendar"))
        for calendar, found in groupby(taken, key=attrgetter("calendar")):
            rows = list(found)
            held = [row.expires_at for row in rows if isinstance(row, Occupied) and row.expires_at]
            columns = columns_of(row.span for row in rows)
            yield BusyTime(calendar, *columns, min(held, default=None))

    def hold(self, clinic: ClinicId, hold: HoldId) -> Hold | None:
        with self._lock:
            return self._shelf(clinic).holds.get(hold)

    def find_by_link(self, token_hash: str) -> Appointment | None:
        with self._lock:
            if token_hash not in self._links:
                return None
            clinic, appointment = self._links[token_hash]
            return self._shelf(clinic).appointments[appointment]

    def find_by_code(
        self, identity_number: PersonalIdentityNumber, code_hashes: Sequence[str]
    ) -> Appointment | None:
        with self._lock:
            for clinic, shelf in self._shelves.items():
                patient = self._patients.by_number(clinic, identity_number)
                for appointment, code_hash in shelf.codes.items():
                    found = shelf.appointments[appointment]
                    if code_hash in code_hashes and patient and found.patient == patient.id:
                        return found
        return None

    def find_with_code(
        self, clinic: ClinicId, appointment: AppointmentId, code_hashes: Sequence[str]
    ) -> Appointment | None:
        with self._lock:
            shelf = self._shelf(clinic)
            has_code = shelf.codes.get(appointment) in code_hashes
            return shelf.appointments[appointment] if has_code else None

    # Records

    def clinic_ids(self) -> Sequence[ClinicId]:
        with self._lock:
            return tuple(sorted(self._clinics))

    def appointment(self, clinic: ClinicId, appointment: AppointmentId) -> Appointment:
        with self._lock:
            found = self._shelf(clinic).appointments.get(appointment)
        if found is None:
            raise UnknownAppointment(appointment)
        return found

    def appointments(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Appointment]:
        with self._lock:
            rows = list(self._shelf(clinic).appointments.values())
        rows.sort(key=lambda row: (row.span.start, row.id))
        return (row for row in rows if span is None or row.span.overlaps(span))

    def patient(self, clinic: ClinicId, patient: PatientId) -> Patient:
        with self._lock:
            found = self._patients.by_id(clinic, patient)
        if found is None:
            raise UnknownPatient(patient)
        return found

    def history(
        self,
        clinic: ClinicId,
        appointment: AppointmentId | None = None,
        *,
        first: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        with self._lock:
            events = list(self._shelf(clinic).events.values())
        return (
            event
            for event in events
            if (appointment is None or event.appointment == appointment)
            and (first is None or event.at >= first)
            and (until is None or event.at < until)
        )

    def watch_list(self, clinic: ClinicId) -> Iterator[WatchListEntry]:
        with self._lock:
            if isinstance(self._watch_list, MemoryWatchList):
                return iter(self._watch_list.entries(clinic))
        return iter(())

    def messages(self, clinic: ClinicId) -> Iterator[Message]:
        with self._lock:
            return iter(list(self._shelf(clinic).messages.values()))

    def absences(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Absence]:
        with self._lock:
            return iter(list(self._shelf(clinic).absences_in(span)))

    def occupied(self, clinic: ClinicId) -> Iterator[Occupied]:
        with self._lock:
            shelf = self._shelf(clinic)
            return iter(list(shelf.occupied_in(shelf.occupied)))

    def overlaps(self, clinic: ClinicId) -> Iterator[Overlap]:
        with self._lock:
            return iter(list(self._shelf(clinic).overlaps.values()))

    @contextmanager
    def snapshot(self, clinic: ClinicId) -> Iterator[Snapshot]:
        """Give a copy, taken at once: what is in memory is held whole anyway."""
        with self._lock:
            links = [visit for where, visit in self._links.values() if where == clinic]
            numbers = (
                self._patients.numbers(clinic) if isinstance(self._patients, MemoryPatients) else []
            )
            copied = MemorySnapshot(self._shelf(clinic), links=links, numbers=numbers)
        yield copied

    @contextmanager
    def opened(self, clinic: ClinicId) -> Iterator[Shelf]:
        """Give the clinic's rows to another adapter in memory; nobody else has them meanwhile."""
        with self._lock:
            yield self._shelf(clinic)

    # What a decision sees

    def _shelf(self, clinic: ClinicId) -> Shelf:
        """Return the clinic's rows, to read; empty where there is no such clinic."""
        return self._shelves.get(clinic, Shelf())

    def _state(self, scope: Scope) -> State:
        shelf = self._shelf(scope.clinic)
        patient = self._patient(scope)
        occupied = tuple(self._occupied(shelf, scope))
        earlier = None if scope.request is None else shelf.events.get(scope.request)
        appointments, overlaps = self._appointments(shelf, scope, occupied, earlier)
        return State(
            clinic=self._clinics.get(scope.clinic),
            occupied=occupied,
            absences=tuple(self._absences(shelf, scope)),
            appointments=appointments,
            overlaps=overlaps,
            patient=patient,
            open_bookings=self._open_bookings(shelf, patient, scope.now),
            hold=None if scope.hold is None else shelf.holds.get(scope.hold),
            earlier=earlier,
        )

    def _patient(self, scope: Scope) -> Patient | None:
        if scope.identity_number is not None:
            return self._patients.by_number(scope.clinic, scope.identity_number)
        if scope.patient is not None:
            return self._patients.by_id(scope.clinic, scope.patient)
        return None

    def _occupied(self, shelf: Shelf, scope: Scope) -> Iterable[Occupied]:
        return () if scope.span is None else shelf.occupied_in(scope.calendars, scope.span)

    def _absences(self, shelf: Shelf, scope: Scope) -> Iterator[Absence]:
        for absence in shelf.absences_in():
            in_scope = (
                scope.span is not None
                and absence.calendar in scope.calendars
                and absence.span.overlaps(scope.span)
            )
            if in_scope or absence.id == scope.absence:
                yield absence

    def _appointments(
        self, shelf: Shelf, scope: Scope, occupied: Iterable[Occupied], earlier: Event | None
    ) -> tuple[dict[AppointmentId, Appointment], tuple[Overlap, ...]]:
        own = set() if scope.appointment is None else {scope.appointment}
        named = own.union(*({o.patients, o.staffs} for o in shelf.overlaps_of(own)))
        if scope.holders:
            named.update(AppointmentId(row.holder) for row in occupied)
        if earlier is not None and earlier.appointment is not None:
            named.add(earlier.appointment)
        found = {
            named_id: shelf.appointments[named_id]
            for named_id in sorted(named)
            if named_id in shelf.appointments
        }
        return found, tuple(shelf.overlaps_of(found))

    def _open_bookings(self, shelf: Shelf, patient: Patient | None, now: datetime) -> int:
        if patient is None:
            return 0
        return sum(
            row.patient == patient.id
            and row.origin is Origin.WEB
            and not row.is_cancelled
            and row.span.start > now
            for row in shelf.appointments.values()
        )

    # Writing

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(self._journal.recording())
            for part in (self._patients, self._watch_list):
                if isinstance(part, Undoable):
                    stack.enter_context(part.journal.recording())
            yield

    def _write(self, clinic: ClinicId, change: Change[A]) -> None:
        _refuse_other_clinics(clinic, change)
        self._write_settings(clinic, change.clinic)
        shelf = self._shelves[clinic]
        for patient in change.patients:
            self._patients.put(clinic, patient)
        self._raise_versions(shelf, change)
        self._write_takers(shelf, change)
        self._refuse_overlaps(shelf, (*change.appointments, *change.holds))
        self._write_marks(shelf, change)
        self._write_ways_in(clinic, shelf, change.links, change.codes)
        self._write_events(shelf, change.events)
        self._void_messages(shelf, change.void_messages_of)
        self._write_messages(shelf, change.messages)
        for entry in change.watch_list:
            self._watch_list.add(entry)

    def _write_settings(self, clinic: ClinicId, settings: Clinic | None) -> None:
        if settings is not None:
            version = self._clinics[clinic].version + 1 if clinic in self._clinics else 1
            self._journal.put(self._clinics, clinic, StoredClinic(clinic=settings, version=version))
        if clinic not in self._clinics:
            raise UnknownClinic(clinic)
        if clinic not in self._shelves:
            self._journal.put(self._shelves, clinic, Shelf())

    def _raise_versions(self, shelf: Shelf, change: Change[A]) -> None:
        """Note of each calendar that is touched why; so many notes it has, that is its version."""
        key = change.events[0].key if change.events else RequestKey("")
        for calendar in _touched(shelf, change):
            self._journal.append(shelf.journal.setdefault(calendar, []), key)

    def _write_takers(self, shelf: Shelf, change: Change[A]) -> None:
        """Put appointments and holds with the time they take, whose old time is free first."""
        for dropped in change.dropped_holds:
            self._release(shelf, shelf.holds.get(dropped))
            self._journal.drop(shelf.holds, dropped)
        for appointment in change.appointments:
            self._release(shelf, shelf.appointments.get(appointment.id))
            self._journal.put(shelf.appointments, appointment.id, appointment)
        for hold in change.holds:
            self._release(shelf, shelf.holds.get(hold.id))
            self._journal.put(shelf.holds, hold.id, hold)
        takers: tuple[Appointment | Hold, ...] = (*change.appointments, *change.holds)
        for taker in takers:
            for row in occupied_by(taker):
                rows = shelf.occupied.setdefault(row.calendar, {})
                self._journal.put(rows, row.holder, row)

    def _release(self, shelf: Shelf, taker: Appointment | Hold | None) -> None:
        for row in () if taker is None else occupied_by(taker):
            self._journal.drop(shelf.occupied[row.calendar], row.holder)

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        """The second lock: nothing that is written may share time with an exclusive row (R24)."""
        for taker in takers:
            for row in occupied_by(taker):
                if any(map(row.excludes, shelf.occupied[row.calendar].values())):
                    raise OverlapsExclusive(f"{row.holder!r} in {row.calendar!r}")

    def _write_marks(self, shelf: Shelf, change: Change[A]) -> None:
        for id_ in change.dropped_absences:
            self._journal.drop(shelf.absences, id_)
            self._journal.drop(shelf.laid_at, id_)
        for absence in change.absences:
            self._journal.put(shelf.absences, absence.id, absence)
            laid_at = len(shelf.journal[absence.calendar])
            self._journal.put(shelf.laid_at, absence.id, laid_at)
        for overlap in change.dropped_overlaps:
            self._journal.drop(shelf.overlaps, (overlap.patients, overlap.staffs))
        for overlap in change.overlaps:
            self._journal.put(shelf.overlaps, (overlap.patients, overlap.staffs), overlap)

    def _write_ways_in(
        self, clinic: ClinicId, shelf: Shelf, links: Iterable[Link], codes: Iterable[Code]
    ) -> None:
        for link in links:
            _refuse_second(self._links, link.token_hash, "link")
            _refuse_unknown(shelf, link.appointment)
            self._journal.put(self._links, link.token_hash, (clinic, link.appointment))
        for code in codes:
            _refuse_unknown(shelf, code.appointment)
            self._journal.put(shelf.codes, code.appointment, code.code_hash)

    def _write_events(self, shelf: Shelf, events: Iterable[Event]) -> None:
        for event in events:
            _refuse_second(shelf.events, event.key, "request key")
            self._journal.put(shelf.events, event.key, event)

    def _void_messages(self, shelf: Shelf, appointments: Collection[AppointmentId]) -> None:
        for message in list(shelf.messages.values()):
            if message.appointment in appointments and message.state is MessageState.UNSENT:
                void = attrs.evolve(message, state=MessageState.VOID, token="", comment="")
                self._journal.put(shelf.messages, message.id, void)

    def _write_messages(self, shelf: Shelf, messages: Iterable[Message]) -> None:
        for message in messages:
            self._journal.put(shelf.messages, message.id, message)


def _touched(shelf: Shelf, change: Change[Any]) -> set[CalendarId]:
    """Return the calendars of what the change brings and of what it takes the place of."""
    holds = (*change.dropped_holds, *(hold.id for hold in change.holds))
    absences = (*change.dropped_absences, *(absence.id for absence in change.absences))
    visits = (visit.id for visit in change.appointments)
    takers: tuple[Appointment | Hold | None, ...] = (
        *(*change.appointments, *map(shelf.appointments.get, visits)),
        *(*change.holds, *map(shelf.holds.get, holds)),
    )
    away = (*change.absences, *map(shelf.absences.get, absences))
    return {
        *(row.calendar for taker in takers if taker for row in occupied_by(taker)),
        *(absence.calendar for absence in away if absence),
    }


def _refuse_other_clinics(clinic: ClinicId, change: Change[Any]) -> None:
    rows: tuple[Appointment | Hold | Absence | Event | Message | WatchListEntry, ...] = (
        *change.appointments,
        *change.holds,
        *change.absences,
        *change.events,
        *change.messages,
        *change.watch_list,
    )
    if any(row.clinic != clinic for row in rows) or (change.clinic and change.clinic.id != clinic):
        raise ValueError(f"the change holds rows of another clinic than {clinic!r}")


def _refuse_second(table: Mapping[K, object], key: K, what: str) -> None:
    if key in table:
        raise ValueError(f"the {what} is in use already")


def _refuse_unknown(shelf: Shelf, appointment: AppointmentId) -> None:
    if appointment not in shelf.appointments:
        raise ValueError(f"there is no appointment {appointment!r}")
