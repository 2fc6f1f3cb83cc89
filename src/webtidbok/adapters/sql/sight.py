"""The one statement that a glance is (`glance` says what is seen in it).

Both kinds of database are asked the same. They differ in what makes arrays, in how those are read,
and in whether versions are of use.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
from sqlalchemy import (
    ColumnElement,
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
from webtidbok.adapters.sql.busy import OCCUPIED_IN_SPAN
from webtidbok.adapters.sql.columns import Instant, wanted
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.model.changeable import Origin


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
class Form:
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


def _statement(form: Form) -> Prepared:
    clinic, event, patient, hold = tables.clinic, tables.event, tables.patient, tables.hold
    repeats = event.c.clinic == wanted("clinic"), event.c.key == wanted("request")
    columns = (
        clinic.c.version,
        clinic.c.digest,
        _how_many(*repeats),
        _how_many(*open_bookings_of(patient.c.id)),
        form.versions(),
        form.all_of(tables.occupied, OCCUPIED, *OCCUPIED_IN_SPAN),
        form.all_of(tables.absence, ABSENCE, *absent_in_span()),
        *(patient.c[name] for name in PATIENT),
        *(hold.c[name] for name in HOLD),
    )
    there = _with_patient_and_hold()
    return Prepared(select(*columns).select_from(there).where(clinic.c.id == wanted("clinic")))


#: What stands in the arrays of occupied time and of absences.
OCCUPIED = ("calendar", "holder", "piece", "starts", "ends", "exclusive", "expires")
ABSENCE = ("clinic", "id", "calendar", "starts", "ends", "reason")

#: The columns that come last in a row: the patient's, and then the hold's.
PATIENT = tuple(tables.patient.c.keys())
HOLD = tuple(tables.hold.c.keys())

#: By the names of dialects.
FORMS = {
    "sqlite": Form(
        func.json_array,
        func.json_group_array,
        lambda rows: json.loads(rows) if rows else (),
        has_versions=False,
    ),
    "postgresql": Form(
        func.json_build_array, func.json_agg, lambda rows: rows or (), has_versions=True
    ),
}

#: A clinic's version and digest, repeats of the request, open bookings; then versions, occupied
#: time and absences, as arrays; then the patient and the hold.
STATEMENTS = {name: _statement(form) for name, form in FORMS.items()}
