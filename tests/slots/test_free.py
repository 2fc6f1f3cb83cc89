"""Free starts against a look at every tick of every row and every minute of the visit."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.slots.free import Extent, free_starts
from webtidbok.slots.starts import EVER, Starts, contains, within

Row: TypeAlias = tuple[int, int]

SEEN = range(-40, 260)  # all that rows can touch, and a margin
NINE = 9 * 60

whole_ticks = st.integers(0, 40).map(lambda ticks: ticks * 5)
lengths = st.one_of(st.integers(1, 12), st.integers(1, 120))
extents = st.builds(Extent, before=st.integers(0, 20), rest=st.integers(1, 40))


@st.composite
def any_row(draw: st.DrawFn) -> Row:
    start = draw(st.one_of(whole_ticks, st.integers(0, 200)))
    return start, min(start + draw(lengths), 220)


def by_end(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[1])


any_rows = st.lists(any_row(), max_size=12).map(by_end)


def free_besides(rows: Sequence[Row], extent: Extent) -> Starts:
    return free_starts([start for start, _ in rows], [end for _, end in rows], extent)


def free_by_looking(rows: Sequence[Row], extent: Extent) -> set[int]:
    """Look at each start in `SEEN` and each minute that its visit occupies."""
    ticks = {minute // 5 for a, b in rows for minute in range(a, b)}
    busy = {tick * 5 + minute for tick in ticks for minute in range(5)}
    return {
        start
        for start in SEEN
        if busy.isdisjoint(range(start - extent.before, start + extent.rest))
    }


def free_in_sight(rows: Sequence[Row], extent: Extent) -> set[int]:
    return {s for run in within(free_besides(rows, extent), SEEN) for s in run}


def test_a_visit_may_begin_when_another_ends_and_end_when_another_begins() -> None:
    free = free_besides([(NINE, NINE + 30), (NINE + 60, NINE + 90)], Extent(before=0, rest=30))

    assert list(within(free, range(NINE - 29, NINE + 90))) == [range(NINE + 30, NINE + 31)]


def test_time_before_and_after_must_be_free_too() -> None:
    free = free_besides([(NINE, NINE + 30), (NINE + 75, NINE + 90)], Extent(before=10, rest=30 + 5))

    assert list(within(free, range(NINE - 34, NINE + 100))) == [range(NINE + 40, NINE + 41)]


def test_a_row_blocks_every_tick_that_it_touches_r15() -> None:
    free = free_besides([(NINE + 7, NINE + 37)], Extent(before=0, rest=5))

    assert contains(free, NINE)
    assert not contains(free, NINE + 1)
    assert not contains(free, NINE + 39)
    assert contains(free, NINE + 40)


def test_a_long_row_that_ends_last_takes_back_the_gaps_before_it() -> None:
    free = free_besides([(30, 40), (60, 70), (90, 100), (20, 110)], Extent(before=0, rest=5))

    assert list(free) == [range(EVER.start, 16), range(110, EVER.stop)]


def test_a_row_that_reaches_back_a_minute_over_a_short_one_takes_its_whole_tick_r15() -> None:
    free = free_besides([(60, 61), (59, 62)], Extent(before=0, rest=5))

    assert list(free) == [range(EVER.start, 51), range(65, EVER.stop)]


def test_of_a_gap_that_is_taken_back_whole_nothing_is_left() -> None:
    free = free_besides([(0, 10), (60, 70), (15, 80)], Extent(before=0, rest=6))

    assert list(free) == [range(EVER.start, -5), range(80, EVER.stop)]


def test_who_is_never_busy_is_free_for_ever() -> None:
    assert list(free_besides([], Extent(before=0, rest=30))) == [EVER]


@pytest.mark.parametrize(("before", "rest"), [(-5, 30), (0, 0), (10, -5)])
def test_a_visit_occupies_some_time_and_nothing_negative(before: int, rest: int) -> None:
    with pytest.raises(ValueError, match=f"{before} minutes before"):
        Extent(before, rest)


def test_rows_in_another_order_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        free_besides([(30, 40), (10, 20)], Extent(before=0, rest=5))


def test_columns_of_different_lengths_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        free_starts([0, 20], [10], Extent(before=0, rest=5))


@given(any_rows, extents)
def test_a_start_is_free_if_its_occupied_time_touches_no_tick_of_a_row_r15(
    rows: list[Row], extent: Extent
) -> None:
    assert free_in_sight(rows, extent) == free_by_looking(rows, extent)


@given(any_rows, extents)
def test_free_starts_are_sorted_stretches_apart(rows: list[Row], extent: Extent) -> None:
    free = free_besides(rows, extent)

    assert all(run and run.step == 1 for run in free)
    assert all(one.stop < other.start for one, other in pairwise(free))
    first = EVER.start + extent.before if rows else EVER.start
    assert (free[0].start, free[-1].stop) == (first, EVER.stop)


@given(any_rows, extents)
def test_rows_widened_beforehand_give_the_same_answer_r15(rows: list[Row], extent: Extent) -> None:
    widened = [(a - a % 5, b + -b % 5) for a, b in rows]

    assert free_besides(rows, extent) == free_besides(widened, extent)


@given(any_rows, extents, st.integers(0, 30), st.integers(0, 30))
def test_a_longer_visit_is_never_free_where_a_shorter_is_not(
    rows: list[Row], extent: Extent, earlier: int, later: int
) -> None:
    longer = Extent(before=extent.before + earlier, rest=extent.rest + later)

    assert free_in_sight(rows, longer) <= free_in_sight(rows, extent)


@given(any_rows, any_row(), extents)
def test_one_more_row_never_frees_a_start(rows: list[Row], row: Row, extent: Extent) -> None:
    assert free_in_sight(by_end([*rows, row]), extent) <= free_in_sight(rows, extent)


@given(any_rows, extents, st.randoms(use_true_random=False))
def test_rows_with_the_same_end_may_come_in_any_order(
    rows: list[Row], extent: Extent, random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert free_besides(by_end(shuffled), extent) == free_besides(rows, extent)
