"""How a new database gets its tables, and an old one those of this version.

`create_schema` makes all tables at once, as `tables` has them; `migrate` takes the steps in
`migrations` that are missing, from the first for a new database. Both end in the same tables.
"""

from datetime import timedelta
from types import ModuleType

from sqlalchemy import Connection, Engine, insert, inspect

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.errors import driver_errors_as_ours
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.names import DEFAULT, Names, names_on
from webtidbok.adapters.sql.revision import (
    REVISION,
    id_of,
    refuse_wrong_revision,
    revision_of,
    version_table,
)
from webtidbok.adapters.sql.transactions import PATIENCE, Outcome, OwnTransactions
from webtidbok.errors import MissingExtra, WrongSchema


def create_schema(database: Engine | Connection) -> None:
    """Create the tables, unless the database has them; several processes may come at once.

    With a connection, they are created in the host's transaction, which must have begun.

    Raises:
        WrongSchema: it has tables of another version, or lacks the schema they are to be in.
        NotBegun: the connection has begun no transaction.
        StoreUnavailable: the database gave no answer.
    """
    if isinstance(database, Engine):
        OwnTransactions(database, is_new=True).run(_created)
        return
    with driver_errors_as_ours():
        _created(database)


def migrate(database: Engine | Connection, *, patience: timedelta = PATIENCE) -> int | None:
    """Bring the tables of an older version, or none, to this version; needs alembic.

    All steps are one transaction: all are taken or none. Several processes may come at once. With
    a connection that is the host's transaction, which must have begun and is not committed here.

    Args:
        database: Nobody needs to have stopped working on it.
        patience: With an engine: how long to wait for others. The steps may take longer.

    Returns:
        The revision that was found; None where there were no tables.

    Raises:
        WrongSchema: the tables are of a newer version, or the schema they are to be in is missing.
        NotBegun: the connection has begun no transaction.
        StoreUnavailable: the database gave no answer; nothing was done.
        MissingExtra: alembic is not installed.
    """
    if isinstance(database, Engine):
        return OwnTransactions(database, patience=patience, is_new=True).run(_migrated_by_us)
    with driver_errors_as_ours():
        return _migrated(database).answer


def statements_since(revision: int | None, dialect: str, *, names: Names = DEFAULT) -> str:
    """Return the SQL that brings tables of a revision to this version; nothing is run.

    Args:
        revision: None: there are no tables.
        dialect: `sqlite` or `postgresql`.
        names: What the tables are called.

    Raises:
        MissingExtra: alembic is not installed.
    """
    sql: str = _steps().written_since(revision, dialect, names)
    return sql


def found_revision(engine: Engine, *, patience: timedelta = PATIENCE) -> int | None:
    """Return the revision of the tables in a database; None where there are none.

    Raises:
        WrongSchema: it is none that any webtidbok has.
        StoreUnavailable: the database gave no answer.
    """
    with OwnTransactions(engine, patience=patience, is_new=True).reading() as connection:
        return revision_of(connection)


def _created(connection: Connection) -> Outcome[None]:
    kind = kind_of(connection.dialect)
    kind.lock_for_schema(connection)
    if revision_of(connection) is not None:
        refuse_wrong_revision(connection)
        return Outcome(None, keep=False)
    _refuse_missing_schema(connection)
    tables.metadata.create_all(connection, checkfirst=False)
    kind.create_second_lock(connection)
    version = version_table(names_on(connection))
    version.create(connection)
    connection.execute(insert(version).values(version_num=id_of(REVISION)))
    return Outcome(None, keep=True)


def _migrated_by_us(connection: Connection) -> Outcome[int | None]:
    kind_of(connection.dialect).take_time(connection)
    return _migrated(connection)


def _migrated(connection: Connection) -> Outcome[int | None]:
    steps = _steps()
    kind_of(connection.dialect).lock_for_schema(connection)
    found = revision_of(connection)
    if found is not None and found >= REVISION:
        refuse_wrong_revision(connection)
        return Outcome(found, keep=False)
    _refuse_missing_schema(connection)
    steps.take(connection)
    return Outcome(found, keep=True)


def _steps() -> ModuleType:
    """Return what takes steps; who takes none needs no alembic, and does not wait for it."""
    try:
        from webtidbok.adapters.sql import steps  # noqa: PLC0415
    except ImportError:
        raise MissingExtra("sql") from None
    return steps


def _refuse_missing_schema(connection: Connection) -> None:
    schema = names_on(connection).schema
    if schema is not None and not inspect(connection).has_schema(schema):
        raise WrongSchema(f"the database has no schema {schema}; who owns it must create it")
