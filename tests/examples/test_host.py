"""A host that books within its own transaction (R24, design section 7)."""

import importlib.util
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, select

from webtidbok import Booked, Booking, Desk, SlotTaken, TryAgain, WebBook
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.ids import RequestKey
from webtidbok.testing.builders import ANNA, CHECK_UP, NOW, THE_CLINIC, a_clinic, at, some_details
from webtidbok.testing.clock import StandingClock

HOST = Path(__file__).parents[2] / "examples" / "host_with_sqlalchemy.py"
CLOCK = StandingClock(NOW)


@pytest.fixture(scope="module")
def host() -> ModuleType:
    """The example, as a module."""
    spec = importlib.util.spec_from_file_location("host_with_sqlalchemy", HOST)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def engine(host: ModuleType, tmp_path: Path) -> Iterator[Engine]:
    """The host's database, with a clinic in it."""
    engine: Engine = host.open_engine(f"sqlite:///{tmp_path / 'host.db'}")
    host.install(engine, a_clinic(), CLOCK)
    yield engine
    engine.dispose()


def wanted(place: int = 1, key: str | None = None) -> Booking:
    """The first patient's wish, or another's, for nine o'clock."""
    return Booking(
        clinic=THE_CLINIC,
        type=CHECK_UP,
        provider=ANNA,
        start=at("09:00"),
        details=some_details(place),
        key=None if key is None else RequestKey(key),
    )


def stored(host: ModuleType, engine: Engine) -> tuple[list[str], dict[str, int]]:
    """What we hold and what the host holds: appointments, and fees by appointment."""
    visits = SqlStore.from_engine(engine).appointments(THE_CLINIC)
    with engine.connect() as connection:
        rows = connection.execute(select(host.fees)).all()
    return [visit.id for visit in visits], {row.appointment: row.amount_kronor for row in rows}


def test_the_visit_and_the_hosts_row_are_stored_together(host: ModuleType, engine: Engine) -> None:
    booked = host.book_with_fee(engine, wanted(), 995, credit=1000, clock=CLOCK)

    assert isinstance(booked, Booked)
    assert stored(host, engine) == ([booked.appointment.id], {booked.appointment.id: 995})


def test_the_hosts_rollback_takes_the_booking_along(host: ModuleType, engine: Engine) -> None:
    with pytest.raises(host.NoCredit):
        host.book_with_fee(engine, wanted(), 995, credit=0, clock=CLOCK)

    assert stored(host, engine) == ([], {})
    store = SqlStore.from_engine(engine)
    book = WebBook(Desk(store=store, records=store, clock=CLOCK, randomness=SystemRandomness()))
    assert not list(store.messages(THE_CLINIC))
    assert not list(book.history(THE_CLINIC))
    assert book.explain(THE_CLINIC, CHECK_UP, at("09:00"), provider=ANNA).slots


def test_a_time_that_is_taken_leaves_the_host_without_a_fee(
    host: ModuleType, engine: Engine
) -> None:
    first = host.book_with_fee(engine, wanted(1), 995, credit=1000, clock=CLOCK)

    assert isinstance(host.book_with_fee(engine, wanted(2), 995, credit=1, clock=CLOCK), SlotTaken)
    assert stored(host, engine) == ([first.appointment.id], {first.appointment.id: 995})


def test_a_repeated_request_has_one_fee(host: ModuleType, engine: Engine) -> None:
    first, again = (
        host.book_with_fee(engine, wanted(key="form-1"), 995, credit=1000, clock=CLOCK)
        for _ in range(2)
    )

    assert again.is_repeat
    assert again.appointment == first.appointment
    assert len(stored(host, engine)[1]) == 1


def test_a_host_that_is_told_to_try_again_repeats_all_of_it(
    host: ModuleType, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    book_on = host.book_on

    def busy_at_first(*args: object) -> object:
        told.append(len(told))
        if len(told) < 3:
            raise TryAgain("the database is busy with another transaction")
        return book_on(*args)

    monkeypatch.setattr(host, "book_on", busy_at_first)
    booked = host.book_with_fee(engine, wanted(), 995, credit=1000, clock=CLOCK)

    assert isinstance(booked, Booked)
    assert len(told) == 3
    assert booked.appointment.span.length == timedelta(minutes=30)
