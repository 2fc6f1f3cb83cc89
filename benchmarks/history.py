"""Years of visits that are over, written straight into the table that searches read."""

import gc

from sqlalchemy import Engine

from benchmarks.library import SQLITE, Library
from benchmarks.saying import say
from benchmarks.shelf import Shelf
from benchmarks.sizes import SMALL
from benchmarks.workload import CHECK_UP, THE_CLINIC
from webtidbok.adapters.sql.occupancy import seconds_of
from webtidbok.model.ids import provider_calendar

_FIVE_MINUTES = 300


def with_history(shelf: Shelf, engine: str, rows: int) -> Library:
    """Return the small clinic in a database of its own that holds `rows` rows in all.

    What is added lies before the present, five minutes after five minutes, for those who are
    searched for.
    """
    library = shelf.new_library(SMALL, engine)
    assert library.engine is not None
    providers = library.workload.clinic.type(CHECK_UP).providers
    there = _count(library.engine)
    before = seconds_of(library.workload.now) - 86_400
    for number, provider in enumerate(providers):
        more = (rows - there) // len(providers)
        _add(library.engine, provider_calendar(provider), more, before, number * rows)
    shelf.tidy(library)
    say(f"small {engine}: {_count(library.engine)} rows stored")
    gc.collect()
    return library


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM wtb_occupied").scalar_one())


def _add(engine: Engine, calendar: str, count: int, before: int, first: int) -> None:
    """Add rows for one calendar, whose ids begin with `first`."""
    if engine.dialect.name == SQLITE:
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
        )
        holder = "printf('h%010d', {first} + i)"
    else:
        numbers = "WITH n(i) AS (SELECT generate_series(1, {count}))"
        holder = "'h' || lpad(({first} + i)::text, 10, '0')"
    sql = (
        f"{numbers} INSERT INTO wtb_occupied"
        " (clinic, kind, holder, calendar, piece, starts, ends, exclusive)"
        f" SELECT '{THE_CLINIC}', 'appointment', {holder}, '{calendar}', 0,"
        " {before} - i * {step}, {before} - i * {step} + {step}, false FROM n"
    ).format(count=count, first=first, before=before, step=_FIVE_MINUTES)
    with engine.begin() as connection:
        connection.exec_driver_sql(sql)
