"""The outbox: messages that were written with their change and wait to be sent (R35)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import attrs

from webtidbok.model.ids import ClinicId
from webtidbok.model.message import Message, MessageState


@attrs.frozen(kw_only=True)
class Claimed:
    """A message in the hands of one dispatcher.

    Attributes:
        lease: Names the claim; no other claim has the same.
        tries: How often it has been claimed, this time included. A dispatcher that died with it
            in hand counts too.
    """

    message: Message
    lease: str
    tries: int


@attrs.frozen(kw_only=True)
class Delivery:
    """How it goes with a message.

    Attributes:
        tries: How often it has been claimed.
        due_at: Not tried before this; None: at once.
        leased_until: When somebody's claim runs out; None: nobody has it in hand.
        error: What went wrong last, as the name of its kind; empty: nothing.
    """

    message: Message
    tries: int = 0
    due_at: datetime | None = None
    leased_until: datetime | None = None
    error: str = ""


class Outbox(Protocol):
    """Hands out a clinic's unsent messages, and takes down what became of them.

    A message is *claimable* when it is unsent and due, nobody's claim on it lives, and no
    earlier message of the same appointment is unsent or in somebody's hands. So messages of one
    appointment go out in the order they were written, one that waits makes those behind it wait,
    and one that was voided in somebody's hands still lets them finish. What is sent, void,
    expired or **parked stands in nobody's way**: a message that cannot go must not keep the next
    from telling the patient of the visit as it is now.

    A claim lives until the moment that it was made for; then the message is claimable again. Two
    living claims never hold the same message, whoever comes at once. Clocks that differ
    between machines make claims that much shorter or longer: a message may then go out twice, but
    none is lost.

    A message is settled by one of four methods. They answer True when they did it, and False
    when the message was not the claim's any more: a change made it void, or the claim ran out
    and another has it. Then the message stays as it is, and the claim is over.

    No method reaches another clinic's messages. Any may raise `StoreUnavailable`; a message
    whose settling gave no answer is claimable again once the claim has run out.
    """

    def claim(
        self, clinic: ClinicId, *, lease: str, now: datetime, until: datetime
    ) -> Claimed | None:
        """Claim the claimable message that has been due longest; among equals, the oldest.

        Args:
            lease: A new name, for this claim only.
            now: Decides what is due and which claims still live: at its very end one does not.
            until: When the claim runs out.

        Returns:
            The message with its plain token, or None when none is claimable.
        """

    def mark_sent(self, claimed: Claimed) -> bool:
        """Make the message sent, and blank its token and its comment."""

    def put_back(self, claimed: Claimed, *, due_at: datetime, error: str) -> bool:
        """Let the message wait until `due_at`, with the kind of error that stopped it."""

    def park(self, claimed: Claimed, *, error: str) -> bool:
        """Give the message up, with the kind of error that stopped it; blank its token.

        Its comment, which nobody else has, stays for staff to read.
        """

    def expire(self, claimed: Claimed) -> bool:
        """Give the message up because it would come too late; blank its token, as `park` does."""

    def deliveries(self, clinic: ClinicId, state: MessageState | None = None) -> Iterator[Delivery]:
        """Yield how it goes with the clinic's messages, all or those in one state, oldest first.

        Those that are parked are for staff to follow up.
        """
