"""The PostgreSQL of a test run: one server for all workers, a database for each.

`WEBTIDBOK_TEST_POSTGRESQL` names a server to use, as a SQLAlchemy URL whose account may create
databases. Without it the process that conducts the run starts one (`postgresql_server`) as soon as
the tests are collected, if any of them has `postgresql` in its name, and stops it in the end. So a
run that needs none starts none. Without any server such tests are skipped, and fail where `CI` is
set.
"""

import json
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import attrs
import psycopg
import pytest
from sqlalchemy import URL, Engine, MetaData, make_url

from tests.postgresql_server import CannotStart, Server, check, dsn
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.tables import metadata

NAMED_BY = "WEBTIDBOK_TEST_POSTGRESQL"
_WORD = "postgresql"
_NOTE = "webtidbok_postgresql_note"


@attrs.frozen
class Found:
    """Which server was found, or why none was."""

    url: str = ""
    which: str = ""
    missing: str = ""


class Conductor:
    """Starts the server of a run, and writes down for the workers where it is."""

    def __init__(self) -> None:
        self.note = Path(tempfile.gettempdir(), f"webtidbok-pg-{uuid.uuid4().hex}.json")
        self.found: Found | None = None
        self._server: Server | None = None

    def find(self, names: Iterable[str]) -> None:
        """Find a server, if the tests of these names need one and none was found yet."""
        if self.found is None and any(_WORD in name.lower() for name in names):
            self.found = self._named() if NAMED_BY in os.environ else self._own()
            self.note.touch(mode=0o600)
            self.note.write_text(json.dumps(attrs.asdict(self.found)))

    def stop(self) -> None:
        """Stop what was started."""
        if self._server is not None:
            self._server.stop()
        self.note.unlink(missing_ok=True)

    def _named(self) -> Found:
        url = make_url(os.environ[NAMED_BY]).set(drivername="postgresql+psycopg")
        try:
            return Found(_shown(url), f"{check(url)}, named by {NAMED_BY}")
        except (CannotStart, psycopg.Error) as error:
            return Found(missing=f"{NAMED_BY}: {error}")

    def _own(self) -> Found:
        try:
            self._server = Server().start()
        except CannotStart as error:
            return Found(missing=str(error))
        return Found(_shown(self._server.url), f"{self._server.version}, {self._server.programs}")


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


_CONDUCTOR = pytest.StashKey[Conductor]()


def pytest_configure(config: pytest.Config) -> None:
    """Be ready to find a server, in the process that conducts the run."""
    if not hasattr(config, "workerinput"):
        config.stash[_CONDUCTOR] = Conductor()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker where to read which server there is."""
    conductor = node.config.stash[_CONDUCTOR]  # type: ignore[attr-defined] # xdist ships no types
    node.workerinput[_NOTE] = str(conductor.note)  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: object, ids: list[str]) -> None:
    """Find a server before any worker runs a test; they wait for all to be collected."""
    node.config.stash[_CONDUCTOR].find(ids)  # type: ignore[attr-defined]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find a server where there are no workers."""
    if _CONDUCTOR in session.config.stash and not session.config.option.collectonly:
        session.config.stash[_CONDUCTOR].find(item.nodeid for item in session.items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which server it was."""
    conductor = terminalreporter.config.stash.get(_CONDUCTOR, None)
    if conductor is not None and conductor.found is not None:
        found = conductor.found
        says = f"PostgreSQL {found.which}" if found.url else f"no PostgreSQL: {found.missing}"
        terminalreporter.write_line(says)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server behind."""
    if _CONDUCTOR in config.stash:
        config.stash[_CONDUCTOR].stop()


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig: pytest.Config) -> URL:
    """Where the server is; each test that asks for it has `postgresql` in its name."""
    if hasattr(pytestconfig, "workerinput"):
        note = Path(pytestconfig.workerinput[_NOTE])
        assert note.exists(), f"a test that needs a server says {_WORD} in its name"
        found = Found(**json.loads(note.read_text()))
    else:
        conducted = pytestconfig.stash[_CONDUCTOR].found
        assert conducted is not None, f"a test that needs a server says {_WORD} in its name"
        found = conducted
    if not found.url:
        give_up(found.missing)
    return make_url(found.url)


def give_up(reason: str) -> NoReturn:
    """Skip a test that has no server, and say why; where CI is set that is a failure."""
    (pytest.fail if "CI" in os.environ else pytest.skip)(f"no PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def _database(postgresql_server: URL) -> Iterator[URL]:
    with a_database(postgresql_server) as url:
        engine = open_database(_shown(url))
        create_schema(engine)
        engine.dispose()
        yield url


@contextmanager
def a_database(server: URL) -> Iterator[URL]:
    """Give a database of its own on a server, empty, dropped afterwards."""
    name = f"webtidbok_test_{uuid.uuid4().hex}"
    with psycopg.connect(dsn(server), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        try:
            yield server.set(database=name)
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def _kept_engine(_database: URL) -> Iterator[Engine]:
    engine = open_database(_shown(_database))
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_url(_database: URL, _kept_engine: Engine) -> Iterator[str]:
    """The address of a database with our tables, which are empty; emptied afterwards."""
    yield _shown(_database)
    wipe(_kept_engine, metadata)


@pytest.fixture
def postgresql(postgresql_url: str, _kept_engine: Engine) -> Engine:  # noqa: ARG001
    """An engine on that database, whose connections outlive the test."""
    return _kept_engine


@pytest.fixture
def empty_postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """The address of a database without tables, of this test alone."""
    with a_database(postgresql_server) as url:
        yield _shown(url)


def wipe(engine: Engine, what: MetaData) -> None:
    """Delete all rows; whoever still holds a lock is a fault of the test before."""
    names = [table.name for table in reversed(what.sorted_tables)]
    said = "; ".join(f"DELETE FROM {name}" for name in names)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"SET lock_timeout = '10s'; {said}; RESET lock_timeout", prepare=False)
