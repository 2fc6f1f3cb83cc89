"""What a decision sees: the state of a scope, read in one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import (
    BindParameter,
    Connection,
    func,
    or_,
    select,
)

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.busy import occupied_in
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.glance import Sight, by_start, glance_in, is_seen_whole, sight_of
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.rows import absence_of, appointment_of, event_of, hold_of, overlap_of
from webtidbok.adapters.sql.sight import absent_in_span, open_bookings_of
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import AppointmentId, ClinicId, PatientId, RequestKey
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.patient import Patient
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.store import Scope, State

_IDS_AT_ONCE = 500


@attrs.frozen
class Seen:
    """A state.

    Attributes:
        sight: The rows in which all of it was seen; None where any of it was read in another way.
    """

    state: State
    sight: Sight | None


@attrs.frozen(kw_only=True)
class StateReader:
    """Reads the state of a scope on a connection; only what the scope asks for.

    Attributes:
        glances: One statement may read it where it can: the register is ours, and nothing that
            is read is locked.
        locks_settings: Nobody else may change them until the transaction ends.
    """

    connection: Connection
    patients: PatientRegister
    parsed: ParsedClinics
    glances: bool = False
    locks_settings: bool = False

    def read(self, scope: Scope, before: Seen | None = None) -> Seen:
        """Return all that `scope` asks for.

        Args:
            before: What the same scope showed; it comes back itself if it still does.
        """
        sight = self._sight(scope, before)
        if before is not None and sight is not None and sight == before.sight:
            return before
        glance = sight and glance_in(sight, self.connection.dialect, self.parsed)
        seen = Seen(glance.state, sight) if glance else Seen(self._all_of(scope), None)
        return before if before is not None and seen.state == before.state else seen

    def _sight(self, scope: Scope, before: Seen | None) -> Sight | None:
        if before is not None and before.sight is not None:
            return before.sight.again(self.connection)
        return sight_of(self.connection, scope) if self.glances and is_seen_whole(scope) else None

    def _all_of(self, scope: Scope) -> State:
        patient = self._patient(scope)
        occupied = self._occupied(scope)
        earlier = None if scope.request is None else self._earlier(scope.clinic, scope.request)
        appointments, overlaps = self._appointments(scope, occupied, earlier)
        return State(
            clinic=self.parsed.read(self.connection, scope.clinic, to_write=self.locks_settings),
            occupied=occupied,
            absences=self._absences(scope),
            appointments=appointments,
            overlaps=overlaps,
            patient=patient,
            open_bookings=0
            if patient is None
            else self._open_bookings(scope.clinic, patient.id, scope.now),
            hold=None
            if scope.hold is None
            else read_hold(self.connection, scope.clinic, scope.hold),
            earlier=earlier,
        )

    def _patient(self, scope: Scope) -> Patient | None:
        if scope.identity_number is not None:
            return self.patients.by_number(scope.clinic, scope.identity_number)
        if scope.patient is not None:
            return self.patients.by_id(scope.clinic, scope.patient)
        return None

    def _occupied(self, scope: Scope) -> tuple[Occupied, ...]:
        if scope.span is None or not scope.calendars:
            return ()
        return occupied_in(self.connection, scope.clinic, scope.calendars, scope.span)

    def _absences(self, scope: Scope) -> tuple[Absence, ...]:
        found: dict[str, Absence] = {}
        if scope.span is not None and scope.calendars:
            facts = {
                "clinic": scope.clinic,
                "calendars": scope.calendars,
                "after": scope.span.start,
                "before": scope.span.end,
            }
            rows = _ABSENCES.mappings(self.connection, facts)
            found = {absence.id: absence for absence in map(absence_of, rows)}
        if scope.absence is not None:
            facts = {"clinic": scope.clinic, "id": scope.absence}
            rows = _ABSENCE.mappings(self.connection, facts)
            found |= {absence.id: absence for absence in map(absence_of, rows)}
        return by_start(found.values())

    def _appointments(
        self, scope: Scope, occupied: tuple[Occupied, ...], earlier: Event | None
    ) -> tuple[dict[AppointmentId, Appointment], tuple[Overlap, ...]]:
        own = set() if scope.appointment is None else {scope.appointment}
        named = own.union(*({o.patients, o.staffs} for o in self._overlaps_of(scope.clinic, own)))
        if scope.holders:
            named.update(AppointmentId(row.holder) for row in occupied)
        if earlier is not None and earlier.appointment is not None:
            named.add(earlier.appointment)
        found = self._appointments_by_id(scope.clinic, named)
        return found, self._overlaps_of(scope.clinic, found.keys())

    def _appointments_by_id(
        self, clinic: ClinicId, ids: Collection[AppointmentId]
    ) -> dict[AppointmentId, Appointment]:
        rows = self._by_id(_APPOINTMENTS, clinic, ids)
        return {found.id: found for found in map(appointment_of, rows)}

    def _overlaps_of(self, clinic: ClinicId, ids: Collection[AppointmentId]) -> tuple[Overlap, ...]:
        found = map(overlap_of, self._by_id(_OVERLAPS, clinic, ids))
        return tuple({(overlap.patients, overlap.staffs): overlap for overlap in found}.values())

    def _by_id(self, statement: Prepared, clinic: ClinicId, ids: Collection[str]) -> list[Any]:
        ordered = sorted(ids)
        return [
            row
            for first in range(0, len(ordered), _IDS_AT_ONCE)
            for row in statement.mappings(
                self.connection, {"clinic": clinic, "ids": ordered[first : first + _IDS_AT_ONCE]}
            )
        ]

    def _open_bookings(self, clinic: ClinicId, patient: PatientId, now: datetime) -> int:
        facts = {"clinic": clinic, "patient": patient, "now": now}
        [(count,)] = _OPEN_BOOKINGS.rows(self.connection, facts)
        return int(count)

    def _earlier(self, clinic: ClinicId, key: RequestKey) -> Event | None:
        facts = {"clinic": clinic, "key": key}
        found = _EARLIER.mappings(self.connection, facts)
        return event_of(found[0]) if found else None


def read_hold(connection: Connection, clinic: ClinicId, hold: HoldId) -> Hold | None:
    """Return a hold, also an expired one; None where there is none."""
    found = _HOLD.mappings(connection, {"clinic": clinic, "id": hold})
    return hold_of(found[0]) if found else None


_appointment, _absence, _overlap = tables.appointment, tables.absence, tables.overlap
_ids: BindParameter[Any] = wanted("ids", expanding=True)

_APPOINTMENTS = Prepared(
    select(_appointment)
    .where(_appointment.c.clinic == wanted("clinic"), _appointment.c.id.in_(_ids))
    .order_by(_appointment.c.id)
)
_ABSENCES = Prepared(select(_absence).where(*absent_in_span()))
_ABSENCE = Prepared(
    select(_absence).where(_absence.c.clinic == wanted("clinic"), _absence.c.id == wanted("id"))
)
_OVERLAPS = Prepared(
    select(_overlap)
    .where(
        _overlap.c.clinic == wanted("clinic"),
        or_(_overlap.c.patients.in_(_ids), _overlap.c.staffs.in_(_ids)),
    )
    .order_by(_overlap.c.patients, _overlap.c.staffs)
)
_OPEN_BOOKINGS = Prepared(select(func.count()).where(*open_bookings_of(wanted("patient"))))
_HOLD = Prepared(
    select(tables.hold).where(
        tables.hold.c.clinic == wanted("clinic"), tables.hold.c.id == wanted("id")
    )
)
_EARLIER = Prepared(
    select(tables.event).where(
        tables.event.c.clinic == wanted("clinic"), tables.event.c.key == wanted("key")
    )
)
