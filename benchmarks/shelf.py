"""Where the stores of a run come from: each is filled when it is first asked for."""

import gc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from sqlalchemy import URL, Engine

from benchmarks.library import MEMORY, POSTGRESQL, SQLITE, Library
from benchmarks.oracle import Oracle
from benchmarks.saying import say
from benchmarks.sizes import Size
from benchmarks.workload import Workload, workload_of
from tests.postgresql_server import DURABLE, Server, dsn
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore

#: A server that a clinic would have: what is committed survives, and its tables fit in memory.
_SERVER = {
    **DURABLE,
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
}


class Shelf:
    """Fills stores when they are first asked for, and keeps them until it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workloads: dict[str, Workload] = {}
        self._oracles: dict[str, Oracle] = {}
        self._libraries: dict[tuple[str, str], Library] = {}
        self._engines: list[Engine] = []
        self._server: Server | None = None

    def workload(self, size: Size) -> Workload:
        """Return the workload of a size."""
        if size.name not in self._workloads:
            self._workloads[size.name] = workload_of(size)
            self._oracles[size.name] = Oracle(self._workloads[size.name])
        return self._workloads[size.name]

    def library(self, size: Size, engine: str) -> Library:
        """Return the library over a store of one engine that holds a size, its answers checked."""
        key = size.name, engine
        if key not in self._libraries:
            self._libraries[key] = self.new_library(size, engine)
            gc.collect()
            gc.freeze()  # what a run holds is nothing that those who are timed should look through
        return self._libraries[key]

    def new_database(self, engine: str) -> Engine:
        """Return a database of an engine without tables."""
        name = f"b{uuid.uuid4().hex}"
        if engine == SQLITE:
            opened = open_database(str(self._folder / f"{name}.sqlite3"), create=True)
        else:
            opened = open_database(self._new_on_server(name).render_as_string())
        self._engines.append(opened)
        return opened

    def close(self) -> None:
        """Let go of all databases."""
        for engine in self._engines:
            engine.dispose()
        if self._server is not None:
            self._server.stop()

    def new_library(self, size: Size, engine: str) -> Library:
        """Return the library over a new store that holds a size, its answers checked."""
        workload = self.workload(size)
        began = perf_counter()
        library = _with_tables(workload, None if engine == MEMORY else self.new_database(engine))
        book = library.book(keeps=False)
        book.add_clinic(
            workload.clinic,
            absences=tuple(workload.absences()),
            appointments=tuple(workload.appointments()),
        )
        self.tidy(library)
        filled = perf_counter() - began
        free = library.check(book, self._oracles[size.name])
        say(
            f"{size.name} {engine}: {len(workload.visits)} visits stored in {filled:.0f} s;"
            f" the {free} free times are those of the oracle"
        )
        return library

    def tidy(self, library: Library) -> None:
        """Let a database look at its tables now, as PostgreSQL does by itself before long."""
        if library.kind == POSTGRESQL:
            assert library.engine is not None
            with psycopg.connect(dsn(library.engine.url), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")

    def _new_on_server(self, name: str) -> URL:
        if self._server is None:
            self._server = Server(_SERVER).start()
            say(f"PostgreSQL {self._server.version}, {self._server.programs}")
        with psycopg.connect(dsn(self._server.url), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self._server.url.set(database=name)


def _with_tables(workload: Workload, engine: Engine | None) -> Library:
    if engine is None:
        return Library(workload=workload, store=MemoryStore(), engine=None)
    create_schema(engine)
    return Library(workload=workload, store=SqlStore.from_engine(engine), engine=engine)


@contextmanager
def a_shelf() -> Iterator[Shelf]:
    """Give a shelf, whose databases are gone afterwards."""
    with TemporaryDirectory(prefix="webtidbok-bench-") as folder:
        shelf = Shelf(Path(folder))
        try:
            yield shelf
        finally:
            shelf.close()
