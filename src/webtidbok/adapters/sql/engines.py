"""How the command line, and whoever wants to, names a database."""

from pathlib import Path
from typing import TypeAlias

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from webtidbok.errors import InvalidValue, MissingExtra

#: What opens; also for those who may not know SQLAlchemy.
Database: TypeAlias = Engine


def open_database(text: str, *, create: bool = False) -> Engine:
    """Return an engine for a file (SQLite) or a SQLAlchemy URL; nothing is opened yet.

    No row's value shows in what the engine logs.

    Args:
        text: What holds `://` is a URL, all else a path.
        create: A file that is not there may come to be; else it is no answer.

    Raises:
        MissingExtra: PostgreSQL's driver is not installed.
        InvalidValue: `text` is empty or no URL that SQLAlchemy understands. What it says is not
            in the error: there may be a password.
    """
    if not text:
        raise InvalidValue("database", "is missing")
    url = _url(text) if "://" in text else _file(Path(text), create=create)
    try:
        return create_engine(url, hide_parameters=True)
    except ImportError:
        if url.get_backend_name() == "postgresql":
            raise MissingExtra("postgresql") from None
        raise InvalidValue("database", "needs a driver that is not installed") from None
    except ArgumentError:
        raise InvalidValue("database", "is not a database URL") from None


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise InvalidValue("database", "is not a database URL") from None
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _file(path: Path, *, create: bool) -> URL:
    mode = "rwc" if create else "rw"
    return URL.create(
        "sqlite", database=path.absolute().as_uri(), query={"mode": mode, "uri": "true"}
    )
