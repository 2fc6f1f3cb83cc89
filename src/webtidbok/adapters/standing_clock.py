"""A clock that stands still."""

from datetime import datetime, timedelta

from webtidbok.model.instants import instant
from webtidbok.ports.clock import Clock


class StandingClock(Clock):
    """Shows the moment that it was set to until it is set anew; it may also go back.

    Raises:
        ValueError: the moment has no time zone.
    """

    def __init__(self, now: datetime) -> None:
        self._now = instant(now)

    def now(self) -> datetime:
        """Return the moment that the clock stands at, in UTC."""
        return self._now

    def stand_at(self, moment: datetime) -> None:
        """Stand at `moment` from now on.

        Raises:
            ValueError: `moment` has no time zone.
        """
        self._now = instant(moment)

    def move(self, by: timedelta) -> None:
        """Move forward by this much elapsed time; back if it is negative."""
        self._now += by
