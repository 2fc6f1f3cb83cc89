"""Outboxes with the mistakes that are easily made; each fails the contract."""

from datetime import datetime

import attrs
import pytest

from webtidbok.adapters.memory.outbox import MemoryOutbox
from webtidbok.adapters.memory.shelf import Sending
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import DAY, EPOCH
from webtidbok.model.message import MessageState
from webtidbok.ports.outbox import Claimed
from webtidbok.testing.builders import NOW, a_clinic
from webtidbok.testing.outbox import OutboxContract, Post, mark_sent, park
from webtidbok.testing.store_scenes import put


class NoLeases(MemoryOutbox):
    """Forgets at once who has what."""

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        claimed = super().claim(clinic, lease=lease, now=now, until=until)
        if claimed is not None:
            with self._store.opened(clinic) as shelf:
                shelf.sendings[claimed.message.id] = Sending(tries=claimed.tries, lease=lease)
        return claimed


class LeasesForEver(MemoryOutbox):
    """Waits for the dead."""

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        later = until.replace(year=until.year + 1)
        return super().claim(clinic, lease=lease, now=now, until=later)


class NewestFirst(MemoryOutbox):
    """Takes from the wrong end."""

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        with self._store.opened(clinic) as shelf:
            turned = dict(reversed(shelf.messages.items()))
            shelf.messages.clear()
            shelf.messages.update(turned)
            try:
                return super().claim(clinic, lease=lease, now=now, until=until)
            finally:
                turned = dict(reversed(shelf.messages.items()))
                shelf.messages.clear()
                shelf.messages.update(turned)


class VoidIsResurrected(MemoryOutbox):
    """Writes down what was done, whatever has happened since."""

    def mark_sent(self, claimed: Claimed) -> bool:
        with self._store.opened(claimed.message.clinic) as shelf:
            shelf.messages[claimed.message.id] = attrs.evolve(
                claimed.message, state=MessageState.SENT, token=""
            )
        return True


class TakenOverIsSettled(MemoryOutbox):
    """Asks for the state and not for the lease."""

    def park(self, claimed: Claimed, *, error: str) -> bool:
        with self._store.opened(claimed.message.clinic) as shelf:
            sending = shelf.sendings[claimed.message.id]
            mine = attrs.evolve(claimed, lease=sending.lease or "")
        return super().park(mine, error=error)


class TokensStay(MemoryOutbox):
    """Leaves the way in behind."""

    def mark_sent(self, claimed: Claimed) -> bool:
        done = super().mark_sent(claimed)
        with self._store.opened(claimed.message.clinic) as shelf:
            message = shelf.messages[claimed.message.id]
            shelf.messages[message.id] = attrs.evolve(message, token=claimed.message.token)
        return done


class NoWait(MemoryOutbox):
    """Tries again at once."""

    def put_back(self, claimed: Claimed, *, due_at: datetime, error: str) -> bool:  # noqa: ARG002
        return super().put_back(claimed, due_at=EPOCH, error=error)


class ParkedBlocks(MemoryOutbox):
    """Keeps those behind waiting for what will never go."""

    def park(self, claimed: Claimed, *, error: str) -> bool:
        done = super().park(claimed, error=error)
        with self._store.opened(claimed.message.clinic) as shelf:
            shelf.sendings[claimed.message.id] = attrs.evolve(
                shelf.sendings[claimed.message.id], leased_until=NOW + DAY
            )
        return done


class ClaimThenCheck(MemoryOutbox):
    """Looks first and writes later, without a lock."""

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        with self._store.opened(clinic) as shelf:
            before = dict(shelf.sendings)
        claimed = super().claim(clinic, lease=lease, now=now, until=until)
        if claimed is not None:
            with self._store.opened(clinic) as shelf:
                shelf.sendings.clear()
                shelf.sendings.update(before)
        return claimed


TESTS: list[tuple[type[MemoryOutbox], str, dict[str, object]]] = [
    (NoLeases, "test_one_of_many_claims_a_message", {}),
    (ClaimThenCheck, "test_one_of_many_claims_a_message", {}),
    (
        LeasesForEver,
        "test_a_claimed_message_is_nobody_elses_until_the_claim_runs_out",
        {},
    ),
    (NewestFirst, "test_the_oldest_message_is_claimed_first", {}),
    (NewestFirst, "test_messages_of_an_appointment_go_in_order", {}),
    (
        VoidIsResurrected,
        "test_a_message_that_became_void_in_somebodys_hands_stays_void",
        {"settle": mark_sent},
    ),
    (
        TakenOverIsSettled,
        "test_a_claim_that_was_taken_over_settles_nothing",
        {"settle": park},
    ),
    (TokensStay, "test_a_message_that_is_done_with_has_no_token", {"end": mark_sent}),
    (
        ParkedBlocks,
        "test_a_message_that_is_done_with_stands_in_nobodys_way",
        {"end": park},
    ),
    (NoWait, "test_a_message_that_waits_makes_those_behind_it_wait", {}),
    (NoWait, "test_a_message_that_comes_behind_one_that_waits_waits_too", {}),
]


def run(test: str, outbox: type[MemoryOutbox], options: dict[str, object]) -> None:
    store = MemoryStore()
    put(store, a_clinic())
    getattr(OutboxContract(), test)(Post(store, outbox(store)), **options)


@pytest.mark.parametrize(
    ("broken", "test", "options"), TESTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_an_outbox_with_a_mistake_fails_the_contract(
    broken: type[MemoryOutbox], test: str, options: dict[str, object]
) -> None:
    run(test, MemoryOutbox, options)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(test, broken, options)
