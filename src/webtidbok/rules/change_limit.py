"""The change limit: until when the patient may move or cancel a visit (R2)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from webtidbok.model.appointment import Appointment
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore
from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import SATURDAY
from webtidbok.model.wall_clock import instant_at, instant_on, local_date

WorkingDay = Callable[[date], bool]

#: A closure calendar that knows no working day in ten years is wrong, not far-sighted.
_MOST_DAYS_BACK = 3653


def working_days_of(clinic: Clinic) -> WorkingDay:
    """Return what tells the clinic's working days: Monday to Friday less its closed days (R2b)."""
    return lambda day: day.weekday() < SATURDAY and day not in clinic.closed_days


def deadline_for(
    appointment: Appointment, clinic: Clinic, is_working_day: WorkingDay | None = None
) -> datetime:
    """Return the last moment at which the patient may still change `appointment`, in UTC.

    That moment itself is in time. A type's own limit replaces the clinic's. Whether the visit
    may be changed at all, and that it must not have begun, is told by `rules.changes`.

    Args:
        is_working_day: Instead of the clinic's own working days.
    """
    own = limit_of_type(clinic, appointment)
    limit = clinic.web_booking.change_limit if own is None else own
    return last_moment(
        limit, appointment.span.start, clinic, is_working_day or working_days_of(clinic)
    )


def limit_of_type(clinic: Clinic, appointment: Appointment) -> ChangeLimit | None:
    """Return the limit that the appointment's type has of its own, or None."""
    return next((each.change_limit for each in clinic.types if each.id == appointment.type), None)


def last_moment(
    limit: ChangeLimit, start: datetime, clinic: Clinic, is_working_day: WorkingDay
) -> datetime:
    """Return the last moment, in UTC, that `limit` allows before a visit that starts at `start`.

    `hours` are elapsed; the other forms give a date and a time on the clinic's wall (R2b).

    Raises:
        ValueError: there is no such working day in the ten years before.
    """
    if isinstance(limit, HoursBefore):
        return start - timedelta(hours=limit.hours)
    day = local_date(start, clinic.time_zone)
    if isinstance(limit, DaysBefore):
        day -= limit.days * DAY
    else:
        day = _working_day_before(day, limit.working_days, is_working_day)
    if limit.by is not None:
        return instant_on(day, limit.by, clinic.time_zone)
    wall = start.astimezone(clinic.time_zone).time()
    return instant_at(datetime.combine(day, wall), clinic.time_zone)


def _working_day_before(day: date, count: int, is_working_day: WorkingDay) -> date:
    """Return the `count`-th working day strictly before `day`; `day` itself for 0."""
    found = day
    for _ in range(count):
        found = _next_working_day_back(found, is_working_day)
    return found


def _next_working_day_back(day: date, is_working_day: WorkingDay) -> date:
    for back in range(1, _MOST_DAYS_BACK):
        if is_working_day(day - back * DAY):
            return day - back * DAY
    raise ValueError(f"there is no working day in the ten years before {day}")
