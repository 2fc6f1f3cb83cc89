"""What a hold or a booking sees, read in one statement that locks nothing.

A statement sees one moment. On PostgreSQL the versions of all that the state depends on come with
it: who finds them unchanged, under locks, knows that the state still holds (`at_once`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, Dialect

from webtidbok.adapters.sql.busy import in_order, occupied_by
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.occupancy import seconds_of
from webtidbok.adapters.sql.patients import patient_of
from webtidbok.adapters.sql.prepared import Asking
from webtidbok.adapters.sql.rows import Read, absence_of, hold_of
from webtidbok.adapters.sql.sight import ABSENCE, FORMS, HOLD, OCCUPIED, PATIENT, STATEMENTS
from webtidbok.model.absence import Absence
from webtidbok.model.ids import CalendarId
from webtidbok.model.occupied import Occupied
from webtidbok.ports.store import Scope, State

_PIECE = OCCUPIED.index("piece")
_MOMENTS = ("starts", "ends")


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
    asking = STATEMENTS[connection.dialect.name].asking(connection.dialect, _facts(scope))
    return Sight(asking, asking.rows(connection))


def glance_in(sight: Sight, dialect: Dialect, parsed: ParsedClinics) -> Glance | None:
    """Return what is seen there; None where the state must be read in another way.

    That is so for a clinic that is not there, settings that nobody here has parsed yet, a repeated
    request, and times longer than a day.
    """
    if not sight.rows:
        return None
    read = FORMS[dialect.name].read
    [(version, digest, is_repeat, open_bookings, versions, taken, away, *others)] = sight.rows
    stored = parsed.known(version, digest)
    occupied = read(taken)
    if stored is None or is_repeat or any(row[_PIECE] for row in occupied):
        return None
    patient = _row(PATIENT, others[: len(PATIENT)])
    hold = _row(HOLD, others[len(PATIENT) :])
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
    return in_order(occupied_by(calendar, holder, *taken) for calendar, holder, _, *taken in rows)


def _absences(rows: Sequence[Sequence[Any]]) -> tuple[Absence, ...]:
    """Return absences of rows whose moments are text, as they are in JSON."""
    named = [dict(zip(ABSENCE, row, strict=True)) for row in rows]
    moments = ({name: datetime.fromisoformat(row[name]) for name in _MOMENTS} for row in named)
    return by_start(absence_of(row | moment) for row, moment in zip(named, moments, strict=True))


def by_start(absences: Iterable[Absence]) -> tuple[Absence, ...]:
    """Return absences as `State` has them."""
    return tuple(sorted(absences, key=lambda each: (each.span.start, each.id)))
