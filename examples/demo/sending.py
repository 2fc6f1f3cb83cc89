"""What is in the outbox goes to the mailbox, as long as the demonstration runs."""

from collections.abc import Mapping
from threading import Event, Thread

from webtidbok import Desk
from webtidbok.errors import StoreUnavailable
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger
from webtidbok.ports.outbox import Outbox
from webtidbok.services.dispatching import dispatch_once

#: How long a message may wait before it is sent.
_NAP_SECONDS = 0.5


class Sending:
    """Sends, in a thread of its own, from entering to leaving.

    Args:
        desk: With the clock by which messages are due.
    """

    def __init__(self, desk: Desk, outbox: Outbox, messengers: Mapping[Channel, Messenger]) -> None:
        self._desk, self._outbox, self._messengers = desk, outbox, messengers
        self._ends = Event()
        self._thread = Thread(target=self._go_on, name="sending")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._ends.wait(_NAP_SECONDS):
            try:
                dispatch_once(
                    self._desk, self._outbox, self._messengers, is_stopping=self._ends.is_set
                )
            except StoreUnavailable:
                continue  # what could not be read this time may be next time
