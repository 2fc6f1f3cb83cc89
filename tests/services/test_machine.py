"""A book in a database answers, whatever happens, as the one in memory does.

`make test TESTS="tests/services/test_machine.py --hypothesis-profile=thorough"` looks harder.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, settings
from sqlalchemy import Engine

from tests.postgresql import wipe
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.tables import metadata
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.ports.throttle import Throttle
from webtidbok.testing.machine import BookMachine
from webtidbok.testing.store_scenes import StoreWithRecords

#: Where a file costs no disk: to wait for one is not what is tested.
IN_MEMORY = Path("/dev/shm")

PROFILE = settings()
IS_THOROUGH = PROFILE.max_examples > 100

#: A history takes half a second on SQLite, and to shrink one takes hundreds of them: only the
#: thorough profile has that patience.
BOUNDED = settings(
    max_examples=PROFILE.max_examples // 10 if IS_THOROUGH else 30,
    stateful_step_count=80 if IS_THOROUGH else 25,
    phases=[phase for phase in Phase if IS_THOROUGH or phase is not Phase.shrink],
)


class MemoryAnswersAsMemoryDoes(BookMachine):
    """So the machine itself can be trusted: nothing in it depends on what is not drawn."""

    def open_store(self) -> StoreWithRecords:
        return MemoryStore()


class SqliteAnswersAsMemoryDoes(BookMachine):
    """On a file, which is opened anew when the book restarts."""

    def open_store(self) -> StoreWithRecords:
        self.folder = TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self.engine = self.open_file()
        create_schema(self.engine)
        return SqlStore.from_engine(self.engine)

    def open_file(self) -> Engine:
        return open_database(str(Path(self.folder.name, "webtidbok.db")), create=True)

    def reopened(self) -> StoreWithRecords:
        self.engine.dispose()
        self.engine = self.open_file()
        return SqlStore.from_engine(self.engine)

    def open_throttle(self) -> Throttle:
        return SqlThrottle.from_engine(self.engine)

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


class PostgresqlAnswersAsMemoryDoes(BookMachine):
    """In the run's own database, emptied before each history."""

    engine: Engine

    def open_store(self) -> StoreWithRecords:
        wipe(self.engine, metadata)
        return SqlStore.from_engine(self.engine)

    def reopened(self) -> StoreWithRecords:
        return SqlStore.from_engine(self.engine)

    def open_throttle(self) -> Throttle:
        return SqlThrottle.from_engine(self.engine)


TestMemory = MemoryAnswersAsMemoryDoes.TestCase
TestMemory.settings = BOUNDED
TestSqlite = SqliteAnswersAsMemoryDoes.TestCase
TestSqlite.settings = BOUNDED


TestPostgresql = pytest.mark.usefixtures("found")(PostgresqlAnswersAsMemoryDoes.TestCase)
TestPostgresql.settings = settings(BOUNDED, max_examples=BOUNDED.max_examples // 3)


@pytest.fixture
def found(postgresql: Engine) -> None:
    """Let the histories know the run's database."""
    PostgresqlAnswersAsMemoryDoes.engine = postgresql
