"""The clinic of the rush: two weeks of ordinary times, and one day on which 200 are released."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from benchmarks.sizes import ZONE
from benchmarks.working_weeks import VISIT
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic, Provider, WebBooking
from webtidbok.model.ids import ClinicId, ProviderId, TemplateId, TypeId
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import BlockKind, DayBlock, DayOverride, Period, Template
from webtidbok.model.wall_clock import instant_on, local_date

CLINIC = ClinicId("rush")
TYPE = TypeId("check-up")
PROVIDERS = tuple(ProviderId(f"p{number}") for number in range(10))

_TEMPLATE = TemplateId("every-day")
_OPENS, _CLOSES, _MINUTES = 8 * 60, 18 * 60, 30
_DAYS = 14


class Time(NamedTuple):
    """A time of the day that everybody waits for."""

    provider: ProviderId
    start: datetime


def released_day(now: datetime) -> date:
    """Return the day whose times are released: in the middle of the others."""
    return local_date(now, ZONE) + _DAYS // 2 * DAY


def released_times(now: datetime) -> list[Time]:
    """Return the 200 times."""
    day = released_day(now)
    return [
        Time(provider, instant_on(day, at, ZONE))
        for provider in PROVIDERS
        for at in range(_OPENS, _CLOSES, _MINUTES)
    ]


def the_clinic(now: datetime, *, is_released: bool) -> Clinic:
    """Return the clinic, before or after the day is released."""
    first = local_date(now, ZONE) + DAY
    held_back = () if is_released else _without_blocks(released_day(now))
    block = DayBlock(start=_OPENS, until=_CLOSES, kind=VISIT)
    return Clinic(
        id=CLINIC,
        name="The rush",
        time_zone=ZONE,
        phone="08-123 45 67",
        languages=("en",),
        web_booking=WebBooking(
            new_bookings=True,
            rebookings=True,
            cancellations=True,
            minimum_notice=timedelta(hours=1),
        ),
        block_kinds=(BlockKind(id=VISIT, name="Visits", web_bookable=True),),
        providers=tuple(Provider(id=each, name=f"Provider {each}") for each in PROVIDERS),
        templates=(Template(id=_TEMPLATE, weeks=(((block,),) * 7,)),),
        periods=tuple(
            Period(
                provider=provider,
                template=_TEMPLATE,
                anchor=first - first.weekday() * DAY,
                first=first,
                last=first + _DAYS * DAY,
            )
            for provider in PROVIDERS
        ),
        day_overrides=held_back,
        types=(
            BookableType(
                id=TYPE,
                name="Check-up",
                duration_minutes=_MINUTES,
                interval_minutes=_MINUTES,
                providers=PROVIDERS,
            ),
        ),
    )


def _without_blocks(day: date) -> tuple[DayOverride, ...]:
    return tuple(DayOverride(provider=each, day=day, blocks=()) for each in PROVIDERS)


def wishes(now: datetime, patients: int) -> Sequence[Time]:
    """Return which time each patient goes for: ten on end the same one."""
    times = released_times(now)
    return [times[place * len(times) // patients] for place in range(patients)]
