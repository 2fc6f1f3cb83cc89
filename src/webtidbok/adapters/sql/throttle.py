# ruff: noqa: D102 - the port says it, and help() shows that
"""Limits on attempts, counted in a database."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, func, select, tuple_

from webtidbok.adapters.sql.keeping import keep
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.tables import throttle as table
from webtidbok.adapters.sql.transactions import (
    PATIENCE,
    Outcome,
    OwnTransactions,
    Transactions,
    transactions_on,
)
from webtidbok.ports.throttle import Limit, Throttle


class SqlThrottle(Throttle):
    """Counts in the tables of `create_schema`; several processes count together.

    `SqlThrottle(connection)` counts in the host's transaction: what the host rolls back was
    never counted. `SqlThrottle.from_engine(engine)` counts in short transactions of its own.
    """

    def __init__(self, connection: Connection | Transactions) -> None:
        self._transactions = transactions_on(connection)

    @classmethod
    def from_engine(cls, engine: Engine, *, patience: timedelta = PATIENCE) -> "SqlThrottle":
        """Return a throttle that owns its transactions.

        Args:
            engine: Lends connections, one for each call.
            patience: How long to wait for other writers before there is no answer.
        """
        return cls(OwnTransactions(engine, patience=patience))

    def admit(self, limit: Limit, subject: str, item: str, now: datetime) -> bool:
        def count(connection: Connection) -> Outcome[bool]:
            counting = {"limit": limit.name, "of": subject, "ended": now - limit.window}
            kind_of(connection.dialect).lock_names(connection, [("count", limit.name, subject)])
            connection.execute(_FORGET_ENDED, counting)
            counted = connection.execute(_HOW_MANY, counting).scalar_one()
            is_counted = connection.execute(_COUNTED, {**counting, "thing": item}).first()
            if is_counted is None and counted >= limit.most:
                return Outcome(False, keep=True)
            row = {"name": limit.name, "subject": subject, "item": item, "counted_at": now}
            keep(connection, table, [row])
            return Outcome(True, keep=True)

        return self._transactions.run(count)

    def is_used_up(self, limit: Limit, subject: str, now: datetime) -> bool:
        counting = {"limit": limit.name, "of": subject, "ended": now - limit.window}
        with self._transactions.reading() as connection:
            counted = connection.execute(_HOW_MANY, counting).scalar_one()
            return bool(counted >= limit.most)

    def forget(self, limit: Limit, subject: str, item: str) -> None:
        def drop(connection: Connection) -> Outcome[None]:
            connection.execute(_DROP, {"limit": limit.name, "of": subject, "thing": item})
            return Outcome(None, keep=True)

        self._transactions.run(drop)


_OF_LIMIT = table.c.name == bindparam("limit")
_OF_SUBJECT = table.c.subject == bindparam("of")
_ITEM = table.c.item == bindparam("thing")
_ENDED = table.c.counted_at <= bindparam("ended")

#: Whoever's it was: so the table does not grow with the subjects that never come back.
_KEY = (table.c.name, table.c.subject, table.c.item)
_FORGET_ENDED = delete(table).where(
    tuple_(*_KEY).in_(select(*_KEY).where(_OF_LIMIT, _ENDED).with_for_update(skip_locked=True))
)
_HOW_MANY = select(func.count()).select_from(table).where(_OF_LIMIT, _OF_SUBJECT, ~_ENDED)
_COUNTED = select(table.c.item).where(_OF_LIMIT, _OF_SUBJECT, _ITEM, ~_ENDED)
_DROP = delete(table).where(_OF_LIMIT, _OF_SUBJECT, _ITEM)
