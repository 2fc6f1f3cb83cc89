"""The same rows as a search reads, through the bare driver: what no search can do without."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine

from benchmarks.library import SQLITE, Library
from benchmarks.workload import CHECK_UP, THE_CLINIC
from tests.postgresql_server import dsn
from webtidbok.adapters.sql.occupancy import seconds_of
from webtidbok.adapters.sql.tables import DAY_SECONDS
from webtidbok.model.ids import ProviderId, provider_calendar, resource_calendar
from webtidbok.model.instants import DAY
from webtidbok.model.wall_clock import midnight

#: Rows of calendar, start and end.
Fetch = Callable[[], Sequence[tuple[Any, ...]]]

_ROWS = (
    "SELECT calendar, starts, ends FROM wtb_occupied WHERE clinic = {0} AND calendar {1}"
    " AND ends > {0} AND ends < {0} AND starts < {0} ORDER BY calendar, ends"
)


def fetch_of(
    library: Library, *, providers: Sequence[ProviderId] | None = None, days: int | None = None
) -> Fetch:
    """Return what fetches all rows that a whole search has to know, as one list.

    Args:
        providers: Who is asked; None: all.
        days: How many days are searched; None: the whole horizon.
    """
    assert library.engine is not None
    asked = library.workload.clinic.type(CHECK_UP).providers if providers is None else providers
    return _fetch(library.engine, _calendars(library, asked), _span(library, days))


def _calendars(library: Library, asked: Sequence[ProviderId]) -> list[str]:
    """Return the calendars of the providers asked, and of the rooms that they work in."""
    visits = library.workload.visits
    rooms = {visit.room for visit in visits if visit.room and visit.provider in set(asked)}
    return [*map(provider_calendar, asked), *map(resource_calendar, sorted(rooms))]


def _span(library: Library, days: int | None) -> tuple[int, int]:
    clinic = library.workload.clinic
    first = library.workload.now + clinic.web_booking.minimum_notice
    until = midnight(library.last_of(days) + DAY, clinic.time_zone)
    return seconds_of(first), seconds_of(until)


def _fetch(engine: Engine, calendars: list[str], span: tuple[int, int]) -> Fetch:
    first, until = span
    if engine.dialect.name == SQLITE:
        lite = sqlite3.connect(file_of(engine), isolation_level=None)
        sql = _ROWS.format("?", f"IN ({', '.join('?' * len(calendars))})")
        given = (THE_CLINIC, *calendars, first, until + DAY_SECONDS, until)
        return lambda: lite.execute(sql, given).fetchall()
    connection = psycopg.connect(dsn(engine.url), autocommit=True)
    cursor = connection.cursor(binary=True)
    asked = (THE_CLINIC, calendars, first, until + DAY_SECONDS, until)
    statement = _ROWS.format("%s", "= ANY(%s)").encode()
    return lambda: cursor.execute(statement, asked, prepare=True).fetchall()


def file_of(engine: Engine) -> str:
    """Return the file of an SQLite database."""
    with engine.connect() as connection:
        main = connection.exec_driver_sql("PRAGMA database_list").all()[0]
        return str(main[2])
