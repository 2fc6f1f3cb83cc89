"""Linden, open, on each store in turn, at a moment that stands still.

On PostgreSQL a use case takes some ten times as long as on SQLite. What it may do differently is
where several come at once, so what is about that runs on it every time, and the rest when asked
for: `make test TESTS=--slow`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.scenes import AnyStore, engine_of, linden, new_store
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.ports.throttle import Throttle
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import NOW
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness

ABOUT_SEVERAL = {
    "test_booking_repeats",
    "test_booking_taken",
    "test_histories",
    "test_holding",
    "test_rebooking_races",
    "test_staff_over_patients",
    "test_transacting",
}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what runs on PostgreSQL only when asked for."""
    call = getattr(item, "callspec", None)
    is_on_postgresql = call is not None and call.params.get("store") == "postgresql"
    if is_on_postgresql and item.path.stem not in ABOUT_SEVERAL:
        item.add_marker("slow")


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    """Keeps nothing yet."""
    if request.param == "postgresql":
        yield SqlStore.from_engine(request.getfixturevalue("postgresql"))
        return
    store = new_store(request.param, tmp_path)
    yield store
    if not isinstance(store, MemoryStore):
        engine_of(store).dispose()


@pytest.fixture
def clock() -> StandingClock:
    """Stands at `NOW`."""
    return StandingClock(NOW)


@pytest.fixture
def throttle(store: AnyStore) -> Throttle:
    """Counts where the store keeps."""
    if isinstance(store, MemoryStore):
        return MemoryThrottle()
    return SqlThrottle.from_engine(engine_of(store))


@pytest.fixture
def desk(store: AnyStore, clock: StandingClock, throttle: Throttle) -> Desk:
    """Everything on it; a test that wants another takes `attrs.evolve(desk, ...)`."""
    return Desk(
        store=store,
        records=store,
        clock=clock,
        randomness=CountedRandomness(),
        keys=FixedKeys(b"a key of the tests, which is long enough"),
        throttle=throttle,
    )


@pytest.fixture
def book(desk: Desk) -> WebBook:
    """Has Linden in it, where nothing has happened."""
    book = WebBook(desk)
    book.add_clinic(linden())
    return book
