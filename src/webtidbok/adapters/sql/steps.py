"""Takes the steps of `migrations` through alembic, on a connection or on paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection

from webtidbok.adapters.sql.names import DEFAULT, Names, names_on
from webtidbok.adapters.sql.revision import REVISION, id_of, version_table

#: What alembic lets its scripts see is the same for all threads of a process.
_ALEMBIC = Lock()


def take(connection: Connection, until: int = REVISION) -> None:
    """Take the steps that are missing, in the transaction that the connection is in."""
    options = {"connection": connection, **_options(names_on(connection))}
    with _ALEMBIC, _left_as_found():
        command.upgrade(_config(options), id_of(until))


def written_since(revision: int | None, dialect: str, names: Names = DEFAULT) -> str:
    """Return the steps after a revision as SQL, one transaction; empty where none is missing."""
    if revision is not None and revision >= REVISION:
        return ""
    since = "base" if revision is None else id_of(revision)
    written = StringIO()
    config = _config({"dialect_name": dialect, **_options(names)}, written)
    with _ALEMBIC, _left_as_found():
        command.upgrade(config, f"{since}:{id_of(REVISION)}", sql=True)
    return names.put_into(written.getvalue())


@contextmanager
def _left_as_found() -> Iterator[None]:
    """Give alembic's own modules back to whoever has them now: we may run within a host's step."""
    theirs = [vars(module).get("_proxy") for module in (context, op)]
    try:
        yield
    finally:
        for proxy in theirs:
            if proxy is not None:
                proxy._install_proxy()  # noqa: SLF001 - alembic has no other way


def _config(options: dict[str, Any], written: StringIO | None = None) -> Config:
    """Return alembic's settings: where the scripts are, and what `env.py` there configures."""
    config = Config(output_buffer=written or StringIO(), attributes={"options": options})
    scripts = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("version_locations", str(scripts / "versions").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def _options(names: Names) -> dict[str, Any]:
    table = version_table(names)
    return {
        "version_table": table.name,
        "version_table_schema": table.schema,
        "transactional_ddl": True,
    }
