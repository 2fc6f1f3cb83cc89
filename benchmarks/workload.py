"""A clinic with a crowded appointment book; the same one every time for the same size.

Times are whole minutes since 1970-01-01T00:00Z, as the search counts them. Everything is drawn by
lot from a seed that is the size's name, so two machines, or two databases, hold the same rows.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import attrs

from benchmarks.sizes import FIRST_DAY, ZONE, Size
from benchmarks.working_weeks import ACUTE, KINDS, VISIT, drawn_template
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ClinicId,
    ProviderId,
    ResourceId,
    TemplateId,
    TypeId,
    provider_calendar,
)
from webtidbok.model.instants import DAY, moment_of
from webtidbok.model.schedule import DayBlock, Period, Template
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.wall_clock import instant_on, minute_on

THE_CLINIC = ClinicId("benchmark")

#: What is searched for: half an hour in one block for visits, in the room of the block, if any.
CHECK_UP = TypeId("check-up")

#: The same with time around it, in blocks of two kinds, in the first of some rooms that is free.
SURGERY = TypeId("surgery")

#: Half an hour with one of some providers who are not searched for and have nothing booked: what
#: is booked when booking is timed.
OPEN_HOUR = TypeId("open-hour")
OPEN_PROVIDERS = tuple(ProviderId(f"open{number}") for number in range(8))

_OPEN_DAYS = 365
_ROOMS_OF_SURGERY = 3
_OPEN = TemplateId("open")
_NOTICE = timedelta(hours=24)
_LENGTHS = (10, 15, 20, 25, 30, 30, 40, 45, 60, 75, 90)
_TICK = 5


class Visit(NamedTuple):
    """A booked time."""

    provider: ProviderId
    room: ResourceId | None
    start: int
    end: int


class Away(NamedTuple):
    """Time in which a provider is away."""

    provider: ProviderId
    start: int
    end: int


@attrs.frozen(kw_only=True, repr=False)
class Workload:
    """A clinic, what is booked there, and the present."""

    size: Size
    clinic: Clinic
    now: datetime
    visits: tuple[Visit, ...]
    aways: tuple[Away, ...]

    def appointments(self) -> Iterator[Appointment]:
        """Yield the booked times; every third was booked by its patient."""
        for number, visit in enumerate(self.visits):
            by_patient = number % 3 == 0
            span = TimeSpan(moment_of(visit.start), moment_of(visit.end))
            yield Appointment(
                id=AppointmentId(f"a{number:06}"),
                clinic=THE_CLINIC,
                placement=Placement(provider=visit.provider, resource=visit.room, span=span),
                origin=Origin.WEB if by_patient else Origin.STAFF,
                chosen_by_patient=by_patient,
                exclusive=by_patient,
            )

    def absences(self) -> Iterator[Absence]:
        """Yield when providers are away."""
        for number, away in enumerate(self.aways):
            yield Absence(
                id=AbsenceId(f"b{number:06}"),
                clinic=THE_CLINIC,
                calendar=provider_calendar(away.provider),
                span=TimeSpan(moment_of(away.start), moment_of(away.end)),
            )


def workload_of(size: Size) -> Workload:
    """Return the workload of a size."""
    lot = Random(f"webtidbok/{size.name}")
    clinic, rooms = _clinic(size, lot)
    aways = [away for provider in rooms for away in _drawn_aways(provider, size, lot)]
    book = _Book(size, clinic, aways, lot)
    for provider, room in rooms.items():
        book.fill(provider, room)
    return Workload(
        size=size,
        clinic=clinic,
        now=instant_on(FIRST_DAY, 9 * 60 + 7, ZONE),
        visits=tuple(book.visits),
        aways=tuple(aways),
    )


def _clinic(size: Size, lot: Random) -> tuple[Clinic, dict[ProviderId, ResourceId | None]]:
    """Return the clinic, and which room each provider works in: two in five have one, shared."""
    rooms = [ResourceId(f"r{number:03}") for number in range(size.rooms)]
    providers = [ProviderId(f"p{number:04}") for number in range(size.providers)]
    room_of = {
        provider: rooms[place % len(rooms)] if lot.random() < 2 / 5 else None
        for place, provider in enumerate(providers)
    }
    templates = [
        drawn_template(TemplateId(f"of-{provider}"), room_of[provider], lot)
        for provider in providers
    ]
    periods = [
        Period(
            provider=provider,
            template=template.id,
            anchor=FIRST_DAY,
            first=FIRST_DAY,
            last=FIRST_DAY + (size.days - 1) * DAY,
        )
        for provider, template in zip(providers, templates, strict=True)
    ]
    templates.append(Template(id=_OPEN, weeks=(_open_week(),)))
    periods += [
        Period(
            provider=provider,
            template=_OPEN,
            anchor=FIRST_DAY,
            first=FIRST_DAY,
            last=FIRST_DAY + _OPEN_DAYS * DAY,
        )
        for provider in OPEN_PROVIDERS
    ]
    clinic = Clinic(
        id=THE_CLINIC,
        name="Benchmark",
        time_zone=ZONE,
        phone="08-123 45 67",
        web_booking=WebBooking(
            new_bookings=True,
            rebookings=True,
            cancellations=True,
            minimum_notice=_NOTICE,
            horizon_months=13,
        ),
        block_kinds=KINDS,
        providers=tuple(
            Provider(id=each, name=f"Provider {each}") for each in (*providers, *OPEN_PROVIDERS)
        ),
        resources=tuple(Resource(id=each, name=f"Room {each}") for each in rooms),
        templates=tuple(templates),
        periods=tuple(periods),
        types=_types(tuple(providers), tuple(rooms)),
    )
    return clinic, room_of


def _types(
    providers: tuple[ProviderId, ...], rooms: tuple[ResourceId, ...]
) -> tuple[BookableType, ...]:
    check_up = BookableType(
        id=CHECK_UP,
        name="Check-up",
        duration_minutes=30,
        interval_minutes=15,
        providers=providers,
        block_filter=frozenset({VISIT}),
    )
    surgery = BookableType(
        id=SURGERY,
        name="Surgery",
        duration_minutes=45,
        interval_minutes=15,
        before_minutes=10,
        after_minutes=5,
        providers=providers,
        resources=rooms[:_ROOMS_OF_SURGERY],
        block_filter=frozenset({VISIT, ACUTE}),
    )
    open_hour = BookableType(
        id=OPEN_HOUR,
        name="Open hour",
        duration_minutes=30,
        interval_minutes=30,
        providers=OPEN_PROVIDERS,
    )
    return check_up, surgery, open_hour


def _open_week() -> tuple[tuple[DayBlock, ...], ...]:
    day = (DayBlock(start=8 * 60, until=17 * 60, kind=VISIT),)
    return (*(day for _ in range(5)), (), ())


def open_times() -> Iterator[int]:
    """Yield the starts at which each of `OPEN_PROVIDERS` can be booked, earliest first."""
    for number in range(2, _OPEN_DAYS):  # past the notice
        day = FIRST_DAY + number * DAY
        if day.weekday() < 5:
            yield from (minute_on(day, at, ZONE) for at in range(8 * 60, 17 * 60, 30))


def _drawn_aways(provider: ProviderId, size: Size, lot: Random) -> Iterator[Away]:
    """Yield half days, and one to five days on end."""
    days = iter(range(size.days))
    for number in days:
        day = FIRST_DAY + number * DAY
        if lot.random() < 1 / 50:
            length = lot.choice((1, 1, 2, 5))
            yield Away(provider, minute_on(day, 0, ZONE), minute_on(day + length * DAY, 0, ZONE))
            for _ in range(length - 1):
                next(days, None)
        elif lot.random() < 3 / 100:
            yield Away(provider, minute_on(day, 13 * 60, ZONE), minute_on(day, 17 * 60, ZONE))


class _Book:
    """The appointment book while it fills: no two visits ever meet in a provider or in a room."""

    def __init__(self, size: Size, clinic: Clinic, aways: list[Away], lot: Random) -> None:
        self.visits: list[Visit] = []
        self._size = size
        self._lot = lot
        self._templates = {each.id: each for each in clinic.templates}
        self._taken: set[tuple[str, int]] = set()  # by calendar, each tick
        for away in aways:
            self._take(away.provider, away.start, away.end)

    def fill(self, provider: ProviderId, room: ResourceId | None) -> None:
        """Book the blocks of a provider, each to between six and nine tenths."""
        template = self._templates[TemplateId(f"of-{provider}")]
        for number in range(self._size.days):
            day = FIRST_DAY + number * DAY
            for block in template.blocks_on(day, FIRST_DAY):
                start, end = (minute_on(day, at, ZONE) for at in (block.start, block.until))
                self._fill_block(provider, room, range(start, end))

    def _fill_block(self, provider: ProviderId, room: ResourceId | None, block: range) -> None:
        wanted = len(block) * self._lot.uniform(0.6, 0.9)
        at, filled = block.start, 0
        while filled < wanted:
            if self._lot.random() < 1 / 2:
                at += _TICK * self._lot.randint(1, 6)
            length = min(self._lot.choice(_LENGTHS), block.stop - at)
            if length < _LENGTHS[0]:
                return
            self._book(Visit(provider, room, at, at + length))
            filled += length
            at += length

    def _book(self, visit: Visit) -> None:
        places = [place for place in (visit.provider, visit.room) if place is not None]
        ticks = range(visit.start, visit.end, _TICK)
        if not any((place, tick) in self._taken for place in places for tick in ticks):
            self.visits.append(visit)
            for place in places:
                self._take(place, visit.start, visit.end)

    def _take(self, place: str, start: int, end: int) -> None:
        self._taken.update((place, tick) for tick in range(start, end, _TICK))


def blocks_of_days(workload: Workload) -> Iterator[tuple[ProviderId, int, int, DayBlock]]:
    """Yield each block of those who are searched for: its provider, start, end, and itself."""
    templates = {each.id: each for each in workload.clinic.templates}
    for provider in workload.clinic.type(CHECK_UP).providers:
        template = templates[TemplateId(f"of-{provider}")]
        for number in range(workload.size.days):
            day = FIRST_DAY + number * DAY
            for block in template.blocks_on(day, FIRST_DAY):
                yield (
                    provider,
                    minute_on(day, block.start, ZONE),
                    minute_on(day, block.until, ZONE),
                    block,
                )
