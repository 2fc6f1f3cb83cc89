"""django-appointment, as a host would use it.

It knows one span of working hours a weekday; whatever is not a block that can be searched is stored
as unavailability. A host loops over days and staff, as its own view does.
"""

import logging
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.peers.serving import Scene, scene, serve

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONE = ZoneInfo("Europe/Stockholm")
_OPENS, _CLOSES = 8 * 60, 17 * 60
_APPS = ("contenttypes", "auth", "sessions")


class AppointmentSide:
    """A clinic in django-appointment."""

    def __init__(self, scene: Scene) -> None:
        from appointment import models  # noqa: PLC0415 - after the settings
        from django.contrib.auth import get_user_model  # noqa: PLC0415

        self._scene = scene
        self._models: Any = models
        users: Any = get_user_model()
        self._client = users.objects.create_user("client", "client@example.com", "x")
        self._service = models.Service.objects.create(
            name="visit", duration=timedelta(minutes=scene["minutes"]), price=0
        )
        self._staff = [self._hired(users, number) for number in range(scene["providers"])]
        local = [_local(start) for _, start, _ in scene["blocks"]]
        self._first = min(local).date()
        self._store()

    def all(self) -> int:
        """Return how many times are free."""
        return len(self.answer())

    def answer(self) -> list[tuple[int, int]]:
        """Return every free time."""
        return sorted(
            free
            for number in range(len(self._staff))
            for day in self._days()
            for free in self._free(day, number)
        )

    def first(self, count: int) -> list[tuple[int, int]]:
        """Return the first free times: looked for day by day."""
        found: list[tuple[int, int]] = []
        for day in self._days():
            found += [f for number in range(len(self._staff)) for f in self._free(day, number)]
            if len(found) >= count:
                break
        return sorted(found)[:count]

    def book(self, start: int, provider: int) -> None:
        """Make a request and its appointment; it looks for no overlap."""
        from appointment.utils import db_helpers  # noqa: PLC0415 - after the settings

        at = _local(start)
        request = self._models.AppointmentRequest(
            date=at.date(),
            start_time=at.time(),
            end_time=(at + self._service.duration).time(),
            service=self._service,
            staff_member=self._staff[provider],
        )
        request.full_clean()
        request.save()
        said = {"phone": "", "address": "", "want_reminder": False, "additional_info": ""}
        db_helpers.create_and_save_appointment(
            request, {"email": self._client.email}, {**said, "paid": False}, self
        )

    @property
    def user(self) -> Any:  # noqa: ANN401 - untyped
        """Who asks, as its views know it."""
        return self._client

    def _free(self, day: date, number: int) -> Iterator[tuple[int, int]]:
        from appointment.services import get_available_slots_for_staff  # noqa: PLC0415

        weekday = (day.weekday() + 1) % 7
        for at in get_available_slots_for_staff(day, self._staff[number], weekday, self._service):
            start = int(at.replace(tzinfo=_ZONE).timestamp()) // 60
            if start >= self._scene["earliest"]:
                yield start, number

    def _days(self) -> list[date]:
        return [self._first + timedelta(days=number) for number in range(self._scene["days"])]

    def _hired(self, users: Any, number: int) -> Any:  # noqa: ANN401 - untyped
        models = self._models
        user = users.objects.create_user(f"s{number}", f"s{number}@example.com", "x")
        staff = models.StaffMember.objects.create(user=user, slot_duration=self._scene["interval"])
        staff.services_offered.add(self._service)
        models.WorkingHours.objects.bulk_create(
            models.WorkingHours(
                staff_member=staff,
                day_of_week=weekday,
                start_time=_clock(_OPENS),
                end_time=_clock(_CLOSES),
            )
            for weekday in range(1, 6)
        )
        return staff

    def _store(self) -> None:
        models = self._models
        unavailable, off = [], []
        for provider, start, end in self._scene["busy"]:
            begins, ends = _local(start), _local(end)
            if end - start >= 23 * 60:
                last = (ends - timedelta(minutes=1)).date()
                off.append(
                    models.DayOff(
                        staff_member=self._staff[provider], start_date=begins.date(), end_date=last
                    )
                )
            else:
                unavailable.append(self._unavailable(provider, begins, ends))
        unavailable += self._between_blocks()
        models.DayOff.objects.bulk_create(off)
        models.Unavailability.objects.bulk_create(unavailable)

    def _between_blocks(self) -> Iterator[Any]:
        """Yield what is working time there and no block that can be searched."""
        blocks = defaultdict(list)
        for provider, start, end in self._scene["blocks"]:
            begins = _local(start)
            at = begins.hour * 60 + begins.minute
            blocks[provider, begins.date()].append((at, at + end - start))
        for provider in range(len(self._staff)):
            for day in self._days():
                at = _OPENS
                for start, end in [*sorted(blocks[provider, day]), (_CLOSES, _CLOSES)]:
                    if start > at:
                        edges = [datetime.combine(day, _clock(each)) for each in (at, start)]
                        yield self._unavailable(provider, *edges)
                    at = end

    def _unavailable(self, provider: int, start: datetime, end: datetime) -> Any:  # noqa: ANN401
        return self._models.Unavailability(
            staff_member=self._staff[provider],
            date=start.date(),
            start_time=start.time(),
            end_time=end.time(),
        )


def set_up(file: str) -> None:
    """Set django up, with tables in a file."""
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "appointment",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
        USE_TZ=True,
        TIME_ZONE="Europe/Stockholm",
        SECRET_KEY="benchmark",  # noqa: S106 - it guards nothing
        ROOT_URLCONF="appointment.urls",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
        USE_DJANGO_Q_FOR_EMAILS=False,
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    )
    django.setup()
    logging.disable(logging.CRITICAL)
    for app in _APPS:
        call_command("migrate", app, verbosity=0, stdout=sys.stderr)
    call_command("migrate", run_syncdb=True, verbosity=0, stdout=sys.stderr)


def _local(minute: int) -> datetime:
    return (_EPOCH + timedelta(minutes=minute)).astimezone(_ZONE)


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, 60))


if __name__ == "__main__":
    given = scene()
    set_up(given["database"])
    side = AppointmentSide(given)
    serve({"all": side.all, "answer": side.answer, "first": side.first, "book": side.book})
