"""Several sets of starts in one order, against sorted pairs."""

from hypothesis import given
from hypothesis import strategies as st

from tests.slots.test_starts import members, minutes, sets_of_starts
from webtidbok.slots.by_start import by_start, place_of_start
from webtidbok.slots.starts import Starts

any_sets = st.lists(sets_of_starts(), min_size=1, max_size=4)


def test_of_no_sets_there_are_no_starts() -> None:
    assert by_start([]) == []
    assert place_of_start([], 540, 0, 0) == 0


@given(any_sets)
def test_starts_come_in_order_and_then_by_the_place_of_their_set(sets: list[Starts]) -> None:
    pairs = sorted((start, place) for place, each in enumerate(sets) for start in members(each))

    assert [divmod(number, len(sets)) for number in by_start(sets)] == pairs


@given(any_sets, minutes, st.integers(0, 4))
def test_the_place_of_a_start_is_how_many_come_before_it(
    sets: list[Starts], start: int, first: int
) -> None:
    numbers = by_start(sets)

    before = [number for number in numbers if divmod(number, len(sets)) < (start, first)]
    assert place_of_start(numbers, start, len(sets), min(first, len(sets))) == len(before)
