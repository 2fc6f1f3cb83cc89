# ruff: noqa: ARG001 - `kinds.Kind` says what each function is given
"""What is SQLite's own: its settings, its locks, its second lock, its errors.

SQLite lets one writer in at a time, and a transaction that begins with `BEGIN IMMEDIATE` is that
writer from its first moment: what it reads still holds when it writes. One that begins otherwise
and reads first may find at its first write that it has read the past (SQLITE_BUSY_SNAPSHOT); it
cannot go on and must be repeated from its beginning.
"""

import random
import sqlite3
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor

from webtidbok.adapters.sql.beginnings import NotBegun, Purpose
from webtidbok.adapters.sql.driver import said
from webtidbok.adapters.sql.tables import ABSENCE, DAY_SECONDS
from webtidbok.model.ids import CalendarId
from webtidbok.ports.store import Scope

_SECOND_LOCK = "wtb: overlaps an exclusive time"
_PATIENCE = "webtidbok patience"  # set on a connection that was set up
_PRIMARY_CODE = 0xFF  # the rest of an extended error code says more about the same error
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_WAL_TRIES = 20


class NotBegunImmediate(NotBegun):
    """The host's SQLite transaction cannot keep two bookings apart; nothing was done.

    Begin it with `BEGIN IMMEDIATE`. Python's sqlite3 begins none by itself before the first
    write; SQLAlchemy's documentation has a recipe under "transactions with pysqlite".
    """

    def __init__(self) -> None:
        super().__init__("on SQLite the host's transaction must have begun with BEGIN IMMEDIATE")


def driver_errors() -> tuple[type[Exception], ...]:
    """Return the root of sqlite3's errors, for what is said past SQLAlchemy."""
    return (sqlite3.Error,)


def begin(connection: Connection, purpose: Purpose, patience: timedelta) -> None:
    """Begin a transaction, at the database itself: the driver would begin at the first write."""
    if connection.info.get(_PATIENCE) != patience:
        _set_up(connection, patience)
        connection.info[_PATIENCE] = patience
    if not connection.in_transaction():
        connection.begin()
    if is_in_transaction(connection):  # a listener of the host's has begun one in its own way
        connection.connection.rollback()
    if purpose is not Purpose.GLANCE:  # a statement by itself is a transaction by itself
        said(connection, "BEGIN IMMEDIATE" if purpose is Purpose.WRITE else "BEGIN")


def _set_up(connection: Connection, patience: timedelta) -> None:
    """Set what a driver's connection keeps for its life. It must not be in a transaction.

    Said to the driver itself: SQLAlchemy, or a listener of the host's, may begin a transaction
    before the first statement, and in one these settings cannot be changed.
    """
    cursor = connection.connection.cursor()
    milliseconds = patience // timedelta(milliseconds=1)
    cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Let readers and the writer not wait for each other; the database remembers it.

    The switch needs the database alone and does not wait for that. Whoever comes when others work
    already goes on without it: it is quicker, not safer.
    """
    for _ in range(_WAL_TRIES):
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone() in {("wal",), ("memory",)}:
            return
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                raise
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - to part those who wait


def is_in_transaction(connection: Connection) -> bool:
    """Return whether the database itself is in a transaction, whatever SQLAlchemy thinks."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


def take_part(connection: Connection) -> None:
    """Make sure that a host's transaction is the writer.

    Whether it began IMMEDIATE cannot be asked. What can be: is there a transaction at all, and,
    by a write that changes no row, is it the writer? For one that is the writer already this
    does nothing. One that began otherwise and has read nothing, or nothing that is past, becomes
    the writer here, and is as safe from now on. Any other gets SQLITE_BUSY.

    Raises:
        NotBegunImmediate: there is no transaction.
    """
    if not is_in_transaction(connection):
        raise NotBegunImmediate
    connection.exec_driver_sql("UPDATE wtb_calendar SET version = version WHERE 0")


def lock_for_schema(connection: Connection) -> None:
    """Make sure that there is a transaction: it is the only writer."""
    if not is_in_transaction(connection):
        raise NotBegunImmediate


def take_time(connection: Connection) -> None:
    """Do nothing: no statement is broken off."""


def lock_scope(connection: Connection, scope: Scope, calendars: Collection[CalendarId]) -> None:
    """Do nothing: there is one writer at a time."""


def lock_names(connection: Connection, names: Sequence[tuple[str, ...]]) -> None:
    """Do nothing: there is one writer at a time."""


def add_calendars(connection: Connection, clinic: str, calendars: Sequence[str]) -> None:
    """Do nothing: no row needs to be there to be locked."""


def raise_patients(connection: Connection, clinic: str, patients: Sequence[str]) -> None:
    """Do nothing: no decision is made outside of the transaction that stores it."""


def create_second_lock(connection: Connection) -> None:
    """Create the triggers that refuse a time over an exclusive one, whoever writes it (R24).

    They look at absences no more than the guarantee does.
    """
    for name, moment in (
        ("insert", "INSERT"),
        ("update", "UPDATE OF clinic, kind, holder, calendar, starts, ends, exclusive"),
    ):
        trigger = _TRIGGER.format(
            name=name, moment=moment, absence=ABSENCE, refusal=_SECOND_LOCK, day=DAY_SECONDS
        )
        connection.exec_driver_sql(trigger)


# One piece is at most a day long, so what overlaps the new row ends within a day after it.
_TRIGGER = """
CREATE TRIGGER wtb_occupied_{name} BEFORE {moment} ON wtb_occupied
WHEN NEW.kind <> '{absence}'
BEGIN
  SELECT RAISE(ABORT, '{refusal}') WHERE EXISTS (
    SELECT 1 FROM wtb_occupied AS other
    WHERE other.clinic = NEW.clinic AND other.calendar = NEW.calendar
      AND other.ends > NEW.starts AND other.ends < NEW.ends + {day}
      AND other.starts < NEW.ends
      AND other.holder <> NEW.holder AND other.kind <> '{absence}'
      AND (other.exclusive OR NEW.exclusive)
  );
END
"""


def is_second_lock(error: BaseException | None) -> bool:
    """Return whether the triggers spoke."""
    return isinstance(error, sqlite3.IntegrityError) and str(error) == _SECOND_LOCK


def is_locked(error: BaseException | None) -> bool:
    """Return whether somebody else held what was needed, longer than we wait."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _LOCKED


def is_collision(error: BaseException | None) -> bool:
    """Return whether a key, or another rule of a table, refused a row."""
    return isinstance(error, sqlite3.IntegrityError)


def sees_only_the_past(connection: Connection) -> bool:
    """Return False: a transaction of the past cannot become the writer at all."""
    return False
