"""The example clinic, moved by whole weeks so that its first Monday is this week's."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from webtidbok import Appointment, Clinic, ClinicId, TimeSpan
from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.csv_files import read_appointments, read_patients
from webtidbok.model.absence import Absence
from webtidbok.model.patient import Patient
from webtidbok.model.wall_clock import instant_at, local_date

FOLDER = Path(__file__).parents[1] / "clinic"

#: The clinic's id, and the zone of its clock, as its file has them.
CLINIC = ClinicId("anstrand")
ZONE = ZoneInfo("Europe/Stockholm")

#: The Monday that the files of the example begin on.
_FIRST_MONDAY = date(2026, 11, 30)

#: The schedule begins so much earlier: the story of the demonstration begins before today.
_EARLIER = timedelta(weeks=4)

#: The days of the year on which the clinic is closed, as month and day.
_HOLIDAYS = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))


@attrs.frozen(kw_only=True)
class Example:
    """A clinic with what it brings along when it is added."""

    clinic: Clinic
    absences: Sequence[Absence]
    patients: Sequence[Patient]
    appointments: Sequence[Appointment]


def example_around(today: date, *, framed_by: str) -> Example:
    """Return the example clinic, filled from this week's Monday on for four weeks.

    Visits that the move would lay on a holiday are left out.

    Args:
        framed_by: The site that may show the booking pages in a frame.
    """
    weeks = (today - timedelta(days=today.weekday()) - _FIRST_MONDAY) // timedelta(weeks=1)
    later = timedelta(weeks=weeks)
    described = clinic_from(_document(later, today, framed_by))
    clinic = described.clinic
    patients = read_patients(FOLDER / "patients.csv", clinic, on=today)
    named = {patient.id for patient in patients}
    visits = read_appointments(FOLDER / "appointments.csv", clinic, patients=named)
    moved = [_moved_visit(visit, later, clinic) for visit in visits]
    return Example(
        clinic=clinic,
        absences=described.absences,
        patients=patients,
        appointments=[
            visit
            for visit in moved
            if local_date(visit.span.start, clinic.time_zone) not in clinic.closed_days
        ],
    )


def _document(later: timedelta, today: date, framed_by: str) -> dict[str, object]:
    document = tomllib.loads((FOLDER / "clinic.toml").read_text("utf-8"))
    for schedule in document["schedule"]:
        schedule["first"] -= _EARLIER
    moved = {key: _moved(value, later) for key, value in document.items()}
    moved["web_booking"] = {**document["web_booking"], "frame_ancestors": [framed_by]}
    return {**moved, "closed_day": [{"dates": list(_holidays(today))}]}


def _moved(value: object, later: timedelta) -> object:
    """Return what stands in a clinic file with each of its dates moved."""
    if isinstance(value, dict):
        return {key: _moved(each, later) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, later) for each in value]
    return value + later if isinstance(value, date) else value  # a datetime is a date


def _holidays(today: date) -> Iterator[date]:
    for year in (today.year, today.year + 1):
        yield from (date(year, month, day) for month, day in _HOLIDAYS)


def _moved_visit(visit: Appointment, later: timedelta, clinic: Clinic) -> Appointment:
    """Return a visit at the same time on the wall, weeks later, and as long."""
    wall = visit.span.start.astimezone(clinic.time_zone).replace(tzinfo=None)
    start = instant_at(datetime.combine(wall.date() + later, wall.time()), clinic.time_zone)
    span = TimeSpan(start, start + (visit.span.end - visit.span.start))
    return attrs.evolve(visit, placement=attrs.evolve(visit.placement, span=span))
