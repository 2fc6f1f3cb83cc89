"""Dates and times as they are typed on the command line, and as they are shown to people.

LOCAL is what the clock on the clinic's wall shows (R6a): `2026-12-01T15:45`, a space instead of
the T too, with or without seconds. One that ends in an offset or in `Z` is an instant by itself.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from webtidbok.adapters.files.forms import MOMENT, instant_of
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemClock
from webtidbok.model.wall_clock import instant_at
from webtidbok.ports.clock import Clock


def parse_local(text: str) -> datetime:
    """Return what LOCAL says: a time on the wall, or, with an offset, an instant.

    `instant_of` answers which instant it means in a clinic's zone.

    Raises:
        ValueError: it is nothing of the kind; the text does not quote it.
    """
    return MOMENT.parse(text)


def parse_start(text: str) -> datetime:
    """Return LOCAL for the start of a visit, on a whole minute.

    Raises:
        ValueError: as `parse_local`; or it is not a whole minute.
    """
    moment = parse_local(text)
    if moment.second:
        raise ValueError("is not a whole minute")
    return moment


def clock_at(now: datetime | None, zone: ZoneInfo) -> Clock:
    """Return the clock that stands at what `--now` says; without that, the machine's."""
    return SystemClock() if now is None else StandingClock(instant_of(now, zone))


def shown_local(moment: datetime, zone: ZoneInfo) -> str:
    """Return what the clock on the wall shows, `Tue 2026-12-01 15:45`.

    The second of two equal times on an autumn night has its offset from UTC with it.
    """
    local = moment.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0)
    again = instant_at(wall, zone) != moment.astimezone(UTC)
    return f"{local:%a %Y-%m-%d %H:%M}" + (f" ({local:%z})" if again else "")
