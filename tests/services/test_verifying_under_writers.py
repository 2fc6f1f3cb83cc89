"""A healthy database under writers reports nothing: `verify` sees one moment (R24)."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from tests.services.change_scenes import staff_booking
from tests.services.scenes import LINDEN, booking, hold_request, linden
from tests.services.test_verifying_by_hand import a_book
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.services.access import ByLink
from webtidbok.services.outcomes import Booked
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, ANNA, NOW, at, between

WRITERS = 2
LOOKS = 8


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Iterator[Engine]:
    """An engine on a new file."""
    engine = open_database(str(tmp_path / "written.db"), create=True)
    create_schema(engine)
    yield engine
    engine.dispose()


def test_writers_on_sqlite_raise_no_false_alarm(sqlite_file: Engine) -> None:
    assert found_under_writers(sqlite_file) == []


def test_writers_on_postgresql_raise_no_false_alarm(postgresql: Engine) -> None:
    assert found_under_writers(postgresql) == []


def test_what_is_found_on_postgresql_can_be_left_after_the_first(postgresql: Engine) -> None:
    book = a_book(postgresql)
    book.add_clinic(linden())
    for place, clock in enumerate(("09:00", "10:00", "13:00"), 1):
        book.book(booking(clock, place))
    with postgresql.begin() as connection:
        connection.exec_driver_sql("UPDATE wtb_event SET revision = 7")
    found = iter(book.verify(LINDEN))
    assert next(found).promise == "history"
    del found

    assert isinstance(book.book(booking("15:00", 4)), Booked)
    assert [each.promise for each in book.verify(LINDEN)] == ["history"] * 3


def found_under_writers(engine: Engine) -> list[str]:
    """Let several write as fast as they can, and look again and again; return all that is found."""
    a_book(engine).add_clinic(linden())
    stop = Event()
    with ThreadPoolExecutor(WRITERS) as crowd:
        writing = [crowd.submit(write_until, stop, engine, seed) for seed in range(WRITERS)]
        try:
            book = a_book(engine)
            found = [str(each) for _ in range(LOOKS) for each in book.verify(LINDEN)]
        finally:
            stop.set()
        written = [each.result() for each in writing]
    assert all(written), "nothing was written meanwhile"
    assert list(a_book(engine).verify(LINDEN)) == []
    return found


def write_until(stop: Event, engine: Engine, seed: int) -> int:
    """Do all that can be done, at random, until told to stop; return how much was booked."""
    writer = Writer(a_book(engine), SqlOutbox.from_engine(engine), random.Random(seed))
    while not stop.is_set() or not writer.links:
        writer.chance.choice(writer.deeds)()
    return len(writer.links)


class Writer:
    """Books, moves, cancels, holds, lays times and absences, and sends."""

    def __init__(self, book: WebBook, outbox: SqlOutbox, chance: random.Random) -> None:
        self.book, self.outbox, self.chance = book, outbox, chance
        self.links: list[ByLink] = []
        self.deeds: list[Callable[[], object]] = [
            self.books,
            self.books,
            self.moves,
            self.cancels,
            self.holds,
            self.lays,
            self.is_away,
            self.sends,
        ]

    def clock(self) -> str:
        return f"{self.chance.choice((8, 9, 10, 11, 13, 14, 15, 16)):02}:00"

    def books(self) -> None:
        day = A_MONDAY + self.chance.randrange(5) * DAY
        place = self.chance.randrange(1, 300)
        answer = self.book.book(booking(self.clock(), place, day=day))
        if isinstance(answer, Booked) and answer.link is not None:
            self.links.append(ByLink(answer.link))

    def moves(self) -> None:
        if self.links:
            day = A_MONDAY + self.chance.randrange(5) * DAY
            self.book.rebook(self.chance.choice(self.links), at(self.clock(), day))

    def cancels(self) -> None:
        if self.links:
            self.book.cancel(self.chance.choice(self.links))

    def holds(self) -> None:
        self.book.hold(hold_request(self.clock()))

    def lays(self) -> None:
        self.book.staff_book(staff_booking("10:00", "10:30", day=A_MONDAY + 5 * DAY))

    def is_away(self) -> None:
        day = A_MONDAY + self.chance.randrange(5) * DAY
        absence = self.book.lay_absence(LINDEN, ANNA, between("08:00", "12:00", day)).absence
        self.book.remove_absence(LINDEN, absence.id)

    def sends(self) -> None:
        lease = f"{self.chance.random()}"
        claimed = self.outbox.claim(LINDEN, lease=lease, now=NOW, until=NOW + MINUTE)
        if claimed is not None:
            self.outbox.mark_sent(claimed)
