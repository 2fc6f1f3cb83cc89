"""What other processes do in the tests."""

import time
from pathlib import Path

import attrs

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.occupied import occupied_by
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    A_MONDAY,
    CHAIR_1,
    a_placement,
    an_appointment,
    an_event,
    at,
)
from webtidbok.testing.store_scenes import a_change, a_scope, put


def create_and_open(file: str) -> str:
    """Create the tables and use them; return how the database keeps its journal."""
    engine = open_database(file, create=True)
    create_schema(engine)
    SqlStore.from_engine(engine).clinic_ids()
    mode = "none"
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    engine.dispose()
    return mode


@attrs.frozen
class Racer:
    """One of many who want the same times. Starts when the clock shows `starts_at`."""

    file: str
    name: str
    starts_at: float
    times: int

    def run(self) -> list[int]:
        """Try to book each time in turn; return those that were won."""
        engine = open_database(self.file)
        store = SqlStore.from_engine(engine)
        store.clinic_ids()
        time.sleep(max(0.0, self.starts_at - time.time()))
        won = [number for number in range(self.times) if self._book(store, number)]
        engine.dispose()
        return won

    def _book(self, store: SqlStore, number: int) -> bool:
        hour, minute = divmod(8 * 60 + 10 * number, 60)
        visit = an_appointment(
            f"{self.name}-{number}",
            f"{hour:02}:{minute:02}",
            f"{hour:02}:{minute + 9:02}",
            resource=CHAIR_1,
        )

        def decide(state: State) -> Change[str] | str:
            wanted = occupied_by(visit)
            if any(row.excludes(other) for row in wanted for other in state.occupied):
                return "taken"
            return a_change(visit, an_event(visit.id, visit.id))

        return store.transact(a_scope(), decide) == "stored"


@attrs.frozen
class Booker:
    """Books check-ups with Anna, and says of each in a file that it is stored, once it is."""

    database: str
    said: Path
    days: int

    def run(self) -> None:
        """Book every second half hour of some mornings."""
        engine = open_database(self.database)
        store = SqlStore.from_engine(engine)
        with self.said.open("a") as said:
            for day in range(self.days):
                for hour in range(8, 12):
                    start = at(f"{hour:02}:00", A_MONDAY + day * DAY)
                    span = TimeSpan(start, start + 30 * MINUTE)
                    put(store, an_appointment(f"{day}-{hour}", placement=a_placement(span=span)))
                    said.write(f"{start.isoformat()}\n")
                    said.flush()
        engine.dispose()


def book(booker: Booker) -> None:
    """Run a booker, in a process of its own."""
    booker.run()


def race(racer: Racer) -> list[int]:
    """Run a racer, in a process of its own."""
    return racer.run()
