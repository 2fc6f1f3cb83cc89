"""R6, R7, R14: the schedule in instants, page by page, against a plain day-by-day expansion."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Stretch, expanded, minute_on
from tests.strategies import FEWER
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ProviderId, ResourceId, TemplateId
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import DayBlock, DayOverride, Period, Template
from webtidbok.slots.schedule import Fit, Schedule
from webtidbok.slots.starts import EVER, within
from webtidbok.slots.windows import Block
from webtidbok.testing.builders import (
    ANNA,
    BO,
    CHAIR_1,
    CHAIR_2,
    VISITS,
    ZONE,
    a_block,
    a_clinic,
    a_period,
    a_template,
    a_week,
)
from webtidbok.testing.clinics import clinics
from webtidbok.testing.strategies import change_days

AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
MONDAY = date(2026, 10, 19)
OTHER = KindId("other")

HALF_HOURS = Fit(kinds=frozenset({VISITS}), resources=frozenset(), duration=30, interval=30)


def every_day(*blocks: DayBlock, **changes: Any) -> Clinic:
    """Return a clinic where Anna has the same blocks on each day of 2026 and 2027."""
    template = Template(id=TemplateId("daily"), weeks=((blocks,) * 7,))
    return a_clinic(templates=(template,), periods=(a_period(ANNA, "daily"),), **changes)


def of_day(day: date, start: int = 0, until: int = 1440, zone: ZoneInfo = ZONE) -> range:
    return range(minute_on(day, start, zone), minute_on(day, until, zone))


def starts_on(clinic: Clinic, day: date, fit: Fit = HALF_HOURS) -> list[int]:
    """Return Anna's starts of a day, in minutes since its midnight."""
    span = of_day(day)
    found = Schedule(clinic).windows(ANNA, fit, span).get(None, ())
    return [start - span.start for run in found for start in run]


def blocks_in(schedule: Schedule, provider: ProviderId, span: range) -> list[Block]:
    """Return the provider's blocks, found at every fifth minute."""
    found = [schedule.block_at(provider, minute) for minute in span[::5]]
    return list(dict.fromkeys(block for block in found if block is not None))


def by_oracle(clinic: Clinic, provider: ProviderId, first: date, last: date) -> list[Block]:
    return [Block(*stretch) for stretch in expanded(clinic, provider, first, last)]


def fitting(blocks: Sequence[Stretch], fit: Fit, start: int) -> Stretch | None:
    """Return the block in which a visit fits at a start, looked at tick by tick (R14)."""
    first = None
    for minute in range(start, start + fit.duration, 5):
        block = next((each for each in blocks if each.start <= minute < each.end), None)
        first = first or block
        if block is None or first is None or block.kind not in fit.kinds:
            return None
        other = block.resource is not None and fit.resources and block.resource not in fit.resources
        if other or block.resource != first.resource:
            return None
    return first if first and (start - first.start) % fit.interval == 0 else None


def members(starts: Iterable[range]) -> list[int]:
    return [start for run in starts for start in run]


def test_a_block_02_00_to_03_00_is_empty_on_the_spring_night_r6a() -> None:
    clinic = every_day(a_block("02:00", "03:00"))

    assert starts_on(clinic, SPRING) == []
    assert starts_on(clinic, SPRING + DAY) == [120, 150]
    assert Schedule(clinic).block_at(ANNA, minute_on(SPRING, 180, ZONE)) is None


def test_a_block_02_00_to_03_00_lasts_two_hours_on_the_autumn_night_r6a() -> None:
    clinic = every_day(a_block("02:00", "03:00"))

    assert starts_on(clinic, AUTUMN) == [120, 150, 180, 210]
    assert starts_on(clinic, AUTUMN - DAY) == [120, 150]


def test_blocks_around_the_spring_gap_touch_and_may_be_spanned_r6a_r14b() -> None:
    clinic = every_day(
        a_block("01:00", "02:00"), a_block("02:00", "03:00"), a_block("03:00", "04:00")
    )
    long = attrs.evolve(HALF_HOURS, duration=120, interval=60)

    assert starts_on(clinic, SPRING, long) == [60]
    assert len(Schedule(clinic).run_from(ANNA, *_ends(of_day(SPRING, 60, 240)))) == 2


def _ends(span: range) -> tuple[int, int]:
    return span.start, span.stop


def test_a_grid_is_counted_in_elapsed_minutes_over_the_change_r14a() -> None:
    clinic = every_day(a_block("00:30", "04:00"))
    fit = attrs.evolve(HALF_HOURS, interval=45)

    assert starts_on(clinic, AUTUMN, fit) == [30, 75, 120, 165, 210, 255]
    assert starts_on(clinic, SPRING, fit) == [30, 75, 120]
    assert starts_on(clinic, MONDAY, fit) == [30, 75, 120, 165, 210]


def test_a_block_until_24_00_meets_the_next_day_r6_r14b() -> None:
    clinic = every_day(a_block("23:00", "24:00"), a_block("00:00", "00:30"))
    long = attrs.evolve(HALF_HOURS, duration=90, interval=30)

    assert starts_on(clinic, MONDAY, long) == [23 * 60]


def test_on_a_closed_day_there_are_no_blocks_and_no_week_moves_r6() -> None:
    template = Template(
        id=TemplateId("two"),
        weeks=(a_week(a_block("08:00", "09:00")), a_week(a_block("10:00", "11:00"))),
    )
    clinic = a_clinic(
        templates=(template,),
        periods=(a_period(ANNA, "two", anchor=MONDAY),),
        closed_days=frozenset({MONDAY + 7 * DAY}),
    )

    found = [starts_on(clinic, MONDAY + week * 7 * DAY) for week in range(-1, 3)]

    assert found == [[600, 630], [480, 510], [], [480, 510]]


def test_an_override_replaces_the_day_of_one_provider_and_closing_wins_r6() -> None:
    blocks = (a_block("06:00", "07:00"),)
    overrides = (
        DayOverride(provider=ANNA, day=MONDAY, blocks=blocks),
        DayOverride(provider=ANNA, day=MONDAY + DAY, blocks=()),
        DayOverride(provider=ANNA, day=MONDAY + 2 * DAY, blocks=blocks),
    )
    clinic = a_clinic(
        templates=(a_template("weekdays", a_block("08:00", "09:00")),),
        day_overrides=overrides,
        closed_days=frozenset({MONDAY + 2 * DAY}),
    )

    assert [starts_on(clinic, MONDAY + days * DAY) for days in range(4)] == [
        *([360, 390], [], [], [480, 510])
    ]
    assert Schedule(clinic).block_at(BO, minute_on(MONDAY, 480, ZONE)) is not None


def test_an_override_may_lie_outside_all_periods_r6() -> None:
    override = DayOverride(provider=ANNA, day=AUTUMN, blocks=(a_block("08:00", "09:00"),))
    schedule = Schedule(a_clinic(periods=(), day_overrides=(override,)))

    assert blocks_in(schedule, ANNA, of_day(AUTUMN)) == [
        Block(*_ends(of_day(AUTUMN, 480, 540)), VISITS)
    ]
    assert schedule.is_working_time(minute_on(AUTUMN, 480, ZONE))


def test_a_period_begins_and_ends_with_whole_days_r6() -> None:
    period = a_period(ANNA, first=MONDAY + DAY, last=MONDAY + 2 * DAY)
    clinic = a_clinic(
        templates=(a_template("weekdays", a_block("00:00", "24:00")),), periods=(period,)
    )

    assert [len(starts_on(clinic, MONDAY + days * DAY)) for days in range(4)] == [0, 48, 48, 0]


def test_a_time_is_covered_if_blocks_hold_every_minute_of_it_r8() -> None:
    clinic = every_day(
        a_block("08:00", "09:00", resource=CHAIR_1),
        a_block("09:00", "10:00"),
        a_block("10:05", "11:00"),
    )
    schedule = Schedule(clinic)

    def is_covered(start: int, until: int) -> bool:
        return schedule.is_covered(ANNA, *_ends(of_day(MONDAY, start, until)))

    assert is_covered(480, 600)
    assert is_covered(485, 595)
    assert not is_covered(475, 600)
    assert not is_covered(480, 605)
    assert not is_covered(540, 660)
    assert not is_covered(600, 605)
    assert not schedule.is_covered(BO, *_ends(of_day(MONDAY, 480, 600)))


def test_without_periods_and_overrides_nobody_ever_works() -> None:
    schedule = Schedule(a_clinic(periods=()))

    assert schedule.windows(ANNA, HALF_HOURS, EVER) == {}
    assert schedule.block_at(ANNA, 0) is None
    assert schedule.run_from(ANNA, 0, 30) == []
    assert not schedule.is_working_time(0)


@pytest.mark.parametrize("minute", [EVER.start, EVER.stop - 1, 10**10, -(10**10)])
def test_beyond_all_dates_nobody_works(minute: int) -> None:
    schedule = Schedule(a_clinic())

    assert schedule.block_at(ANNA, minute) is None
    assert schedule.windows(ANNA, HALF_HOURS, range(minute, minute + 1)) == {}


def test_in_no_time_there_are_no_starts() -> None:
    assert Schedule(a_clinic()).windows(ANNA, HALF_HOURS, range(0)) == {}


def test_a_schedule_for_ever_is_asked_about_a_day_at_once() -> None:
    clinic = a_clinic(periods=(a_period(ANNA, first=date.min, last=date.max),))

    assert len(starts_on(clinic, MONDAY)) == 16
    assert len(starts_on(clinic, date(9999, 12, 28))) == 16


def test_working_time_is_any_block_of_anybody_of_whatever_kind_r34() -> None:
    kinds = a_clinic().block_kinds
    clinic = a_clinic(
        block_kinds=(attrs.evolve(kinds[0], web_bookable=False),),
        periods=(a_period(BO),),
    )
    schedule = Schedule(clinic)

    assert schedule.is_working_time(minute_on(MONDAY, 480, ZONE))
    assert not schedule.is_working_time(minute_on(MONDAY, 480, ZONE) - 1)
    assert not schedule.is_working_time(minute_on(MONDAY, 720, ZONE))


@pytest.mark.parametrize(
    ("block", "resources", "admitted"),
    [
        (Block(0, 30, VISITS), (), True),
        (Block(0, 30, VISITS), (CHAIR_1,), True),
        (Block(0, 30, VISITS, CHAIR_1), (), True),
        (Block(0, 30, VISITS, CHAIR_1), (CHAIR_1,), True),
        (Block(0, 30, VISITS, CHAIR_2), (CHAIR_1,), False),
        (Block(0, 30, OTHER), (), False),
    ],
)
def test_a_block_is_eligible_by_its_kind_and_by_its_resource_if_both_name_one_r14(
    block: Block, resources: tuple[ResourceId, ...], admitted: bool
) -> None:
    fit = attrs.evolve(HALF_HOURS, resources=frozenset(resources))

    assert fit.admits(block) is admitted


def test_windows_are_told_apart_by_the_resource_that_their_blocks_name_r14c() -> None:
    clinic = every_day(
        a_block("08:00", "09:00"),
        a_block("09:00", "10:00", resource=CHAIR_1),
        a_block("10:00", "10:15", resource=CHAIR_2),
    )
    span = of_day(MONDAY)

    found = Schedule(clinic).windows(ANNA, HALF_HOURS, span)

    assert {r: [s - span.start for s in members(starts)] for r, starts in found.items()} == {
        None: [480, 510],
        CHAIR_1: [540, 570],
    }


@st.composite
def asked(draw: st.DrawFn) -> tuple[Clinic, date, date]:
    """A clinic of any kind and some days of it, many near a change or an end of a period."""
    clinic = draw(clinics())
    ends = [day for period in clinic.periods for day in (period.first, period.last)]
    near = st.sampled_from([*change_days(clinic.time_zone), *ends])
    first = draw(near) + draw(st.integers(-3, 1)) * DAY
    return clinic, first, first + draw(st.integers(0, 3)) * DAY


@FEWER
@given(asked())
def test_blocks_are_those_of_a_day_by_day_expansion_r6_r6a(
    asked: tuple[Clinic, date, date],
) -> None:
    clinic, first, last = asked
    zone = clinic.time_zone
    span = range(minute_on(first, 0, zone), minute_on(last + DAY, 0, zone))
    schedule = Schedule(clinic)

    for provider in clinic.providers:
        assert blocks_in(schedule, provider.id, span) == by_oracle(clinic, provider.id, first, last)


fits = st.builds(
    Fit,
    kinds=st.frozensets(st.sampled_from([VISITS, OTHER]), min_size=1),
    resources=st.frozensets(st.sampled_from([CHAIR_1, CHAIR_2])),
    duration=st.sampled_from([5, 30, 60, 240, 1500]),
    interval=st.sampled_from([5, 30, 45, 60]),
)


@st.composite
def daily(draw: st.DrawFn) -> Clinic:
    """A clinic where Anna works day and night, in adjacent blocks, on whatever resource."""
    edges = sorted(draw(st.sets(st.integers(1, 287), min_size=1, max_size=4)) | {0, 288})
    blocks = [
        DayBlock(
            start=5 * start,
            until=5 * until,
            kind=draw(st.sampled_from([VISITS, VISITS, VISITS, OTHER])),
            resource=draw(st.sampled_from([None, None, None, CHAIR_1, CHAIR_2])),
        )
        for start, until in pairwise(edges)
    ]
    kinds = a_clinic().block_kinds
    return every_day(*blocks, block_kinds=(*kinds, attrs.evolve(kinds[0], id=OTHER)))


#: Days on which a page begins: their ordinals are multiples of 32. From February 2026 on.
PAGE_TURNS = [date.fromordinal(32 * page) for page in range(23_114, 23_132)]


@pytest.mark.parametrize("turn", PAGE_TURNS)
def test_the_first_minute_of_a_page_is_in_its_block(turn: date) -> None:
    midnight = minute_on(turn, 0, ZONE)

    found = Schedule(every_day(a_block("00:00", "01:00"))).block_at(ANNA, midnight)
    assert found is not None
    assert found.start == midnight


@FEWER
@given(daily(), fits, st.sampled_from([*PAGE_TURNS, AUTUMN, SPRING]), st.integers(-2, 0))
def test_windows_over_the_turn_of_a_page_are_those_looked_at_tick_by_tick_r14(
    clinic: Clinic, fit: Fit, turn: date, off: int
) -> None:
    first = turn + off * DAY
    span = range(minute_on(first, 0, ZONE), minute_on(first + 2 * DAY, 0, ZONE))
    blocks = expanded(clinic, ANNA, first - DAY, first + 4 * DAY)
    expected: dict[ResourceId | None, list[int]] = {}
    for start in span[::5]:
        if block := fitting(blocks, fit, start):
            expected.setdefault(block.resource, []).append(start)

    found = Schedule(clinic).windows(ANNA, fit, span)

    assert {resource: members(starts) for resource, starts in found.items()} == expected


@given(daily(), fits, st.sampled_from(PAGE_TURNS), st.integers(-1440, 1440), st.integers(0, 2880))
def test_two_spans_asked_apart_give_what_they_give_together(
    clinic: Clinic, fit: Fit, turn: date, start: int, length: int
) -> None:
    schedule = Schedule(clinic)
    whole = range(minute_on(turn, 0, ZONE) - 2000, minute_on(turn, 0, ZONE) + 5000)
    first = whole.start + 2000 + start
    span = range(first, first + length)

    cut = {r: members(within(s, span)) for r, s in schedule.windows(ANNA, fit, whole).items()}
    found = {r: members(s) for r, s in schedule.windows(ANNA, fit, span).items()}

    assert found == {resource: starts for resource, starts in cut.items() if starts}


def test_months_asked_about_in_any_order_give_what_each_gives_by_itself() -> None:
    clinic = every_day(a_block("08:00", "09:00"))
    summer, winter = of_day(date(2026, 7, 1)), of_day(date(2026, 12, 1))
    spring, year = of_day(date(2026, 4, 1)), range(summer.start - 200_000, winter.stop + 50_000)
    schedule = Schedule(clinic)

    for span in (winter, summer, range(summer.stop - 1000, winter.start + 1000), spring, year):
        found = schedule.windows(ANNA, HALF_HOURS, span)
        by_itself = Schedule(clinic).windows(ANNA, HALF_HOURS, span)
        assert members(found[None]) == members(by_itself[None])


def test_who_asks_from_before_all_dates_or_to_beyond_them_finds_all_that_is_between() -> None:
    clinic = every_day(a_block("08:00", "09:00"))
    first, last = of_day(date(2026, 1, 1)).start, of_day(date(2027, 12, 31)).stop
    every_start = members(Schedule(clinic).windows(ANNA, HALF_HOURS, range(first, last))[None])

    assert len(every_start) == 730 * 2
    for span in (EVER, range(EVER.start, last), range(first, EVER.stop)):
        found = Schedule(clinic).windows(ANNA, HALF_HOURS, span)
        assert members(found[None]) == every_start


@given(daily(), st.sampled_from(PAGE_TURNS), st.integers(-1440, 1440), st.integers(1, 1500))
def test_a_run_is_the_same_wherever_pages_turn(
    clinic: Clinic, turn: date, off: int, length: int
) -> None:
    start = minute_on(turn, 0, ZONE) + off
    blocks = by_oracle(clinic, ANNA, turn - 3 * DAY, turn + 3 * DAY)
    [first] = [block for block in blocks if block.start <= start < block.end]
    expected = [first]
    for block in blocks[blocks.index(first) + 1 :]:
        if expected[-1].end >= start + length or block.resource != first.resource:
            break
        expected.append(block)

    assert Schedule(clinic).run_from(ANNA, start, start + length) == expected


@given(daily(), st.sampled_from(PAGE_TURNS), st.integers(-1440, 1440), st.integers(1, 1500))
def test_a_day_without_gaps_is_covered_wherever_pages_turn_r8(
    clinic: Clinic, turn: date, off: int, length: int
) -> None:
    start = minute_on(turn, 0, ZONE) + off
    hole = attrs.evolve(clinic, closed_days=frozenset({turn}))

    assert Schedule(clinic).is_covered(ANNA, start, start + length)
    outside = off + length <= 0 or off >= 1440
    assert Schedule(hole).is_covered(ANNA, start, start + length) == outside


def test_periods_of_a_provider_may_share_days_r6() -> None:
    templates = (
        a_template("mornings", a_block("08:00", "09:00")),
        a_template("afternoons", a_block("13:00", "14:00")),
    )
    periods: tuple[Period, ...] = (a_period(ANNA, "afternoons"), a_period(ANNA, "mornings"))

    assert starts_on(a_clinic(templates=templates, periods=periods), MONDAY) == [480, 510, 780, 810]
