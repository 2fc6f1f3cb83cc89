"""Which PostgreSQL the tests take, and what becomes of those that find none."""

from pathlib import Path

import psycopg
import pytest

from tests import postgresql_server
from tests.postgresql import give_up
from tests.postgresql_server import CannotStart, Programs, Server, all_programs, dsn


def test_where_that_of_the_machine_does_not_start_the_wheels_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_the_wheel = [each for each in all_programs() if each.whose == "from the wheel"]
    broken = Programs(tmp_path, "installed on the machine")
    monkeypatch.setattr(postgresql_server, "all_programs", lambda: iter([broken, *of_the_wheel]))

    server = Server().start()
    try:
        assert server.programs is not None
        assert server.programs.whose == "from the wheel"
        with psycopg.connect(dsn(server.url), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION btree_gist")
    finally:
        server.stop()


def test_where_none_starts_it_is_said_of_each_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Programs(tmp_path, "installed on the machine")
    monkeypatch.setattr(postgresql_server, "all_programs", lambda: iter([broken]))

    with pytest.raises(CannotStart, match="installed on the machine"):
        Server().start()


def test_without_a_server_tests_are_skipped_and_where_ci_is_set_they_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no PostgreSQL: it is gone"):
        give_up("it is gone")

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL: it is gone"):
        give_up("it is gone")
