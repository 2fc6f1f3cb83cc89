"""Instants: moments that are the same everywhere, kept in UTC to the second.

Wall-clock time becomes instants in `model.wall_clock` and nowhere else.
"""

from datetime import UTC, datetime, timedelta

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: R14: block edges, durations, intervals and the times around a visit are whole ticks.
TICK_MINUTES = 5


def instant(moment: datetime) -> datetime:
    """Return an aware `moment` in UTC, truncated to the second (R2a).

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is UTC and not moment.microsecond:
        return moment  # as most come: they were made here
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def optional_instant(moment: datetime | None) -> datetime | None:
    """Return `moment` as `instant` does, or None for None."""
    return None if moment is None else instant(moment)


def minute_of(moment: datetime) -> int:
    """Return the whole minutes from 1970-01-01T00:00Z to `moment`, rounded down."""
    return (moment - EPOCH) // MINUTE


def minute_after(moment: datetime) -> int:
    """Return the first whole minute, since 1970-01-01T00:00Z, that is not before `moment`."""
    return -((EPOCH - moment) // MINUTE)


def moment_of(minute: int) -> datetime:
    """Return the instant that lies `minute` minutes after 1970-01-01T00:00Z."""
    return EPOCH + minute * MINUTE
