# ruff: noqa: D102 - the port says it, and help() shows that
"""What a database holds of one clinic, as the transaction of one connection sees it.

Everything is streamed. Where no index has the order that the port promises, the engine sorts, in
bounds and on disk that are its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
from sqlalchemy import Connection, Select, Table, and_, func, or_, select, union_all

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.busy import occupied_in
from webtidbok.adapters.sql.columns import wanted_value
from webtidbok.adapters.sql.errors import driver_errors_as_ours
from webtidbok.adapters.sql.occupancy import moment_at
from webtidbok.adapters.sql.outbox import delivery_of
from webtidbok.adapters.sql.rows import (
    Read,
    absence_of,
    appointment_of,
    event_of,
    hold_of,
    overlap_of,
)
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening
from webtidbok.model.hold import Hold
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId, PatientId, RequestKey
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.outbox import Delivery
from webtidbok.ports.snapshot import Journaled, Snapshot, Taken, Taker

T = TypeVar("T")

_ROWS_AT_ONCE = 500


class SqlSnapshot(Snapshot):
    """Reads on one connection, inside its transaction, which makes it one moment.

    Args:
        has_own_patients: The register is ours, in the same database.
    """

    def __init__(self, connection: Connection, clinic: ClinicId, *, has_own_patients: bool) -> None:
        self._connection = connection
        self._clinic = clinic
        self._has_own_patients = has_own_patients

    def appointments(self) -> Iterator[Appointment]:
        table = tables.appointment
        return self._stream(self._all(table).order_by(table.c.id), appointment_of)

    def holds(self) -> Iterator[Hold]:
        return self._stream(self._all(tables.hold).order_by(tables.hold.c.id), hold_of)

    def absences(self) -> Iterator[Absence]:
        return self._stream(self._all(tables.absence).order_by(tables.absence.c.id), absence_of)

    def rows_of(self, taker: Taker) -> Iterator[Occupied]:
        table = tables.occupied
        statement = (
            self._all(table)
            .where(table.c.kind == taker.value)
            .order_by(table.c.holder, table.c.calendar, table.c.starts)
        )
        return _whole(self._stream(statement, _occupied_of))

    def taken(self) -> Iterator[Taken]:
        table, visit, absence = tables.occupied, tables.appointment, tables.absence
        taker = (table.c.kind, table.c.calendar, table.c.holder, table.c.exclusive, table.c.expires)
        starts, ends = func.min(table.c.starts), func.max(table.c.ends)
        whole = (
            select(*taker, starts.label("starts"), ends.label("ends"))
            .where(table.c.clinic == wanted_value(self._clinic))
            .group_by(*taker)
            .subquery()
        )
        is_of = and_(
            visit.c.clinic == wanted_value(self._clinic),
            visit.c.id == whole.c.holder,
            whole.c.kind == tables.APPOINTMENT,
        )
        is_away = and_(
            absence.c.clinic == wanted_value(self._clinic),
            absence.c.id == whole.c.holder,
            whole.c.kind == tables.ABSENCE,
        )
        statement = (
            select(whole, visit.c.chosen_by_patient, absence.c.version.label("laid_at"))
            .outerjoin(visit, is_of)
            .outerjoin(absence, is_away)
            .order_by(whole.c.calendar, whole.c.starts, whole.c.holder)
        )
        return self._stream(statement, _taken_of)

    def events(self) -> Iterator[Event]:
        table = tables.event
        statement = (
            self._all(table)
            .where(table.c.appointment.is_not(None))
            .order_by(table.c.appointment, table.c.number)
        )
        return self._stream(statement, event_of)

    def deliveries(self) -> Iterator[Delivery]:
        table = tables.message
        statement = self._all(table).order_by(table.c.appointment, table.c.number)
        return self._stream(statement, delivery_of)

    def overlaps(self) -> Iterator[Overlap]:
        table = tables.overlap
        return self._stream(self._all(table).order_by(table.c.patients, table.c.staffs), overlap_of)

    def ways_in(self) -> Iterator[AppointmentId]:
        both = union_all(
            *(
                select(table.c.appointment).where(table.c.clinic == wanted_value(self._clinic))
                for table in (tables.link, tables.code)
            )
        ).subquery()
        statement = select(both.c.appointment).order_by(both.c.appointment)
        return self._stream(statement, lambda row: AppointmentId(row["appointment"]))

    def patients(self) -> Iterator[tuple[PersonalIdentityNumber, PatientId]]:
        if not self._has_own_patients:
            return iter(())
        table = tables.patient
        statement = (
            select(table.c.identity_number, table.c.id)
            .where(table.c.clinic == wanted_value(self._clinic))
            .order_by(table.c.identity_number, table.c.id)
        )
        return self._stream(
            statement,
            lambda row: (PersonalIdentityNumber(row["identity_number"]), PatientId(row["id"])),
        )

    def versions(self) -> Mapping[CalendarId, int]:
        pairs = self._stream(
            self._all(tables.calendar), lambda row: (CalendarId(row["calendar"]), row["version"])
        )
        return dict(pairs)

    def journal(self) -> Iterator[Journaled]:
        table, event = tables.journal, tables.event
        is_its = and_(event.c.clinic == table.c.clinic, event.c.key == table.c.event)
        statement = (
            select(table.c.calendar, table.c.version, table.c.event, event.c.what)
            .outerjoin(event, is_its)
            .where(table.c.clinic == wanted_value(self._clinic))
            .order_by(table.c.calendar, table.c.version)
        )
        return self._stream(statement, _journaled_of)

    def version_of(self, calendar: CalendarId, event: RequestKey) -> int | None:
        table = tables.journal
        statement = select(func.max(table.c.version)).where(
            table.c.clinic == wanted_value(self._clinic),
            table.c.calendar == wanted_value(calendar),
            table.c.event == wanted_value(event),
        )
        with driver_errors_as_ours():
            version: int | None = self._connection.execute(statement).scalar_one()
        return version

    def appointment(self, appointment: AppointmentId) -> Appointment | None:
        table = tables.appointment
        found = self._stream(
            self._all(table).where(table.c.id == wanted_value(appointment)), appointment_of
        )
        return next(iter([*found]), None)

    def history_of(self, appointment: AppointmentId) -> Iterator[Event]:
        table = tables.event
        statement = self._all(table).where(table.c.appointment == wanted_value(appointment))
        return self._stream(statement.order_by(table.c.number), event_of)

    def overlaps_of(self, appointment: AppointmentId) -> tuple[Overlap, ...]:
        table = tables.overlap
        its = wanted_value(appointment)
        is_in = or_(table.c.patients == its, table.c.staffs == its)
        return tuple(self._stream(self._all(table).where(is_in), overlap_of))

    def occupied_in(self, calendar: CalendarId, span: TimeSpan) -> tuple[Occupied, ...]:
        with driver_errors_as_ours():
            return occupied_in(self._connection, self._clinic, [calendar], span)

    def _all(self, table: Table) -> Select[Any]:
        return select(table).where(table.c.clinic == wanted_value(self._clinic))

    def _stream(self, statement: Select[Any], value_of: Callable[[Read], T]) -> Iterator[T]:
        options = {"yield_per": _ROWS_AT_ONCE}
        with (
            driver_errors_as_ours(),
            self._connection.execute(statement, execution_options=options) as rows,
        ):
            for row in rows.mappings():
                yield value_of(row)


def _whole(pieces: Iterable[Occupied]) -> Iterator[Occupied]:
    """Yield what touches and is otherwise equal as one; the rows of a holder come by start."""
    last: Occupied | None = None
    for piece in pieces:
        if last is not None and _goes_on(last, piece):
            last = attrs.evolve(last, span=TimeSpan(last.span.start, piece.span.end))
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _goes_on(last: Occupied, piece: Occupied) -> bool:
    touches = piece.span.start == last.span.end
    return touches and piece == attrs.evolve(last, span=piece.span)


def _occupied_of(row: Read) -> Occupied:
    return Occupied(
        calendar=row["calendar"],
        holder=row["holder"],
        span=TimeSpan(moment_at(row["starts"]), moment_at(row["ends"])),
        exclusive=row["exclusive"],
        expires_at=None if row["expires"] is None else moment_at(row["expires"]),
    )


def _taken_of(row: Read) -> Taken:
    return Taken(
        taker=Taker(row["kind"]),
        row=_occupied_of(row),
        chosen_by_patient=bool(row["chosen_by_patient"]),
        laid_at=row["laid_at"],
    )


def _journaled_of(row: Read) -> Journaled:
    what = row["what"]
    return Journaled(
        calendar=row["calendar"],
        version=row["version"],
        event=row["event"],
        what=None if what is None else Happening(what),
    )
