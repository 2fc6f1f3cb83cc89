"""Hypothesis strategies for clinics: any that can exist, of a size that fits the eye."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.ids import ClinicId, KindId, ProviderId, ResourceId, TemplateId, TypeId
from webtidbok.model.instants import DAY, TICK_MINUTES
from webtidbok.model.schedule import WEEKDAYS, BlockKind, DayBlock, DayOverride, Period, Template
from webtidbok.model.wall_clock import DAY_MINUTES, WallMinutes
from webtidbok.testing.strategies import (
    FIRST_DAY,
    LAST_DAY,
    ZONES,
    days,
    names,
    some_of,
    texts,
    zones,
)

T = TypeVar("T", int, date)

_NOON = DAY_MINUTES // 2

#: Where the blocks of a template lie. Templates of the two halves may share a provider's days.
_WHOLE_DAY = (0, DAY_MINUTES)
_HALVES = ((0, _NOON), (_NOON, DAY_MINUTES))


@attrs.frozen(kw_only=True)
class Names:
    """What the parts of a clinic may name."""

    kinds: tuple[BlockKind, ...]
    providers: tuple[Provider, ...]
    resources: tuple[Resource, ...]


@cache
def _ticks(least: int, most: int) -> SearchStrategy[int]:
    return st.integers(least, most).map(lambda tick: tick * TICK_MINUTES)


@cache
def change_limits() -> SearchStrategy[ChangeLimit]:
    """Draw change limits of the three forms (R2b)."""
    by = st.none() | st.integers(0, DAY_MINUTES)
    return (
        st.builds(HoursBefore, st.integers(0, 72))
        | st.builds(DaysBefore, st.integers(0, 5), by)
        | st.builds(WorkingDaysBefore, st.integers(0, 5), by)
    )


@cache
def changeables() -> SearchStrategy[Changeable]:
    """Draw tables of what patients may change (R25)."""
    actions = st.frozensets(st.sampled_from(Action))
    tables = st.dictionaries(st.sampled_from(Origin), actions)
    return st.just(Changeable()) | st.builds(Changeable, tables)


@cache
def web_bookings() -> SearchStrategy[WebBooking]:
    """Draw what a clinic lets its patients do; each function is mostly on (R1-R3)."""
    mostly = st.sampled_from([True, True, True, False])
    few = st.none() | st.integers(0, 3)
    return st.builds(
        WebBooking,
        new_bookings=mostly,
        rebookings=mostly,
        cancellations=mostly,
        change_limit=change_limits(),
        minimum_notice=_notices(),
        horizon_months=st.integers(0, 24),
        max_rebookings=few,
        max_open_bookings=few,
        hold_time=st.integers(0, 30).map(lambda minutes: timedelta(minutes=minutes)),
        changeable=changeables(),
        frame_ancestors=st.sampled_from([(), ("https://example.com",)]),
    )


@cache
def _notices() -> SearchStrategy[timedelta]:
    return st.sampled_from([0, 0, 1, 60, 90, 24 * 60, 7 * 24 * 60]).map(
        lambda minutes: timedelta(minutes=minutes)
    )


@st.composite
def day_blocks(
    draw: DrawFn, things: Names, within: tuple[WallMinutes, WallMinutes] = _WHOLE_DAY
) -> tuple[DayBlock, ...]:
    """Draw the blocks of a day, none to four, earliest first; many touch."""
    earliest, end = within
    blocks = []
    for _ in range(draw(st.integers(0, 4))):
        start = earliest + draw(st.just(0) | _ticks(0, 36))
        until = min(start + draw(_ticks(1, 60)), end)
        if until <= start:
            break
        kind = draw(st.sampled_from(things.kinds))
        resource = draw(st.none() | st.sampled_from(things.resources)) if things.resources else None
        blocks.append(
            DayBlock(
                start=start,
                until=until,
                kind=kind.id,
                resource=None if resource is None else resource.id,
            )
        )
        earliest = until
    return tuple(blocks)


@st.composite
def templates(
    draw: DrawFn,
    id: str,  # noqa: A002 - the domain's word
    things: Names,
    within: tuple[WallMinutes, WallMinutes] = _WHOLE_DAY,
) -> Template:
    """Draw templates of one to three weeks with a few different days in them."""
    patterns = [(), *draw(st.lists(day_blocks(things, within), min_size=1, max_size=3))]
    a_day = st.sampled_from(patterns[::-1])  # Hypothesis likes the first: one with blocks
    weeks = draw(st.lists(st.tuples(*[a_day] * len(WEEKDAYS)), min_size=1, max_size=3))
    return Template(id=TemplateId(id), weeks=tuple(weeks))


@st.composite
def _periods(
    draw: DrawFn, provider: Provider, drawn: Sequence[Template], zone: ZoneInfo
) -> tuple[Period, ...]:
    """Draw a provider's periods: none, some that follow on each other, or two at once."""

    def period(template: Template, first: date, last: date) -> Period:
        anchor = draw(days(zone))
        return Period(
            provider=provider.id,
            template=template.id,
            anchor=anchor - anchor.weekday() * DAY,
            first=first,
            last=last,
        )

    _, morning, afternoon = drawn
    if draw(st.booleans()):
        first, last = sorted((draw(days(zone)), draw(days(zone))))
        return period(morning, FIRST_DAY, LAST_DAY), period(afternoon, first, last)
    edges = sorted({FIRST_DAY, *draw(st.lists(days(zone), max_size=2)), LAST_DAY + DAY})
    return tuple(
        period(draw(st.sampled_from(drawn)), first, following - DAY)
        for first, following in pairwise(edges)
        if draw(st.sampled_from([True, True, False]))
    )


@st.composite
def day_overrides(draw: DrawFn, things: Names, zone: ZoneInfo) -> tuple[DayOverride, ...]:
    """Draw overrides of single days, none of them twice, some without blocks."""
    a_day = st.tuples(st.sampled_from(things.providers), days(zone))
    chosen = draw(st.lists(a_day, max_size=3, unique_by=lambda pair: (pair[0].id, pair[1])))
    return tuple(
        DayOverride(provider=provider.id, day=day, blocks=draw(day_blocks(things)))
        for provider, day in chosen
    )


@st.composite
def bookable_types(
    draw: DrawFn,
    id: str,  # noqa: A002 - the domain's word
    things: Names,
    zone: ZoneInfo = ZONES[0],
) -> BookableType:
    """Draw types with every option; short visits are drawn most."""
    age_from, age_to = draw(_ends(st.integers(0, 100)))
    bookable_from, bookable_until = draw(_ends(days(zone)))
    kinds = draw(st.just(()) | some_of(things.kinds))
    return BookableType(
        id=TypeId(id),
        name=draw(names()),
        treatment=draw(texts()),
        duration_minutes=draw(_ticks(1, 12) | _ticks(1, 48)),
        interval_minutes=draw(_ticks(1, 12)),
        before_minutes=draw(_ticks(0, 3)),
        after_minutes=draw(_ticks(0, 3)),
        providers=tuple(each.id for each in draw(some_of(things.providers, least=1))),
        resources=tuple(each.id for each in draw(some_of(things.resources))),
        block_filter=frozenset(kind.id for kind in kinds),
        ages=draw(st.sampled_from(Ages)),
        age_from=age_from,
        age_to=age_to,
        patients=draw(st.sampled_from(Patients)),
        offered_for_new_bookings=draw(st.sampled_from([True, True, True, False])),
        bookable_from=bookable_from,
        bookable_until=bookable_until,
        minimum_notice=draw(st.none() | _notices()),
        change_limit=draw(st.none() | change_limits()),
        changeable=draw(st.none() | changeables()),
        public_label=draw(texts()),
        price_text=draw(texts()),
        description=draw(texts()),
        order=draw(st.integers(-3, 3)),
    )


def _ends(values: SearchStrategy[T]) -> SearchStrategy[tuple[T | None, T | None]]:
    """Draw the ends of a range, each of which may be open."""

    def in_order(ends: tuple[T | None, T | None]) -> tuple[T | None, T | None]:
        first, last = ends
        return ends if first is None or last is None or first <= last else (last, first)

    return st.tuples(st.none() | values, st.none() | values).map(in_order)


@st.composite
def clinics(draw: DrawFn, id: str = "any-clinic") -> Clinic:  # noqa: A002 - the domain's word
    """Draw clinics: one to three providers, no to three resources, one to three types."""
    zone = draw(zones())
    things = draw(_names())
    drawn = [
        draw(templates("whole", things)),
        draw(templates("morning", things, _HALVES[0])),
        draw(templates("afternoon", things, _HALVES[1])),
    ]
    types = [
        draw(bookable_types(f"type-{number}", things, zone))
        for number in range(draw(st.integers(1, 3)))
    ]
    return Clinic(
        id=ClinicId(id),
        name=draw(names()),
        time_zone=zone,
        phone="+4681234567",
        languages=draw(st.sampled_from([("sv",), ("sv", "en")])),
        web_booking=draw(web_bookings()),
        block_kinds=things.kinds,
        providers=things.providers,
        resources=things.resources,
        templates=tuple(drawn),
        periods=tuple(
            period for each in things.providers for period in draw(_periods(each, drawn, zone))
        ),
        day_overrides=draw(day_overrides(things, zone)),
        closed_days=draw(st.frozensets(days(zone), max_size=3)),
        types=tuple(types),
    )


@st.composite
def _names(draw: DrawFn) -> Names:
    """Draw what a clinic has: kinds are mostly web-bookable and seldom exclusive."""
    flags = st.tuples(st.sampled_from([True, True, False]), st.sampled_from([False, False, True]))
    kinds = draw(st.lists(flags, min_size=1, max_size=3))
    return Names(
        kinds=tuple(
            BlockKind(id=KindId(f"kind-{n}"), name=f"Kind {n}", web_bookable=web, exclusive=only)
            for n, (web, only) in enumerate(kinds)
        ),
        providers=tuple(
            Provider(id=ProviderId(f"provider-{n}"), name=draw(names()))
            for n in range(draw(st.integers(1, 3)))
        ),
        resources=tuple(
            Resource(id=ResourceId(f"resource-{n}"), name=draw(names()))
            for n in range(draw(st.integers(0, 3)))
        ),
    )
