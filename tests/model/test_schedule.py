"""R5-R7: templates, periods, overrides and the blocks that they hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.model.ids import KindId, ResourceId, TemplateId
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import (
    BlockKind,
    DayBlock,
    DayOverride,
    Period,
    Template,
    first_overlap,
)
from webtidbok.testing.builders import ANNA, CHAIR_1, CHAIR_2, VISITS, a_block, a_period, a_week

MONDAY = date(2026, 10, 19)


def of_weeks(*marks: str) -> Template:
    """Return a template each of whose weeks has one block a day, of the kind of its mark."""
    weeks = tuple(((a_block(kind=KindId(mark)),),) * 7 for mark in marks)
    return Template(id=TemplateId("cycle"), weeks=weeks)


def kind_on(template: Template, day: date) -> str:
    [block] = template.blocks_on(day, MONDAY)
    return block.kind


def test_a_kind_is_not_for_the_web_unless_ticked_r5() -> None:
    kind = BlockKind(id=VISITS, name="Visits")

    assert not kind.web_bookable
    assert not kind.exclusive


def test_the_weeks_of_a_cycle_follow_each_other_from_the_anchor_r6() -> None:
    template = of_weeks("a", "b", "c")

    found = [kind_on(template, MONDAY + week * 7 * DAY) for week in range(-4, 5)]

    assert "".join(found) == "cabcabcab"


def test_a_week_lasts_from_its_monday_to_its_sunday_both_ways_r6() -> None:
    template = of_weeks("a", "b")

    assert {kind_on(template, MONDAY + day * DAY) for day in range(7)} == {"a"}
    assert {kind_on(template, MONDAY + day * DAY) for day in range(7, 14)} == {"b"}
    assert {kind_on(template, MONDAY + day * DAY) for day in range(-7, 0)} == {"b"}
    assert {kind_on(template, MONDAY + day * DAY) for day in range(-14, -7)} == {"a"}


def test_each_day_of_a_week_has_its_own_blocks_r6() -> None:
    template = Template(id=TemplateId("weekdays"), weeks=(a_week(a_block()),))

    assert [len(template.blocks_on(MONDAY + day * DAY, MONDAY)) for day in range(7)] == [
        *(1, 1, 1, 1, 1, 0, 0)
    ]


@given(st.integers(-5000, 5000), st.integers(1, 5), st.integers(-300, 300))
def test_a_cycle_repeats_itself_for_ever_both_ways_r6(days: int, weeks: int, cycles: int) -> None:
    template = of_weeks(*"abcde"[:weeks])
    day = MONDAY + days * DAY

    assert template.blocks_on(day, MONDAY) == template.blocks_on(
        day + cycles * weeks * 7 * DAY, MONDAY
    )
    assert template.blocks_on(day, MONDAY) == template.blocks_on(
        day, MONDAY + cycles * weeks * 7 * DAY
    )


@pytest.mark.parametrize("days", [0, 6, 8])
def test_a_week_has_seven_days(days: int) -> None:
    with pytest.raises(ValueError, match="weeks of seven days"):
        Template(id=TemplateId("odd"), weeks=(((),) * days,))


def test_a_template_has_a_week() -> None:
    with pytest.raises(ValueError, match="one or more weeks"):
        Template(id=TemplateId("none"), weeks=())


@pytest.mark.parametrize("resource", [CHAIR_1, CHAIR_2, None])
def test_blocks_of_a_template_never_overlap_on_whatever_resource_r7(
    resource: ResourceId | None,
) -> None:
    blocks = (
        a_block("08:00", "10:00", resource=CHAIR_1),
        a_block("09:55", "12:00", resource=resource),
    )

    with pytest.raises(ValueError, match="week 1 mon: 08:00-10:00 visits and 09:55-12:00 visits"):
        Template(id=TemplateId("twice"), weeks=(a_week(*blocks),))


def test_blocks_that_meet_do_not_overlap_r7() -> None:
    blocks = [a_block("10:00", "12:00"), a_block("08:00", "10:00")]

    assert first_overlap(blocks) is None
    assert first_overlap([]) is None


def test_the_first_overlap_is_the_earliest_r7() -> None:
    early = a_block("08:00", "10:00"), a_block("09:00", "11:00")
    late = a_block("13:00", "15:00"), a_block("14:00", "16:00")

    assert first_overlap([*late, *reversed(early)]) == early


times = st.integers(0, 11)


@given(st.lists(st.tuples(times, times).filter(lambda ends: ends[0] < ends[1]), max_size=5))
def test_blocks_overlap_exactly_if_two_hold_the_same_five_minutes_r7(
    ends: list[tuple[int, int]],
) -> None:
    blocks = [DayBlock(start=5 * start, until=5 * until, kind=VISITS) for start, until in ends]
    held = [tick for start, until in ends for tick in range(start, until)]

    assert (first_overlap(blocks) is not None) == (len(held) != len(set(held)))


@pytest.mark.parametrize(
    ("start", "until"), [(541, 600), (540, 601), (-5, 600), (540, 1445), (542, 597)]
)
def test_block_edges_are_whole_ticks_of_one_day_r14(start: int, until: int) -> None:
    with pytest.raises(ValueError, match="not 0 to 1440 in steps of five minutes"):
        DayBlock(start=start, until=until, kind=VISITS)


@pytest.mark.parametrize("until", ["09:00", "08:55"])
def test_a_block_ends_after_it_starts_r6(until: str) -> None:
    with pytest.raises(ValueError, match="does not end after it starts"):
        a_block("09:00", until)


def test_a_block_may_last_the_whole_day_r6() -> None:
    assert str(a_block("00:00", "24:00")) == "00:00-24:00 visits"


def test_a_period_lasts_from_its_first_date_to_its_last_inclusive_r6() -> None:
    period = a_period(first=date(2026, 10, 20), last=date(2026, 10, 25))

    assert date(2026, 10, 19) not in period
    assert date(2026, 10, 20) in period
    assert date(2026, 10, 25) in period
    assert date(2026, 10, 26) not in period


def test_a_period_may_last_one_day_and_not_less_r6() -> None:
    day = date(2026, 10, 20)

    assert day in a_period(first=day, last=day)
    with pytest.raises(ValueError, match="before it begins"):
        a_period(first=day, last=day - DAY)


def test_an_anchor_is_a_monday_r6() -> None:
    with pytest.raises(ValueError, match="not a Monday"):
        Period(
            provider=ANNA,
            template=TemplateId("weekdays"),
            anchor=date(2026, 10, 20),
            first=MONDAY,
            last=MONDAY,
        )


def test_the_blocks_of_an_override_never_overlap_r7() -> None:
    with pytest.raises(ValueError, match="08:00-10:00 visits and 09:00-11:00 visits overlap"):
        DayOverride(
            provider=ANNA,
            day=MONDAY,
            blocks=(a_block("09:00", "11:00"), a_block("08:00", "10:00", resource=CHAIR_1)),
        )
