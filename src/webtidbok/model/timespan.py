"""A stretch of time between two instants."""

from datetime import datetime, timedelta

import attrs

from webtidbok.model.instants import instant


@attrs.frozen(order=True)
class TimeSpan:
    """A stretch of time from `start` up to, not including, `end`; in UTC, to the second.

    Raises:
        ValueError: an end has no time zone, or `end` is not after `start`.
    """

    start: datetime = attrs.field(converter=instant)
    end: datetime = attrs.field(converter=instant)

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"ends {self.end}, not after its start {self.start}")

    @property
    def length(self) -> timedelta:
        """The elapsed time from start to end."""
        return self.end - self.start

    def overlaps(self, other: "TimeSpan") -> bool:
        """Return whether the two share a moment; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def widened(self, *, before: timedelta, after: timedelta) -> "TimeSpan":
        """Return the span from `before` earlier to `after` later; both zero or more."""
        return TimeSpan(self.start - before, self.end + after)
