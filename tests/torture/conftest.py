"""How large the torture is.

What is marked `torture` is the long leg of a part and runs when asked for: `make torture`. The
short legs run with all other tests.
"""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema

_MARK = "torture"
_TOLD = "torture"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", f"{_MARK}: the long leg of an attack: make torture")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long legs out unless they are asked for."""
    if _MARK not in str(config.option.markexpr):
        long = [item for item in items if item.get_closest_marker(_MARK)]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the attacks came to, and their seeds."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
    ]
    for report in reports:
        for name, value in report.user_properties:
            if name == _TOLD:
                test = report.nodeid.rpartition("::")[2]
                terminalreporter.write_line(f"torture {test}: {value}")


@pytest.fixture
def seed() -> int:
    """A seed of today's, or the one that was given."""
    return int(os.environ.get("WEBTIDBOK_TORTURE_SEED") or random.SystemRandom().getrandbits(32))


@pytest.fixture
def tell(seed: int, record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say something in the summary; the seed is said at once."""
    record_property(_TOLD, f"seed {seed}")
    return lambda said: record_property(_TOLD, said)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with our tables, on each engine."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_url")
        return url
    file = tmp_path / "webtidbok.db"
    engine = open_database(str(file), create=True)
    create_schema(engine)
    engine.dispose()
    return str(file)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine of the test's own process on that database."""
    engine = open_database(database)
    yield engine
    engine.dispose()
