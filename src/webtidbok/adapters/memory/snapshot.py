# ruff: noqa: D102 - the port says it, and help() shows that
"""What a store in memory held of one clinic at one moment: a copy."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from webtidbok.adapters.memory.shelf import Sending, Shelf
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, PatientId, RequestKey
from webtidbok.model.instants import EPOCH
from webtidbok.model.message import Message
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.outbox import Delivery
from webtidbok.ports.snapshot import Journaled, Snapshot, Taken, Taker

T = TypeVar("T")

_FRESH = Sending()


class MemorySnapshot(Snapshot):
    """A copy of the rows of one clinic.

    Args:
        links: Where links lead.
        numbers: Of the register's patients, in order.
    """

    def __init__(
        self,
        shelf: Shelf,
        *,
        links: Sequence[AppointmentId],
        numbers: Sequence[tuple[PersonalIdentityNumber, PatientId]],
    ) -> None:
        copies = {field.name: dict(getattr(shelf, field.name)) for field in attrs.fields(Shelf)}
        occupied = {calendar: dict(rows) for calendar, rows in shelf.occupied.items()}
        journal = {calendar: list(events) for calendar, events in shelf.journal.items()}
        self._shelf = Shelf(**copies | {"occupied": occupied, "journal": journal})
        self._links = links
        self._numbers = numbers

    def appointments(self) -> Iterator[Appointment]:
        return _sorted(self._shelf.appointments.values(), lambda each: each.id)

    def holds(self) -> Iterator[Hold]:
        return _sorted(self._shelf.holds.values(), lambda each: each.id)

    def absences(self) -> Iterator[Absence]:
        return _sorted(self._shelf.absences.values(), lambda each: each.id)

    def rows_of(self, taker: Taker) -> Iterator[Occupied]:
        rows = (each.row for each in self._all_taken() if each.taker is taker)
        return _sorted(rows, lambda row: (row.holder, row.calendar, row.span.start))

    def taken(self) -> Iterator[Taken]:
        return _sorted(
            self._all_taken(),
            lambda each: (each.row.calendar, each.row.span.start, each.row.holder),
        )

    def _all_taken(self) -> Iterator[Taken]:
        for row in self._shelf.occupied_in(self._shelf.occupied):
            visit = self._shelf.appointments.get(AppointmentId(row.holder))
            yield Taken(
                taker=Taker.APPOINTMENT if row.expires_at is None else Taker.HOLD,
                row=row,
                chosen_by_patient=visit is not None and visit.chosen_by_patient,
            )
        for absence in self._shelf.absences.values():
            away = Occupied(
                calendar=absence.calendar, holder=absence.id, span=absence.span, exclusive=False
            )
            laid_at = self._shelf.laid_at[absence.id]
            yield Taken(taker=Taker.ABSENCE, row=away, laid_at=laid_at)

    def events(self) -> Iterator[Event]:
        told = (each for each in self._shelf.events.values() if each.appointment is not None)
        return _sorted(told, lambda event: event.appointment)

    def deliveries(self) -> Iterator[Delivery]:
        return map(
            self._delivery,
            _sorted(self._shelf.messages.values(), lambda message: message.appointment),
        )

    def _delivery(self, message: Message) -> Delivery:
        sending = self._shelf.sendings.get(message.id, _FRESH)
        return Delivery(
            message=message,
            tries=sending.tries,
            due_at=None if sending.due_at == EPOCH else sending.due_at,
            leased_until=sending.leased_until,
            error=sending.error,
        )

    def overlaps(self) -> Iterator[Overlap]:
        return _sorted(self._shelf.overlaps.values(), lambda pair: (pair.patients, pair.staffs))

    def ways_in(self) -> Iterator[AppointmentId]:
        return iter(sorted((*self._links, *self._shelf.codes)))

    def patients(self) -> Iterator[tuple[PersonalIdentityNumber, PatientId]]:
        return iter(self._numbers)

    def versions(self) -> Mapping[CalendarId, int]:
        return {calendar: len(events) for calendar, events in self._shelf.journal.items()}

    def journal(self) -> Iterator[Journaled]:
        for calendar, events in sorted(self._shelf.journal.items()):
            for version, key in enumerate(events, start=1):
                event = self._shelf.events.get(key)
                what = None if event is None else event.what
                yield Journaled(calendar=calendar, version=version, event=key, what=what)

    def version_of(self, calendar: CalendarId, event: RequestKey) -> int | None:
        journal = self._shelf.journal.get(calendar, [])
        return journal.index(event) + 1 if event in journal else None

    def appointment(self, appointment: AppointmentId) -> Appointment | None:
        return self._shelf.appointments.get(appointment)

    def history_of(self, appointment: AppointmentId) -> Iterator[Event]:
        return (each for each in self._shelf.events.values() if each.appointment == appointment)

    def overlaps_of(self, appointment: AppointmentId) -> tuple[Overlap, ...]:
        return tuple(self._shelf.overlaps_of([appointment]))

    def occupied_in(self, calendar: CalendarId, span: TimeSpan) -> tuple[Occupied, ...]:
        return tuple(self._shelf.occupied_in([calendar], span))


def _sorted(rows: Iterable[T], key: Callable[[T], Any]) -> Iterator[T]:
    return iter(sorted(rows, key=key))
