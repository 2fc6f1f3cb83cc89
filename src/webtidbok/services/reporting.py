"""The statistics report: a fold of the history (R34)."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import attrs

from webtidbok.model.event import Event, Happening
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import DAY, minute_of
from webtidbok.model.wall_clock import midnight, next_day
from webtidbok.services.desk import Desk

#: Lead times are told apart by how many whole days lie between booking and visit.
_LEAD_DAYS = ((1, "under 1 day"), (7, "1-6 days"), (28, "7-27 days"))
_LEAD_LONGEST = "28 days or more"


@attrs.frozen(kw_only=True)
class Report:
    """What happened in a clinic's web book between two local dates, both inclusive.

    Attributes:
        holds: Slots that were held, replaced ones each counted.
        booked: New bookings by patients.
        rebooked: Moves by patients; each move counts.
        cancelled: Cancellations by patients.
        too_late: Attempts to move or cancel past the limit or after the visit had begun.
        recalls: Recalls set by staff.
        by_type, by_provider, by_origin: For each of booked, rebooked and cancelled, how many by
            the visit's type ("" without one), provider (after a move, the new one) and origin.
        inside_opening_hours, outside_opening_hours: New bookings by the moment they were made.
        by_hour: New bookings by the hour of the clinic's clock, 0 to 23.
        by_lead_time: New bookings by the elapsed time from booking to visit.
        mean_lead_time: None without new bookings.
    """

    first: date
    last: date
    holds: int
    booked: int
    rebooked: int
    cancelled: int
    too_late: int
    recalls: int
    by_type: dict[str, dict[str, int]]
    by_provider: dict[str, dict[str, int]]
    by_origin: dict[str, dict[str, int]]
    inside_opening_hours: int
    outside_opening_hours: int
    by_hour: dict[int, int]
    by_lead_time: dict[str, int]
    mean_lead_time: timedelta | None


def report(
    desk: Desk,
    clinic: ClinicId,
    first: date,
    last: date,
    *,
    is_open: Callable[[datetime], bool] | None = None,
) -> Report:
    """Return the report of a period.

    Args:
        first, last: Local dates, both inclusive, of when things happened.
        is_open: The clinic's own opening hours; None: it is open inside any block of it, of
            whatever kind, by today's schedule.

    Raises:
        UnknownClinic: there is no such clinic.
    """
    stored = desk.store.clinic(clinic)
    zone = stored.clinic.time_zone
    until = midnight(next_day(last), zone)
    events = list(desk.records.history(clinic, first=midnight(first, zone), until=until))
    booked = [event for event in events if event.what is Happening.BOOKED]
    opening = is_open or (lambda moment: desk.is_working_time(stored, minute_of(moment)))
    inside = sum(opening(event.at) for event in booked)
    leads = [event.after.span.start - event.at for event in booked if event.after is not None]
    counts = Counter(event.what for event in events)
    return Report(
        first=first,
        last=last,
        holds=counts[Happening.HELD],
        booked=len(booked),
        rebooked=counts[Happening.REBOOKED],
        cancelled=counts[Happening.CANCELLED],
        too_late=counts[Happening.REFUSED],
        recalls=counts[Happening.RECALLED],
        by_type=_table(events, lambda event: event.type or ""),
        by_provider=_table(events, _provider),
        by_origin=_table(events, lambda event: event.origin.value if event.origin else ""),
        inside_opening_hours=inside,
        outside_opening_hours=len(booked) - inside,
        by_hour=dict(sorted(Counter(event.at.astimezone(zone).hour for event in booked).items())),
        by_lead_time=dict(Counter(map(_lead, leads))),
        mean_lead_time=sum(leads, timedelta()) / len(leads) if leads else None,
    )


def _provider(event: Event) -> str:
    placement = event.after or event.before
    return placement.provider if placement else ""


def _table(events: Iterable[Event], by: Callable[[Event], str]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for event in events:
        if event.what in (Happening.BOOKED, Happening.REBOOKED, Happening.CANCELLED):
            row = table.setdefault(by(event), {"booked": 0, "rebooked": 0, "cancelled": 0})
            row[event.what.value] += 1
    return dict(sorted(table.items()))


def _lead(lead: timedelta) -> str:
    return next((name for days, name in _LEAD_DAYS if lead < days * DAY), _LEAD_LONGEST)
