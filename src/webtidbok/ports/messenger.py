"""What takes a message to its receiver, once it has left the store (R20, R35)."""

from datetime import datetime
from typing import Protocol

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.message import Message


@attrs.frozen(kw_only=True)
class Outgoing:
    """A message, and what its text may be made from.

    Attributes:
        message: With its address, its plain link token and the placement that it tells of.
        clinic: As its settings are now.
        appointment: As it is now. Its treatment, note and booking text are for staff: they
            stand in no message (R36).
        actions: What the patient may do with the visit when the message is sent. Past the last
            moment, or for a visit that is cancelled: nothing.
        deadline: The last moment for these, in UTC (R2); None where there are none.
    """

    message: Message
    clinic: Clinic
    appointment: Appointment
    actions: frozenset[Action] = frozenset()
    deadline: datetime | None = None

    @property
    def repeat_key(self) -> str:
        """What all sendings of one message have in common, in the whole installation."""
        return f"{self.message.clinic}/{self.message.id}"


class Messenger(Protocol):
    """Takes the messages of a channel to their receivers.

    Sending is **at least once**: a dispatcher that dies between sending and writing it down
    leaves a message that is sent again. `Outgoing.repeat_key` is then the same, so a messenger
    hands it to whoever can drop the repeat: as Message-ID, as the reference of an SMS.

    No transaction is open and no lock is held during a call. It should end well within the
    dispatcher's lease (`DispatchPolicy.lease`): give every connection a timeout. Several threads
    or processes may each have a messenger of their own.
    """

    def send(self, outgoing: Outgoing) -> None:
        """Send a message; return once the receiver's server has taken it.

        Raises:
            TemporaryFailure: it was not taken, and may be later. Anything raised that is not
                one of these two counts as temporary too, by the name of its class.
            PermanentFailure: it will never be taken.
        """
