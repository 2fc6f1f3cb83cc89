"""The clock that stands still, where tests look for it."""

from webtidbok.adapters.standing_clock import StandingClock

__all__ = ["StandingClock"]
