"""PostgreSQL's own log tells of nobody, whatever happens and whatever goes wrong (R37)."""

from collections.abc import Iterator
from threading import Thread

import attrs
import pytest
from sqlalchemy import Engine

from tests.postgresql_server import QUICK, CannotStart, Server
from tests.services.scenes import LINDEN, booking, linden
from tests.services.test_privacy import CANARIES, MINE, everything_that_happens, secrets_in
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.errors import WebtidbokError
from webtidbok.model.ids import PatientId
from webtidbok.model.patient import Patient
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import NOW, an_appointment
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.testing.store_scenes import put

#: What an installation may turn on to look for faults, short of every parameter.
TALKATIVE = {
    "log_min_messages": "info",
    "log_min_error_statement": "info",
    "log_lock_waits": "on",
    "deadlock_timeout": "10ms",
    "log_connections": "on",
}


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of the test's own, whose log nobody else writes."""
    server = Server({**QUICK, **TALKATIVE})
    try:
        server.start()
    except CannotStart as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.stop()


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    """An engine on its database, with our tables."""
    engine = open_database(server.url.render_as_string(hide_password=False))
    create_schema(engine)
    yield engine
    engine.dispose()


def test_the_log_of_postgresql_holds_no_person_and_no_secret(
    server: Server, engine: Engine
) -> None:
    clock = StandingClock(NOW)
    book = a_book(engine, clock)
    book.add_clinic(linden())
    answers = list(everything_that_happens(book, clock))
    at_once(book)
    mistakes(engine)

    shown = server.log().casefold()
    secrets = secrets_in(answers, SqlStore.from_engine(engine))
    assert "error" in shown, "nothing went wrong, so nothing was tried"
    assert {each for each in CANARIES | secrets if each.casefold() in shown} == set()


def a_book(engine: Engine, clock: StandingClock) -> WebBook:
    store = SqlStore.from_engine(engine)
    return WebBook(
        Desk(
            store=store,
            records=store,
            clock=clock,
            randomness=SystemRandomness(),
            keys=FixedKeys(b"the key of the installation"),
            throttle=SqlThrottle.from_engine(engine),
        )
    )


def at_once(book: WebBook) -> None:
    """Let somebody new book from several places at the same moment."""
    somebody = attrs.evolve(MINE, identity_number=an_identity_number(7))
    wanted = [booking(clock, details=somebody) for clock in ("09:00", "09:00", "10:30", "11:30")]
    threads = [Thread(target=book.book, args=(each,)) for each in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def canary(id_: str) -> Patient:
    return Patient.created_from(MINE, PatientId(id_))


def mistakes(engine: Engine) -> None:
    """Do what the tables refuse: a second patient with a number, a time over another's."""
    over = an_appointment("over", "09:00", "17:00", clinic=LINDEN, note=MINE.message)
    for is_short in (True, False):
        store = SqlStore.from_engine(engine)
        if not is_short:
            store._at_once = None
        for wrong in ([canary("p8"), canary("p9")], [canary("p8")], [over]):
            with pytest.raises(WebtidbokError):
                put(store, *wrong, clinic=LINDEN)
