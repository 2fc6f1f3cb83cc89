# ruff: noqa: D102 - the port says it, and help() shows that
"""The outbox of a store in memory, under that store's lock."""

from collections.abc import Iterator
from datetime import datetime

import attrs

from webtidbok.adapters.memory.shelf import Sending, Shelf
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import EPOCH, instant
from webtidbok.model.message import Message, MessageState
from webtidbok.ports.outbox import Claimed, Delivery, Outbox

_FRESH = Sending()


class MemoryOutbox(Outbox):
    """Hands out the messages of a `MemoryStore`; its threads may share it."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        with self._store.opened(clinic) as shelf:
            claimable = _claimable(shelf, instant(now))
            if not claimable:
                return None
            message = min(claimable, key=lambda each: _sending(shelf, each).due_at)
            before = _sending(shelf, message)
            tries = before.tries + 1
            shelf.sendings[message.id] = attrs.evolve(
                before, tries=tries, lease=lease, leased_until=instant(until)
            )
            return Claimed(message=message, lease=lease, tries=tries)

    def mark_sent(self, claimed: Claimed) -> bool:
        return self._settle(claimed, MessageState.SENT, error="", comment="")

    def put_back(self, claimed: Claimed, *, due_at: datetime, error: str) -> bool:
        with self._store.opened(claimed.message.clinic) as shelf:
            if not _give_back(shelf, claimed):
                return False
            sending = _sending(shelf, claimed.message)
            shelf.sendings[claimed.message.id] = attrs.evolve(
                sending, due_at=instant(due_at), error=error
            )
            return True

    def park(self, claimed: Claimed, *, error: str) -> bool:
        return self._settle(claimed, MessageState.PARKED, error=error)

    def expire(self, claimed: Claimed) -> bool:
        return self._settle(claimed, MessageState.EXPIRED)

    def deliveries(self, clinic: ClinicId, state: MessageState | None = None) -> Iterator[Delivery]:
        with self._store.opened(clinic) as shelf:
            return iter(
                [
                    _delivery(message, _sending(shelf, message))
                    for message in shelf.messages.values()
                    if state in {None, message.state}
                ]
            )

    def _settle(
        self,
        claimed: Claimed,
        state: MessageState,
        *,
        error: str | None = None,
        comment: str | None = None,
    ) -> bool:
        """End the claim with the message in a final state; texts that are None stay."""
        with self._store.opened(claimed.message.clinic) as shelf:
            if not _give_back(shelf, claimed):
                return False
            message = shelf.messages[claimed.message.id]
            kept = message.comment if comment is None else comment
            shelf.messages[message.id] = attrs.evolve(message, state=state, token="", comment=kept)
            if error is not None:
                sending = _sending(shelf, message)
                shelf.sendings[message.id] = attrs.evolve(sending, error=error)
            return True


def _claimable(shelf: Shelf, now: datetime) -> list[Message]:
    """Return the claimable messages in the order they were written."""
    found, blocked = [], set()
    for message in shelf.messages.values():
        sending = _sending(shelf, message)
        in_hand = sending.leased_until is not None and sending.leased_until > now
        is_unsent = message.state is MessageState.UNSENT
        is_free = is_unsent and not in_hand and sending.due_at <= now
        if is_free and message.appointment not in blocked:
            found.append(message)
        if is_unsent or in_hand:
            blocked.add(message.appointment)
    return found


def _give_back(shelf: Shelf, claimed: Claimed) -> bool:
    """End the claim, if it is still the message's; return whether the claimer may settle it."""
    sending = _sending(shelf, claimed.message)
    if sending.lease != claimed.lease:
        return False
    shelf.sendings[claimed.message.id] = attrs.evolve(sending, lease=None, leased_until=None)
    return shelf.messages[claimed.message.id].state is MessageState.UNSENT


def _sending(shelf: Shelf, message: Message) -> Sending:
    return shelf.sendings.get(message.id, _FRESH)


def _delivery(message: Message, sending: Sending) -> Delivery:
    return Delivery(
        message=message,
        tries=sending.tries,
        due_at=None if sending.due_at == EPOCH else sending.due_at,
        leased_until=sending.leased_until,
        error=sending.error,
    )
