"""What a hold or a booking sees, read in one statement that locks nothing.

A statement sees one moment. On PostgreSQL the versions of all that the state depends on come with
it: who finds them unchanged, under locks, knows that the state still holds (`at_once`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    ScalarSelect,
    Table,
    Text,
    and_,
    bindparam,
    func,
    null,
    select,
)

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.busy import OCCUPIED_IN_SPAN, occupied_by
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.columns import Instant, wanted
from webtidbok.adapters.sql.occupancy import seconds_of
from webtidbok.adapters.sql.patients import patient_of
from webtidbok.adapters.sql.prepared import Asking, Prepared
from webtidbok.adapters.sql.rows import Read, hold_of
from webtidbok.model.absence import Absence
from webtidbok.model.changeable import Origin
from webtidbok.model.ids import CalendarId
from webtidbok.model.occupied import Occupied
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Scope, State


@attrs.frozen(kw_only=True)
class Glance:
    """A state, and the versions under which it holds.

    Attributes:
        calendars: Of the scope's calendars, those that have one; on SQLite none is read.
        patient: The patient's; 0 where the state knows none.
    """

    state: State
    calendars: Mapping[CalendarId, int]
    patient: int


def is_seen_whole(scope: Scope) -> bool:
    """Return whether all that `scope` asks for is what a glance can see: a hold's or a booking's.

    What changes an appointment or an absence that is there asks for more.
    """
    others = (scope.appointment, scope.absence, scope.patient)
    is_of_times = bool(scope.calendars) and scope.span is not None
    return is_of_times and not scope.holders and others == (None, None, None)


@attrs.frozen
class Sight:
    """The rows of a glance as they came: while they are equal, nothing of it has changed."""

    _asking: Asking = attrs.field(eq=False, repr=False)
    rows: list[tuple[Any, ...]] = attrs.field(repr=False)

    def again(self, connection: Connection) -> "Sight":
        """Return the same as it is now."""
        return Sight(self._asking, self._asking.rows(connection))


def sight_of(connection: Connection, scope: Scope) -> Sight:
    """Read what `scope` asks for. One statement."""
    asking = _STATEMENTS[connection.dialect.name].asking(connection.dialect, _facts(scope))
    return Sight(asking, asking.rows(connection))


def glance_in(sight: Sight, dialect: Dialect, parsed: ParsedClinics) -> Glance | None:
    """Return what is seen there; None where the state must be read in another way.

    That is so for a clinic that is not there, settings that nobody here has parsed yet, a repeated
    request, and times longer than a day.
    """
    if not sight.rows:
        return None
    read = _FORMS[dialect.name].read
    [(version, digest, is_repeat, open_bookings, versions, taken, away, *others)] = sight.rows
    stored = parsed.known(version, digest)
    occupied = read(taken)
    if stored is None or is_repeat or any(row[_PIECE] for row in occupied):
        return None
    patient = _row(_PATIENT, others[: len(_PATIENT)])
    hold = _row(_HOLD, others[len(_PATIENT) :])
    state = State(
        clinic=stored,
        occupied=_occupied(occupied),
        absences=_absences(read(away)),
        patient=None if patient is None else patient_of(patient),
        open_bookings=open_bookings,
        hold=None if hold is None else hold_of(hold),
    )
    calendars = {CalendarId(name): version for name, version in read(versions)}
    return Glance(
        state=state, calendars=calendars, patient=0 if patient is None else patient["version"]
    )


def _row(names: Sequence[str], values: Sequence[Any]) -> Read | None:
    """Return a row that was joined, None where there was none: its key is empty then."""
    return None if values[0] is None else dict(zip(names, values, strict=True))


def _facts(scope: Scope) -> dict[str, object]:
    assert scope.span is not None
    number = scope.identity_number
    return {
        "clinic": scope.clinic,
        "calendars": scope.calendars,
        "first": seconds_of(scope.span.start),
        "until": seconds_of(scope.span.end),
        "before": scope.span.end,
        "after": scope.span.start,
        "number": None if number is None else number.kept,
        "request": scope.request,
        "hold": scope.hold,
        "now": scope.now,
    }


def _occupied(rows: Sequence[Sequence[Any]]) -> tuple[Occupied, ...]:
    found = (occupied_by(calendar, holder, *taken) for calendar, holder, _, *taken in rows)
    return tuple(sorted(found, key=lambda row: (row.calendar, row.span.end, row.holder)))


def _absences(rows: Sequence[Sequence[Any]]) -> tuple[Absence, ...]:
    found = (
        Absence(
            id=id_,
            clinic=clinic,
            calendar=calendar,
            span=TimeSpan(datetime.fromisoformat(starts), datetime.fromisoformat(ends)),
            reason=reason,
        )
        for clinic, id_, calendar, starts, ends, reason in rows
    )
    return tuple(sorted(found, key=lambda each: (each.span.start, each.id)))


def absent_in_span() -> Iterator[ColumnElement[bool]]:
    """Yield what absences must be that lie in the calendars and the span of a scope."""
    table = tables.absence
    yield table.c.clinic == wanted("clinic")
    yield table.c.calendar.in_(wanted("calendars", expanding=True))
    yield table.c.ends > bindparam("after", type_=Instant)
    yield table.c.starts < bindparam("before", type_=Instant)


def open_bookings_of(patient: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    """Yield what appointments must be that are a patient's open bookings (R3)."""
    table = tables.appointment
    yield table.c.clinic == wanted("clinic")
    yield table.c.patient == patient
    yield table.c.starts > bindparam("now", type_=Instant)
    yield table.c.origin == Origin.WEB.value
    yield table.c.cancelled_at.is_(None)


@attrs.frozen
class _Form:
    """How one kind of database is asked.

    Attributes:
        array: Its function that makes an array of columns.
        together: Its function that makes an array of rows.
        read: Reads the arrays that it gives.
        has_versions: What is read can be compared by the versions of calendars.
    """

    array: Any
    together: Any
    read: Callable[[Any], Sequence[Any]]
    has_versions: bool

    def all_of(
        self, table: Table, columns: Sequence[str], *conditions: ColumnElement[bool]
    ) -> ScalarSelect[Any]:
        """Return the rows for which some conditions hold, as one value."""
        rows = self.together(self.array(*(table.c[name] for name in columns)))
        return select(rows).where(*conditions).scalar_subquery()

    def versions(self) -> ColumnElement[Any]:
        """Return the versions of the scope's calendars; nothing where they are of no use."""
        table = tables.calendar
        # One by one, and not as an array: of that PostgreSQL does not know how long it is, and so
        # would plan the statement anew each time, which takes ten times as long as carrying it out.
        is_asked = table.c.calendar.in_(wanted("calendars", expanding=True))
        of_clinic = table.c.clinic == wanted("clinic")
        found = self.all_of(table, ("calendar", "version"), of_clinic, is_asked)
        return found if self.has_versions else null()


def _how_many(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


def _with_patient_and_hold() -> FromClause:
    """Return the clinic, with the patient and the hold that the scope names, if they are there."""
    clinic, patient, hold = tables.clinic, tables.patient, tables.hold
    is_of_number = and_(
        patient.c.clinic == clinic.c.id,
        patient.c.identity_number == bindparam("number", type_=Text),
    )
    is_the_hold = and_(hold.c.clinic == clinic.c.id, hold.c.id == wanted("hold"))
    return clinic.outerjoin(patient, is_of_number).outerjoin(hold, is_the_hold)


def _statement(form: _Form) -> Prepared:
    clinic, event, patient, hold = tables.clinic, tables.event, tables.patient, tables.hold
    repeats = event.c.clinic == wanted("clinic"), event.c.key == wanted("request")
    columns = (
        clinic.c.version,
        clinic.c.digest,
        _how_many(*repeats),
        _how_many(*open_bookings_of(patient.c.id)),
        form.versions(),
        form.all_of(tables.occupied, _OCCUPIED, *OCCUPIED_IN_SPAN),
        form.all_of(tables.absence, _ABSENCE, *absent_in_span()),
        *(patient.c[name] for name in _PATIENT),
        *(hold.c[name] for name in _HOLD),
    )
    there = _with_patient_and_hold()
    return Prepared(select(*columns).select_from(there).where(clinic.c.id == wanted("clinic")))


_PIECE = 2
_OCCUPIED = ("calendar", "holder", "piece", "starts", "ends", "exclusive", "expires")
_ABSENCE = ("clinic", "id", "calendar", "starts", "ends", "reason")
_PATIENT = tuple(tables.patient.c.keys())
_HOLD = tuple(tables.hold.c.keys())

_FORMS = {
    "sqlite": _Form(
        func.json_array,
        func.json_group_array,
        lambda rows: json.loads(rows) if rows else (),
        has_versions=False,
    ),
    "postgresql": _Form(
        func.json_build_array, func.json_agg, lambda rows: rows or (), has_versions=True
    ),
}
_STATEMENTS = {name: _statement(form) for name, form in _FORMS.items()}
