"""What a booking sees, read from PostgreSQL in one statement that locks nothing.

A statement sees one moment. With the state come the versions of all that it depends on: who finds
them unchanged, under locks, knows that the state still holds (`at_once`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.busy import occupied_by
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.columns import Instant, wanted
from webtidbok.adapters.sql.occupancy import seconds_of
from webtidbok.adapters.sql.patients import patient_of
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.rows import absence_of, hold_of
from webtidbok.model.changeable import Origin
from webtidbok.model.ids import CalendarId
from webtidbok.model.instants import instant
from webtidbok.model.occupied import Occupied
from webtidbok.ports.store import Scope, State


@attrs.frozen(kw_only=True)
class Glance:
    """A state, and the versions under which it holds.

    Attributes:
        calendars: Of every calendar of the scope.
        patient: The patient's; 0 where the state knows none.
    """

    state: State
    calendars: Mapping[CalendarId, int]
    patient: int


def is_seen_whole(scope: Scope) -> bool:
    """Return whether all that `scope` asks for is what a glance can see: a hold's or a booking's.

    What changes an appointment or an absence that is there needs its locks anyway.
    """
    others = (scope.appointment, scope.absence, scope.patient)
    is_of_times = bool(scope.calendars) and scope.span is not None
    return is_of_times and not scope.holders and others == (None, None, None)


def glance_at(connection: Connection, scope: Scope, parsed: ParsedClinics) -> Glance | None:
    """Return what is seen of `scope`; None where the state must be read in another way.

    That is so for a repeated request, settings that nobody here has parsed yet, calendars that
    nobody has used, and times longer than a day.
    """
    assert scope.span is not None
    number = scope.identity_number
    [row] = _GLANCE.mappings(
        connection,
        {
            "clinic": scope.clinic,
            "calendars": list(scope.calendars),
            "first": seconds_of(scope.span.start),
            "until": seconds_of(scope.span.end),
            "starts_before": scope.span.end,
            "ends_after": scope.span.start,
            "number": None if number is None else number.kept,
            "request": scope.request,
            "hold": scope.hold,
            "now": scope.now,
        },
    )
    stored = parsed.known(*row["clinic"]) if row["clinic"] else None
    versions = {CalendarId(name): version for name, version in row["calendars"] or ()}
    occupied = row["occupied"] or ()
    has_pieces = any(piece for _, _, piece, *_ in occupied)
    if stored is None or row["is_repeat"] or has_pieces or versions.keys() != set(scope.calendars):
        return None
    state = State(
        clinic=stored,
        occupied=_occupied(occupied),
        absences=tuple(
            absence_of(_restored(tables.absence, each)) for each in row["absences"] or ()
        ),
        patient=patient_of(row["patient"]) if row["patient"] else None,
        open_bookings=row["open_bookings"],
        hold=hold_of(_restored(tables.hold, row["hold"])) if row["hold"] else None,
    )
    patient = row["patient"]["version"] if row["patient"] else 0
    return Glance(state=state, calendars=versions, patient=patient)


def _occupied(rows: Sequence[Sequence[Any]]) -> tuple[Occupied, ...]:
    found = (occupied_by(calendar, holder, *taken) for calendar, holder, _, *taken in rows)
    return tuple(sorted(found, key=lambda row: (row.calendar, row.span.end, row.holder)))


def _restored(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row that came as JSON with its moments as moments."""
    moments = {column.name for column in table.c if isinstance(column.type, Instant)}
    return {
        name: instant(datetime.fromisoformat(value)) if name in moments and value else value
        for name, value in row.items()
    }


def _array(of: Table, *columns: str) -> ColumnElement[Any]:
    return func.json_agg(func.json_build_array(*(of.c[name] for name in columns)))


def _whole(table: Table) -> tuple[Any, ColumnElement[Any]]:
    """Return a table and one of its rows as JSON."""
    row = table.alias(f"a_{table.name}")
    return row, func.row_to_json(row.table_valued())


def _of_clinic(what: ColumnElement[Any], row: Any, *conditions: Any) -> ScalarSelect[Any]:  # noqa: ANN401
    of_clinic = row.c.clinic == wanted("clinic")
    return select(what).where(of_clinic, *conditions).select_from(row).scalar_subquery()


_clinic, _calendar, _occupied_table = tables.clinic, tables.calendar, tables.occupied
# One by one, and not as an array: of that the server does not know how long it is, and so would
# plan the statement anew each time, which takes ten times as long as carrying it out.
_wanted = wanted("calendars", expanding=True)
_first = bindparam("first", type_=BigInteger)
_until = bindparam("until", type_=BigInteger)
_number = bindparam("number", type_=Text)
_patient, _a_patient = _whole(tables.patient)
_absence, _an_absence = _whole(tables.absence)
_hold, _a_hold = _whole(tables.hold)
_visit, _event = tables.appointment, tables.event
_of_number = _patient.c.identity_number == _number

_STATEMENT = select(
    select(func.json_build_array(_clinic.c.version, _clinic.c.digest))
    .where(_clinic.c.id == wanted("clinic"))
    .scalar_subquery()
    .label("clinic"),
    _of_clinic(
        _array(_calendar, "calendar", "version"),
        _calendar,
        _calendar.c.calendar.in_(_wanted),
    ).label("calendars"),
    _of_clinic(
        _array(
            _occupied_table,
            *("calendar", "holder", "piece", "starts", "ends", "exclusive", "expires"),
        ),
        _occupied_table,
        _occupied_table.c.calendar.in_(_wanted),
        _occupied_table.c.ends > _first,
        _occupied_table.c.ends < _until + tables.DAY_SECONDS,
        _occupied_table.c.starts < _until,
        _occupied_table.c.kind != tables.ABSENCE,
    ).label("occupied"),
    _of_clinic(
        func.json_agg(aggregate_order_by(_an_absence, _absence.c.starts, _absence.c.id)),
        _absence,
        _absence.c.calendar.in_(_wanted),
        _absence.c.ends > bindparam("ends_after", type_=Instant),
        _absence.c.starts < bindparam("starts_before", type_=Instant),
    ).label("absences"),
    _of_clinic(_a_patient, _patient, _of_number).label("patient"),
    _of_clinic(
        func.count(),
        _visit,
        _visit.c.patient == _of_clinic(_patient.c.id, _patient, _of_number),
        _visit.c.starts > bindparam("now", type_=Instant),
        _visit.c.origin == Origin.WEB.value,
        _visit.c.cancelled_at.is_(None),
    ).label("open_bookings"),
    _of_clinic(_a_hold, _hold, _hold.c.id == wanted("hold")).label("hold"),
    _of_clinic(func.count(), _event, _event.c.key == wanted("request")).label("is_repeat"),
)
_GLANCE = Prepared(_STATEMENT)
