"""Limits on attempts (R21b, R29b)."""

from datetime import datetime, timedelta
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class Limit:
    """At most `most` things of one subject within `window` of time.

    Attributes:
        name: What is counted; counts of different names are apart.
    """

    name: str
    most: int
    window: timedelta


class Throttle(Protocol):
    """Counts things by subject, in the store, so that several processes count together.

    A subject is a keyed hash: no client address, number or phone is kept in the plain. What was
    counted stops counting when its window ends; nothing locks for longer.
    """

    def admit(self, limit: Limit, subject: str, item: str, now: datetime) -> bool:
        """Count `item` against `limit` unless that is used up; return whether it was counted.

        An item that counts already is admitted again, and counts from `now`. Atomic: two
        callers at once are not both admitted to the last place.
        """

    def is_used_up(self, limit: Limit, subject: str, now: datetime) -> bool:
        """Return whether nothing more would be admitted at `now`; nothing is counted."""

    def forget(self, limit: Limit, subject: str, item: str) -> None:
        """Let an item count no longer; nothing happens if it did not."""
