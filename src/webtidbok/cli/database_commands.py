"""Commands about the tables of a database, whatever clinics are in it."""

import click

from webtidbok.cli.faults import Status
from webtidbok.cli.opening import engine_on, names_given, patience_given
from webtidbok.cli.options import command
from webtidbok.cli.speaking import Speaker


@command("upgrade", needs_now=False)
def upgrade(speaker: Speaker, *, database: str) -> Status:
    """Bring the tables of an older webtidbok, or none, to this one's.

    All or nothing; may be run again, and while others work.
    """
    from webtidbok.adapters.sql.revision import REVISION
    from webtidbok.adapters.sql.schema import migrate

    patience = patience_given()
    with engine_on(database) as engine:
        found = migrate(engine, patience=patience)
    speaker.tell(
        {"outcome": "upgraded", "found": found, "revision": REVISION},
        lambda: [_told(found, REVISION)],
    )
    return Status.DONE


def _told(found: int | None, revision: int) -> str:
    if found == revision:
        return f"the tables are at revision {revision} already"
    was = "there were none" if found is None else f"they were at {found}"
    return f"the tables are at revision {revision}; {was}"


@command("sql", needs_now=False, database="DB-OR-DIALECT")
def sql(speaker: Speaker, *, database: str) -> Status:
    """Print the SQL that `upgrade` would run, for whoever runs it by hand.

    For a database: what it lacks. For `sqlite` or `postgresql`: all tables, without a connection.
    """
    written = _written(database)
    if speaker.as_json:
        speaker.tell({"outcome": "written", "sql": written}, lambda: ())
    elif written:
        speaker.line(written.strip())
    return Status.DONE


def _written(database: str) -> str:
    from webtidbok.adapters.sql.kinds import DIALECTS
    from webtidbok.adapters.sql.schema import found_revision, statements_since

    if database in DIALECTS:
        return statements_since(None, database, names=names_given(database))
    patience = patience_given()
    with engine_on(database) as engine:
        found = found_revision(engine, patience=patience)
        return statements_since(found, engine.dialect.name, names=names_given(engine.dialect.name))


@click.group(commands=[upgrade, sql])
def db() -> None:
    """Bring the tables of a database up to date."""
