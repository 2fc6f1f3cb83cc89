"""The dispatcher: takes what the outbox holds to its receivers (R35).

A message is claimed in one short transaction and settled in another; while it is being sent, none
is open. So a dispatcher that dies in between leaves a claim that runs out, and the message goes
again, with the same id: **at least once**, never not at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

import attrs

from webtidbok.errors import (
    DeliveryFailure,
    NotFound,
    PermanentFailure,
    StoreUnavailable,
    TemporaryFailure,
)
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.message import Channel, Message, MessageKind
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.ports.outbox import Claimed, Outbox
from webtidbok.services.desk import Desk
from webtidbok.services.still_open import still_open

#: What stands as the error of a message whose channel nobody serves.
NO_MESSENGER = "NoMessenger"

#: What stands as the error of a message that each dispatcher died with.
DIED_IN_HAND = "DiedInHand"

#: These tell staff, and staff want to know also when the visit has begun.
_FOR_STAFF = frozenset({MessageKind.WATCH})

_WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
_AGES = {
    MessageKind.CONFIRMATION: 3 * DAY,
    MessageKind.MOVED: 3 * DAY,
    MessageKind.CANCELLED: 3 * DAY,
    MessageKind.RECALL: 7 * DAY,
}


def _positive(_: object, attribute: "attrs.Attribute[timedelta]", value: timedelta) -> None:
    if value <= timedelta():
        raise ValueError(f"{attribute.name} is not positive")


@attrs.frozen(kw_only=True)
class DispatchPolicy:
    """How long messages are tried.

    Attributes:
        waits: After the first failed try, the second, and so on; the last one from then on.
        most_tries: A message that failed this often is parked. With the waits given here that
            takes four days: a mail server may be dead over a long weekend, and no message is
            given up for it but those that would come too late.
        ages: How old a message of a kind may be when it is sent; a kind that is not here may be
            of any age. Whatever it says, no message to a patient is sent once the visit that it
            tells of has begun.
        lease: How long a dispatcher may take with one message. Longer than any messenger's own
            timeout: when it runs out, another dispatcher sends the message too.

    Raises:
        ValueError: there are no waits, or one of them or the lease is not positive; no tries.
    """

    waits: Sequence[timedelta] = attrs.field(
        default=_WAITS,
        validator=[attrs.validators.min_len(1), attrs.validators.deep_iterable(_positive)],
    )
    most_tries: int = attrs.field(default=100, validator=attrs.validators.ge(1))
    ages: Mapping[MessageKind, timedelta] = attrs.field(factory=_AGES.copy)
    lease: timedelta = attrs.field(default=5 * MINUTE, validator=_positive)

    def wait_after(self, tries: int) -> timedelta:
        """Return how long to wait after so many tries, at least one."""
        return self.waits[min(tries, len(self.waits)) - 1]

    def is_too_late(self, message: Message, now: datetime) -> bool:
        """Return whether a message is better not sent at `now`.

        At the start of the visit it is too late; at its full age it is not.
        """
        if message.kind not in _FOR_STAFF and now >= message.placement.span.start:
            return True
        age = self.ages.get(message.kind)
        return age is not None and now > message.written_at + age


@attrs.frozen(kw_only=True)
class Dispatched:
    """What became of the messages of one pass, counted.

    Attributes:
        sent: Taken by their receivers.
        put_back: Tried in vain, to be tried again.
        parked: Given up; staff find them among `Outbox.deliveries`.
        expired: Not sent because they would have come too late.
        overtaken: Became void, or another dispatcher's, while they were in hand. They may have
            been sent.
    """

    sent: int = 0
    put_back: int = 0
    parked: int = 0
    expired: int = 0
    overtaken: int = 0


def dispatch_once(
    desk: Desk,
    outbox: Outbox,
    messengers: Mapping[Channel, Messenger],
    *,
    policy: DispatchPolicy | None = None,
    clinics: Sequence[ClinicId] | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Dispatched:
    """Send what is due, one message at a time, and return when all has been tried once.

    Clinics take turns, so that a thousand recalls of one do not keep another's confirmations
    waiting. Several dispatchers, in threads or processes, may work on one outbox.

    Args:
        desk: Its store and records are read for the texts, and never held.
        outbox: Of the same store. One that has joined a host's transaction keeps that
            transaction open during every sending: give one that owns its transactions.
        messengers: One for each channel in use. Messages of any other are tried again later,
            with the error `NO_MESSENGER`, as if their server were down.
        policy: The usual one unless given.
        clinics: Only these; all of the installation unless given.
        is_stopping: Asked before each message; once true, nothing more is claimed.

    Raises:
        StoreUnavailable: the store gave no answer. A message in hand is sent again when its claim
            has run out, though it may have been sent.
    """
    work = _Pass(
        desk=desk,
        outbox=outbox,
        messengers=messengers,
        policy=policy or DispatchPolicy(),
        started=desk.now(),
    )
    turns = _turns(desk.records.clinic_ids() if clinics is None else clinics, work.next_of)
    ends: Counter[str] = Counter()
    while not is_stopping() and (end := next(turns, None)) is not None:
        ends[end.value] += 1
    return Dispatched(**ends)


class _End(Enum):
    """What became of one message: the field of `Dispatched` that counts it."""

    SENT = "sent"
    PUT_BACK = "put_back"
    PARKED = "parked"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"


def _turns(
    clinics: Sequence[ClinicId], next_of: Callable[[ClinicId], _End | None]
) -> Iterator[_End]:
    """Yield what becomes of messages, one of each clinic in turn, until none is left."""
    left = list(dict.fromkeys(clinics))
    while left:
        for clinic in tuple(left):
            end = next_of(clinic)
            if end is None:
                left.remove(clinic)
            else:
                yield end


@attrs.frozen(kw_only=True)
class _Pass:
    """One pass over the outbox.

    What is claimed is what was due when the pass began: what failed in it waits for the next, so
    that a pass ends however slowly the servers fail.
    """

    desk: Desk
    outbox: Outbox
    messengers: Mapping[Channel, Messenger]
    policy: DispatchPolicy
    started: datetime

    def next_of(self, clinic: ClinicId) -> _End | None:
        """Take the clinic's next message through; None when there is none."""
        now = self._now()
        claimed = self.outbox.claim(
            clinic, lease=self.desk.new_id(), now=self.started, until=now + self.policy.lease
        )
        if claimed is None:
            return None
        if self.policy.is_too_late(claimed.message, now):
            return _end(_End.EXPIRED, self.outbox.expire(claimed))
        if claimed.tries > self.policy.most_tries:
            return _end(_End.PARKED, self.outbox.park(claimed, error=DIED_IN_HAND))
        return self._settled(claimed, self._failure(claimed.message))

    def _settled(self, claimed: Claimed, failure: DeliveryFailure | None) -> _End:
        if failure is None:
            return _end(_End.SENT, self.outbox.mark_sent(claimed))
        if isinstance(failure, PermanentFailure) or claimed.tries >= self.policy.most_tries:
            return _end(_End.PARKED, self.outbox.park(claimed, error=failure.kind))
        due_at = self._now() + self.policy.wait_after(claimed.tries)
        is_put_back = self.outbox.put_back(claimed, due_at=due_at, error=failure.kind)
        return _end(_End.PUT_BACK, is_put_back)

    def _failure(self, message: Message) -> DeliveryFailure | None:
        """Send a message; return why it was not taken, None if it was."""
        messenger = self.messengers.get(message.channel)
        if messenger is None:
            return TemporaryFailure(NO_MESSENGER)
        read = self._outgoing(message)
        if isinstance(read, DeliveryFailure):
            return read
        try:
            messenger.send(read)
        except DeliveryFailure as failure:
            return failure
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            return TemporaryFailure.of(error)
        return None

    def _outgoing(self, message: Message) -> Outgoing | DeliveryFailure:
        """Read what a text is made from; a message about what cannot be read stops no other."""
        try:
            return outgoing(
                self.desk,
                message,
                clinic=self.desk.store.clinic(message.clinic).clinic,
                appointment=self.desk.records.appointment(message.clinic, message.appointment),
                now=self._now(),
            )
        except StoreUnavailable:
            raise
        except NotFound as error:
            return PermanentFailure.of(error)
        except Exception as error:  # noqa: BLE001 - as above
            return TemporaryFailure.of(error)

    def _now(self) -> datetime:
        """Return the present; never before the pass began, though the clock be set back."""
        return max(self.desk.now(), self.started)


def outgoing(
    desk: Desk, message: Message, *, clinic: Clinic, appointment: Appointment, now: datetime
) -> Outgoing:
    """Return a message with what its text is made from, as things are at `now`."""
    told = attrs.evolve(appointment, placement=message.placement)
    left = still_open(desk, clinic, told, now=now)
    return Outgoing(
        message=message,
        clinic=clinic,
        appointment=appointment,
        actions=left.actions,
        deadline=left.deadline,
    )


def _end(end: _End, is_settled: bool) -> _End:  # noqa: FBT001 - the outbox's answer
    return end if is_settled else _End.OVERTAKEN
