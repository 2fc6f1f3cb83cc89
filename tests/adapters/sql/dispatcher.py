"""A dispatcher in a process of its own: `python -m tests.adapters.sql.dispatcher DB MAIL HOW`.

It appends `APPOINTMENT MESSAGE` to the file MAIL for each message, repeats too. HOW is `dies`: it
is killed when it has sent its first message, before it can write that down; `once`; or `stays`,
and then every seventh message is refused at first.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import attrs

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.system import SystemClock, SystemRandomness
from webtidbok.errors import TemporaryFailure
from webtidbok.model.instants import SECOND
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.services.desk import Desk
from webtidbok.services.dispatching import DispatchPolicy, dispatch_once

#: Claims are short, so that what a dead dispatcher had in hand is soon sent again.
POLICY = DispatchPolicy(lease=3 * SECOND, waits=(SECOND,), ages={})
PATIENCE = timedelta(seconds=60)


@attrs.frozen
class Mail(Messenger):
    """Appends to a file."""

    path: Path
    how: str

    def send(self, outgoing: Outgoing) -> None:
        """Append a line, and maybe die."""
        if self.how == "stays":
            if random.random() < 1 / 7:
                raise TemporaryFailure("smtp-451")
            time.sleep(0.005)
        line = f"{outgoing.message.appointment} {outgoing.message.id}\n".encode()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, line)
        os.close(handle)
        if self.how == "dies":
            os.kill(os.getpid(), signal.SIGKILL)


def main(database: str, mail: str, how: str) -> None:
    """Dispatch."""
    engine = open_database(database)
    store = SqlStore.from_engine(engine, patience=PATIENCE)
    desk = Desk(store=store, records=store, clock=SystemClock(), randomness=SystemRandomness())
    outbox = SqlOutbox.from_engine(engine, patience=PATIENCE)
    messengers = dict.fromkeys(Channel, Mail(Path(mail), how))
    while True:
        dispatch_once(desk, outbox, messengers, policy=POLICY)
        if how != "stays":
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
