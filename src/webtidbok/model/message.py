"""Messages to patients, as the outbox keeps them until they are sent (R35)."""

from datetime import datetime
from enum import Enum

import attrs

from webtidbok.model.appointment import Placement
from webtidbok.model.ids import AppointmentId, ClinicId, MessageId
from webtidbok.model.instants import instant


class Channel(Enum):
    """How something leaves the book. A card is printed by staff; a watch list is the host's."""

    SMS = "sms"
    EMAIL = "email"
    CARD = "card"
    WATCH_LIST = "watch-list"


class MessageKind(Enum):
    """What a message is about."""

    CONFIRMATION = "confirmation"
    MOVED = "moved"
    MOVED_BY_STAFF = "moved-by-staff"
    CANCELLED = "cancelled"
    RECALL = "recall"
    WATCH = "watch"


class MessageState(Enum):
    """Where a message stands in the outbox. All but UNSENT are final.

    VOID: the visit was moved or cancelled before it was sent. PARKED: it cannot be sent, or was
    tried too often; staff have to reach the patient. EXPIRED: it would have come too late.
    """

    UNSENT = "unsent"
    SENT = "sent"
    VOID = "void"
    PARKED = "parked"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class Message:
    """What shall be told, to which address; the text is made when it is sent.

    Attributes:
        id: Stable, so that a receiver can drop a repeat.
        address: E.164 or e-mail. Empty for the host's watch list.
        placement: Where the visit is, or was before it was cancelled.
        token: The plain link token, blanked in every final state (R29a); empty: no link.
        sequence: The appointment's revision when written; rises over its life.
        comment: The patient's, for the host's watch list only; blanked once sent or void.
    """

    id: MessageId
    clinic: ClinicId
    appointment: AppointmentId
    kind: MessageKind
    channel: Channel
    address: str = attrs.field(default="", repr=False)
    language: str
    placement: Placement
    token: str = attrs.field(default="", repr=False)
    sequence: int
    comment: str = attrs.field(default="", repr=False)
    written_at: datetime = attrs.field(converter=instant)
    state: MessageState = MessageState.UNSENT
