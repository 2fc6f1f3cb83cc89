"""Someone who is killed at a certain moment: before or after some statement."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import attrs
from sqlalchemy import Engine, event

from tests.torture.asking import Asked, ask
from tests.torture.scene import PATIENCE, a_book
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.model.ids import ClinicId
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.services.dispatching import Dispatched, DispatchPolicy, dispatch_once
from webtidbok.testing.builders import NOW

LEASE = timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class Fate:
    """What somebody does, and at which moment it dies; 0: it lives, and writes the number down.

    The moments are counted: each statement has one before it and one after it, and each message
    that is sent.

    Attributes:
        asked: None: it dispatches what the clinic has to send.
        mail: Where messages arrive.
    """

    database: str
    clinic: str
    asked: Asked | None
    dies_at: int
    mail: Path
    moments: Path


class Moments:
    """Counts moments, and kills at the one that was given."""

    def __init__(self, engine: Engine, dies_at: int) -> None:
        self.passed: list[str] = []
        self._dies_at = dies_at
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def passes(self, name: str) -> None:
        """Let a moment pass, or let it be the last."""
        self.passed.append(name)
        if len(self.passed) == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _before(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.passes(f"before {' '.join(statement.split())[:40]}")

    def _after(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.passes(f"after {' '.join(statement.split())[:40]}")


@attrs.frozen
class Mail(Messenger):
    """Appends the id of each message to a file."""

    path: Path
    moments: Moments | None = None

    def send(self, outgoing: Outgoing) -> None:
        """Take a message; a moment passes between that and whoever writes it down."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{outgoing.message.id}\n".encode())
        os.close(handle)
        if self.moments is not None:
            self.moments.passes("sent")


def dispatch(engine: Engine, clinic: str, mail: Mail, *, later: timedelta) -> Dispatched:
    """Send what a clinic has to send."""
    desk = a_book(engine, StandingClock(NOW + later)).desk
    return dispatch_once(
        desk,
        SqlOutbox.from_engine(engine, patience=PATIENCE),
        {Channel.SMS: mail},
        policy=DispatchPolicy(lease=LEASE),
        clinics=[ClinicId(clinic)],
    )


def meet(fate: Fate) -> None:
    """Do what is to be done, in a process of its own, and maybe die of it."""
    engine = open_database(fate.database)
    moments = Moments(engine, fate.dies_at)
    if fate.asked is None:
        dispatch(engine, fate.clinic, Mail(fate.mail, moments), later=timedelta())
    else:
        ask(a_book(engine), fate.asked)
    fate.moments.write_text("\n".join(moments.passed))
