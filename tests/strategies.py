"""Worlds to ask about free times.

A clinic near a night on which clocks change, what occupies it, and somebody with a question. Small,
so that what matters meets often; and strict in a few things only, so that something is offered.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from dateutil.relativedelta import relativedelta
from hypothesis import settings
from hypothesis import strategies as st

from tests.oracle import Oracle, expanded
from webtidbok.model.absence import Absence
from webtidbok.model.age import SE_2025, SEED_24, Ages
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ClinicId,
    KindId,
    ProviderId,
    ResourceId,
    TemplateId,
    TypeId,
    provider_calendar,
    resource_calendar,
)
from webtidbok.model.instants import DAY, MINUTE, SECOND, moment_of
from webtidbok.model.schedule import BlockKind, DayBlock, DayOverride, Period, Template
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.wall_clock import DAY_MINUTES, midnight

#: For properties of which each example costs much: a part of the profile's examples.
FEWER = settings(max_examples=max(1, settings().max_examples * 2 // 5))
FEW = settings(max_examples=max(1, settings().max_examples // 5))

#: Zones with a date whose night is short or long, or has its midnight in the gap, or is plain.
NIGHTS = (
    (ZoneInfo("Europe/Stockholm"), date(2026, 10, 25)),
    (ZoneInfo("Europe/Stockholm"), date(2027, 3, 28)),
    (ZoneInfo("Europe/Stockholm"), date(2028, 2, 29)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    (ZoneInfo("Australia/Lord_Howe"), date(2027, 4, 4)),
    (ZoneInfo("Africa/Cairo"), date(2026, 4, 24)),
    (ZoneInfo("Africa/Cairo"), date(2026, 10, 30)),
    (ZoneInfo("America/Santiago"), date(2026, 9, 6)),
    (ZoneInfo("America/Santiago"), date(2027, 4, 4)),
)

PROVIDERS = (ProviderId("anna"), ProviderId("bo"))
RESOURCES = (ResourceId("chair-1"), ResourceId("chair-2"))
KINDS = (KindId("visits"), KindId("hygiene"), KindId("emergency"))
WANTED, OTHER = TypeId("wanted"), TypeId("other")
OWN = "own"

#: What a world may be strict in. Each has a few of them only, so that something is offered.
_STRICT = ("nothing", "filter", "filter", "kinds", "exclusive", "exclusive", "functions", "notice")
STRICT_WITH_NEW = (
    *_STRICT,
    "closed type",
    "period",
    "ages",
    "patients",
    "open bookings",
    "horizon",
)
STRICT_WITH_MOVED = (*_STRICT, "limit", "changeable", "rebookings", "cancelled")
Strict = frozenset[str]

booleans = st.booleans()
seldom = st.sampled_from([False] * 7 + [True])


def ticks(least: int, most: int) -> st.SearchStrategy[int]:
    """Return minutes in whole ticks."""
    return st.integers(least // 5, most // 5).map(lambda tick: tick * 5)


def maybe(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return nothing as often as something."""
    return st.one_of(st.none(), some)


@st.composite
def day_plans(draw: st.DrawFn) -> tuple[DayBlock, ...]:
    """Blocks of one day, apart, many of them adjacent, many of them in the night."""
    blocks: list[DayBlock] = []
    end = draw(st.sampled_from([0, 0, 60, 90, 120, 150, 480, 485, 1320]))
    for _ in range(draw(st.integers(2, 6))):
        start = end + draw(st.sampled_from([0, 0, 0, 5, 60]))
        end = min(start + draw(st.sampled_from([5, 30, 45, 60, 60, 120, 240, 1440])), DAY_MINUTES)
        if start >= end:
            break
        blocks.append(
            DayBlock(
                start=start,
                until=end,
                kind=draw(st.sampled_from((KINDS[0], *KINDS))),
                resource=draw(st.sampled_from((None, None, *RESOURCES))),
            )
        )
    return tuple(blocks)


@st.composite
def block_kinds(draw: st.DrawFn, strict: Strict) -> tuple[BlockKind, ...]:
    return tuple(
        BlockKind(
            id=kind,
            name=kind,
            web_bookable="kinds" not in strict or draw(booleans),
            exclusive="exclusive" in strict and draw(booleans),
        )
        for kind in KINDS
    )


change_limits: st.SearchStrategy[ChangeLimit] = st.one_of(
    st.builds(HoursBefore, st.integers(0, 72)),
    st.builds(DaysBefore, st.integers(0, 4), maybe(ticks(0, DAY_MINUTES))),
    st.builds(WorkingDaysBefore, st.integers(0, 4), maybe(ticks(0, DAY_MINUTES))),
)
notices = st.one_of(
    st.just(timedelta()), st.integers(0, 72 * 60).map(lambda minutes: minutes * MINUTE)
)
tables = st.dictionaries(st.sampled_from(Origin), st.frozensets(st.sampled_from(Action)))
AGE_RANGES = ((None, None), (7, None), (None, 67), (7, 67))
FILTERS = (KINDS, KINDS[:1], KINDS[1:])
EVERYTHING = Changeable({origin: frozenset(Action) for origin in Origin})
changeables = st.one_of(st.just(Changeable()), st.builds(Changeable, tables))


@st.composite
def bookable_types(draw: st.DrawFn, night: date, strict: Strict) -> BookableType:
    near = st.integers(-2, 2).map(lambda days: night + days * DAY)
    edges = draw(st.sampled_from([(1, None), (None, 1), (1, 1)]))
    first, last = sorted([draw(near), draw(near)])
    has_period = "period" in strict
    ages: dict[str, Any] = {}
    if "ages" in strict:
        ages = dict(zip(("age_from", "age_to"), draw(st.sampled_from(AGE_RANGES)), strict=True))
        ages["ages"] = draw(st.sampled_from(Ages))
    return BookableType(
        id=WANTED,
        name="Wanted",
        duration_minutes=draw(st.sampled_from([30, 5, 20, 45, 60, 90, 180])),
        interval_minutes=draw(st.sampled_from([15, 5, 10, 20, 30, 45, 60])),
        before_minutes=draw(st.sampled_from([0, 0, 5, 10])),
        after_minutes=draw(st.sampled_from([0, 0, 5, 15])),
        providers=draw(st.sampled_from([PROVIDERS, PROVIDERS, PROVIDERS[::-1], PROVIDERS[:1]])),
        resources=draw(st.sampled_from([(), RESOURCES, RESOURCES[::-1], RESOURCES[1:]])),
        block_filter=frozenset(draw(st.sampled_from(FILTERS)) if "filter" in strict else ()),
        **ages,
        patients=draw(st.sampled_from(Patients)) if "patients" in strict else Patients.EVERYONE,
        offered_for_new_bookings="closed type" not in strict,
        bookable_from=first if has_period and edges[0] else None,
        bookable_until=last if has_period and edges[1] else None,
        minimum_notice=draw(maybe(notices)) if "notice" in strict else None,
        change_limit=draw(maybe(change_limits)) if "limit" in strict else None,
        changeable=draw(maybe(changeables)) if "changeable" in strict else None,
    )


@st.composite
def small_clinics(
    draw: st.DrawFn, zone: ZoneInfo, night: date, horizon_months: int, strict: Strict
) -> Clinic:
    """Return a clinic with two providers whose schedules last a week around `night`."""
    plans = draw(st.lists(day_plans(), min_size=1, max_size=3))
    day_plan = st.sampled_from([*plans, *plans, ()])
    weeks = st.tuples(*[day_plan] * 7)
    templates = tuple(
        Template(
            id=TemplateId(provider), weeks=tuple(draw(st.lists(weeks, min_size=1, max_size=3)))
        )
        for provider in PROVIDERS
    )
    monday = night - night.weekday() * DAY
    near = st.integers(-3, 3).map(lambda days: night + days * DAY)
    periods: list[Period] = []
    overrides: list[DayOverride] = []
    for provider in PROVIDERS:
        until = draw(near)
        anchor = monday + draw(st.integers(-2, 2)) * 7 * DAY
        for first, last in ((night - 9 * DAY, until), (until + DAY, night + 9 * DAY)):
            periods.append(
                Period(
                    provider=provider,
                    template=TemplateId(draw(st.sampled_from(PROVIDERS))),
                    anchor=anchor,
                    first=first,
                    last=last,
                )
            )
        if draw(booleans):
            overrides.append(DayOverride(provider=provider, day=draw(near), blocks=draw(day_plan)))
    return Clinic(
        id=ClinicId("clinic"),
        name="Clinic",
        time_zone=zone,
        phone="+4681234567",
        web_booking=WebBooking(
            new_bookings="functions" not in strict,
            rebookings="functions" not in strict,
            cancellations=True,
            change_limit=draw(change_limits) if "limit" in strict else HoursBefore(0),
            minimum_notice=draw(notices) if "notice" in strict else timedelta(),
            horizon_months=horizon_months,
            max_rebookings=draw(st.integers(1, 2)) if "rebookings" in strict else None,
            max_open_bookings=draw(st.integers(1, 2)) if "open bookings" in strict else None,
            changeable=draw(changeables) if "changeable" in strict else EVERYTHING,
        ),
        block_kinds=draw(block_kinds(strict)),
        providers=tuple(Provider(id=each, name=each) for each in PROVIDERS),
        resources=tuple(Resource(id=each, name=each) for each in RESOURCES),
        templates=templates,
        periods=tuple(periods),
        day_overrides=tuple(overrides),
        closed_days=frozenset(draw(st.lists(near, max_size=1))),
        types=(draw(bookable_types(night, strict)),),
    )


@st.composite
def spans_near(draw: st.DrawFn, moment: datetime, whole_seconds: bool = False) -> TimeSpan:
    """Return a span that begins within two days of `moment`, often at an odd minute."""
    start = moment + draw(st.integers(-2880, 2880)) * MINUTE
    end = start + draw(st.one_of(st.integers(1, 60), st.integers(1, 900))) * MINUTE
    if whole_seconds:
        end += draw(st.sampled_from([0, 0, 1, 59])) * SECOND
    return TimeSpan(start, end)


@st.composite
def placements(draw: st.DrawFn, moment: datetime) -> Placement:
    return Placement(
        provider=draw(st.sampled_from(PROVIDERS)),
        resource=draw(st.sampled_from((None, *RESOURCES))),
        span=draw(spans_near(moment)),
    )


around = st.sampled_from([0, 0, 5, 10])


@st.composite
def appointments(draw: st.DrawFn, moment: datetime, name: str) -> Appointment:
    return Appointment(
        id=AppointmentId(name),
        clinic=ClinicId("clinic"),
        placement=draw(placements(moment)),
        before_minutes=draw(around),
        after_minutes=draw(around),
        origin=draw(st.sampled_from(Origin)),
        type=draw(st.sampled_from([WANTED, WANTED, WANTED, None, OTHER])),
        rebookings=draw(st.integers(0, 2)),
        cancelled_at=moment if draw(seldom) else None,
    )


@st.composite
def holds(draw: st.DrawFn, moment: datetime, now: datetime, name: str) -> Hold:
    made_at = now - draw(st.integers(0, 20 * 60)) * SECOND
    return Hold(
        id=HoldId(name),
        clinic=ClinicId("clinic"),
        type=draw(st.sampled_from([WANTED, WANTED, OTHER])),
        placement=draw(placements(moment)),
        before_minutes=draw(around),
        after_minutes=draw(around),
        made_at=made_at,
        expires_at=made_at + 10 * MINUTE,
    )


@st.composite
def holds_just_in_time(draw: st.DrawFn, clinic: Clinic, night: date) -> tuple[Hold, datetime]:
    """Return a hold of a start on the grid that is, or was when held, hardly in time; and now."""
    [wanted] = clinic.types
    provider = draw(st.sampled_from(PROVIDERS))
    blocks = expanded(clinic, provider, night - 2 * DAY, night + 2 * DAY)
    first = draw(st.sampled_from([block.start for block in blocks])) if blocks else 0
    start = moment_of(first + draw(st.integers(0, 2)) * wanted.interval_minutes)
    placement = Placement(
        provider=provider,
        resource=draw(st.sampled_from((None, *RESOURCES))),
        span=TimeSpan(start, start + wanted.duration_minutes * MINUTE),
    )
    own = wanted.minimum_notice
    notice = clinic.web_booking.minimum_notice if own is None else own
    made_at = start - notice + draw(st.integers(-600, 30)) * SECOND
    hold = Hold(
        id=HoldId(OWN),
        clinic=clinic.id,
        type=WANTED,
        placement=placement,
        made_at=made_at,
        expires_at=made_at + 10 * MINUTE,
    )
    return hold, made_at + draw(st.integers(0, 660)) * SECOND


@st.composite
def absences(draw: st.DrawFn, moment: datetime) -> Absence:
    calendars = [*map(provider_calendar, PROVIDERS), *map(resource_calendar, RESOURCES)]
    return Absence(
        id=AbsenceId("away"),
        clinic=ClinicId("clinic"),
        calendar=draw(st.sampled_from(calendars)),
        span=draw(spans_near(moment, whole_seconds=True)),
    )


@attrs.frozen(kw_only=True)
class World:
    """A question, as the oracle has it, and the window of local dates to ask it for."""

    asked: Oracle
    providers: tuple[ProviderId, ...]
    first: date
    last: date

    @property
    def clinic(self) -> Clinic:
        """The clinic that is asked."""
        return self.asked.clinic

    @property
    def middle(self) -> datetime:
        """A moment in the window."""
        return midnight(self.first, self.clinic.time_zone) + DAY


@st.composite
def worlds(draw: st.DrawFn, *, moving: bool = False, holding: bool = False) -> World:
    """Return a question about the days around a night, and what occupies them.

    Args:
        moving: An appointment is to be moved; else a new booking is asked for.
        holding: The asker of a new booking has a hold, live or not.
    """
    zone, night = draw(st.sampled_from(NIGHTS))
    moment = midnight(night, zone)
    features = st.sampled_from(STRICT_WITH_MOVED if moving else STRICT_WITH_NEW)
    strict = frozenset(draw(st.lists(features, min_size=1, max_size=3)))
    months = draw(st.integers(0, 3))
    clinic = draw(small_clinics(zone, night, months + ("horizon" not in strict), strict))
    wanted: BookableType | None = clinic.types[0]
    seconds_later = draw(st.integers(-3 * 86400, 86400))
    now = midnight(night - relativedelta(months=months), zone) + seconds_later * SECOND
    taken = [draw(appointments(moment, f"a{n}")) for n in range(draw(st.integers(0, 6)))]
    held = [draw(holds(moment, now, f"h{n}")) for n in range(draw(st.integers(0, 2)))]
    away = [draw(absences(moment)) for _ in range(draw(st.integers(0, 2)))]
    facts: dict[str, Any] = {}
    if moving:
        mine = draw(appointments(moment, OWN))
        if "limit" not in strict:
            later = max(moment, now) + draw(st.integers(1, 4000)) * MINUTE
            span = TimeSpan(later.replace(second=0), later.replace(second=0) + mine.span.length)
            mine = attrs.evolve(mine, placement=attrs.evolve(mine.placement, span=span))
        if "cancelled" not in strict:
            mine = attrs.evolve(mine, cancelled_at=None)
        taken.append(mine)
        facts["moving"] = mine
        wanted = wanted if mine.type == WANTED else None
        providers: tuple[ProviderId, ...] = (mine.placement.provider,)
    else:
        facts |= draw(patients(night, strict))
        order = clinic.types[0].providers
        providers = draw(st.sampled_from([order, order, PROVIDERS, PROVIDERS[1:]]))
        if holding:
            hold = draw(holds(moment, now, OWN))
            if draw(booleans):
                hold, now = draw(holds_just_in_time(clinic, night))
            held.append(hold)
            facts["hold"] = hold
    first = night + draw(st.integers(-2, 0)) * DAY
    asked = Oracle(
        clinic=clinic,
        wanted=wanted,
        now=now,
        days=(night - 5 * DAY, night + 5 * DAY),
        age_rule=draw(st.sampled_from([SEED_24, SE_2025])),
        appointments=taken,
        holds=held,
        absences=away,
        **facts,
    )
    last = first + draw(st.integers(0, 2)) * DAY
    return World(asked=asked, providers=providers, first=first, last=last)


@st.composite
def patients(draw: st.DrawFn, night: date, strict: Strict) -> dict[str, Any]:
    """Return facts of a patient who often has a birthday around `night`, or none."""
    if strict.isdisjoint(("ages", "patients", "open bookings")) and draw(booleans):
        return {}
    years = draw(st.sampled_from([6, 7, 19, 20, 23, 24, 40, 67, 68]))
    born = night + draw(st.integers(-3, 3)) * DAY - relativedelta(years=years)
    born = draw(st.sampled_from([born, born, date(2004, 2, 29)]))
    return {"born": born, "is_known": draw(booleans), "open_bookings": draw(st.integers(0, 2))}
