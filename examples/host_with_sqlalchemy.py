"""A small host: it keeps fees in a table of its own, and books within its own transaction.

The fee and the visit are stored together or not at all. `tests/examples/test_host.py` runs it;
`docs/how-to/embed-in-a-host.md` tells why each line is there.
"""

import random
import sqlite3
import time
from typing import TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
)

from webtidbok import Booked, Booking, Clinic, Desk, Refused, SlotTaken, TryAgain, WebBook
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.system import SystemClock, SystemRandomness
from webtidbok.ports.clock import Clock

Outcome: TypeAlias = Booked | SlotTaken | Refused

#: So often is the whole transaction repeated when others stand in its way.
TRIES = 5

hosts_tables = MetaData()
fees = Table(
    "fee",
    hosts_tables,
    Column("appointment", String, primary_key=True),
    Column("amount_kronor", Integer, nullable=False),
)


class NoCredit(Exception):
    """The host's own no: it comes after the booking, and takes the booking along."""


def open_engine(url: str) -> Engine:
    """Return the host's engine, whose SQLite transactions begin as the only writer.

    Left alone, Python's sqlite3 begins a transaction at the first write: what was read before
    that need not hold any more.
    """
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def leave_beginning_to_us(driver: sqlite3.Connection, _: object) -> None:
        driver.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin_as_the_writer(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def book_on(connection: Connection, clock: Clock) -> WebBook:
    """Return the web book of one transaction."""
    store = SqlStore(connection)
    return WebBook(Desk(store=store, records=store, clock=clock, randomness=SystemRandomness()))


def install(engine: Engine, clinic: Clinic, clock: Clock | None = None) -> None:
    """Create the host's table and ours, and add a clinic, in one transaction of the host's."""
    with engine.begin() as connection:
        hosts_tables.create_all(connection)
        create_schema(connection)
        book_on(connection, clock or SystemClock()).add_clinic(clinic)


def book_with_fee(
    engine: Engine, wanted: Booking, amount_kronor: int, *, credit: int, clock: Clock | None = None
) -> Outcome:
    """Book a visit and note its fee.

    Args:
        credit: What the patient may owe; above it the host says no.

    Raises:
        NoCredit: nothing was stored, neither ours nor the host's.
        TryAgain: others stood in the way each time; nothing was stored.
    """
    for tried in range(1, TRIES):
        try:
            return _book_once(engine, wanted, amount_kronor, credit, clock or SystemClock())
        except TryAgain:
            time.sleep(random.uniform(0, 0.05 * tried))  # noqa: S311 - to part those who wait
    return _book_once(engine, wanted, amount_kronor, credit, clock or SystemClock())


def _book_once(
    engine: Engine, wanted: Booking, amount_kronor: int, credit: int, clock: Clock
) -> Outcome:
    with engine.begin() as connection:  # commits at its end; an error rolls all of it back
        outcome = book_on(connection, clock).book(wanted)
        if isinstance(outcome, Booked) and not outcome.is_repeat:
            fee = {"appointment": outcome.appointment.id, "amount_kronor": amount_kronor}
            connection.execute(insert(fees), fee)
            if amount_kronor > credit:
                raise NoCredit
        return outcome
