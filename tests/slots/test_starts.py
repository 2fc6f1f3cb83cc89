"""Sets of starts against plain sets of integers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.slots.starts import (
    EVER,
    NEVER,
    Starts,
    common,
    contains,
    hull,
    meet,
    union,
    within,
)

LONGEST = 60

minutes = st.integers(-LONGEST, 6 * LONGEST)
spans = st.builds(range, minutes, minutes)  # half of them are empty
steps = st.one_of(st.just(1), st.integers(1, 20))


@st.composite
def ranges(draw: st.DrawFn) -> range:
    start = draw(minutes)
    return range(start, start + draw(st.integers(0, LONGEST)), draw(steps))


@st.composite
def sets_of_starts(draw: st.DrawFn, steps: st.SearchStrategy[int] = steps) -> Starts:
    """Ranges as far apart as zero minutes, as long as one."""
    end = draw(minutes)
    found = []
    for _ in range(draw(st.integers(0, 7))):
        start = end + draw(st.integers(0, 15))
        end = start + draw(st.integers(1, LONGEST))
        found.append(range(start, end, draw(steps)))
    return found


stretches = sets_of_starts(steps=st.just(1))


def members(starts: Starts) -> set[int]:
    return {minute for run in starts for minute in run}


def is_well_formed(starts: Starts) -> bool:
    """Whether no range is empty, all are sorted and no hulls overlap."""
    return all(starts) and all(one.stop <= other.start for one, other in pairwise(starts))


def test_two_grids_meet_where_both_have_a_minute() -> None:
    every_quarter, every_twenty = range(540, 720, 15), range(550, 720, 20)

    assert list(common(every_quarter, every_twenty)) == [570, 630, 690]


def test_grids_that_never_coincide_have_nothing_in_common() -> None:
    assert not common(range(0, 600, 10), range(5, 600, 10))


@given(ranges(), ranges())
def test_what_two_ranges_have_in_common_is_their_intersection(a: range, b: range) -> None:
    assert set(common(a, b)) == set(a) & set(b)


@given(sets_of_starts(), sets_of_starts())
def test_meeting_is_the_intersection_of_sets(left: Starts, right: Starts) -> None:
    met = meet(left, right)

    assert members(met) == members(left) & members(right)
    assert is_well_formed(met)


def test_a_grid_of_every_other_minute_is_no_stretch() -> None:
    grid, halves = [range(0, 10, 2)], [range(4), range(5, 9)]

    assert members(meet(grid, halves)) == members(meet(halves, grid)) == {0, 2, 6, 8}


@given(sets_of_starts(), sets_of_starts())
def test_meeting_does_not_depend_on_the_order(left: Starts, right: Starts) -> None:
    assert list(meet(left, right)) == list(meet(right, left))


@given(sets_of_starts(), sets_of_starts(), sets_of_starts())
def test_meeting_does_not_depend_on_what_is_met_first(a: Starts, b: Starts, c: Starts) -> None:
    assert list(meet(meet(a, b), c)) == list(meet(a, meet(b, c)))


@given(sets_of_starts(), sets_of_starts())
def test_filtering_never_adds(starts: Starts, rule: Starts) -> None:
    assert members(meet(starts, rule)) <= members(starts)


@given(sets_of_starts())
def test_a_set_met_with_ever_or_with_itself_is_the_same_set(starts: Starts) -> None:
    assert list(meet(starts, [EVER])) == list(starts)
    assert list(meet(starts, starts)) == list(starts)


@given(sets_of_starts())
def test_a_set_met_with_never_is_empty(starts: Starts) -> None:
    assert not meet(starts, NEVER)
    assert not meet(NEVER, starts)


@given(st.lists(stretches, max_size=4))
def test_a_union_holds_what_any_of_its_sets_holds(sets: list[Starts]) -> None:
    either = union(sets)

    assert members(either) == set().union(*map(members, sets))
    assert is_well_formed(either)


@given(st.lists(stretches, max_size=4))
def test_the_stretches_of_a_union_are_apart(sets: list[Starts]) -> None:
    assert all(one.stop < other.start for one, other in pairwise(union(sets)))


def test_a_union_with_ever_is_ever() -> None:
    assert list(union([[range(5), range(9, 12)], [EVER]])) == [EVER]


def test_a_grid_has_no_place_in_a_union() -> None:
    with pytest.raises(AssertionError, match="stretches"):
        union([[range(0, 60, 15)]])


@given(sets_of_starts(), spans)
def test_what_lies_within_a_span_is_what_the_set_and_the_span_share(
    starts: Starts, span: range
) -> None:
    inside = within(starts, span)

    assert members(inside) == members(starts) & set(span)
    assert is_well_formed(inside)


@given(sets_of_starts(), minutes, minutes, minutes)
def test_two_spans_asked_apart_give_what_they_give_together(
    starts: Starts, a: int, b: int, c: int
) -> None:
    first, middle, last = sorted([a, b, c])

    early, late = within(starts, range(first, middle)), within(starts, range(middle, last))

    assert members(early) | members(late) == members(within(starts, range(first, last)))


@given(sets_of_starts())
def test_a_set_that_lies_within_the_span_is_answered_as_it_is(starts: Starts) -> None:
    assert within(starts, EVER) is starts


@given(sets_of_starts())
def test_the_hull_is_the_shortest_stretch_around_a_set(starts: Starts) -> None:
    held = members(starts)

    assert hull(starts) == (range(min(held), max(held) + 1) if held else range(0))
    assert list(within(starts, hull(starts))) == list(starts)


@given(sets_of_starts(), minutes)
def test_a_set_contains_its_members_and_nothing_else(starts: Starts, start: int) -> None:
    assert contains(starts, start) == (start in members(starts))
    assert contains(starts, start) == bool(within(starts, range(start, start + 1)))


def test_ever_holds_every_minute_of_the_calendar_and_never_holds_none() -> None:
    year_9999 = 8030 * 366 * 24 * 60

    assert contains([EVER], -year_9999)
    assert contains([EVER], year_9999)
    assert not contains(NEVER, 0)
