"""The rush: what becomes of it, and how it compares with a page that needs no thought."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine

from benchmarks.attempts import book_over
from benchmarks.figures import Figure, Goal
from benchmarks.rush.clinic import CLINIC, the_clinic, wishes
from benchmarks.rush.crowd import Crowd
from benchmarks.saying import say
from benchmarks.shelf import Shelf
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock

_PATIENTS, _TIMES, _LOOKS = 2_000, 200, 4_000
_STARTS_WITHIN_SECONDS = 30
_STATIC = "/static/any/pages.css"


def rush(shelf: Shelf, engine: str) -> Iterator[Figure]:
    """Yield what became of 2,000 patients who went for 200 times."""
    database, now = shelf.new_database(engine), datetime.now(UTC)
    create_schema(database)
    store = SqlStore.from_engine(database)
    book = book_over(store, StandingClock(now))
    book.add_clinic(the_clinic(now, is_released=False))
    with _served(database) as port:
        looking = Crowd(port)
        looking.look(_STATIC, _LOOKS)
        assert looking.outcomes.keys() == {"200"}, looking.outcomes
        book.change_settings(the_clinic(now, is_released=True))
        crowd = Crowd(port)
        crowd.come(wishes(now, _PATIENTS))
    say(f"{engine}: {dict(crowd.outcomes)}")
    assert not list(book.verify(CLINIC)), "what is stored holds together"
    errors = sum(count for what, count in crowd.outcomes.items() if what.startswith("error"))
    exactly = Goal(_TIMES, _TIMES, at_least=True)
    others = Goal(_PATIENTS - _TIMES, _PATIENTS - _TIMES, at_least=True)
    note = f"{crowd.rate:.0f} requests a second, {looking.rate:.0f} of a static page"
    yield _figure("booked", engine, crowd.outcomes["booked"], "patients", exactly)
    yield _figure("alternatives", engine, crowd.outcomes["alternatives"], "patients", others)
    yield _figure("errors", engine, errors, "errors", Goal(0, 0))
    yield _figure("rate", engine, crowd.rate / looking.rate, "x", note=note)
    yield _figure("p99", engine, crowd.p99 * 1e3, "ms", note=f"of {len(crowd.took)} requests")


def _figure(
    what: str,
    engine: str,
    value: float,
    unit: str,
    goal: Goal | None = None,
    note: str = "",
) -> Figure:
    return Figure(
        id=f"rush.{what}", size="-", engine=engine, value=value, unit=unit, goal=goal, note=note
    )


@contextmanager
def _served(database: Engine) -> Iterator[int]:
    """Serve the pages over a database; give the port."""
    port = _free_port()
    url = database.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "benchmarks.rush.serving", url, str(port)]
    process = subprocess.Popen(words)  # noqa: S603 - our own words
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    latest = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < latest:
        assert process.poll() is None, "the server has ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not come up")
