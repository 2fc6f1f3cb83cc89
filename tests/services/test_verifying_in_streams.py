"""However much a database holds, `verify` keeps as little of it in memory."""

import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from tests.services.scenes import LINDEN, linden
from tests.services.test_verifying_by_hand import a_book
from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.occupancy import rows_of
from webtidbok.adapters.sql.rows import appointment_row, event_row, message_row
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.model.appointment import Appointment
from webtidbok.model.ids import MessageId
from webtidbok.model.instants import MINUTE
from webtidbok.model.message import Channel
from webtidbok.model.timespan import TimeSpan
from webtidbok.testing.builders import (
    ANNAS,
    a_contact,
    a_message,
    an_appointment,
    an_event,
)

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
FEW, MANY = 1_000, 5_000


def a_full_database(file: Path, visits: int) -> None:
    """Make a file with so many visits of an hour each, one after another, inserted directly."""
    engine = open_database(str(file), create=True)
    create_schema(engine)
    a_book(engine).add_clinic(linden())
    with engine.begin() as connection:
        for first in range(0, visits, FEW):
            insert_visits(connection, range(first, first + FEW))
        version = {"clinic": LINDEN, "calendar": ANNAS, "version": visits}
        connection.execute(insert(tables.calendar), version)
    engine.dispose()


def insert_visits(connection: Connection, numbers: range) -> None:
    visits = [a_visit(number) for number in numbers]
    rows: dict[Any, list[dict[str, object]]] = {
        tables.appointment: [appointment_row(each) for each in visits],
        tables.occupied: [
            {"clinic": LINDEN, **place._asdict(), **taken._asdict()}
            for place, taken in rows_of(visits).items()
        ],
        tables.event: [
            event_row(
                an_event(f"k{each.id}", each.id, clinic=LINDEN, revision=1, after=each.placement)
            )
            for each in visits
        ],
        tables.message: [
            message_row(
                a_message(
                    MessageId(f"{channel.value}{each.id}"),
                    each.id,
                    clinic=LINDEN,
                    channel=channel,
                    placement=each.placement,
                )
            )
            for each in visits
            for channel in (Channel.SMS, Channel.EMAIL)
        ],
        tables.link: [
            {"token_hash": f"h{each.id}", "clinic": LINDEN, "appointment": each.id}
            for each in visits
        ],
        tables.journal: [
            {"clinic": LINDEN, "calendar": ANNAS, "version": number + 1, "event": f"k{each.id}"}
            for number, each in zip(numbers, visits, strict=True)
        ],
    }
    for table, values in rows.items():
        connection.execute(insert(table), values)


def a_visit(number: int) -> Appointment:
    starts = FIRST + number * timedelta(hours=1)
    span = TimeSpan(starts, starts + 50 * MINUTE)
    return an_appointment(f"v{number:06}", span=span, clinic=LINDEN, contact=a_contact())


def peak_of_verifying(file: Path) -> int:
    """Return how many bytes are held at most while a database is verified; nothing is found."""
    engine = open_database(str(file))
    book = a_book(engine)
    tracemalloc.start()
    try:
        assert sum(1 for _ in book.verify(LINDEN)) == 0
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        engine.dispose()
    return peak


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file, verified once, so that what is compiled and imported is there already."""
    file = tmp_path_factory.mktemp("streams") / "few.db"
    a_full_database(file, FEW)
    peak_of_verifying(file)
    return file


def test_five_times_as_many_appointments_take_no_more_memory(warm: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.db"
    a_full_database(many, MANY)

    few_peak, many_peak = peak_of_verifying(warm), peak_of_verifying(many)

    assert many_peak < 1.2 * few_peak + 200_000
