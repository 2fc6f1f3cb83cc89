"""Databases for the tests: files, since what is in memory cannot be shared."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from tests.adapters.sql.hosts import begun_by_the_host
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the test's database is."""
    return tmp_path / "webtidbok.db"


@pytest.fixture
def file_engine(file: Path) -> Iterator[Engine]:
    """An engine on a new database."""
    engine = open_database(str(file), create=True)
    create_schema(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(file_engine: Engine) -> Engine:
    """The same, where a test does not say otherwise."""
    return file_engine


@pytest.fixture
def host(engine: Engine) -> Iterator[Connection]:
    """A host's connection, in the host's transaction, which is the writer."""
    with begun_by_the_host(engine) as connection:
        yield connection
