"""What staff see: the clinic's day, the history of a visit, the watch list, the report.

A real host has screens of its own for all this; these are small, and only look.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import attrs
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from examples.demo.clinic_day import ClinicDay, clinic_day
from examples.demo.screens import Screens
from webtidbok import (
    Appointment,
    AppointmentId,
    Clinic,
    ClinicId,
    ProviderId,
    TypeId,
    UnknownAppointment,
    WebBook,
)
from webtidbok.adapters.texts.formats import Formats
from webtidbok.errors import UnknownPatient
from webtidbok.model.patient import Patient
from webtidbok.model.wall_clock import local_date

#: How far the report looks back unless it is asked for other days.
_REPORT = timedelta(days=14)

#: The clinic is closed for so many days in a row at most.
_MOST_CLOSED = 14

_DAY = timedelta(days=1)


@attrs.frozen
class StaffScreens:
    """The screens of a clinic's staff."""

    book: WebBook
    id: ClinicId
    screens: Screens

    def routes(self) -> list[BaseRoute]:
        """Return where each screen is."""
        return [
            Route("/", lambda _: RedirectResponse("/day")),
            Route("/day", self.day),
            Route("/appointment/{id}", self.appointment),
            Route("/watch-list", self.watch_list),
            Route("/report", self.report),
        ]

    def day(self, request: Request) -> Response:
        """Show a day; unless one is asked for, the next on which the clinic is open."""
        asked = _date(request.query_params, "date")
        shown = self._day(asked) if asked else self._next_open_day()
        patients = {
            visit.id: self.patient(visit) for column in shown.columns for visit in column.visits
        }
        return self._page(
            "day.html",
            shown=shown,
            patients=patients,
            week=list(self._week_of(shown.day)),
            earlier=shown.day - _DAY,
            later=shown.day + _DAY,
        )

    def appointment(self, request: Request) -> Response:
        """Show a visit with all that has happened to it."""
        id_ = AppointmentId(request.path_params["id"])
        try:
            visit = self.book.desk.records.appointment(self.id, id_)
        except UnknownAppointment:
            return self._page("missing.html", status=404)
        return self._page(
            "appointment.html",
            visit=visit,
            patient=self.patient(visit),
            day=local_date(visit.span.start, self._clinic.time_zone),
            events=list(self.book.history(self.id, id_)),
        )

    def watch_list(self, _: Request) -> Response:
        """Show who cancelled, with their comments, the newest first."""
        records = self.book.desk.records
        entries = [
            (entry, visit, self.patient(visit))
            for entry in reversed(list(self.book.watch_list(self.id)))
            for visit in (records.appointment(self.id, entry.appointment),)
        ]
        return self._page("watch_list.html", entries=entries)

    def report(self, request: Request) -> Response:
        """Show what happened in the web book between two days."""
        today = self._today()
        last = _date(request.query_params, "last") or today
        first = _date(request.query_params, "first") or last - _REPORT
        report = self.book.report(self.id, min(first, last), last)
        clinic = self._clinic
        tables = {
            "By type": {
                clinic.type(TypeId(id_)).name if id_ else "no type": counts
                for id_, counts in report.by_type.items()
            },
            "By provider": {
                clinic.provider(ProviderId(id_)).name: counts
                for id_, counts in report.by_provider.items()
            },
            "By origin": report.by_origin,
        }
        return self._page("report.html", report=report, tables=tables)

    def patient(self, visit: Appointment) -> Patient | None:
        """Return the patient of a visit, if the register has one."""
        if visit.patient is None:
            return None
        try:
            return self.book.desk.records.patient(self.id, visit.patient)
        except UnknownPatient:
            return None

    @property
    def _clinic(self) -> Clinic:
        return self.book.clinic(self.id)

    def _today(self) -> date:
        return local_date(self.book.desk.now(), self._clinic.time_zone)

    def _day(self, day: date) -> ClinicDay:
        return clinic_day(self.book, self._clinic, day)

    def _next_open_day(self) -> ClinicDay:
        today = self._today()
        days = (self._day(today + ahead * _DAY) for ahead in range(_MOST_CLOSED))
        return next((day for day in days if day.is_open), self._day(today))

    def _week_of(self, day: date) -> Iterator[tuple[date, int]]:
        """Yield the working days of a week, each with the number of visits booked on the web."""
        monday = day - day.weekday() * _DAY
        for each in (monday + days * _DAY for days in range(5)):
            columns = self._day(each).columns
            yield each, sum(visit.is_web_booked for one in columns for visit in one.visits)

    def _page(self, template: str, *, status: int = 200, **context: object) -> Response:
        clinic = self._clinic
        formats = Formats("en", clinic.time_zone)
        return self.screens.page(
            template, status=status, clinic=clinic, formats=formats, today=self._today(), **context
        )


def _date(query: Mapping[str, str], name: str) -> date | None:
    """Return the date that an address names; None if it names none that the screens can show."""
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= date(2100, 1, 1) else None
