"""Windows against a look at every minute of every visit."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.model.ids import KindId, ResourceId
from webtidbok.slots.starts import meet
from webtidbok.slots.windows import Block, block_at, run_from, windows

VISIT, LUNCH = KindId("visit"), KindId("lunch")
ROOM_1, ROOM_2 = ResourceId("room 1"), ResourceId("room 2")
EIGHT, NINE, TEN, ELEVEN = (hour * 60 for hour in range(8, 12))

SEEN = range(-20, 900)

durations = st.integers(1, 24).map(lambda ticks: ticks * 5)
intervals = st.integers(1, 9).map(lambda ticks: ticks * 5)


def block(
    start: int, end: int, kind: KindId = VISIT, *, resource: ResourceId | None = None
) -> Block:
    return Block(start, end, kind, resource)


def is_visit(block: Block) -> bool:
    return block.kind == VISIT


def found(
    *blocks: Block, duration: int, interval: int = 30
) -> dict[ResourceId | None, list[list[int]]]:
    answer = windows(blocks, is_visit, duration=duration, interval=interval)
    return {resource: [list(starts) for starts in ranges] for resource, ranges in answer.items()}


@st.composite
def schedules(draw: st.DrawFn) -> list[Block]:
    """Blocks of one provider, many of them adjacent, some ineligible, on several resources."""
    blocks: list[Block] = []
    end = 0
    for _ in range(draw(st.integers(0, 8))):
        start = end + 5 * draw(st.sampled_from([0, 0, 0, 1, 4]))
        end = start + 5 * draw(st.integers(1, 16))
        kind = draw(st.sampled_from([VISIT, VISIT, VISIT, LUNCH]))
        blocks.append(Block(start, end, kind, draw(st.sampled_from([None, None, ROOM_1, ROOM_2]))))
    return blocks


def block_by_looking(blocks: Sequence[Block], minute: int) -> Block | None:
    return next((block for block in blocks if block.start <= minute < block.end), None)


def fits_by_looking(at: dict[int, Block], start: int, duration: int, interval: int) -> bool:
    """Look in which block each minute of the visit lies."""
    over = [at.get(minute) for minute in range(start, start + duration)]
    first = over[0]
    return (
        first is not None
        and (start - first.start) % interval == 0
        and all(b is not None and is_visit(b) and b.resource == first.resource for b in over)
    )


def test_starts_are_counted_from_the_start_of_the_block_r14a() -> None:
    assert found(block(EIGHT + 10, NINE + 30), duration=20) == {
        None: [[EIGHT + 10, EIGHT + 40, NINE + 10]]
    }


def test_the_visit_may_end_with_the_block_and_not_a_minute_later() -> None:
    assert found(block(EIGHT, NINE), duration=60) == {None: [[EIGHT]]}
    assert found(block(EIGHT, NINE), duration=65) == {}
    assert found(block(EIGHT, NINE), duration=58, interval=1) == {None: [[EIGHT, 481, 482]]}


def test_a_visit_may_run_on_into_the_next_block_which_has_a_grid_of_its_own_r14b() -> None:
    blocks = [block(EIGHT, EIGHT + 50), block(EIGHT + 50, TEN)]

    assert found(*blocks, duration=40) == {None: [[EIGHT, EIGHT + 30], [EIGHT + 50, EIGHT + 80]]}


def test_a_visit_may_run_over_several_blocks_r14b() -> None:
    blocks = [block(EIGHT, EIGHT + 20), block(EIGHT + 20, EIGHT + 40), block(EIGHT + 40, NINE)]

    assert found(*blocks, duration=60) == {None: [[EIGHT]]}


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(block(NINE + 5, TEN), id="a gap"),
        pytest.param(block(NINE, TEN, resource=ROOM_1), id="a resource, after none"),
        pytest.param(block(NINE, TEN, LUNCH), id="not eligible"),
    ],
)
def test_a_visit_does_not_run_on_over(later: Block) -> None:
    assert found(block(EIGHT, NINE), later, duration=45)[None][0] == [EIGHT]


def test_a_visit_changes_no_resource_on_its_way_r14b() -> None:
    blocks = [block(EIGHT, NINE, resource=ROOM_1), block(NINE, TEN, resource=ROOM_2)]

    assert found(*blocks, duration=45) == {ROOM_1: [[EIGHT]], ROOM_2: [[NINE]]}


def test_each_resource_has_its_windows_in_order() -> None:
    blocks = [
        block(EIGHT, EIGHT + 30, resource=ROOM_1),
        block(NINE, NINE + 30),
        block(TEN, TEN + 30, resource=ROOM_1),
    ]

    assert found(*blocks, duration=30) == {ROOM_1: [[EIGHT], [TEN]], None: [[NINE]]}


def test_without_blocks_there_are_no_windows() -> None:
    assert windows([], is_visit, duration=30, interval=30) == {}


@pytest.mark.parametrize(("duration", "interval"), [(0, 30), (-5, 30), (30, 0), (30, -5)])
def test_a_visit_takes_time_and_a_grid_has_steps(duration: int, interval: int) -> None:
    with pytest.raises(ValueError, match=str(duration)):
        windows([block(EIGHT, NINE)], is_visit, duration=duration, interval=interval)


@given(schedules(), durations, intervals)
def test_windows_hold_the_grid_starts_whose_visit_lies_in_eligible_blocks_r14a_r14b(
    blocks: list[Block], duration: int, interval: int
) -> None:
    at = {minute: block for block in blocks for minute in range(block.start, block.end)}
    expected: dict[ResourceId | None, list[int]] = {}
    for start in SEEN:
        if fits_by_looking(at, start, duration, interval):
            expected.setdefault(at[start].resource, []).append(start)

    answer = windows(blocks, is_visit, duration=duration, interval=interval)

    assert {
        resource: [start for starts in ranges for start in starts]
        for resource, ranges in answer.items()
    } == expected


@given(schedules(), durations, intervals)
def test_the_windows_of_a_resource_are_a_set_of_starts(
    blocks: list[Block], duration: int, interval: int
) -> None:
    for ranges in windows(blocks, is_visit, duration=duration, interval=interval).values():
        assert all(ranges)
        assert all(one.stop <= other.start for one, other in pairwise(ranges))


@given(schedules(), durations, intervals)
def test_a_provider_has_at_most_one_window_at_a_start(
    blocks: list[Block], duration: int, interval: int
) -> None:
    answer = list(windows(blocks, is_visit, duration=duration, interval=interval).values())

    assert not any(meet(a, b) for place, a in enumerate(answer) for b in answer[:place])


@given(schedules(), durations, st.integers(0, 60), intervals)
def test_a_longer_visit_never_starts_where_a_shorter_may_not(
    blocks: list[Block], duration: int, longer_by: int, interval: int
) -> None:
    shorter = windows(blocks, is_visit, duration=duration, interval=interval)
    longer = windows(blocks, is_visit, duration=duration + longer_by, interval=interval)

    for resource, starts in longer.items():
        assert list(meet(starts, shorter[resource])) == starts


@given(schedules(), st.integers(SEEN.start, SEEN.stop))
def test_the_block_at_a_minute_is_the_one_that_holds_it(blocks: list[Block], minute: int) -> None:
    assert block_at(blocks, minute) == block_by_looking(blocks, minute)


def test_a_block_holds_its_first_minute_and_not_its_end() -> None:
    blocks = [block(EIGHT, NINE)]

    assert block_at(blocks, EIGHT - 1) is None
    assert block_at(blocks, EIGHT) == blocks[0]
    assert block_at(blocks, NINE - 1) == blocks[0]
    assert block_at(blocks, NINE) is None


def test_a_run_holds_ineligible_blocks_too_so_that_explain_can_name_them() -> None:
    blocks = [block(EIGHT, NINE), block(NINE, TEN, LUNCH), block(TEN, ELEVEN)]

    assert run_from(blocks, EIGHT + 30, NINE + 30) == blocks[:2]


def test_a_run_goes_no_further_than_it_is_asked_to() -> None:
    blocks = [block(EIGHT, NINE), block(NINE, TEN)]

    assert run_from(blocks, EIGHT, NINE) == blocks[:1]
    assert run_from(blocks, EIGHT, NINE + 1) == blocks


@given(schedules(), st.integers(SEEN.start, SEEN.stop), durations)
def test_a_run_is_what_lies_under_the_visit_up_to_the_first_gap_or_other_resource(
    blocks: list[Block], start: int, duration: int
) -> None:
    under: list[Block] = []
    for minute in range(start, start + duration):
        here = block_by_looking(blocks, minute)
        if here is None or (under and here.resource != under[0].resource):
            break
        if here not in under:
            under.append(here)

    assert run_from(blocks, start, start + duration) == under


@given(schedules(), durations, intervals)
def test_a_visit_fits_where_a_run_of_eligible_blocks_reaches_its_end(
    blocks: list[Block], duration: int, interval: int
) -> None:
    for ranges in windows(blocks, is_visit, duration=duration, interval=interval).values():
        for start in (start for starts in ranges for start in starts):
            run = run_from(blocks, start, start + duration)
            assert run[-1].end >= start + duration
            assert all(map(is_visit, run))
