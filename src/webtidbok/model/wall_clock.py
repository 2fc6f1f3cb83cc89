"""From dates and times on the wall to instants, and back (R6a).

The one place where wall-clock time becomes instants. A time that the clocks skip in spring means
the moment of the change; a time that they show twice in autumn means the first of the two.
"""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from webtidbok.model.instants import DAY, MINUTE, minute_of

#: Minutes after local midnight by the clock on the wall, 0 to 1440; 1440 is written 24:00.
WallMinutes = int

DAY_MINUTES = 24 * 60


def instant_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the clocks of `zone` first show `wall`.

    Args:
        wall: A date and time without a zone.
        zone: The zone of the wall that the clock hangs on.

    Raises:
        ValueError: `wall` has a zone of its own.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"{wall.isoformat()} has a time zone of its own")
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return early if late >= early else _change_before(early, zone)


def _change_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clocks of `zone` last changed before `moment`, which lies near after it."""
    shown = moment.replace(second=0)
    offset = shown.astimezone(zone).utcoffset()
    while (shown - MINUTE).astimezone(zone).utcoffset() == offset:
        shown -= MINUTE
    return shown


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of `day` in `zone`, in UTC. It need not read 00:00 on the wall."""
    return instant_at(datetime.combine(day, time()), zone)


@lru_cache(maxsize=16384)
def instant_on(day: date, wall_minutes: WallMinutes, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks show `wall_minutes` after midnight on `day`.

    1440 (24:00) is the next local midnight.
    """
    if wall_minutes == DAY_MINUTES:
        return midnight(next_day(day), zone)
    return instant_at(datetime.combine(day, time(*divmod(wall_minutes, 60))), zone)


def minute_on(day: date, wall_minutes: WallMinutes, zone: ZoneInfo) -> int:
    """Return `instant_on` as whole minutes since 1970-01-01T00:00Z."""
    return minute_of(instant_on(day, wall_minutes, zone))


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall of `zone` at `moment`."""
    return moment.astimezone(zone).date()


def next_day(day: date) -> date:
    """Return the date after `day`.

    Raises:
        OverflowError: `day` is the last date there is.
    """
    return day + DAY


def parse_wall_minutes(text: str) -> WallMinutes:
    """Return `HH:MM`, 00:00 to 24:00, as minutes after midnight.

    Raises:
        ValueError: `text` is no such time.
    """
    hours, colon, minutes = text.partition(":")
    digits = hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit()
    if not (colon and digits and len(hours) == len(minutes) == 2):  # noqa: PLR2004 - HH:MM
        raise ValueError("is not a time of day, HH:MM")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) >= 60 or total > DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
        raise ValueError("is not a time of day, 00:00 to 24:00")
    return total


def shown_wall_minutes(wall_minutes: WallMinutes) -> str:
    """Return minutes after midnight as `HH:MM`."""
    return "{:02}:{:02}".format(*divmod(wall_minutes, 60))
