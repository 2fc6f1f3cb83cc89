"""R17: a rule is a set of starts, and the reason for being outside it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import attrs
from hypothesis import given
from hypothesis import strategies as st

from tests.glue import evaluator_of, free_of, span_of
from tests.strategies import FEW, RESOURCES, World, worlds
from webtidbok.model.ids import ProviderId
from webtidbok.rules.lane import Lane
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import (
    EVERY_START,
    Admitting,
    Between,
    Nothing,
    Rule,
    intersection,
    reasons_against,
)
from webtidbok.slots.starts import EVER, Starts, within
from webtidbok.testing.rules import assert_keeps_its_promises, members

HERE = range(-30, 90)


@attrs.frozen
class No:
    code: ClassVar[str] = "no"
    fact: int = 0
    setting: str = "the.setting"


@attrs.frozen
class Grid:
    """A host's rule: only on its own grid."""

    step: int

    def starts(self, span: range) -> Starts:
        first = span.start + -span.start % self.step
        grid = range(first, span.stop, self.step)
        return (grid,) if grid else ()

    def refusals(self, start: int) -> Sequence[Refusal]:
        return (No(start % self.step),)


minutes = st.integers(HERE.start - 10, HERE.stop + 10)
betweens = st.builds(Between, minutes, minutes, st.builds(No))
grids = st.builds(Grid, st.integers(1, 20))
nothings = st.just(Nothing((No(1), No(2))))
admittings = st.builds(Admitting, betweens, st.one_of(betweens, nothings), minutes)
any_rules: st.SearchStrategy[Rule] = st.one_of(betweens, grids, nothings, admittings)
spans = st.tuples(minutes, minutes).map(lambda ends: range(min(ends), max(ends) + 1))


def test_between_admits_its_first_minute_and_not_its_last() -> None:
    rule = Between(10, 20, No())

    assert list(rule.starts(HERE)) == [range(10, 20)]
    assert [start for start in (9, 10, 19, 20) if not reasons_against([rule], start)] == [10, 19]


def test_a_stretch_that_ends_before_it_begins_admits_nothing() -> None:
    assert not Between(20, 10, No()).starts(EVER)


def test_nothing_gives_all_its_reasons() -> None:
    rule = Nothing((No(1), No(2)))

    assert not rule.starts(EVER)
    assert reasons_against([rule], 0) == [No(1), No(2)]


def test_one_more_start_is_admitted_only_if_the_other_rule_admits_it_r17() -> None:
    late = Between(20, EVER.stop, No())

    assert members(Admitting(late, Between(10, 15, No()), 10).starts(range(5, 23))) == [
        *(10, 20, 21, 22)
    ]
    assert members(Admitting(late, Between(11, 15, No()), 10).starts(range(5, 23))) == [20, 21, 22]
    assert members(Admitting(late, Between(0, 30, No()), 21).starts(range(5, 23))) == [20, 21, 22]


def test_one_more_start_may_come_last() -> None:
    rule = Admitting(Between(10, 20, No()), Between(0, 99, No()), 40)

    assert list(rule.starts(HERE)) == [range(10, 20), range(40, 41)]
    assert rule.refusals(30) == (No(),)


@attrs.frozen
class Itself:
    """Admits nothing, and says of each start which one it is."""

    def starts(self, span: range) -> Starts:  # noqa: ARG002 - the same for all
        return ()

    def refusals(self, start: int) -> Sequence[Refusal]:
        return (No(start),)


def test_with_one_more_start_the_reasons_are_those_of_the_start_that_is_asked() -> None:
    rule = Admitting(Itself(), Between(0, 99, No()), 40)

    assert reasons_against([rule], 30) == [No(30)]
    assert reasons_against([rule], 40) == []


def test_of_no_rules_every_start_is_left() -> None:
    assert intersection([], EVERY_START) == EVERY_START
    assert reasons_against([], 0) == []


def test_a_rule_that_admits_a_stretch_leaves_a_grid_its_gaps() -> None:
    every_other = [range(0, 10, 2)]

    assert list(intersection([Between(0, 7, No())], every_other)[0]) == [0, 2, 4, 6]


def test_a_reason_that_two_rules_give_is_given_once() -> None:
    assert reasons_against([Nothing((No(1),)), Grid(5), Nothing((No(1),))], 5) == [No(1)]


@given(any_rules, spans, st.data())
def test_every_rule_keeps_the_promises_of_rules(
    rule: Rule, span: range, data: st.DataObject
) -> None:
    assert_keeps_its_promises(rule, span, data.draw(st.integers(span.start, span.stop)))


@given(st.lists(any_rules, max_size=4), st.lists(spans, max_size=3))
def test_the_intersection_is_what_every_rule_admits_r17(
    rules: list[Rule], spans: list[range]
) -> None:
    starts = _apart(spans)

    left = members(intersection(rules, starts))

    assert left == [
        start
        for start in members(starts)
        if all(rule.starts(range(start, start + 1)) for rule in rules)
    ]
    assert left == [start for start in members(starts) if not reasons_against(rules, start)]


def _apart(spans: list[range]) -> Starts:
    found: list[range] = []
    for span in sorted(spans, key=lambda each: each.start):
        found += within([span], range(found[-1].stop, EVER.stop)) if found else [span]
    return found


def rules_of(world: World, provider: ProviderId) -> Iterator[Rule]:
    """Yield every rule that the world's question asks of a provider."""
    evaluator, free, span = evaluator_of(world), free_of(world), span_of(world)
    yield from evaluator._shared_rules()
    yield from evaluator._rules_of_provider(provider)
    yield evaluator._provider_rule(provider, free)
    lanes = [Lane(provider, resource) for resource in (None, *RESOURCES)]
    windows = evaluator.schedule.windows(provider, evaluator.question.visit.fit, span)
    for lane in lanes:
        if room := evaluator._resource_rule(lane.resource, free):
            yield room
        rule = evaluator._web_bookable_time(lane, windows.get(lane.resource, ()))
        here = [start for start in span if evaluator.lane_at(provider, start) == lane]
        yield InItsLane(rule, frozenset(here))


@attrs.frozen
class InItsLane:
    """A rule that admits nothing outside its lane, and is never asked about it there."""

    rule: Rule
    here: frozenset[int]

    def starts(self, span: range) -> Starts:
        starts = self.rule.starts(span)
        assert self.here.issuperset(members(starts))
        return starts

    def refusals(self, start: int) -> Sequence[Refusal]:
        return self.rule.refusals(start) if start in self.here else (No(),)


@FEW
@given(st.one_of(worlds(), worlds(holding=True), worlds(moving=True)), st.data())
def test_every_rule_of_ours_keeps_the_promises_of_rules_r17(
    world: World, data: st.DataObject
) -> None:
    whole = span_of(world)
    start = data.draw(st.integers(whole.start, whole.stop - 90))
    span = range(start, start + 90)
    cut = data.draw(st.integers(span.start, span.stop))

    for rule in rules_of(world, data.draw(st.sampled_from(world.providers))):
        assert_keeps_its_promises(rule, span, cut)
