"""Whoever keeps what a search has found sees what other processes have booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from tests.adapters.sql.processes import Booker, book
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.services.desk import Desk
from webtidbok.services.searching import Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, CHECK_UP, NOW, THE_CLINIC, a_clinic
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness

A_YEAR = Wishes(first=NOW.date(), last=NOW.date() + timedelta(days=364))
DAYS = 5


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Engine]]:
    """An address, and an engine that the parent uses."""
    is_file = request.param == "sqlite"
    if is_file:
        address = str(tmp_path / "webtidbok.db")
    else:
        address = request.getfixturevalue("empty_postgresql_url")
    engine = open_database(address, create=is_file)
    create_schema(engine)
    yield address, engine
    engine.dispose()


def test_a_time_that_another_process_has_booked_is_offered_no_more(
    database: tuple[str, Engine], tmp_path: Path
) -> None:
    address, engine = database
    store = SqlStore.from_engine(engine)
    desk = Desk(
        store=store, records=store, clock=StandingClock(NOW), randomness=CountedRandomness()
    )
    keeping = WebBook(desk)
    keeping.add_clinic(a_clinic())
    said = tmp_path / "said"
    said.touch()
    free(keeping)
    looks = 0

    with get_context("spawn").Pool(1) as pool:
        booked = pool.apply_async(book, [Booker(address, said, DAYS)])
        while not booked.ready():
            stored = announced(said)
            assert not stored & free(keeping), "a time was offered after it was stored"
            looks += 1
        booked.get()

    assert looks
    assert len(announced(said)) == 4 * DAYS
    assert free(keeping) == free(WebBook(attrs.evolve(desk, most_kept=0)))


def announced(said: Path) -> set[datetime]:
    """Return the starts that the other process has told of, whole lines only."""
    lines = said.read_text().splitlines(keepends=True)
    return {datetime.fromisoformat(line.strip()) for line in lines if line.endswith("\n")}


def free(book: WebBook) -> set[datetime]:
    """Return when Anna is free."""
    found = book.search(THE_CLINIC, CHECK_UP, A_YEAR)
    return {slot.start for slot in found.slots if slot.provider == ANNA}
