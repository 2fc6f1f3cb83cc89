"""Attempts to book a time: by the library, and by a bare driver that stores the same rows."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import attrs
import psycopg
from sqlalchemy import Table, make_url

from benchmarks.patients import details_of
from benchmarks.workload import OPEN_HOUR, THE_CLINIC
from tests.postgresql_server import dsn
from webtidbok import Booked, Booking, Clinic, Desk, ProviderId, SlotTaken, WebBook
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.columns import Instant
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.occupancy import rows_of
from webtidbok.adapters.sql.patients import patient_row
from webtidbok.adapters.sql.rows import appointment_row, event_row, message_row
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.instants import moment_of
from webtidbok.ports.store import Change, Scope, State

A = TypeVar("A")

#: Tries to book; whether it did.
Attempt = Callable[[], bool]


class Wanted(NamedTuple):
    """A time that a patient wants."""

    provider: ProviderId
    start: int
    patient: int


def booking_of(wanted: Wanted) -> Booking:
    """Return what the patient confirms."""
    return Booking(
        clinic=THE_CLINIC,
        type=OPEN_HOUR,
        provider=wanted.provider,
        start=moment_of(wanted.start),
        details=details_of(wanted.patient),
    )


def book_over(store: SqlStore | MemoryStore, clock: StandingClock) -> WebBook:
    """Return a web book over a store."""
    desk = Desk(store=store, records=store, clock=clock, randomness=SystemRandomness())
    return WebBook(desk)


class OurAttempts:
    """Books through the library: all rules, patient, history, outbox and link.

    Args:
        is_durable: SQLite waits for the disk, as the library sets it; otherwise it need not.
    """

    def __init__(self, url: str, clock: StandingClock, *, is_durable: bool = False) -> None:
        engine = open_database(url)
        self._book = book_over(SqlStore.from_engine(engine), clock)
        self._book.clinic(THE_CLINIC)
        if engine.dialect.name == "sqlite" and not is_durable:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA synchronous = NORMAL")

    def prepared(self, wanted: Wanted) -> Attempt:
        """Return an attempt, ready to be made."""
        booking = booking_of(wanted)
        return lambda: self._has_booked(booking)

    def _has_booked(self, booking: Booking) -> bool:
        answer = self._book.book(booking)
        if isinstance(answer, Booked):
            return True
        assert isinstance(answer, SlotTaken), answer
        return False


class _Noting(MemoryStore):
    """Notes the last change that was stored."""

    noted: Change[Any]

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        def noting(state: State) -> Change[A] | A:
            decided = decide(state)
            if isinstance(decided, Change):
                self.noted = decided
            return decided

        return super().transact(scope, noting)


class Changes:
    """Knows what the library would store for a booking."""

    def __init__(self, clinic: Clinic, clock: StandingClock) -> None:
        self._store = _Noting()
        self._book = book_over(self._store, clock)
        self._book.add_clinic(clinic)

    def of(self, wanted: Wanted) -> "Rows":
        """Return the rows, by table; those of the time first."""
        answer = self._book.book(booking_of(wanted))
        assert isinstance(answer, Booked), answer
        change = self._store.noted
        self._book.staff_cancel(THE_CLINIC, answer.appointment.id, by="benchmark")
        return _rows(change)


Rows = Sequence[tuple[Table, Mapping[str, object]]]


def _rows(change: Change[Any]) -> Rows:
    clinic = {"clinic": THE_CLINIC}
    return [
        *(
            (tables.occupied, {**clinic, **place._asdict(), **taken._asdict()})
            for place, taken in rows_of(change.appointments).items()
        ),
        *((tables.patient, patient_row(THE_CLINIC, each)) for each in change.patients),
        *((tables.appointment, appointment_row(each)) for each in change.appointments),
        *((tables.link, {**clinic, **attrs.asdict(each)}) for each in change.links),
        *((tables.event, event_row(each)) for each in change.events),
        *((tables.message, message_row(each)) for each in change.messages),
    ]


class BareOnPostgresql:
    """Stores the same rows in one statement; the database's own constraint tells who is late."""

    def __init__(self, url: str, changes: Changes) -> None:
        self._changes = changes
        self._connection = psycopg.connect(dsn(make_url(url)), autocommit=True)

    def prepared(self, wanted: Wanted) -> Attempt:
        """Return an attempt, ready to be made."""
        rows = self._changes.of(wanted)
        statement = _one_statement(rows).encode()
        values = [value for _, row in rows for value in row.values()]
        occupied = rows[0][1]
        given = (*values, THE_CLINIC, occupied["calendar"], occupied["holder"])
        return lambda: self._has_booked(statement, given)

    def _has_booked(self, statement: bytes, given: tuple[object, ...]) -> bool:
        row = self._connection.execute(statement, given, prepare=True).fetchone()
        return row == (1,)


def _one_statement(rows: Rows) -> str:
    """Return one INSERT a row, the first of which decides, and the calendar's next version."""
    parts = []
    for number, (table, row) in enumerate(rows):
        columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
        if number == 0:
            values = f"VALUES ({places}) ON CONFLICT DO NOTHING RETURNING 1"
        else:
            values = f"SELECT {places} FROM r0"
        parts.append(f"r{number} AS (INSERT INTO {table.name} ({columns}) {values})")
    raised = (
        "raised AS (UPDATE wtb_calendar SET version = version + 1 FROM r0"
        " WHERE clinic = %s AND calendar = %s RETURNING clinic, calendar, version)"
    )
    noted = "noted AS (INSERT INTO wtb_journal SELECT raised.*, %s FROM raised)"
    return f"WITH {', '.join([*parts, raised, noted])} SELECT count(*) FROM r0"


class BareOnSqlite:
    """Looks for what is in the way and stores the same rows, as the only writer."""

    def __init__(self, file: str, changes: Changes) -> None:
        self._changes = changes
        self._connection = sqlite3.connect(file, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = NORMAL")

    def prepared(self, wanted: Wanted) -> Attempt:
        """Return an attempt, ready to be made."""
        rows = self._changes.of(wanted)
        statements = [(_insert(table, row), _values(table, row)) for table, row in rows]
        occupied = rows[0][1]
        place = THE_CLINIC, str(occupied["calendar"])
        statements += [(_RAISE, place), (_NOTE, (occupied["holder"], *place))]
        starts, ends = occupied["starts"], occupied["ends"]
        look = (*place, starts, ends, tables.DAY_SECONDS, ends)
        return lambda: self._has_booked(look, statements)

    def _has_booked(
        self, look: tuple[object, ...], statements: Sequence[tuple[str, Sequence[object]]]
    ) -> bool:
        execute: Callable[..., sqlite3.Cursor] = self._connection.execute
        execute("BEGIN IMMEDIATE")
        if execute(_LOOK, look).fetchone():
            execute("ROLLBACK")
            return False
        for statement, values in statements:
            execute(statement, values)
        execute("COMMIT")
        return True


_LOOK = (
    "SELECT 1 FROM wtb_occupied WHERE clinic = ? AND calendar = ?"
    " AND ends > ? AND ends < ? + ? AND starts < ?"
)
_RAISE = "UPDATE wtb_calendar SET version = version + 1 WHERE clinic = ? AND calendar = ?"
_NOTE = (
    "INSERT INTO wtb_journal (event, clinic, calendar, version)"
    " SELECT ?, clinic, calendar, version FROM wtb_calendar WHERE clinic = ? AND calendar = ?"
)


def _insert(table: Table, row: Mapping[str, object]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"


def _values(table: Table, row: Mapping[str, object]) -> Sequence[object]:
    """Return the values as the columns keep them."""
    return [
        _as_text(value) if isinstance(table.c[name].type, Instant) and value else value
        for name, value in row.items()
    ]


def _as_text(moment: object) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
