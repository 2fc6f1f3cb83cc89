"""Tables under other names, and several installations in one database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from tests.adapters.sql.filled import A_LIMIT, fill
from tests.adapters.sql.hosts import begun_by_the_host
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.names import DEFAULT, Names, named, names_on
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.revision import REVISION
from webtidbok.adapters.sql.schema import create_schema, found_revision, migrate, statements_since
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.tables import metadata
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.errors import OverlapsExclusive, WrongSchema
from webtidbok.testing.builders import NOW, THE_CLINIC, an_appointment
from webtidbok.testing.store_scenes import everything_in, put

ENGINES = ("sqlite", "postgresql")
MAKERS = {"at once": create_schema, "in steps": migrate}


@pytest.fixture(params=ENGINES)
def plain(request: pytest.FixtureRequest, file: Path) -> Iterator[Engine]:
    """A database without tables, on each engine."""
    is_file = request.param == "sqlite"
    address = str(file) if is_file else request.getfixturevalue("empty_postgresql_url")
    engine = open_database(address, create=is_file)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_installations_with_other_prefixes_do_not_see_each_other(plain: Engine, make: type) -> None:
    norr, syd = named(plain, prefix="wtb_norr_"), named(plain, prefix="syd_")
    make(norr)
    with pytest.raises(WrongSchema, match="no tables"):
        SqlStore.from_engine(syd).clinic_ids()
    make(syd)
    with pytest.raises(WrongSchema, match="no tables"):
        SqlStore.from_engine(plain).clinic_ids()
    make(plain)

    fill(norr)

    stores = [SqlStore.from_engine(each) for each in (plain, syd)]
    assert [store.clinic_ids() for store in stores] == [(), ()]
    assert not SqlThrottle.from_engine(syd).is_used_up(A_LIMIT, "somebody", NOW)
    assert SqlStore.from_engine(syd).find_by_link("a-hash") is None
    assert list(SqlOutbox.from_engine(syd).deliveries(THE_CLINIC)) == []
    fill(syd)
    assert everything_in(SqlStore.from_engine(syd)) == everything_in(SqlStore.from_engine(norr))
    assert SqlStore.from_engine(plain).clinic_ids() == ()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_second_lock_goes_along(plain: Engine, make: type) -> None:
    engine = named(plain, prefix="syd_")
    make(engine)
    fill(engine)

    with pytest.raises(OverlapsExclusive):
        put(SqlStore.from_engine(engine), an_appointment("a3", "09:10", "09:20"))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_nothing_in_the_database_has_another_name(plain: Engine, make: type) -> None:
    make(named(plain, prefix="klinik_"))

    there = inspect(plain)
    names = there.get_table_names()
    assert set(names) == {name.replace("wtb_", "klinik_") for name in metadata.tables} | {
        "klinik_alembic_version"
    }
    for table in names:
        indexes = [*there.get_indexes(table), *there.get_unique_constraints(table)]
        assert all("wtb_" not in str(index["name"]) for index in indexes)
        assert all("_klinik_" in str(each["name"]) for each in there.get_foreign_keys(table))
    if plain.dialect.name == "sqlite":
        with plain.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%wtb!_%' ESCAPE '!'"
            )
            assert found.scalar_one() == 0


def test_a_host_names_the_tables_on_its_own_connection(plain: Engine) -> None:
    begin = "BEGIN IMMEDIATE" if plain.dialect.name == "sqlite" else "BEGIN"
    engine = named(plain, prefix="syd_")
    create_schema(engine)
    fill(engine)

    with begun_by_the_host(plain, begin) as connection:
        store = SqlStore(named(connection, prefix="syd_"))
        put(store, an_appointment("a2", "14:00", "14:30"))
        with pytest.raises(OverlapsExclusive):
            put(store, an_appointment("a3", "09:10", "09:20"))
        connection.exec_driver_sql("COMMIT")

    assert len(list(SqlStore.from_engine(engine).appointments(THE_CLINIC))) == 3
    with plain.connect() as connection:
        assert names_on(connection) == DEFAULT


def test_the_check_of_the_revision_is_each_installations_own(plain: Engine) -> None:
    one, two = named(plain, prefix="one_"), named(plain, prefix="two_")
    migrate(one)
    migrate(two)
    with two.begin() as connection:
        connection.exec_driver_sql("UPDATE two_alembic_version SET version_num = '0001'")

    assert SqlStore.from_engine(one).clinic_ids() == ()
    with pytest.raises(WrongSchema, match="older"):
        SqlStore.from_engine(two).clinic_ids()
    assert (found_revision(one), found_revision(two), found_revision(plain)) == (REVISION, 1, None)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("prefix", ["wtb_", "syd_"])
def test_tables_can_be_in_a_schema_of_postgresql(
    empty_postgresql_url: str, make: type, prefix: str
) -> None:
    plain = open_database(empty_postgresql_url)
    with plain.begin() as connection:
        connection.exec_driver_sql('CREATE SCHEMA "order"')  # a word that must be quoted
    engine = named(plain, prefix=prefix, schema="order")
    make(engine)
    make(plain)

    fill(engine)

    assert SqlStore.from_engine(plain).clinic_ids() == ()
    fill(plain)
    assert everything_in(SqlStore.from_engine(plain)) == everything_in(SqlStore.from_engine(engine))
    with pytest.raises(OverlapsExclusive):
        put(SqlStore.from_engine(engine), an_appointment("a3", "09:10", "09:20"))
    assert len(inspect(plain).get_table_names("order")) == len(metadata.tables) + 1
    plain.dispose()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_schema_that_postgresql_does_not_have_is_refused_by_name(
    empty_postgresql_url: str, make: type
) -> None:
    engine = open_database(empty_postgresql_url)
    with pytest.raises(WrongSchema, match="no schema nowhere"):
        make(named(engine, schema="nowhere"))
    engine.dispose()


def test_what_is_written_for_hands_has_the_names() -> None:
    written = statements_since(None, "postgresql", names=Names("syd_", "booking"))

    assert 'CREATE TABLE "booking".syd_clinic' in written
    assert "wtb_" not in written


@pytest.mark.parametrize("prefix", ["", "wtb", "Wtb_", "1_", "w-_", "å_", 'x"_', "x" * 20 + "_"])
def test_a_prefix_that_would_need_care_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        Names(prefix)


@pytest.mark.parametrize("schema", ["", "A", 'x"', "a.b", "1a"])
def test_a_schema_that_would_need_care_is_refused(schema: str) -> None:
    with pytest.raises(ValueError, match="schema"):
        Names(schema=schema)


def test_the_longest_prefix_fits_into_every_name() -> None:
    longest = Names("x" * 19 + "_")
    with_names = statements_since(None, "postgresql", names=longest)

    words = with_names.replace("(", " ").replace(".", " ").split()
    assert max(len(word) for word in words if "xxx" in word) <= 63


def test_sqlite_has_no_schemas(engine: Engine) -> None:
    with pytest.raises(ValueError, match="no schemas"):
        named(engine, schema="booking")


def test_names_are_given_once(engine: Engine) -> None:
    with pytest.raises(ValueError, match="already"):
        named(named(engine, prefix="a_"), prefix="b_")


def test_only_our_own_names_change() -> None:
    names = Names("syd_", "s")
    for sql in (
        "SELECT x FROM host_wtb_clinic",
        "wtb_other",
        "wtb_clinics",
        "into_wtb_event",
        "%(rows_of_wtb_event)s",
        "wtb_alembic_version",
    ):
        assert names.put_into(sql) == sql
    assert names.put_into("UPDATE wtb_calendar SET a = wtb_calendar.a") == (
        'UPDATE "s".syd_calendar SET a = "s".syd_calendar.a'
    )
    assert names.put_into("CREATE INDEX ix_wtb_code_x ON wtb_code") == (
        'CREATE INDEX ix_syd_code_x ON "s".syd_code'
    )
