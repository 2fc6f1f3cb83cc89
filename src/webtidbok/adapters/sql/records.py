# ruff: noqa: D102 - the port says it, and help() shows that
"""What a database holds, for looking at: streamed, no table is ever held whole."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, select

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.busy import all_occupied
from webtidbok.adapters.sql.columns import wanted, wanted_value
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.rows import (
    Read,
    absence_of,
    appointment_of,
    event_of,
    message_of,
    overlap_of,
    watch_list_entry_of,
)
from webtidbok.adapters.sql.snapshot import SqlSnapshot
from webtidbok.adapters.sql.transactions import Transactions
from webtidbok.errors import UnknownAppointment, UnknownPatient
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.ids import AppointmentId, ClinicId, PatientId
from webtidbok.model.message import Message
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.records import Records
from webtidbok.ports.snapshot import Snapshot

T = TypeVar("T")

_ROWS_AT_ONCE = 500


class SqlRecords(Records):
    """The records of a database. What is yielded was true at one moment: when the first came."""

    _transactions: Transactions
    _patients: Callable[[Connection], PatientRegister]

    def clinic_ids(self) -> Sequence[ClinicId]:
        with self._transactions.reading(once=True) as connection:
            ids = select(tables.clinic.c.id).order_by(tables.clinic.c.id)
            return tuple(map(ClinicId, connection.execute(ids).scalars()))

    def appointment(self, clinic: ClinicId, appointment: AppointmentId) -> Appointment:
        with self._transactions.reading(once=True) as connection:
            facts = {"clinic": clinic, "id": appointment}
            row = connection.execute(_APPOINTMENT, facts).mappings().one_or_none()
        if row is None:
            raise UnknownAppointment(appointment)
        return appointment_of(row)

    def appointments(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Appointment]:
        table = tables.appointment
        statement = _overlapping(table, clinic, span).order_by(table.c.starts, table.c.id)
        return self._stream(statement, appointment_of)

    def patient(self, clinic: ClinicId, patient: PatientId) -> Patient:
        with self._transactions.reading() as connection:
            found = self._patients(connection).by_id(clinic, patient)
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
        table = tables.event
        statement = (
            select(table).where(table.c.clinic == wanted_value(clinic)).order_by(table.c.number)
        )
        if appointment is not None:
            statement = statement.where(table.c.appointment == wanted_value(appointment))
        if first is not None:
            statement = statement.where(table.c.at >= first)
        if until is not None:
            statement = statement.where(table.c.at < until)
        return self._stream(statement, event_of)

    def watch_list(self, clinic: ClinicId) -> Iterator[WatchListEntry]:
        """Yield the entries of our own list; a host reads its own."""
        return self._stream(_numbered(tables.watch_list, clinic), watch_list_entry_of)

    def messages(self, clinic: ClinicId) -> Iterator[Message]:
        return self._stream(_numbered(tables.message, clinic), message_of)

    def absences(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Absence]:
        table = tables.absence
        statement = _overlapping(table, clinic, span).order_by(table.c.starts, table.c.id)
        return self._stream(statement, absence_of)

    def occupied(self, clinic: ClinicId) -> Iterator[Occupied]:
        with self._transactions.reading() as connection:
            yield from all_occupied(connection, clinic)

    def overlaps(self, clinic: ClinicId) -> Iterator[Overlap]:
        table = tables.overlap
        statement = (
            select(table)
            .where(table.c.clinic == wanted_value(clinic))
            .order_by(table.c.at, table.c.patients, table.c.staffs)
        )
        return self._stream(statement, overlap_of)

    @contextmanager
    def snapshot(self, clinic: ClinicId) -> Iterator[Snapshot]:
        has_own_patients = self._patients is SqlPatients
        with self._transactions.reading() as connection:
            yield SqlSnapshot(connection, clinic, has_own_patients=has_own_patients)

    def _stream(self, statement: Select[Any], value_of: Callable[[Read], T]) -> Iterator[T]:
        options = {"yield_per": _ROWS_AT_ONCE}
        with (
            self._transactions.reading() as connection,
            connection.execute(statement, execution_options=options) as rows,
        ):
            for row in rows.mappings():
                yield value_of(row)


def _numbered(table: Table, clinic: ClinicId) -> Select[Any]:
    return select(table).where(table.c.clinic == wanted_value(clinic)).order_by(table.c.number)


def _overlapping(table: Table, clinic: ClinicId, span: TimeSpan | None) -> Select[Any]:
    statement = select(table).where(table.c.clinic == wanted_value(clinic))
    if span is None:
        return statement
    return statement.where(table.c.ends > span.start, table.c.starts < span.end)


_APPOINTMENT = select(tables.appointment).where(
    tables.appointment.c.clinic == wanted("clinic"), tables.appointment.c.id == wanted("id")
)
