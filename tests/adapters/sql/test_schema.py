"""How a database gets its tables, and which ones are refused."""

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.adapters.sql.hosts import begun_by_the_host
from tests.adapters.sql.processes import create_and_open
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.revision import REVISION
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.sqlite import NotBegunImmediate
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.tables import metadata
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.errors import StoreUnavailable, WrongSchema
from webtidbok.model.ids import ClinicId
from webtidbok.ports.throttle import Limit
from webtidbok.testing.builders import NOW, THE_CLINIC, a_clinic, an_appointment, an_event
from webtidbok.testing.store_scenes import (
    a_scope,
    answering,
    everything_in,
    put,
)

EVERY_WAY_IN: list[Callable[[SqlStore], object]] = [
    lambda store: store.clinic(ClinicId("c")),
    lambda store: store.clinic_ids(),
    lambda store: list(store.appointments(ClinicId("c"))),
    lambda store: store.transact(a_scope(), answering("no")),
]


def set_revision(engine: Engine, revision: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE wtb_alembic_version SET version_num = '{revision:04}'")
    engine.dispose()


def test_all_tables_carry_the_prefix() -> None:
    assert all(name.startswith("wtb_") for name in metadata.tables)


def test_every_key_begins_with_the_clinic() -> None:
    of_the_installation = {"wtb_clinic", "wtb_link", "wtb_throttle"}
    numbered = {"wtb_event", "wtb_message", "wtb_watch_list"}
    for name in metadata.tables.keys() - of_the_installation - numbered:
        assert next(iter(metadata.tables[name].primary_key)).name == "clinic", name


@pytest.mark.parametrize("ask", EVERY_WAY_IN)
def test_a_database_without_tables_is_refused_by_name(
    file: Path, ask: Callable[[SqlStore], object]
) -> None:
    engine = open_database(str(file), create=True)
    with pytest.raises(WrongSchema, match="no tables"):
        ask(SqlStore.from_engine(engine))
    with begun_by_the_host(engine) as connection, pytest.raises(WrongSchema, match="no tables"):
        ask(SqlStore(connection))
    engine.dispose()


@pytest.mark.parametrize("ask", EVERY_WAY_IN)
@pytest.mark.parametrize(("revision", "which"), [(REVISION - 1, "older"), (REVISION + 1, "newer")])
def test_tables_of_another_version_are_refused_by_name(
    engine: Engine, revision: int, which: str, ask: Callable[[SqlStore], object]
) -> None:
    set_revision(engine, revision)

    with pytest.raises(WrongSchema, match=which):
        ask(SqlStore.from_engine(engine))
    with begun_by_the_host(engine) as connection, pytest.raises(WrongSchema, match=which):
        ask(SqlStore(connection))
    with pytest.raises(WrongSchema, match=which):
        create_schema(engine)


def test_a_throttle_asks_for_the_tables_too(file: Path) -> None:
    engine = open_database(str(file), create=True)
    limit = Limit(name="holds", most=1, window=NOW - NOW)
    with pytest.raises(WrongSchema):
        SqlThrottle.from_engine(engine).is_used_up(limit, "s", NOW)
    engine.dispose()


def test_tables_that_are_there_are_left_as_they_are(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"))
    before = everything_in(store)

    create_schema(engine)

    assert everything_in(store) == before


def test_tables_can_be_created_in_the_hosts_transaction(file: Path) -> None:
    engine = open_database(str(file), create=True)
    with begun_by_the_host(engine) as connection:
        create_schema(connection)
    with pytest.raises(WrongSchema):
        SqlStore.from_engine(engine).clinic_ids()

    with begun_by_the_host(engine) as connection:
        create_schema(connection)
        connection.exec_driver_sql("COMMIT")
    assert SqlStore.from_engine(engine).clinic_ids() == ()

    with engine.connect() as connection, pytest.raises(NotBegunImmediate):
        create_schema(connection)
    engine.dispose()


def test_a_file_survives_being_closed_and_opened(engine: Engine, file: Path) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"), an_event("k1", "a1"))
    before = everything_in(store)
    engine.dispose()

    again = open_database(str(file))
    assert everything_in(SqlStore.from_engine(again)) == before
    assert SqlStore.from_engine(again).clinic(THE_CLINIC).version == 1
    again.dispose()


def test_a_file_that_is_not_there_is_no_answer_and_does_not_come_to_be(file: Path) -> None:
    engine = open_database(str(file))
    with pytest.raises(StoreUnavailable):
        SqlStore.from_engine(engine).clinic_ids()
    assert not file.exists()


def test_many_processes_create_the_tables_at_once(file: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        assert pool.map(create_and_open, [str(file)] * 8, chunksize=1) == ["wal"] * 8
