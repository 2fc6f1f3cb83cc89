"""The kinds of databases, and what differs between them.

`sqlite` and `postgresql` are two modules of one form, which stands here. All else is said to both
in the same words.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, Dialect

from webtidbok.adapters.sql import postgresql, sqlite
from webtidbok.adapters.sql.beginnings import Purpose
from webtidbok.model.ids import CalendarId
from webtidbok.ports.store import Scope


class Kind(Protocol):
    """What one kind of database has of its own."""

    def driver_errors(self) -> tuple[type[Exception], ...]:
        """Return the root of the driver's errors, for what is said past SQLAlchemy."""

    def begin(self, connection: Connection, purpose: Purpose, patience: timedelta) -> None:
        """Set a connection of ours up and begin what `purpose` needs."""

    def take_part(self, connection: Connection) -> None:
        """Make sure that a host's transaction is one that can keep our promises.

        Raises:
            NotBegun: there is no transaction.
        """

    def lock_for_schema(self, connection: Connection) -> None:
        """Make sure that nobody else creates the tables as long as this transaction lasts.

        Raises:
            NotBegun: there is no transaction.
        """

    def take_time(self, connection: Connection) -> None:
        """Let statements of this transaction of ours take as long as they need."""

    def lock_scope(
        self, connection: Connection, scope: Scope, calendars: Collection[CalendarId]
    ) -> None:
        """Let nobody change, until this transaction ends, what a decision is about to see.

        Args:
            calendars: The scope's, and others that will be touched.
        """

    def lock_names(self, connection: Connection, names: Sequence[tuple[str, ...]]) -> None:
        """Let nobody else lock the same names until this transaction ends."""

    def add_calendars(self, connection: Connection, clinic: str, calendars: Sequence[str]) -> None:
        """Make sure that the calendars of new settings have rows that can be locked."""

    def raise_patients(self, connection: Connection, clinic: str, patients: Sequence[str]) -> None:
        """Note that something was booked or changed for some patients of our own register."""

    def create_second_lock(self, connection: Connection) -> None:
        """Create what refuses a time over an exclusive one, whoever writes it (R24)."""

    def is_second_lock(self, error: BaseException | None) -> bool:
        """Return whether that spoke."""

    def is_locked(self, error: BaseException | None) -> bool:
        """Return whether others stood in the way, and nothing was stored."""

    def is_collision(self, error: BaseException | None) -> bool:
        """Return whether a key, or another rule of a table, refused a row."""

    def sees_only_the_past(self, connection: Connection) -> bool:
        """Return whether a transaction cannot see what others have stored since it began."""


_KINDS: dict[str, Kind] = {"sqlite": sqlite, "postgresql": postgresql}

EVERY_KIND = tuple(_KINDS.values())

#: What SQLAlchemy calls them.
DIALECTS = tuple(_KINDS)


def kind_of(dialect: Dialect) -> Kind:
    """Return the kind of a database.

    Raises:
        ValueError: our tables cannot be kept on it, or not through this driver.
    """
    if dialect.name not in _KINDS:
        raise ValueError(f"no tables of webtidbok can be kept on {dialect.name} yet")
    if dialect.name == "postgresql" and dialect.driver != "psycopg":
        raise ValueError(f"webtidbok talks to PostgreSQL through psycopg, not {dialect.driver}")
    return _KINDS[dialect.name]
