"""Databases with rows in every table, also such as an older webtidbok has left."""

from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql import steps
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.tables import metadata
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.sql.transactions import Outcome, OwnTransactions
from webtidbok.model.ids import AppointmentId, PatientId
from webtidbok.ports.store import Code, Link
from webtidbok.ports.throttle import Limit
from webtidbok.testing.builders import (
    NOW,
    a_clinic,
    a_hold,
    a_message,
    a_patient,
    a_watch_list_entry,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    staffs,
)
from webtidbok.testing.store_scenes import put

#: The rows of each table, as the driver gives them, without what the database itself counts.
Rows: TypeAlias = dict[str, list[dict[str, Any]]]

A_LIMIT = Limit(name="holds", most=1, window=timedelta(hours=1))

_COUNTED = {"number", "layer"}
_ADDED = {
    "wtb_message": {"tries", "due_at", "lease", "leased_until", "error"},
    "wtb_absence": {"version"},
}


def fill(engine: Engine) -> None:
    """Put something into every table."""
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    put(store, a_patient("p1", first_name="Åsa"), an_event("k0"))
    visit = an_appointment("a1", "09:00", "09:30", patient=PatientId("p1"))
    put(store, visit, an_event("k1", "a1"), a_message("m2"), a_message("m1", sequence=2))
    put(store, Link("a-hash", AppointmentId("a1")), Code("another-hash", AppointmentId("a1")))
    put(store, staffs("s1", "10:00", "10:30"), an_overlap("a1", "s1"))
    put(store, a_hold("h1", "11:00", "11:30"), an_absence("b1", "12:00", "12:30"))
    put(store, a_watch_list_entry("a1"))
    assert SqlThrottle.from_engine(engine).admit(A_LIMIT, "somebody", "one", NOW)


def rows_in(engine: Engine) -> Rows:
    """Return the rows of every table in the order of their keys, those of `_ADDED` apart."""
    with engine.connect() as connection:
        return {table.name: _rows(connection, table.name) for table in metadata.sorted_tables}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    keys = ", ".join(column.name for column in metadata.tables[table].primary_key)
    found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY {keys}").mappings()
    left_out = _COUNTED | _ADDED.get(table, set())
    return [{name: row[name] for name in row if name not in left_out} for row in found]


def first_revision(engine: Engine, rows: Rows) -> None:
    """Create the tables as the first revision had them, with these rows in them."""

    def create(connection: Connection) -> Outcome[None]:
        steps.take(connection, until=1)
        for name, them in rows.items():
            for row in them:
                _insert(connection, name, row)
        return Outcome(None, keep=True)

    OwnTransactions(engine, is_new=True).run(create)


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    places = ", ".join([place] * len(row))
    sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"
    connection.exec_driver_sql(sql, tuple(row.values()))
