"""How the tables of an older webtidbok become those of this one."""

import ast
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from tests.adapters.sql.filled import A_LIMIT, fill, first_revision, rows_in
from tests.adapters.sql.hosts import begun_by_the_host
from tests.adapters.sql.shapes import shape_of
from webtidbok.adapters.sql import steps
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.revision import REVISION
from webtidbok.adapters.sql.schema import (
    create_schema,
    found_revision,
    migrate,
    statements_since,
)
from webtidbok.adapters.sql.sqlite import NotBegunImmediate
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.errors import MissingExtra, OverlapsExclusive, WrongSchema
from webtidbok.ports.snapshot import Taker
from webtidbok.testing.builders import (
    NOW,
    THE_CLINIC,
    a_message,
    an_appointment,
    an_event,
    staffs,
)
from webtidbok.testing.store_scenes import everything_in, put

ENGINES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = Path(steps.__file__).with_name("migrations") / "versions"


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, file: Path) -> str:
    """A database without tables, on each engine."""
    if request.param == "sqlite":
        open_database(str(file), create=True).connect().close()
        return str(file)
    return str(request.getfixturevalue("empty_postgresql_url"))


@pytest.fixture
def empty(address: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = open_database(address)
    yield engine
    engine.dispose()


@pytest.fixture
def other(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on another database of the same kind, with our tables, which are empty."""
    if "postgresql" in address:
        yield request.getfixturevalue("postgresql")
        return
    engine = open_database(str(tmp_path / "other.db"), create=True)
    create_schema(engine)
    yield engine
    engine.dispose()


def test_both_ways_to_new_tables_end_in_the_same(empty: Engine, other: Engine) -> None:
    assert migrate(empty) is None

    assert shape_of(empty) == shape_of(other)


def test_a_filled_database_of_the_first_revision_reads_as_before(
    empty: Engine, other: Engine
) -> None:
    fill(other)
    rows = rows_in(other)
    assert all(rows.values())
    first_revision(empty, rows)
    with pytest.raises(WrongSchema, match=f"an older webtidbok: revision 1, not {REVISION}"):
        SqlStore.from_engine(empty).clinic_ids()

    assert migrate(empty) == 1

    assert rows_in(empty) == rows
    assert shape_of(empty) == shape_of(other)
    before, after = SqlStore.from_engine(other), SqlStore.from_engine(empty)
    assert everything_in(after) == everything_in(before)
    assert after.find_by_link("a-hash") == before.find_by_link("a-hash") is not None
    assert SqlThrottle.from_engine(empty).is_used_up(A_LIMIT, "somebody", NOW)


def test_messages_of_the_first_revision_are_due_in_their_order(
    empty: Engine, other: Engine
) -> None:
    fill(other)
    first_revision(empty, rows_in(other))
    migrate(empty)
    outbox = SqlOutbox.from_engine(empty)

    delivery, _ = outbox.deliveries(THE_CLINIC)
    claimed = outbox.claim(THE_CLINIC, lease="mine", now=NOW, until=NOW + A_LIMIT.window)

    assert (delivery.tries, delivery.due_at, delivery.error) == (0, None, "")
    assert claimed is not None
    assert (claimed.message.id, claimed.tries) == ("m2", 1)


def test_absences_of_the_first_revision_came_with_the_last_change_that_left_no_event(
    empty: Engine, other: Engine
) -> None:
    fill(other)
    put(SqlStore.from_engine(other), staffs("s2", "15:00", "15:30"), an_event("k2", "s2"))
    first_revision(empty, rows_in(other))
    migrate(empty)

    assert laid_at(empty) == laid_at(other) == 3


def laid_at(engine: Engine) -> int | None:
    """Return the version of its calendar to which the only absence was laid."""
    with SqlStore.from_engine(engine).snapshot(THE_CLINIC) as snapshot:
        [version] = [each.laid_at for each in snapshot.taken() if each.taker is Taker.ABSENCE]
    return version


def test_after_an_upgrade_the_book_goes_on(empty: Engine, other: Engine) -> None:
    fill(other)
    first_revision(empty, rows_in(other))
    migrate(empty)
    store = SqlStore.from_engine(empty)

    put(store, an_appointment("a2", "14:00", "14:30"), an_event("k2", "a2"), a_message("m3", "a2"))
    with pytest.raises(OverlapsExclusive):
        put(store, an_appointment("a3", "09:10", "09:20"))

    assert [message.id for message in store.messages(THE_CLINIC)] == ["m2", "m1", "m3"]


def test_the_newest_revision_is_that_of_this_version(empty: Engine) -> None:
    assert len(list(SCRIPTS.glob("r*.py"))) == REVISION
    assert found_revision(empty) is None
    migrate(empty)
    assert found_revision(empty) == REVISION
    assert migrate(empty) == REVISION


def test_newer_tables_are_not_touched(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("UPDATE wtb_alembic_version SET version_num = '0099'")

    with pytest.raises(WrongSchema, match="a newer webtidbok: revision 99"):
        migrate(empty)


@pytest.mark.parametrize("version", ["ae10", "1", "0000", ""])
def test_a_revision_of_somebody_else_is_refused(empty: Engine, version: str) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql(f"UPDATE wtb_alembic_version SET version_num = '{version}'")

    for ask in (migrate, create_schema, found_revision):
        with pytest.raises(WrongSchema, match="not webtidbok's"):
            ask(empty)


def test_the_hosts_transaction_takes_the_tables_along(empty: Engine) -> None:
    begin = "BEGIN IMMEDIATE" if empty.dialect.name == "sqlite" else "BEGIN"
    with begun_by_the_host(empty, begin) as connection:
        assert migrate(connection) is None
        assert SqlStore(connection).clinic_ids() == ()
    assert found_revision(empty) is None
    assert inspect(empty).get_table_names() == []

    with begun_by_the_host(empty, begin) as connection:
        migrate(connection)
        connection.exec_driver_sql("COMMIT")
    assert found_revision(empty) == REVISION


def test_a_hosts_own_versions_stay_apart(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('hosts')")

    migrate(empty)

    with empty.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM alembic_version").all() == [("hosts",)]


HOSTS_ENV = """
from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
"""
HOSTS_STEP = """
from alembic import op
from webtidbok.adapters.sql.schema import migrate

revision, down_revision = "hosts", None

def upgrade():
    migrate(op.get_bind())
    op.execute("CREATE TABLE ledger (line TEXT)")
"""


def test_a_step_of_the_hosts_own_alembic_takes_ours_along(empty: Engine, tmp_path: Path) -> None:
    (tmp_path / "hosts" / "versions").mkdir(parents=True)
    (tmp_path / "hosts" / "env.py").write_text(HOSTS_ENV)
    (tmp_path / "hosts" / "versions" / "step.py").write_text(HOSTS_STEP)
    config = Config()
    config.set_main_option("script_location", str(tmp_path / "hosts"))
    begin = "BEGIN IMMEDIATE" if empty.dialect.name == "sqlite" else "BEGIN"

    with begun_by_the_host(empty, begin) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql("COMMIT")

    assert found_revision(empty) == REVISION
    assert {"ledger", "alembic_version"} <= set(inspect(empty).get_table_names())


def test_without_alembic_only_the_steps_are_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "webtidbok.adapters.sql.steps", None)
    monkeypatch.delattr("webtidbok.adapters.sql.steps")
    engine = open_database(str(file), create=True)

    create_schema(engine)
    with pytest.raises(MissingExtra, match=r"webtidbok\[sql\]"):
        migrate(engine)
    with pytest.raises(MissingExtra):
        statements_since(None, "sqlite")
    engine.dispose()


def test_without_a_transaction_nothing_is_done(file: Path) -> None:
    engine = open_database(str(file), create=True)
    with engine.connect() as connection, pytest.raises(NotBegunImmediate):
        migrate(connection)
    assert found_revision(engine) is None
    engine.dispose()


def upgrade(address: str) -> int | None:
    """Upgrade, in a process of its own."""
    engine = open_database(address)
    found = migrate(engine)
    SqlStore.from_engine(engine).clinic_ids()
    engine.dispose()
    return found


def test_many_processes_upgrade_at_once(address: str, empty: Engine, other: Engine) -> None:
    fill(other)
    first_revision(empty, rows_in(other))
    empty.dispose()

    with get_context("spawn").Pool(3) as pool:
        found = pool.map(upgrade, [address] * 6, chunksize=1)

    assert sorted(found, key=str) == [1, *[REVISION] * 5]
    assert shape_of(empty) == shape_of(other)


def test_threads_upgrade_different_databases_at_once(tmp_path: Path) -> None:
    engines = [open_database(str(tmp_path / f"{n}.db"), create=True) for n in range(4)]
    threads = [Thread(target=migrate, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found_revision(engine) for engine in engines] == [REVISION] * 4
    for engine in engines:
        engine.dispose()


def test_what_is_written_for_hands_ends_in_the_same_tables(empty: Engine, other: Engine) -> None:
    fill(other)
    first_revision(empty, rows_in(other))

    run_by_hand(empty, statements_since(1, empty.dialect.name))

    assert shape_of(empty) == shape_of(other)
    assert SqlStore.from_engine(empty).clinic_ids() == (THE_CLINIC,)


def test_a_new_database_can_be_made_by_hand(empty: Engine, other: Engine) -> None:
    run_by_hand(empty, statements_since(None, empty.dialect.name))

    assert shape_of(empty) == shape_of(other)


def test_nothing_is_written_where_nothing_is_missing() -> None:
    assert statements_since(REVISION, "sqlite") == ""


def run_by_hand(engine: Engine, sql: str) -> None:
    """Run a script as the engine's own client does."""
    driver = engine.raw_connection()
    if engine.dialect.name == "sqlite":
        driver.driver_connection.executescript(sql)  # type: ignore[union-attr] # sqlite3's own
    else:
        driver.driver_connection.autocommit = True  # type: ignore[union-attr] # psycopg's own
        driver.driver_connection.execute(sql, prepare=False)  # type: ignore[union-attr]
    driver.close()
    engine.dispose()


def test_the_wheel_and_the_source_bring_the_steps(tmp_path: Path) -> None:
    for target in ("wheel", "sdist"):
        build = [sys.executable, "-m", "hatchling", "build", "--target", target, "-d", tmp_path]
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,), (source,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")

    ours = {str(path.relative_to(ROOT / "src")) for path in SCRIPTS.parent.rglob("*.py")}
    assert len(ours) == REVISION + 3
    assert ours <= set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(source) as archive:
        assert {f"src/{name}" for name in ours} <= {
            name.partition("/")[2] for name in archive.getnames()
        }


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("r*.py")), ids=lambda path: path.stem)
def test_a_step_does_not_change_with_the_tables(script: Path) -> None:
    tree = ast.parse(script.read_text("utf-8"))
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}

    assert imported <= {"alembic", "webtidbok.adapters.sql.columns"}
