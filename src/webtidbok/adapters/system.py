"""The clock and the randomness of the machine."""

import secrets
from datetime import UTC, datetime

from webtidbok.ports.clock import Clock
from webtidbok.ports.randomness import Randomness


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:  # noqa: D102 - the port says it
        return datetime.now(UTC)


class SystemRandomness(Randomness):
    """The operating system's source for secrets."""

    def random_bytes(self, count: int) -> bytes:  # noqa: D102 - the port says it
        return secrets.token_bytes(count)
