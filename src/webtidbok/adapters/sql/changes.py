"""How a change is written: versions first, then occupied time, then everything else."""

from collections.abc import Collection, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, Table, bindparam, delete, update

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.clinics import write_clinic
from webtidbok.adapters.sql.errors import Collided
from webtidbok.adapters.sql.keeping import add, keep, raise_versions, versions_of
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.occupancy import (
    kind_of_taker,
    replace_rows,
    rows_of,
    stored_rows,
)
from webtidbok.adapters.sql.rows import (
    absence_row,
    appointment_row,
    event_row,
    hold_row,
    message_row,
    overlap_row,
)
from webtidbok.errors import UnknownClinic
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.model.message import Message, MessageState
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.store import Change
from webtidbok.ports.watch_list import WatchList


class NeedsMoreLocks(Collided):
    """The change touches calendars that were not locked with the others, in the order of all."""

    def __init__(self, calendars: Collection[CalendarId]) -> None:
        super().__init__("the change touches more calendars than were locked")
        self.calendars = calendars


@attrs.frozen(kw_only=True)
class ChangeWriter:
    """Writes the changes of one clinic on a connection, inside a transaction.

    Attributes:
        seen: The version of the settings that the change was decided on; 0 where there were none.
        locked: The calendars that were locked before the change was decided.
        may_lock_more: Nobody else writes meanwhile, so no order needs to be kept.
    """

    connection: Connection
    clinic: ClinicId
    seen: int
    locked: Collection[CalendarId]
    may_lock_more: bool
    patients: PatientRegister
    watch_list: WatchList

    def write(self, change: Change[Any]) -> None:
        """Write all of `change`.

        Raises:
            UnknownClinic: there is no such clinic, and the change does not bring it.
            Collided: somebody else has changed what was not locked; or, as `NeedsMoreLocks`,
                something must be locked that may not be now.
            ValueError: the change holds rows of another clinic.
        """
        _refuse_other_clinics(self.clinic, change)
        self._write_settings(change)
        for patient in change.patients:
            self.patients.put(self.clinic, patient)
        self._write_occupied(change)
        written = {patient.id for patient in change.patients}
        booked = {visit.patient for visit in change.appointments if visit.patient} - written
        kind_of(self.connection.dialect).raise_patients(self.connection, self.clinic, [*booked])
        self._write_takers(change)
        self._write_overlaps(change)
        self._write_ways_in(change)
        self._write_history(change)
        for entry in change.watch_list:
            self.watch_list.add(entry)

    def _write_settings(self, change: Change[Any]) -> None:
        if change.clinic is not None:
            write_clinic(self.connection, change.clinic, seen=self.seen)
        elif self.seen == 0:
            raise UnknownClinic(self.clinic)

    def _write_occupied(self, change: Change[Any]) -> None:
        """Raise the version of every calendar that is touched, and only then touch it."""
        new = rows_of((*change.appointments, *change.holds, *change.absences))
        old = stored_rows(self.connection, self.clinic, _holders(change))
        calendars = {place.calendar for place in (*old, *new)}
        if not self.may_lock_more and (more := calendars.difference(self.locked)):
            raise NeedsMoreLocks(more)
        event = change.events[0].key if change.events else ""
        raise_versions(self.connection, self.clinic, sorted(calendars), event)
        replace_rows(self.connection, self.clinic, old, new)

    def _write_takers(self, change: Change[Any]) -> None:
        self._drop(tables.hold, change.dropped_holds)
        self._drop(tables.absence, change.dropped_absences)
        keep(self.connection, tables.appointment, [*map(appointment_row, change.appointments)])
        keep(self.connection, tables.hold, [*map(hold_row, change.holds)])
        self._write_absences(change.absences)

    def _write_absences(self, absences: Sequence[Absence]) -> None:
        """Write them with the versions to which their calendars have been raised."""
        if absences:
            laid_at = versions_of(
                self.connection, self.clinic, {each.calendar for each in absences}
            )
            rows = [{**absence_row(each), "version": laid_at[each.calendar]} for each in absences]
            keep(self.connection, tables.absence, rows)

    def _drop(self, table: Table, ids: Sequence[str]) -> None:
        if ids:
            is_dropped = (
                table.c.clinic == bindparam("the_clinic"),
                table.c.id == bindparam("the_id"),
            )
            dropped = [{"the_clinic": self.clinic, "the_id": id_} for id_ in ids]
            self.connection.execute(delete(table).where(*is_dropped), dropped)

    def _write_overlaps(self, change: Change[Any]) -> None:
        if change.dropped_overlaps:
            dropped = [
                {"the_clinic": self.clinic, "over": overlap.patients, "by_staff": overlap.staffs}
                for overlap in change.dropped_overlaps
            ]
            self.connection.execute(_DROP_OVERLAP, dropped)
        rows = [overlap_row(self.clinic, overlap) for overlap in change.overlaps]
        keep(self.connection, tables.overlap, rows)

    def _write_ways_in(self, change: Change[Any]) -> None:
        links = [{"clinic": self.clinic, **attrs.asdict(link)} for link in change.links]
        add(self.connection, tables.link, links)
        codes = [{"clinic": self.clinic, **attrs.asdict(code)} for code in change.codes]
        keep(self.connection, tables.code, codes)

    def _write_history(self, change: Change[Any]) -> None:
        add(self.connection, tables.event, [*map(event_row, change.events)])
        if change.void_messages_of:
            void = [
                {"the_clinic": self.clinic, "of": appointment}
                for appointment in change.void_messages_of
            ]
            self.connection.execute(_VOID, void)
        messages = [*map(message_row, change.messages)]
        keep(self.connection, tables.message, messages, by=("clinic", "id"))


def _holders(change: Change[Any]) -> dict[str, list[str]]:
    """Return whose occupied rows the change replaces, by kind; each once, in order."""
    takers: tuple[Appointment | Hold | Absence, ...] = (
        *change.appointments,
        *change.holds,
        *change.absences,
    )
    holders: dict[str, set[str]] = {
        tables.HOLD: set(change.dropped_holds),
        tables.ABSENCE: set(change.dropped_absences),
    }
    for taker in takers:
        holders.setdefault(kind_of_taker(taker), set()).add(taker.id)
    return {kind: sorted(ids) for kind, ids in holders.items()}


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


# SQLAlchemy keeps a column's own name for its new value, so conditions have names of their own.
_DROP_OVERLAP = delete(tables.overlap).where(
    tables.overlap.c.clinic == bindparam("the_clinic"),
    tables.overlap.c.patients == bindparam("over"),
    tables.overlap.c.staffs == bindparam("by_staff"),
)
_VOID = (
    update(tables.message)
    .where(
        tables.message.c.clinic == bindparam("the_clinic"),
        tables.message.c.appointment == bindparam("of"),
        tables.message.c.state == MessageState.UNSENT.value,
    )
    .values(state=MessageState.VOID.value, token="", comment="")
)
