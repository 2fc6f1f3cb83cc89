"""Whose transaction it is: ours, with retries, or a host's, which we only take part in."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import attrs
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql import postgresql, sqlite
from webtidbok.adapters.sql.beginnings import Purpose
from webtidbok.adapters.sql.driver import said
from webtidbok.adapters.sql.errors import Collided, driver_errors_as_ours
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.line import line_at
from webtidbok.adapters.sql.revision import refuse_wrong_revision
from webtidbok.errors import OverlapsExclusive, StoreUnavailable, TryAgain

R = TypeVar("R")

#: How long we wait for other writers, and go on trying, unless told otherwise.
PATIENCE = timedelta(seconds=5)

_MOST_TRIES = 10
_LONGEST_PAUSE_SECONDS = 0.25
_DECISIONS = 3  # so often is `decide` asked when the database refuses what it decided


@attrs.frozen
class Outcome(Generic[R]):
    """What work inside a transaction answers, and whether what it wrote is kept."""

    answer: R
    keep: bool = attrs.field(kw_only=True)


#: What a part of a transaction came to; None: to nothing yet.
Part = TypeVar("Part", bound=Outcome[Any] | None)


class Transactions(Protocol):
    """Gives out connections inside a transaction. Driver errors come out as ours.

    Attributes:
        are_ours: What is read has been committed, by whomever.
    """

    are_ours: bool

    def reading(self, *, once: bool = False) -> AbstractContextManager[Connection]:
        """Give a connection on which everything is read as of one moment.

        Args:
            once: There will be one statement, which saves what several need to see one moment.
        """

    def run(
        self,
        work: Callable[[Connection], Outcome[R]],
        look: Callable[[Connection], Outcome[R] | None] | None = None,
    ) -> R:
        """Do `work` as the only writer, whole or not at all, and return its answer.

        When the database refuses what was written, for a lock or a key, `work` is undone and
        done again on the state of now, a few times.

        Args:
            look: May be asked first, in a transaction that only reads, whether there is an answer
                without `work`.
        """


class OwnTransactions(Transactions):
    """Transactions of our own, repeated whole when others stand in their way.

    Args:
        engine: Lends its connections. It need not be ours alone, but their settings for foreign
            keys, waiting and flushing stay as we set them.
        patience: How long to wait for other writers.
        is_new: The database may be without tables; nothing checks them.

    Raises:
        ValueError: the engine is neither SQLite nor PostgreSQL through psycopg.
    """

    are_ours = True

    def __init__(
        self, engine: Engine, *, patience: timedelta = PATIENCE, is_new: bool = False
    ) -> None:
        self._kind = kind_of(engine.dialect)
        self._engine = engine
        self._line = line_at(engine) if self._kind is sqlite else None
        self.patience = patience
        self._is_new = is_new

    @contextmanager
    def reading(self, *, once: bool = False) -> Iterator[Connection]:  # noqa: D102
        purpose = Purpose.GLANCE if once else Purpose.READ
        with driver_errors_as_ours(is_last=True), self._begun(purpose) as begun:
            yield begun

    @property
    def has_single_statements(self) -> bool:
        """Whether several things can be written in one statement, without a transaction around."""
        return self._kind is postgresql

    @contextmanager
    def single_statements(self) -> Iterator[Connection]:
        """Give a connection on which each statement is a transaction by itself."""
        assert self.has_single_statements
        with driver_errors_as_ours(is_last=True), self._begun(Purpose.GLANCE) as connection:
            yield connection

    def run(  # noqa: D102
        self,
        work: Callable[[Connection], Outcome[R]],
        look: Callable[[Connection], Outcome[R] | None] | None = None,
    ) -> R:
        latest = time.monotonic() + self.patience.total_seconds()
        tried = 1
        while True:
            try:
                return _decided_again(partial(self._once, work, look))
            except TryAgain as error:
                if tried == _MOST_TRIES or time.monotonic() > latest:
                    raise StoreUnavailable(str(error)) from None
            _pause(tried)
            tried += 1

    def _once(
        self,
        work: Callable[[Connection], Outcome[R]],
        look: Callable[[Connection], Outcome[R] | None] | None,
    ) -> R:
        with driver_errors_as_ours(), self._engine.connect() as connection:
            if look is not None and self._kind is sqlite:  # where readers and the writer part
                seen = self._carried_out(connection, Purpose.READ, look)
                if seen is not None:
                    return seen.answer
            with self._turn():
                return self._carried_out(connection, Purpose.WRITE, work).answer

    def _carried_out(
        self, connection: Connection, purpose: Purpose, part: Callable[[Connection], Part]
    ) -> Part:
        """Do `part` in a transaction, and commit it if what it wrote is to be kept."""
        try:
            self._begin(connection, purpose)
            outcome = part(connection)
            if outcome is not None and outcome.keep:
                said(connection, "COMMIT")
            return outcome
        finally:
            _roll_back(connection)

    def _turn(self) -> AbstractContextManager[None]:
        """Wait where there is one writer at a time, if others of this process want to write."""
        return nullcontext() if self._line is None else self._line.turn(self.patience)

    @contextmanager
    def _begun(self, purpose: Purpose) -> Iterator[Connection]:
        """Begin a transaction that only reads, or statements that are one each."""
        with self._engine.connect() as connection:
            try:
                self._begin(connection, purpose)
                yield connection
            finally:
                _roll_back(connection)

    def _begin(self, connection: Connection, purpose: Purpose) -> None:
        self._kind.begin(connection, purpose, self.patience)
        if not self._is_new:
            refuse_wrong_revision(connection)


def _roll_back(connection: Connection) -> None:
    """Undo what was not committed."""
    if not connection.invalidated:
        connection.connection.rollback()


class HostTransaction(Transactions):
    """A host's transaction: savepoints only, never a commit, nothing repeated for a lock.

    Any call that changes something may raise `TryAgain`: the host repeats its whole transaction.
    """

    are_ours = False

    def __init__(self, connection: Connection) -> None:
        self._kind = kind_of(connection.dialect)
        self._connection = connection

    @contextmanager
    def reading(self, *, once: bool = False) -> Iterator[Connection]:  # noqa: ARG002, D102
        with driver_errors_as_ours():
            refuse_wrong_revision(self._connection)
            yield self._connection

    def run(  # noqa: D102
        self,
        work: Callable[[Connection], Outcome[R]],
        look: Callable[[Connection], Outcome[R] | None] | None = None,  # noqa: ARG002 - it is one
    ) -> R:
        try:
            return _decided_again(lambda: self._once(work))
        except Collided as error:
            with driver_errors_as_ours():
                if self._kind.sees_only_the_past(self._connection):
                    raise TryAgain(str(error)) from None
            raise

    def _once(self, work: Callable[[Connection], Outcome[R]]) -> R:
        with driver_errors_as_ours():
            refuse_wrong_revision(self._connection)
            self._kind.take_part(self._connection)
            savepoint = self._connection.begin_nested()
            try:
                outcome = work(self._connection)
            except BaseException:
                savepoint.rollback()
                raise
            if outcome.keep:
                savepoint.commit()
            else:
                savepoint.rollback()
            return outcome.answer


def transactions_on(connection: Connection | Transactions) -> Transactions:
    """Return the host's transaction for its connection, and transactions as they are."""
    return HostTransaction(connection) if isinstance(connection, Connection) else connection


def _decided_again(once: Callable[[], R]) -> R:
    """Do it on newer state when the database refused what was decided; let the last no stand."""
    for _ in range(1, _DECISIONS):
        try:
            return once()
        except (OverlapsExclusive, Collided):
            continue
    return once()


def longest_pause(tried: int) -> float:
    """Return the most seconds to wait after so many tries: twice as long each time, bounded."""
    return min(0.005 * 2.0**tried, _LONGEST_PAUSE_SECONDS)


def _pause(tried: int) -> None:
    """Wait a little, and never as long as the others who wait."""
    time.sleep(random.uniform(0, longest_pause(tried)))  # noqa: S311 - to part those who wait
