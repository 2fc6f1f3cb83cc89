"""Opens a database, and puts the desk of an installation together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from webtidbok.adapters.keys import KeyFile
from webtidbok.adapters.system import SystemClock, SystemRandomness
from webtidbok.errors import Fault, InvalidInput, InvalidValue, MissingKey, UnknownClinic
from webtidbok.model.addresses import Addresses
from webtidbok.ports.keys import Keys
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook

if TYPE_CHECKING:
    from webtidbok.adapters.sql.engines import Database
    from webtidbok.adapters.sql.names import Names
    from webtidbok.adapters.sql.store import SqlStore
    from webtidbok.model.appointment import Appointment
    from webtidbok.model.clinic import Clinic
    from webtidbok.model.codes import LinkToken
    from webtidbok.ports.clock import Clock
    from webtidbok.ports.outbox import Outbox

_KEY_FILE = "WEBTIDBOK_KEY_FILE"
_PATIENCE = "WEBTIDBOK_PATIENCE"
_BASE_ADDRESS = "WEBTIDBOK_BASE_ADDRESS"
_PREFIX = "WEBTIDBOK_TABLE_PREFIX"
_SCHEMA = "WEBTIDBOK_SCHEMA"

_PATIENCE_SECONDS = "5"
_MOST_PATIENCE_SECONDS = 3600
_MAGIC = b"SQLite format 3\0"


@attrs.frozen(kw_only=True)
class Installation:
    """A database that is open.

    Attributes:
        addresses: Of the installation's pages; None if it has none.
    """

    store: SqlStore
    outbox: Outbox
    keys: Keys
    addresses: Addresses | None = None

    def link_shown(self, token: LinkToken) -> str:
        """Return a link as it is handed out: an address if there is a base, or the bare token."""
        return self.addresses.visit(token) if self.addresses else token.token

    def clinic(self, id_: str | None) -> Clinic:
        """Return the clinic with that id; without one, the only clinic that there is.

        Raises:
            InvalidInput: there is none, or several and none was chosen; they are named.
            UnknownClinic: there is no such clinic.
        """
        there = self.store.clinic_ids()
        if id_ is None and len(there) != 1:
            raise InvalidInput([Fault("clinic-id", "--clinic-id", _which(there))])
        chosen = next((each for each in there if id_ in {None, each}), None)
        if chosen is None:
            raise UnknownClinic(id_ or "")
        return self.store.clinic(chosen).clinic

    def find(self, link: LinkToken) -> Appointment | None:
        """Return the appointment, of whatever clinic, that a link leads to."""
        return self.store.find_by_link(link.hash)

    def web_book(self, clock: Clock | None = None) -> WebBook:
        """Return the web book, at the present that `clock` tells. Nobody is limited (R21b)."""
        return WebBook(
            Desk(
                store=self.store,
                records=self.store,
                clock=clock or SystemClock(),
                randomness=SystemRandomness(),
                keys=self.keys,
            )
        )


def _which(there: Sequence[str]) -> str:
    if not there:
        return "cannot be chosen: the database holds no clinic"
    return f"is missing, and the database holds several clinics: {', '.join(there)}"


def opened(database: str) -> AbstractContextManager[Installation]:
    """Open a database that is there.

    Args:
        database: The path of an SQLite file, or an SQLAlchemy URL.

    Raises:
        InvalidInput: there is no such file, or it is no database.
    """
    return _opened(database, create=False)


def created(database: str) -> AbstractContextManager[Installation]:
    """Open a database; a file that is not there is made, and tables too.

    Raises:
        InvalidInput: no database can be there.
    """
    return _opened(database, create=True)


@contextmanager
def engine_on(database: str, *, create: bool = False) -> Iterator[Database]:
    """Open a database, whatever tables it has, with ours under the installation's names.

    Raises:
        InvalidInput: no database is, or can be, there.
    """
    from webtidbok.adapters.sql.engines import open_database
    from webtidbok.adapters.sql.kinds import kind_of
    from webtidbok.adapters.sql.names import named

    try:
        engine = open_database(database, create=create)
    except InvalidValue as error:
        raise _wrong_database(error.reason) from None
    try:
        kind = engine.dialect.name
        if path := _file(database, kind, engine.url.database):
            _check_file(path, create=create)
        try:
            kind_of(engine.dialect)
        except ValueError:
            raise _wrong_database(f"cannot be kept on {kind} by this webtidbok") from None
        names = names_given(kind)
        yield named(engine, prefix=names.prefix, schema=names.schema)
    finally:
        engine.dispose()


def names_given(dialect: str) -> Names:
    """Return what the tables of this installation are called.

    Raises:
        InvalidInput: the database cannot have such names.
    """
    from webtidbok.adapters.sql.names import PREFIX, names_for

    prefix, schema = os.environ.get(_PREFIX) or PREFIX, os.environ.get(_SCHEMA) or None
    try:
        return names_for(dialect, prefix=prefix, schema=schema)
    except ValueError as error:
        field = f"{_PREFIX}, {_SCHEMA}"
        raise InvalidInput([Fault(field, "environment", str(error))]) from None


@contextmanager
def _opened(database: str, *, create: bool) -> Iterator[Installation]:
    from webtidbok.adapters.sql.outbox import SqlOutbox
    from webtidbok.adapters.sql.schema import create_schema
    from webtidbok.adapters.sql.store import SqlStore

    patience, addresses = patience_given(), addresses_given()
    with engine_on(database, create=create) as engine:
        if create:
            create_schema(engine)
        store = SqlStore.from_engine(engine, patience=patience)
        outbox = SqlOutbox.from_engine(engine, patience=patience)
        yield Installation(store=store, outbox=outbox, keys=_keys(database), addresses=addresses)


def _file(database: str, kind: str, name: str | None) -> Path | None:
    """Return the file of the database, if it is known to be one."""
    if "://" not in database:
        return Path(database)
    is_path = kind == "sqlite" and name and name != ":memory:" and not name.startswith("file:")
    return Path(name) if is_path and name else None


def _check_file(path: Path, *, create: bool) -> None:
    """Check that a database can be in a file, before anything makes one.

    Raises:
        InvalidInput: it cannot.
    """
    if not path.is_file():
        if path.exists():
            raise _wrong_database("is not a file")
        if not create:
            raise _wrong_database("is not there; `webtidbok init` makes a database")
        if not path.absolute().parent.is_dir():
            raise _wrong_database("cannot be made: its folder is not there")
        return
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_MAGIC))
    except OSError as error:
        raise _wrong_database(f"cannot be read: {error.strerror}") from None
    if beginning not in {b"", _MAGIC}:
        raise _wrong_database("is not an SQLite database")


def addresses_given() -> Addresses | None:
    """Return the addresses of the installation's pages; None if it has no base address.

    Raises:
        InvalidInput: what is given is no base address.
    """
    base = os.environ.get(_BASE_ADDRESS)
    try:
        return Addresses(base) if base else None
    except InvalidValue as error:
        raise InvalidInput([Fault(_BASE_ADDRESS, "environment", error.reason)]) from None


def patience_given() -> timedelta:
    """Return how long other writers are waited for."""
    text = os.environ.get(_PATIENCE) or _PATIENCE_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _MOST_PATIENCE_SECONDS:
        reason = f"is not a number of seconds from 0 to {_MOST_PATIENCE_SECONDS}"
        raise InvalidInput([Fault(_PATIENCE, "environment", reason)])
    return timedelta(seconds=seconds)


def _keys(database: str) -> Keys:
    path = os.environ.get(_KEY_FILE)
    if path:
        return KeyFile(path)
    if "://" in database:
        return _NoKeys()
    return KeyFile(f"{database}.key")


class _NoKeys(Keys):
    """Says where keys would come from."""

    def keys(self) -> Sequence[bytes]:
        raise MissingKey(f"is missing: name its file in the variable {_KEY_FILE}")


def _wrong_database(reason: str) -> InvalidInput:
    return InvalidInput([Fault("database", "DB", reason)])
