"""The one evaluator (R17) against `tests.oracle`, which reads `domain.md` by itself.

R3, R6a, R9 to R16 and R26, across the nights on which clocks change.
"""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.glue import evaluator_of, free_of, search, span_of
from tests.strategies import World, worlds
from webtidbok.model.instants import minute_of, moment_of


def as_found(world: World) -> list[tuple[int, str, str | None]]:
    return [(minute_of(s.start), s.provider, s.resource) for s in search(world)]


def assert_same_slots(world: World) -> None:
    assert as_found(world) == world.asked.search(world.providers, world.first, world.last)


def assert_same_reasons(world: World, starts: Sequence[int]) -> None:
    evaluator = evaluator_of(world)
    free = free_of(world)
    offers = search(world)
    for provider in world.providers:
        for start in starts:
            answer = evaluator.answer(provider, start, free)
            codes = {reason.code for reason in answer.reasons}
            assert codes == world.asked.reasons(provider, start), moment_of(start)
            assert answer.slot == offers.offers(provider, start)
            assert (answer.slot is None) == bool(codes)


@st.composite
def questions(
    draw: st.DrawFn, *, moving: bool = False, holding: bool = False
) -> tuple[World, list[int]]:
    """A world, and starts all over it, at odd minutes too and at those that are special."""
    world = draw(worlds(moving=moving, holding=holding))
    span = span_of(world)
    offset, step = draw(st.integers(0, 60)), draw(st.sampled_from([55, 61, 65, 90]))
    placed = [each.placement for each in world.asked.appointments[-1:]]
    placed += [each.placement for each in world.asked.holds[-1:]]
    starts = [minute_of(m) for each in placed for m in (each.span.start, each.span.end)]
    return world, [*range(span.start + offset, span.stop, step), *(s for s in starts if s in span)]


@given(questions())
def test_a_new_booking_is_offered_what_the_oracle_offers_and_told_its_reasons(
    question: tuple[World, list[int]],
) -> None:
    assert_same_slots(question[0])
    assert_same_reasons(*question)


@given(questions(holding=True))
def test_under_a_hold_the_same_is_offered_as_the_oracle_offers_r17(
    question: tuple[World, list[int]],
) -> None:
    assert_same_slots(question[0])
    assert_same_reasons(*question)


@given(questions(moving=True))
def test_a_rebooking_is_offered_what_the_oracle_offers_and_told_its_reasons_r26(
    question: tuple[World, list[int]],
) -> None:
    assert_same_slots(question[0])
    assert_same_reasons(*question)
