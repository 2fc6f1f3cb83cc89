"""Which form of the tables this version of webtidbok reads and writes."""

import re
from functools import cache

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    select,
)

from webtidbok.adapters.sql.names import Names, names_on
from webtidbok.errors import WrongSchema

#: The newest of `migrations`: rises with every change of the tables.
REVISION = 3

_AN_ID = re.compile(r"(?!0000)[0-9]{4}")
_CHECKED = "webtidbok revision"


@cache
def version_table(names: Names) -> Table:
    """Return the table in which alembic keeps the one row that tells the revision.

    Unlike all others it is called here as the database calls it: alembic asks for it by name.
    """
    name = names.of("alembic_version")
    return Table(
        name,
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name=f"{name}_pkc"),
        schema=names.schema,
    )


def id_of(revision: int) -> str:
    """Return how alembic calls a revision."""
    return f"{revision:04}"


def revision_of(connection: Connection) -> int | None:
    """Return the form that the database's tables have; None where there are none.

    Raises:
        WrongSchema: it is none that any webtidbok has.
    """
    table = version_table(names_on(connection))
    if not inspect(connection).has_table(table.name, schema=table.schema):
        return None
    found = connection.execute(select(table.c.version_num)).scalar_one_or_none()
    if found is not None and not _AN_ID.fullmatch(found):
        raise WrongSchema("the database's tables have a revision that is not webtidbok's")
    return None if found is None else int(found)


def refuse_wrong_revision(connection: Connection) -> None:
    """Check the form of the tables; asked of the database once a driver's connection.

    Raises:
        WrongSchema: there are no tables of ours, or those of another version.
    """
    checked = (_CHECKED, names_on(connection))
    if connection.info.get(checked) == REVISION:
        return
    revision = revision_of(connection)
    if revision is None:
        raise WrongSchema("the database holds no tables of webtidbok")
    if revision < REVISION:
        raise WrongSchema(f"{_of('an older', revision)}; `webtidbok db upgrade` brings them here")
    if revision > REVISION:
        raise WrongSchema(_of("a newer", revision))
    connection.info[checked] = REVISION


def _of(age: str, revision: int) -> str:
    return f"the database holds the tables of {age} webtidbok: revision {revision}, not {REVISION}"
