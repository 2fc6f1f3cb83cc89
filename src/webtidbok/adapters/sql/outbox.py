# ruff: noqa: D102 - the port says it, and help() shows that
"""The outbox of a database.

Theory. A candidate is looked up first, in a transaction that only reads, so that a dispatcher with
nothing to do locks nobody out. It is then claimed by an UPDATE that asks for everything once more:
of several dispatchers with the same candidate, one changes the row, and the others find that
their UPDATE changed none and look again. Settling is an UPDATE too, for a row that is unsent
and has the claim's lease; so neither a voided message nor one that was taken over changes.

The candidate stands first in an index of unsent messages by when they are due. Messages behind one
that waits are due but not claimable; thousands of them, on a day when no server answers, would
all be passed over by each look-up. So who puts a message back also moves the rest of its
appointment to the same moment, before which none of them could have been claimed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Update,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    update,
)

from webtidbok.adapters.sql.columns import Instant, wanted, wanted_value
from webtidbok.adapters.sql.rows import Read, message_of
from webtidbok.adapters.sql.tables import message as table
from webtidbok.adapters.sql.transactions import (
    PATIENCE,
    Outcome,
    OwnTransactions,
    Transactions,
    transactions_on,
)
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import EPOCH
from webtidbok.model.message import MessageState
from webtidbok.ports.outbox import Claimed, Delivery, Outbox

_ROWS_AT_ONCE = 500


class SqlOutbox(Outbox):
    """Hands out the messages that an `SqlStore` on the same database has written.

    `SqlOutbox.from_engine(engine)` has short transactions of its own, none of which is open while
    a message is being sent; a dispatcher needs that. `SqlOutbox(connection)` joins a host's
    transaction, for a host that looks at its outbox or settles a message there.
    """

    def __init__(self, connection: Connection | Transactions) -> None:
        self._transactions = transactions_on(connection)

    @classmethod
    def from_engine(cls, engine: Engine, *, patience: timedelta = PATIENCE) -> "SqlOutbox":
        """Return an outbox that owns its transactions.

        Args:
            engine: Lends connections, one for each call.
            patience: How long to wait for other writers before there is no answer.
        """
        return cls(OwnTransactions(engine, patience=patience))

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        asked = {"of": clinic, "present": now}
        while (number := self._first(asked)) is not None:
            claim = {**asked, "the_number": number, "new_lease": lease, "until": until}
            if claimed := self._claim(claim):
                return claimed
        return None

    def mark_sent(self, claimed: Claimed) -> bool:
        return self._settle(claimed, _SENT, {})

    def put_back(self, claimed: Claimed, *, due_at: datetime, error: str) -> bool:
        return self._settle(claimed, _PUT_BACK, {"later": due_at, "what": error})

    def park(self, claimed: Claimed, *, error: str) -> bool:
        return self._settle(claimed, _PARKED, {"what": error})

    def expire(self, claimed: Claimed) -> bool:
        return self._settle(claimed, _EXPIRED, {})

    def deliveries(self, clinic: ClinicId, state: MessageState | None = None) -> Iterator[Delivery]:
        statement = (
            select(table).where(table.c.clinic == wanted_value(clinic)).order_by(table.c.number)
        )
        if state is not None:
            statement = statement.where(table.c.state == state.value)
        with self._transactions.reading() as connection:
            rows = connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE})
            for row in rows.mappings():
                yield delivery_of(row)

    def _first(self, asked: Mapping[str, object]) -> int | None:
        with self._transactions.reading(once=True) as connection:
            number: int | None = connection.execute(_FIRST, asked).scalar_one_or_none()
            return number

    def _claim(self, claim: Mapping[str, object]) -> Claimed | None:
        """Claim the message with this number; None if somebody else was faster."""

        def take(connection: Connection) -> Outcome[Claimed | None]:
            if connection.execute(_CLAIM, claim).rowcount == 0:
                return Outcome(None, keep=False)
            row = connection.execute(_CLAIMED, claim).mappings().one()
            claimed = Claimed(message=message_of(row), lease=row["lease"], tries=row["tries"])
            return Outcome(claimed, keep=True)

        return self._transactions.run(take)

    def _settle(self, claimed: Claimed, settling: Update, facts: Mapping[str, object]) -> bool:
        message = claimed.message
        asked = {
            "of": message.clinic,
            "the_id": message.id,
            "the_appointment": message.appointment,
            "the_lease": claimed.lease,
            **facts,
        }

        def settle(connection: Connection) -> Outcome[bool]:
            is_settled = connection.execute(settling, asked).rowcount == 1
            if not is_settled:
                connection.execute(_LET_GO, asked)
            elif settling is _PUT_BACK:
                connection.execute(_WAIT_BEHIND, asked)
            return Outcome(is_settled, keep=True)

        return self._transactions.run(settle)


def delivery_of(row: Read) -> Delivery:
    """Return how it goes with the message of a row."""
    return Delivery(
        message=message_of(row),
        tries=row["tries"],
        due_at=None if row["due_at"] == EPOCH else row["due_at"],
        leased_until=row["leased_until"],
        error=row["error"],
    )


#: In so many words: an engine would not see that a parameter fits the index of what is unsent.
_IS_UNSENT = table.c.state == literal(MessageState.UNSENT.value, literal_execute=True)


def _is_claimable() -> ColumnElement[bool]:
    """Return the condition of the port, for the clinic `of` at `present`."""
    present = bindparam("present", type_=Instant)
    earlier = table.alias("earlier")
    in_the_way = exists().where(
        earlier.c.clinic == table.c.clinic,
        earlier.c.appointment == table.c.appointment,
        earlier.c.number < table.c.number,
        or_(earlier.c.state == MessageState.UNSENT.value, earlier.c.leased_until > present),
    )
    return and_(
        table.c.clinic == wanted("of"),
        _IS_UNSENT,
        table.c.due_at <= present,
        or_(table.c.leased_until.is_(None), table.c.leased_until <= present),
        ~in_the_way,
    )


#: The candidate: the first of the index that may be claimed.
_FIRST = (
    select(table.c.number).where(_is_claimable()).order_by(table.c.due_at, table.c.number).limit(1)
)
_CLAIM = (
    update(table)
    .where(table.c.number == bindparam("the_number"), _is_claimable())
    .values(
        lease=bindparam("new_lease"),
        leased_until=bindparam("until"),
        tries=table.c.tries + 1,
    )
)
_CLAIMED = select(table).where(table.c.number == bindparam("the_number"))

_LEASED = (
    table.c.clinic == bindparam("of"),
    table.c.id == bindparam("the_id"),
    table.c.lease == bindparam("the_lease"),
)
_FREE: dict[str, object] = {"lease": None, "leased_until": None}
_SETTLE = update(table).where(*_LEASED, _IS_UNSENT)
_PUT_BACK = _SETTLE.values(**_FREE, due_at=bindparam("later"), error=bindparam("what"))
_SENT = _SETTLE.values(**_FREE, state=MessageState.SENT.value, token="", comment="", error="")
_PARKED = _SETTLE.values(
    **_FREE, state=MessageState.PARKED.value, token="", error=bindparam("what")
)
_EXPIRED = _SETTLE.values(**_FREE, state=MessageState.EXPIRED.value, token="")

#: The claim ends also where there is nothing left to settle: what stands behind may go on.
_LET_GO = update(table).where(*_LEASED).values(**_FREE)

_WAIT_BEHIND = (
    update(table)
    .where(
        table.c.clinic == bindparam("of"),
        table.c.appointment == bindparam("the_appointment"),
        _IS_UNSENT,
        table.c.due_at < bindparam("later"),
    )
    .values(due_at=bindparam("later"))
)
