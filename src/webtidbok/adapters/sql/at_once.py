"""A booking on PostgreSQL in two round trips: one statement reads, another one writes.

Theory. Nothing is locked while `decide` thinks. The statement that writes first locks what every
writer locks, in the order of all (`postgresql`), then compares the versions with those that were
read, and writes only if all are the same. It is a transaction by itself: it does everything or
nothing. PostgreSQL shows all parts of a statement the moment at which it began, but a row that it
locks or updates as it is when the lock is had; so the versions that are compared are of now.

What only adds, and drops the caller's own hold, can be written so: a hold or a booking. All else,
and whoever was overtaken twice, goes the way of locks before reading, where nobody is overtaken.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal

import attrs
from sqlalchemy import Connection

from webtidbok.adapters.sql import postgresql, tables
from webtidbok.adapters.sql.chain import Shape, chain, parameter_of
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.errors import Collided, driver_errors_as_ours
from webtidbok.adapters.sql.glance import Glance, glance_in, is_seen_whole, sight_of
from webtidbok.adapters.sql.occupancy import Rows, rows_of
from webtidbok.adapters.sql.patients import patient_row
from webtidbok.adapters.sql.rows import (
    Row,
    appointment_row,
    event_row,
    hold_row,
    message_row,
    watch_list_row,
)
from webtidbok.adapters.sql.transactions import OwnTransactions
from webtidbok.errors import OverlapsExclusive, TryAgain
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.ids import ClinicId
from webtidbok.model.message import Message
from webtidbok.model.patient import Patient
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.store import A, Change, Scope, State

_TRIES = 2


class _NotSo(Enum):
    """No answer came this way."""

    NOT_SO = "not so"


NOT_SO: Final = _NotSo.NOT_SO


@attrs.frozen(kw_only=True)
class AtOnce:
    """Stores what can be stored in one statement, in transactions of our own."""

    transactions: OwnTransactions
    parsed: ParsedClinics

    def transact(
        self, scope: Scope, decide: Callable[[State], Change[A] | A]
    ) -> A | Literal[_NotSo.NOT_SO]:
        """Return what `Store.transact` would; `NOT_SO` where it must go another way.

        Raises:
            StoreUnavailable: the connection was lost, perhaps after all was stored; then no
                other way may be tried.
        """
        latest = time.monotonic() + self.transactions.patience.total_seconds()
        for _ in range(_TRIES if is_seen_whole(scope) else 0):
            with self.transactions.single_statements() as connection:
                sight = sight_of(connection, scope)
                glance = glance_in(sight, connection.dialect, self.parsed)
                if glance is None or glance.calendars.keys() != set(scope.calendars):
                    return NOT_SO  # what has no version cannot be held
                decided = decide(glance.state)
                if not isinstance(decided, Change):
                    return decided
                writing = writing_of(scope, glance, decided)
                if writing is None:
                    return NOT_SO
                if self._is_written(connection, writing, latest):
                    return decided.answer
        return NOT_SO

    def _is_written(self, connection: Connection, writing: "Writing", latest: float) -> bool:
        patience = str(postgresql.milliseconds_of(self.transactions.patience))
        try:
            with driver_errors_as_ours():
                facts = {**writing.facts, "patience": patience}
                [(is_written,)] = chain(writing.shape).rows(connection, facts)
                return bool(is_written)
        except (Collided, OverlapsExclusive):
            return False  # nothing was stored; the other way will show whether it stays so
        except TryAgain:
            if time.monotonic() > latest:
                raise
            return False


@attrs.frozen(kw_only=True)
class Writing:
    """The statement for a change, and what it is given."""

    shape: Shape
    facts: Mapping[str, object] = attrs.field(repr=False)


def writing_of(scope: Scope, glance: Glance, change: Change[Any]) -> Writing | None:
    """Return how to write a change that was decided on `glance`; None if not in one statement."""
    come, gone = rows_of((*change.appointments, *change.holds)), _rows_that_go(glance, change)
    touched = sorted({place.calendar for place in (*come, *gone)})
    takes_part = _takes_part(scope, glance, change)
    if not (
        _only_adds(change)
        and set(touched) <= glance.calendars.keys()
        and set(change.dropped_holds) <= {place.holder for place in gone}
        and not (glance.state.hold and change.holds)  # it would be replaced
        and {visit.patient for visit in change.appointments} <= {None, takes_part and takes_part.id}
        and len(change.patients) <= (takes_part is not None)
        and (takes_part is not None or scope.identity_number is None)
        and _is_of_one_clinic(scope, change)
    ):
        return None
    inserted = {**_rows(scope.clinic, change), tables.occupied.name: _occupied_rows(scope, come)}
    inserted = {name: rows for name, rows in inserted.items() if rows}
    patient = [patient_row(scope.clinic, takes_part)] if takes_part else []
    shape = Shape(
        inserted=tuple((name, tuple(rows[0])) for name, rows in inserted.items()),
        patient=tuple(patient[0]) if patient else (),
        is_new_patient=glance.patient == 0,
        drops_hold=bool(change.dropped_holds),
    )
    assert glance.state.clinic is not None
    facts = {
        "the_clinic": scope.clinic,
        "the_settings": glance.state.clinic.version,
        "names": postgresql.numbers_of(postgresql.names_in(scope)),
        "calendars": list(glance.calendars),
        "versions": list(glance.calendars.values()),
        "touched": touched,
        "the_event": change.events[0].key if change.events else "",
        "patient_version": glance.patient,
        "dropped": next(iter(change.dropped_holds), None),
        parameter_of(tables.patient.name): _json(patient),
        **{parameter_of(name): _json(rows) for name, rows in inserted.items()},
    }
    return Writing(shape=shape, facts=facts)


#: What the statement can say of a change; how much of each, is for the conditions above.
_SAID = (
    "answer",
    "patients",
    "appointments",
    "holds",
    "dropped_holds",
    "links",
    "codes",
    "events",
    "messages",
    "watch_list",
)


def _only_adds(change: Change[Any]) -> bool:
    return not any(
        getattr(change, field.name) for field in attrs.fields(Change) if field.name not in _SAID
    )


def _rows_that_go(glance: Glance, change: Change[Any]) -> Rows:
    """Return the rows of the caller's own hold, if the change drops it."""
    hold = glance.state.hold
    return rows_of([hold]) if hold and hold.id in change.dropped_holds else {}


def _takes_part(scope: Scope, glance: Glance, change: Change[Any]) -> Patient | None:
    """Return the patient as it is to be: the one who was looked up, or who was not found."""
    known = glance.state.patient
    if not change.patients:
        return known
    patient = change.patients[0]
    if known is None:
        return patient if patient.identity_number == scope.identity_number else None
    return patient if patient.id == known.id else None


def _is_of_one_clinic(scope: Scope, change: Change[Any]) -> bool:
    rows: tuple[Appointment | Hold | Event | Message | WatchListEntry, ...] = (
        *change.appointments,
        *change.holds,
        *change.events,
        *change.messages,
        *change.watch_list,
    )
    return all(row.clinic == scope.clinic for row in rows)


def _rows(clinic: ClinicId, change: Change[Any]) -> dict[str, list[Row]]:
    return {
        tables.appointment.name: [*map(appointment_row, change.appointments)],
        tables.hold.name: [*map(hold_row, change.holds)],
        tables.link.name: [{"clinic": clinic, **attrs.asdict(link)} for link in change.links],
        tables.code.name: [{"clinic": clinic, **attrs.asdict(code)} for code in change.codes],
        tables.event.name: [*map(event_row, change.events)],
        tables.message.name: [*map(message_row, change.messages)],
        tables.watch_list.name: [*map(watch_list_row, change.watch_list)],
    }


def _occupied_rows(scope: Scope, rows: Rows) -> list[Row]:
    return [
        {"clinic": scope.clinic, **place._asdict(), **taken._asdict()}
        for place, taken in rows.items()
    ]


def _json(rows: Sequence[Row]) -> str:
    return _ENCODER.encode(rows)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=datetime.isoformat)
