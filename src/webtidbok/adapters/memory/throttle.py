# ruff: noqa: D102 - the port says it, and help() shows that
"""Limits on attempts, counted in memory."""

from datetime import datetime
from threading import Lock

from webtidbok.ports.throttle import Limit, Throttle


class MemoryThrottle(Throttle):
    """Counts for one process; its threads count together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[tuple[str, str], dict[str, datetime]] = {}

    def admit(self, limit: Limit, subject: str, item: str, now: datetime) -> bool:
        with self._lock:
            counting = self._counting(limit, subject, now)
            admitted = item in counting or len(counting) < limit.most
            if admitted:
                counting[item] = now
            self._counted[limit.name, subject] = counting
            return admitted

    def is_used_up(self, limit: Limit, subject: str, now: datetime) -> bool:
        with self._lock:
            return len(self._counting(limit, subject, now)) >= limit.most

    def forget(self, limit: Limit, subject: str, item: str) -> None:
        with self._lock:
            self._counted.get((limit.name, subject), {}).pop(item, None)

    def _counting(self, limit: Limit, subject: str, now: datetime) -> dict[str, datetime]:
        """Return what still counts at `now`, and from when; at a window's end nothing does."""
        counted = self._counted.get((limit.name, subject), {})
        return {item: since for item, since in counted.items() if now < since + limit.window}
