"""Bringing the tables of a database up to date."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, NOW, run

CLINIC = ("--clinic", EXAMPLE / "clinic.toml", *NOW)
PERIOD = ("--from", "2026-12-01", "--to", "2026-12-31")


def by_hand(path: Path, sql: str) -> None:
    """Run a script, as whoever runs it by hand."""
    with sqlite3.connect(path) as connection:
        connection.executescript(sql)
    connection.close()


def back_to_the_first(path: Path) -> None:
    """Make a database look as the first revision left it, but for what is in it."""
    columns = ("tries", "due_at", "lease", "leased_until", "error")
    dropped = "".join(f"ALTER TABLE wtb_message DROP COLUMN {name};" for name in columns)
    by_hand(
        path,
        f"DROP INDEX ix_wtb_message_unsent; {dropped}"
        "ALTER TABLE wtb_absence DROP COLUMN version;"
        "UPDATE wtb_alembic_version SET version_num = '0001'",
    )


def test_an_older_database_is_refused_until_it_is_upgraded(database: Path) -> None:
    before = run("report", database, *PERIOD, "--json").out
    back_to_the_first(database)

    refused = run("report", database, *PERIOD, "--json")
    upgraded = run("db", "upgrade", database, "--json")
    again = run("db", "upgrade", database)

    assert refused.fields == ["database"]
    assert "webtidbok db upgrade" in refused.out
    assert upgraded.object == {"outcome": "upgraded", "found": 1, "revision": 3}
    assert again.out == "the tables are at revision 3 already\n"
    assert run("report", database, *PERIOD, "--json").out == before
    assert run("dispatch", database, *NOW, "--json").status == 0


def test_an_empty_file_gets_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    path.touch()

    assert run("db", "upgrade", path).out == "the tables are at revision 3; there were none\n"
    assert run("init", path, *CLINIC).status == 0


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for command in ("upgrade", "sql"):
        assert run("db", command, tmp_path / "none.db", "--json").fields == ["database"]
    assert not list(tmp_path.iterdir())


def test_a_newer_database_is_refused(database: Path) -> None:
    by_hand(database, "UPDATE wtb_alembic_version SET version_num = '0099'")

    refused = run("db", "upgrade", database, "--json")

    assert refused.fields == ["database"]
    assert "newer" in refused.out


def test_the_sql_of_a_dialect_makes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "by-hand.db"
    by_hand(path, run("db", "sql", "sqlite").out)

    assert run("init", path, *CLINIC).status == 0


def test_the_sql_of_a_database_is_what_it_lacks(database: Path) -> None:
    assert run("db", "sql", database).out == ""
    back_to_the_first(database)

    written = run("db", "sql", database)
    by_hand(database, written.out)

    assert "CREATE TABLE" not in written.out
    assert run("db", "sql", database, "--json").object == {"outcome": "written", "sql": ""}
    assert run("verify", database).status == 0


def test_the_sql_for_postgresql_needs_no_server() -> None:
    written = run("db", "sql", "postgresql", "--json").object["sql"]

    assert "EXCLUDE USING gist" in written


def test_a_database_on_postgresql_is_upgraded(empty_postgresql_url: str) -> None:
    assert run("db", "upgrade", empty_postgresql_url).status == 0
    assert run("init", empty_postgresql_url, *CLINIC).status == 0
    assert run("db", "sql", empty_postgresql_url).out == ""


def test_the_environment_names_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "several.db"
    assert run("init", path, *CLINIC).status == 0

    monkeypatch.setenv("WEBTIDBOK_TABLE_PREFIX", "syd_")

    assert "no tables" in run("verify", path, "--json").out
    assert run("init", path, *CLINIC).status == 0
    assert run("verify", path).status == 0
    assert "syd_clinic" in run("db", "sql", "sqlite").out
    assert "wtb_" not in run("db", "sql", "sqlite").out


def test_the_environment_names_a_schema_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBTIDBOK_SCHEMA", "booking")

    assert '"booking".wtb_clinic' in run("db", "sql", "postgresql").out


@pytest.mark.parametrize(
    ("variable", "value"), [("WEBTIDBOK_TABLE_PREFIX", "x'; --"), ("WEBTIDBOK_SCHEMA", "booking")]
)
def test_names_that_cannot_be_are_bad_input(
    database: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    for command in (("verify", database), ("db", "upgrade", database), ("db", "sql", "sqlite")):
        refused = run(*command, "--json")
        assert variable in refused.fields[0]
        assert "--" not in refused.out
