"""A messenger that keeps what it takes."""

from collections.abc import Callable

from webtidbok.ports.messenger import Messenger, Outgoing


class MessageSink(Messenger):
    """Takes messages and keeps them, in the order in which they came; repeats too.

    Attributes:
        taken: What came, and was not refused.
        refusing: Called with each message before it is taken; what it raises, `send` raises.
    """

    def __init__(self, refusing: Callable[[Outgoing], object] | None = None) -> None:
        self.taken: list[Outgoing] = []
        self.refusing = refusing

    def send(self, outgoing: Outgoing) -> None:
        """Take a message, unless it is refused."""
        if self.refusing is not None:
            self.refusing(outgoing)
        self.taken.append(outgoing)

    @property
    def ids(self) -> list[str]:
        """The ids of the messages taken, repeats too."""
        return [outgoing.message.id for outgoing in self.taken]
