"""Speaking to the driver itself, past SQLAlchemy, which takes longer over a short statement.

Whoever listens to an engine's cursors, as hosts do to trace and `names` does to name tables, hears
what is said here too.
"""

import sys
from typing import Any

from sqlalchemy import Connection


def said(
    connection: Connection,
    sql: str,
    values: Any = (),  # noqa: ANN401 - as the driver takes them
    *,
    is_often: bool = False,
) -> Any:  # noqa: ANN401 - the driver's
    """Say a statement as the database itself takes it, and return the driver's cursor.

    Args:
        values: By their places; with `is_often` a list of such.
    """
    if not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does before its first statement
    cursor = _cursor(connection)
    is_heard = _is_heard(connection)
    if is_heard:
        for listener in connection.dispatch.before_cursor_execute:
            sql, values = listener(connection, cursor, sql, values, None, is_often)
    try:
        (cursor.executemany if is_often else cursor.execute)(sql, values)
    except Exception:
        _let_go_if_lost(connection)
        raise
    if is_heard:
        for listener in connection.dispatch.after_cursor_execute:
            listener(connection, cursor, sql, values, None, is_often)
    return cursor


def _is_heard(connection: Connection) -> bool:
    """Return whether anybody listens.

    These are the marks that SQLAlchemy itself looks at before it goes through its listeners: to go
    through a list of nobody takes as long as a short statement.
    """
    return connection._has_events or connection.engine._has_events  # noqa: SLF001


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - the driver's
    """Return a cursor; of psycopg's one that takes statements as they are, and answers in binary.

    Its others rewrite each statement, and those that are long each time anew; and numbers that
    were written out have to be read.
    """
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "postgresql":
        return driver.cursor()
    psycopg: Any = sys.modules["psycopg"]
    cursor = psycopg.RawCursor(driver)
    cursor.format = psycopg.pq.Format.BINARY
    return cursor


def _let_go_if_lost(connection: Connection) -> None:
    """Let all connections that wait be replaced, as SQLAlchemy does, if this one is lost."""
    if getattr(connection.connection.driver_connection, "closed", False):
        connection.invalidate()
        connection.engine.dispose()
