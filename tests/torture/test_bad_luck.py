"""Others who hold locks, full disks, databases that only read, and clocks that are wrong."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import attrs
import psycopg
import pytest
from sqlalchemy import URL, Engine, event, make_url

from tests.postgresql_server import CannotStart, Server, dsn
from tests.torture.asking import Asked, ask
from tests.torture.scene import SLOTS, a_book, rows_in, the_clinic
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.errors import StoreUnavailable
from webtidbok.model.ids import ClinicId
from webtidbok.services.searching import Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, CHECK_UP, NOW, THE_CLINIC

A_SHORT_WHILE = timedelta(seconds=0.2)
HOUR = timedelta(hours=1)


def a_request(number: int = 0) -> Asked:
    """Return a booking of one of the slots."""
    slot = SLOTS[number % len(SLOTS)]
    return Asked(
        key=f"the-key-{number}",
        what="book",
        provider=slot.provider,
        start=slot.start.isoformat(),
        place=number % 90 + 1,
    )


def an_impatient_book(engine: Engine) -> WebBook:
    """Return a book that waits for others a short while."""
    book = a_book(engine)
    store = SqlStore.from_engine(engine, patience=A_SHORT_WHILE)
    return WebBook(attrs.evolve(book.desk, store=store, records=store))


def is_answered(book: WebBook, asked: Asked) -> bool:
    """Ask; return whether there was an answer, and see that nothing but our own error comes."""
    try:
        answer = ask(book, asked)
    except StoreUnavailable as error:
        assert error.__suppress_context__, "a driver's error is behind ours"  # noqa: PT017
        return False
    assert answer.is_done
    return True


@contextmanager
def somebody_in_the_way(engine: Engine) -> Iterator[None]:
    """Hold what every booking needs, in a transaction of somebody else's."""
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SELECT * FROM wtb_calendar FOR UPDATE")
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")


def test_a_lock_that_somebody_keeps_is_no_answer_within_bounds(engine: Engine) -> None:
    """While it is kept."""
    book = a_book(engine)
    book.add_clinic(the_clinic())
    ask(book, a_request(0))  # so that there is a calendar to be locked
    before = rows_in(engine, THE_CLINIC)

    with somebody_in_the_way(engine):
        assert not is_answered(an_impatient_book(engine), a_request(1))
    assert rows_in(engine, THE_CLINIC) == before

    assert is_answered(book, a_request(1))


def read_only(database: str) -> URL | str:
    """Return the address under which nothing can be written."""
    if "://" not in database:
        uri = Path(database).absolute().as_uri()
        return URL.create("sqlite", database=uri, query={"mode": "ro", "uri": "true"})
    return make_url(database).update_query_dict({"options": "-c default_transaction_read_only=on"})


def test_a_database_that_only_reads_can_be_searched_and_refuses_the_rest(
    database: str, engine: Engine
) -> None:
    a_book(engine).add_clinic(the_clinic())
    before = rows_in(engine, THE_CLINIC)
    url = make_url(read_only(database))
    reading = open_database(url.render_as_string(hide_password=False))
    book = a_book(reading)

    assert not is_answered(book, a_request())
    found = book.search(THE_CLINIC, CHECK_UP, Wishes(first=A_MONDAY, last=A_MONDAY))
    assert len(list(found.slots)) == 20  # a day's, of the hundred
    assert rows_in(engine, THE_CLINIC) == before
    reading.dispose()


@contextmanager
def a_small_file_system(folder: Path) -> Iterator[Path]:
    """Mount one of four megabytes, where we may."""
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    command = [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small_folder(tmp_path: Path) -> Iterator[Path]:
    """A small file system."""
    with a_small_file_system(tmp_path / "small") as folder:
        yield folder


def test_a_disk_that_is_full_loses_nothing_and_goes_on_with_more_space(
    small_folder: Path, tell: Callable[[str], None]
) -> None:
    ballast = small_folder / "ballast"
    ballast.write_bytes(b"x" * 2_600_000)
    file = small_folder / "webtidbok.db"
    engine = open_database(str(file), create=True)
    create_schema(engine)

    _fill(engine, tell, more_space=ballast.unlink)

    engine.dispose()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_database_that_may_not_grow_loses_nothing_and_goes_on(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    engine = open_database(str(tmp_path / "small.db"), create=True)
    create_schema(engine)
    pages = [0]

    @event.listens_for(engine, "checkout")
    def bound(driver: sqlite3.Connection, _record: object, _proxy: object) -> None:
        if not pages[0]:
            (pages[0],) = driver.execute("PRAGMA page_count").fetchone()
            pages[0] += 6
        driver.execute(f"PRAGMA max_page_count = {pages[0]}").fetchone()

    def more() -> None:
        pages[0] *= 10

    _fill(engine, tell, more_space=more)
    engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of the test's own."""
    server = Server()
    try:
        server.start()
    except CannotStart as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.stop()


@pytest.fixture
def small_tables(server: Server) -> Iterator[Path]:
    """A small file system on which the tables of that server will lie."""
    data = server.data
    with a_small_file_system(data.with_name("small")) as folder:
        tables = folder / "tables"
        tables.mkdir()
        for each in (folder, tables):
            os.chown(each, data.stat().st_uid, data.stat().st_gid)
        with psycopg.connect(dsn(server.url), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{tables}'".encode())
            connection.execute("ALTER DATABASE postgres SET default_tablespace = small")
        yield folder
        server.stop()


def test_a_postgresql_whose_disk_is_full_loses_nothing_and_goes_on_with_more_space(
    server: Server, small_tables: Path, tell: Callable[[str], None]
) -> None:
    engine = open_database(server.url.render_as_string(hide_password=False))
    create_schema(engine)
    ballast = small_tables / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(small_tables).free - 300_000))

    _fill(engine, tell, more_space=ballast.unlink)

    assert "could not extend file" in server.log()
    engine.dispose()


def _fill(engine: Engine, tell: Callable[[str], None], *, more_space: Callable[[], None]) -> None:
    book = a_book(engine)
    for number in range(100):
        clinic = f"clinic-{number}"
        try:
            book.add_clinic(the_clinic(clinic))
        except StoreUnavailable:
            break
        acknowledged = _fill_clinic(book, clinic)
        if acknowledged < len(SLOTS):
            break
    else:
        pytest.fail("it was never full")
    kept = {clinic: rows_in(engine, clinic) for clinic in book.desk.records.clinic_ids()}
    more_space()

    tell(f"full after {sum(rows['wtb_appointment'] for rows in kept.values())} bookings")
    for each in book.desk.records.clinic_ids():
        assert list(book.verify(each)) == []
    book.add_clinic(the_clinic("afterwards"))
    assert is_answered(book, attrs.evolve(a_request(99), clinic="afterwards"))


def _fill_clinic(book: WebBook, clinic: str) -> int:
    """Book until there is no more space; see that just what was acknowledged is there."""
    acknowledged = []
    for number in range(len(SLOTS)):
        asked = attrs.evolve(a_request(number), clinic=clinic)
        if not is_answered(book, asked):
            break
        acknowledged.append(asked.key)
    there = [each.key for each in book.history(ClinicId(clinic))]
    assert there == acknowledged
    return len(acknowledged)


@pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["back", "forward"])
def test_a_clock_that_is_set_loses_nothing_and_books_nothing_twice(
    by: timedelta, engine: Engine
) -> None:
    clock = StandingClock(NOW)
    book = a_book(engine, clock)
    book.add_clinic(the_clinic())
    first = ask(book, a_request())
    clock.move(by)

    again = ask(book, a_request())
    other = ask(book, attrs.evolve(a_request(), key="another", place=2))
    moved = ask(
        book,
        attrs.evolve(
            a_request(),
            key="moved",
            what="rebook",
            token=first.token,
            start=SLOTS[1].start.isoformat(),
        ),
    )

    assert (again.is_repeat, again.appointment) == (True, first.appointment)
    assert other.outcome == "SlotTaken"
    assert moved.outcome == "Moved"
    assert list(book.verify(THE_CLINIC)) == []
