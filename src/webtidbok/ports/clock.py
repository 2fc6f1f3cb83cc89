"""The present."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present. Every use case asks it once."""

    def now(self) -> datetime:
        """Return the present, aware of its zone."""
