"""Hosts that embed the store, and how they begin their transactions."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

IMMEDIATE = "BEGIN IMMEDIATE"
_WRITING = {"sqlite": IMMEDIATE, "postgresql": "BEGIN"}


@contextmanager
def begun_by_the_host(engine: Engine, begin: str | None = None) -> Iterator[Connection]:
    """Give a host's connection in a transaction, rolled back unless the host commits it.

    Unless told how, it is begun as the engine asks of a host that will write.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(begin or _WRITING[engine.dialect.name])
        try:
            yield connection
        finally:
            connection.connection.rollback()


def keep_a_hosts_table(engine: Engine) -> None:
    """Create a table of the host's own."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ledger (line TEXT)")


def write_a_line(connection: Connection, line: str) -> None:
    """Write into the host's table."""
    connection.execute(text("INSERT INTO ledger VALUES (:line)"), {"line": line})


def lines_in(engine: Engine) -> list[str]:
    """Return what the host's table holds."""
    with engine.connect() as connection:
        return [*connection.exec_driver_sql("SELECT line FROM ledger").scalars()]


def held_up(pool: ThreadPoolExecutor, act: Callable[[], str]) -> Future[str]:
    """Start something that must wait for somebody else, and see that it does."""
    future = pool.submit(act)
    with pytest.raises(TimeoutError):
        future.result(timeout=0.2)
    return future
