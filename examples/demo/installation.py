"""The installation of the demonstration: a SQLite file and a key in one folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from webtidbok import Desk, WebBook
from webtidbok.adapters.keys import KeyFile
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.system import SystemRandomness
from webtidbok.ports.clock import Clock


@attrs.frozen(kw_only=True)
class Installation:
    """What all that goes on in the demonstration works with."""

    store: SqlStore
    outbox: SqlOutbox
    throttle: SqlThrottle
    keys: KeyFile

    def book(self, clock: Clock) -> WebBook:
        """Return the web book, as it is at the time of a clock."""
        return WebBook(
            Desk(
                store=self.store,
                records=self.store,
                clock=clock,
                randomness=SystemRandomness(),
                keys=self.keys,
                throttle=self.throttle,
            )
        )


@contextmanager
def installed_in(folder: Path) -> Iterator[Installation]:
    """Give an installation whose files are made in a folder, or are there already."""
    engine = open_database(str(folder / "clinic.db"), create=True)
    try:
        create_schema(engine)
        yield Installation(
            store=SqlStore.from_engine(engine),
            outbox=SqlOutbox.from_engine(engine),
            throttle=SqlThrottle.from_engine(engine),
            keys=KeyFile(folder / "clinic.key"),
        )
    finally:
        engine.dispose()
