"""A dispatcher that is killed loses no message, and sends none of them out of turn (R35)."""

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.instants import DAY
from webtidbok.model.message import MessageState
from webtidbok.testing.builders import THE_CLINIC, a_clinic, a_message, staffs
from webtidbok.testing.store_scenes import put

ROOT = Path(__file__).resolve().parents[3]

#: The dispatchers have the machine's own clock: visits are to come, whenever the tests run.
SOON = datetime.now(UTC).date() + 30 * DAY

VISITS = 150
MESSAGES_OF_EACH = 2
DISPATCHERS = 3
KILLS = 8
PATIENCE_SECONDS = 120


def fill(engine: Engine, visits: int) -> None:
    """Write the messages of many visits."""
    booked = [staffs(f"a{number}", day=SOON) for number in range(visits)]
    messages = [
        attrs.evolve(a_message(f"{visit.id}-{number}", visit.id), placement=visit.placement)
        for number in range(MESSAGES_OF_EACH)
        for visit in booked
    ]
    put(SqlStore.from_engine(engine), a_clinic(), *booked, *messages)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine on an empty database, on each engine."""
    fixture = "file_engine" if request.param == "sqlite" else "postgresql"
    engine: Engine = request.getfixturevalue(fixture)
    return engine


@pytest.fixture
def database(engine: Engine, file: Path) -> str:
    """Where other processes find it."""
    if engine.dialect.name == "sqlite":
        return str(file)
    return engine.url.render_as_string(hide_password=False)


def start(database: str, mail: Path, how: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.adapters.sql.dispatcher", database, str(mail), how]
    return subprocess.Popen(command, cwd=ROOT)


def arrived(mail: Path) -> list[str]:
    return [line.split()[1] for line in mail.read_text().splitlines()] if mail.exists() else []


def in_state(engine: Engine, state: MessageState) -> set[str]:
    outbox = SqlOutbox.from_engine(engine)
    return {each.message.id for each in outbox.deliveries(THE_CLINIC, state)}


def test_a_dispatcher_killed_between_sending_and_writing_it_down_sends_again(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    fill(engine, 1)
    mail = tmp_path / "mail"
    assert start(database, mail, "dies").wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert arrived(mail) == ["a0-0"]
    assert in_state(engine, MessageState.UNSENT) == {"a0-0", "a0-1"}

    ends = time.monotonic() + PATIENCE_SECONDS
    while in_state(engine, MessageState.UNSENT) and time.monotonic() < ends:
        assert start(database, mail, "once").wait(PATIENCE_SECONDS) == 0

    assert arrived(mail) == ["a0-0", "a0-0", "a0-1"]
    assert in_state(engine, MessageState.SENT) == {"a0-0", "a0-1"}


def test_300_messages_and_dispatchers_that_keep_being_killed(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    fill(engine, VISITS)
    mail = tmp_path / "mail"
    dispatchers = [start(database, mail, "stays") for _ in range(DISPATCHERS)]
    kills = 0
    ends = time.monotonic() + PATIENCE_SECONDS
    try:
        while in_state(engine, MessageState.UNSENT) and time.monotonic() < ends:
            time.sleep(0.3)
            assert in_state(engine, MessageState.SENT) <= set(arrived(mail))
            if kills < KILLS and arrived(mail):
                victim = random.randrange(DISPATCHERS)
                dispatchers[victim].kill()
                dispatchers[victim].wait()
                dispatchers[victim] = start(database, mail, "stays")
                kills += 1
    finally:
        for each in dispatchers:
            each.kill()
            each.wait()

    came = arrived(mail)
    everything = {f"a{visit}-{n}" for visit in range(VISITS) for n in range(MESSAGES_OF_EACH)}
    assert set(came) == everything == in_state(engine, MessageState.SENT)
    assert kills > 0
    for visit in range(VISITS):
        assert came.index(f"a{visit}-0") < came.index(f"a{visit}-1")
    assert len(came) < 1.1 * len(everything)  # no more than what was in hand is sent again
