"""What is PostgreSQL's own: its transactions, its locks, its second lock, its errors.

Theory of the first lock. Our transactions are READ COMMITTED, and lock before they read: each
statement then sees all that was committed by those who had the locks before, so what a decision
sees still holds when its change is stored. A stricter isolation takes its picture before the locks
are had, so whoever had to wait would have to begin again; and SERIALIZABLE finds conflicts by
itself, but it has been seen to miss some, while row locks and keys have not. In a host's
transaction of a stricter kind the same statements are right too: a row that has changed since the
picture was taken ends them with 40001, and the host repeats all.

What is locked, always in this order, so that nobody waits in a circle:

1. Names: an appointment, a hold, an absence, a patient, a request, by advisory locks, which hold
   what may not be there yet. Their numbers are hashes, so they are sorted as numbers.
2. The rows of the calendars, in order of their ids. What is written raises their versions.
3. The patient's row in our register, whose version rises with every booking.
4. The clinic's row, only if the change holds settings (`clinics`).

A change may touch a calendar that its scope did not name. What was decided is then given up, and
all is begun again with that calendar among the others (`deciding`).
"""

import sys
from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Text,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.beginnings import NotBegun, Purpose
from webtidbok.adapters.sql.columns import is_kept
from webtidbok.errors import WebtidbokError
from webtidbok.model.ids import CalendarId
from webtidbok.ports.store import Scope

if TYPE_CHECKING:
    import psycopg

OLDEST = 150_000

_SECOND_LOCK = "ex_wtb_occupied_exclusive"
_EXCLUSION = "23P01"
_INTEGRITY = "23"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_STANDS_STILL = {"repeatable read", "serializable"}

#: Serialization failure, deadlock, lock timeout: the transaction has stored nothing.
_LOCKED = {"40001", "40P01", "55P03"}

#: How much longer than others may make us wait a statement, or we between two, may take.
_WORK = timedelta(seconds=30)


class TooOld(WebtidbokError):
    """The server is older than the oldest PostgreSQL that webtidbok knows; nothing was done."""

    def __init__(self, version: int) -> None:
        super().__init__(f"PostgreSQL {version // 10_000} is too old: 15 or newer is needed")


def driver_errors() -> tuple[type[Exception], ...]:
    """Return the root of psycopg's errors, for what is said past SQLAlchemy."""
    psycopg = sys.modules.get("psycopg")  # an extra brings it; who has not needed it has it not
    return () if psycopg is None else (psycopg.Error,)


def begin(connection: Connection, purpose: Purpose, patience: timedelta) -> None:
    """Begin a transaction at the database itself, with bounds for waiting, in one round trip.

    A statement alone is a transaction by itself and sees one moment.
    """
    connection.execution_options(isolation_level="AUTOCOMMIT")
    driver = _driver(connection)
    if driver.info.server_version < OLDEST:
        raise TooOld(driver.info.server_version)
    if purpose is Purpose.READ:
        _say(connection, _READ)
    elif purpose is Purpose.WRITE:
        _say(connection, "; ".join([_WRITE, *_bounds(patience)]))


def _bounds(patience: timedelta) -> list[str]:
    """Return what bounds waiting for locks, the work itself, and a process that stands still."""
    lock = milliseconds_of(patience)
    whole = lock + milliseconds_of(_WORK)
    return [
        f"SET LOCAL lock_timeout = {lock}",
        f"SET LOCAL statement_timeout = {whole}",
        f"SET LOCAL idle_in_transaction_session_timeout = {whole}",
    ]


def milliseconds_of(patience: timedelta) -> int:
    """Return a bound as PostgreSQL takes it, where 0 would mean none."""
    return max(1, patience // timedelta(milliseconds=1))


def _say(connection: Connection, sql: str) -> None:
    """Say several commands at once, which SQLAlchemy and prepared statements cannot."""
    driver = _driver(connection)
    try:
        driver.execute(sql.encode(), prepare=False)
    except driver_errors():
        if driver.closed:
            connection.invalidate()
        raise


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def is_in_transaction(connection: Connection) -> bool:
    """Return whether there is a transaction, or one begins with the first statement."""
    driver = _driver(connection)
    return not driver.autocommit or driver.info.transaction_status.name != "IDLE"


def take_part(connection: Connection) -> None:
    """Refuse a host's connection on which every statement is a transaction by itself."""
    if not is_in_transaction(connection):
        raise NotBegun("the host's connection is in no transaction")


def lock_for_schema(connection: Connection) -> None:
    """Let one process at a time create the tables."""
    take_part(connection)
    lock_names(connection, [("schema",)])


def take_time(connection: Connection) -> None:
    """Let statements take as long as they need; locks are still waited for no longer."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def lock_scope(connection: Connection, scope: Scope, calendars: Collection[CalendarId]) -> None:
    """Lock the names of a scope, then the calendars."""
    lock_names(connection, names_in(scope))
    kept = sorted(filter(is_kept, {*calendars})) if is_kept(scope.clinic) else []
    if kept and len(_locked(connection, scope.clinic, kept)) < len(kept):
        add_calendars(connection, scope.clinic, kept)
        _locked(connection, scope.clinic, kept)


def names_in(scope: Scope) -> list[tuple[str, ...]]:
    """Return what a scope names, calendars apart."""
    number = scope.identity_number
    named = {
        "appointment": scope.appointment,
        "hold": scope.hold,
        "absence": scope.absence,
        "patient": scope.patient,
        "number": None if number is None else number.kept,
        "request": scope.request,
    }
    return [(kind, scope.clinic, name) for kind, name in named.items() if name is not None]


def lock_names(connection: Connection, names: Sequence[tuple[str, ...]]) -> None:
    """Lock names in the order of their numbers."""
    if names:
        connection.execute(_LOCK_NAMES, {"names": numbers_of(names)}).all()


def numbers_of(names: Sequence[tuple[str, ...]]) -> list[int]:
    """Return a number for each name; that two share one is unlikely, and then they share a lock."""
    return sorted({_number_of(name) for name in names})


def _number_of(name: tuple[str, ...]) -> int:
    said = "\0".join(("webtidbok", *name)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)


def _locked(connection: Connection, clinic: str, calendars: Sequence[str]) -> Sequence[str]:
    asked = {"clinic": clinic, "calendars": list(calendars)}
    return connection.execute(_LOCK_CALENDARS, asked).scalars().all()


def add_calendars(connection: Connection, clinic: str, calendars: Sequence[str]) -> None:
    """Add rows for calendars that have none, at version 0, so that they can be locked."""
    if calendars:
        rows = [{"clinic": clinic, "calendar": name, "version": 0} for name in sorted(calendars)]
        connection.execute(_ADD_CALENDAR, rows)


def raise_patients(connection: Connection, clinic: str, patients: Sequence[str]) -> None:
    """Raise the versions of patients for whom something was booked or changed."""
    for patient in sorted(patients):
        connection.execute(_RAISE_PATIENT, {"the_clinic": clinic, "patient": patient})


def create_second_lock(connection: Connection) -> None:
    """Create the constraint that refuses a time over an exclusive one, whoever writes it (R24).

    Each row has a stretch of layers: an exclusive one all of them, any other a layer of its own.
    So two rows meet in time and in layers if they overlap and one is exclusive. Absences are not
    looked at. The layers are a column that only the constraint knows.
    """
    has_gist = "SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'"
    if connection.execute(text(has_gist)).first() is None:
        connection.exec_driver_sql("CREATE EXTENSION btree_gist")
    connection.exec_driver_sql(_LAYERS)
    connection.exec_driver_sql(_CONSTRAINT)


_LAYERS = "ALTER TABLE wtb_occupied ADD COLUMN layer bigint GENERATED ALWAYS AS IDENTITY NOT NULL"
_CONSTRAINT = f"""
ALTER TABLE wtb_occupied ADD CONSTRAINT {_SECOND_LOCK} EXCLUDE USING gist (
  clinic WITH =,
  calendar WITH =,
  int8range(starts, ends) WITH &&,
  int8range(CASE WHEN NOT exclusive THEN layer END, CASE WHEN NOT exclusive THEN layer + 1 END)
    WITH &&
) WHERE (kind <> '{tables.ABSENCE}')
"""


def is_second_lock(error: BaseException | None) -> bool:
    """Return whether the constraint spoke."""
    if _state_of(error) != _EXCLUSION:
        return False
    name: str = getattr(getattr(error, "diag", None), "constraint_name", None) or ""
    return name.startswith("ex_") and name.endswith("occupied_exclusive")  # whatever the prefix


def is_locked(error: BaseException | None) -> bool:
    """Return whether others stood in the way, and nothing was stored."""
    return _state_of(error) in _LOCKED


def is_collision(error: BaseException | None) -> bool:
    """Return whether a key, or another rule of a table, refused a row."""
    return _state_of(error).startswith(_INTEGRITY)


def sees_only_the_past(connection: Connection) -> bool:
    """Return whether the transaction's picture of the database stands still."""
    isolation = connection.execute(text("SHOW transaction_isolation")).scalar_one()
    return isolation in _STANDS_STILL


def _state_of(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""


_names = func.unnest(bindparam("names", type_=ARRAY(BigInteger))).column_valued("name")
_LOCK_NAMES = select(func.pg_advisory_xact_lock(_names))

_calendar = tables.calendar
_LOCK_CALENDARS = (
    select(_calendar.c.calendar)
    .where(
        _calendar.c.clinic == bindparam("clinic"),
        _calendar.c.calendar == func.any(bindparam("calendars", type_=ARRAY(Text))),
    )
    .order_by(_calendar.c.calendar)
    .with_for_update()
)
_ADD_CALENDAR = postgresql.insert(_calendar).on_conflict_do_nothing()
_RAISE_PATIENT = (
    update(tables.patient)
    .where(
        tables.patient.c.clinic == bindparam("the_clinic"),
        tables.patient.c.id == bindparam("patient"),
    )
    .values(version=tables.patient.c.version + 1)
)
