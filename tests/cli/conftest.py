"""A database with the example clinic, fresh for each test."""

import shutil
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, NOW, book, run, slots


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings, and no long waits."""
    for name in ("WEBTIDBOK_KEY_FILE", "WEBTIDBOK_BASE_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEBTIDBOK_PATIENCE", "0.05")


@pytest.fixture(scope="session")
def whole_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example clinic's database; not to be written to."""
    path = tmp_path_factory.mktemp("example") / "clinic.db"
    files = (
        "--clinic",
        EXAMPLE / "clinic.toml",
        "--patients",
        EXAMPLE / "patients.csv",
        "--appointments",
        EXAMPLE / "appointments.csv",
    )
    assert run("init", path, *files, *NOW).status == 0
    return path


@pytest.fixture
def database(whole_example: Path, tmp_path: Path) -> Path:
    """The example clinic's database, to do with as one likes."""
    return Path(shutil.copy(whole_example, tmp_path / "clinic.db"))


@pytest.fixture
def link(database: Path) -> str:
    """The link to an examination that is booked for 2026-12-08 at 08.30, with Holm."""
    wanted = slots(database, "undersokning", "--provider", "holm", first="2026-12-08")[0]
    assert wanted["start"] == "2026-12-08T07:30:00Z"
    return str(book(database, wanted).object["link"])
