"""What is kept answers as the evaluator does, from whatever was read and read again."""

from collections.abc import Mapping
from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.busy import free_besides_rows
from tests.glue import evaluator_of, free_of, question_of, rows_of, span_of
from tests.rules.asking import a_question, an_evaluator, of_days
from tests.strategies import FEWER, World, worlds
from webtidbok.model.ids import CalendarId
from webtidbok.model.instants import MINUTE, SECOND, minute_of
from webtidbok.rules.evaluator import Evaluator
from webtidbok.rules.kept import Kept, Read
from webtidbok.rules.lane import Lane
from webtidbok.rules.occupancy import ProviderBusy
from webtidbok.rules.question import Question
from webtidbok.rules.rule import Between, Nothing, Rule
from webtidbok.slots.starts import EVER, Starts
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    ANNAS,
    BO,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    CHAIR_2,
    CHAIR_2S,
    FILLING,
    NOW,
    at,
)

WEEK = of_days(A_MONDAY, A_MONDAY + timedelta(days=6))
NINE = minute_of(at("09:00"))
BUSY: Starts = (range(EVER.start, NINE - 29), range(NINE + 30, EVER.stop))
NEVER_FREE = Read((), None)


def read_once(
    kept: Kept, read: Mapping[CalendarId, Read], versions: Mapping[CalendarId, int]
) -> Kept:
    calendars = kept.stale(versions, NOW)
    return kept.with_read(read, calendars, versions, NOW).under(versions)


@pytest.fixture
def evaluator() -> Evaluator:
    return an_evaluator(a_question())


@pytest.fixture
def kept(evaluator: Evaluator) -> Kept:
    """Anna has a visit at nine, Bo nothing."""
    return read_once(Kept.nothing(evaluator, WEEK), {ANNAS: Read(BUSY, None)}, {ANNAS: 1})


def at_nine(kept: Kept, evaluator: Evaluator) -> list[str]:
    found = kept.answer(evaluator, [range(NINE, NINE + 1)])
    return [slot.provider for slot in found]


def test_before_anything_is_read_everything_is_stale(evaluator: Evaluator) -> None:
    nothing = Kept.nothing(evaluator, WEEK)

    assert nothing.stale({}, NOW) == [ANNAS, BOS]
    assert list(nothing.offers) == []
    assert nothing.weight == 2 * 2 * 5  # the windows of two blocks a day, for two


def test_of_no_stretch_nothing_is_kept(evaluator: Evaluator) -> None:
    nothing = Kept.nothing(evaluator, range(0))

    assert nothing.stale({}, NOW) == []
    assert nothing.weight == 0


def test_who_is_busy_is_not_offered_and_who_was_never_read_of_is_free(
    kept: Kept, evaluator: Evaluator
) -> None:
    assert at_nine(kept, evaluator) == [BO]
    assert len(kept.offers) == 2 * 5 * 16 - 1
    assert kept.weight == 2 * 2 * 5 + len(kept.offers) + 2 + 1


def test_a_version_that_moved_makes_its_calendar_stale_and_no_other(kept: Kept) -> None:
    assert kept.stale({ANNAS: 1}, NOW) == []
    assert kept.stale({ANNAS: 2}, NOW) == [ANNAS]
    assert kept.stale({ANNAS: 1, BOS: 1}, NOW) == [BOS]
    assert kept.stale({ANNAS: 1, CHAIR_1S: 7}, NOW) == []
    assert kept.stale({}, NOW) == [ANNAS]  # as after an older copy was put back


def test_the_very_same_versions_need_no_look(kept: Kept) -> None:
    versions = {ANNAS: 2}
    told = kept.under(versions)
    assert told.versions is versions
    assert told.under(versions) is told

    assert told.stale(versions, NOW) == ()


def test_what_was_read_again_takes_the_place_of_what_was_read(
    kept: Kept, evaluator: Evaluator
) -> None:
    free = kept.with_read({}, [ANNAS], {ANNAS: 2}, NOW)
    both_busy = kept.with_read({BOS: Read(BUSY, None)}, [BOS], {ANNAS: 1, BOS: 1}, NOW)

    assert at_nine(free, evaluator) == [ANNA, BO]
    assert free.stale({ANNAS: 2}, NOW) == []
    assert at_nine(both_busy, evaluator) == []
    assert at_nine(kept, evaluator) == [BO]


def test_a_provider_who_is_never_free_is_in_no_lane(kept: Kept) -> None:
    away = kept.with_read({BOS: NEVER_FREE}, [BOS], {ANNAS: 1, BOS: 1}, NOW)

    assert {slot.provider for slot in away.offers} == {ANNA}


def test_what_ends_by_the_clock_is_stale_at_that_moment(kept: Kept) -> None:
    until = NOW + 10 * MINUTE
    versions = {ANNAS: 1, BOS: 1}
    held = kept.with_read({BOS: Read(BUSY, until)}, [BOS], versions, NOW).under(versions)

    assert held.stale(versions, until - SECOND) == ()
    assert held.stale(dict(versions), until - SECOND) == []
    assert held.stale(versions, until) == [BOS]
    released = held.with_read({}, [BOS], versions, until)
    assert (released.until, released.since) == (None, until)


def test_the_earliest_end_of_several_counts(kept: Kept) -> None:
    first, second = NOW + MINUTE, NOW + 2 * MINUTE
    read = {ANNAS: Read(BUSY, second), BOS: Read(BUSY, first)}

    assert kept.with_read(read, [ANNAS, BOS], {}, NOW).until == first


def test_it_never_answers_for_an_earlier_present_than_it_was_read_at(kept: Kept) -> None:
    later = kept.with_read({}, [ANNAS], {ANNAS: 2}, NOW + MINUTE)
    again = later.with_read({}, [ANNAS], {ANNAS: 3}, NOW)

    assert (kept.since, later.since, again.since) == (NOW, NOW + MINUTE, NOW + MINUTE)


def test_it_holds_the_stretch_that_was_looked_at(kept: Kept) -> None:
    assert kept.holds(WEEK)
    assert kept.holds(range(WEEK.start + 1, WEEK.stop - 1))
    assert not kept.holds(range(WEEK.start - 1, WEEK.stop))
    assert not kept.holds(range(WEEK.start, WEEK.stop + 1))


def test_a_room_of_a_free_choice_decides_about_all_who_choose() -> None:
    evaluator = an_evaluator(a_question(wanted=FILLING))
    kept = read_once(Kept.nothing(evaluator, WEEK), {CHAIR_1S: NEVER_FREE}, {})
    full = kept.with_read({CHAIR_2S: NEVER_FREE}, [CHAIR_2S], {CHAIR_2S: 1}, NOW)

    assert {slot.resource for slot in kept.offers} == {"chair-2"}
    assert list(full.offers) == []


def test_a_calendar_decides_about_the_lanes_that_it_is_in() -> None:
    choosing, none = an_evaluator(a_question(wanted=FILLING)), an_evaluator(a_question())
    free, on_1, on_2 = Lane(ANNA, None), Lane(ANNA, CHAIR_1), Lane(BO, CHAIR_2)
    lanes = [free, on_1, on_2]

    assert list(none.decided_by([ANNAS], lanes)) == [free, on_1]
    assert list(none.decided_by([CHAIR_1S], lanes)) == [on_1]
    assert list(none.decided_by([CHAIR_2S], lanes)) == [on_2]
    assert list(choosing.decided_by([CHAIR_2S], lanes)) == [free, on_2]
    assert list(none.decided_by([], lanes)) == []


def test_under_a_hosts_rule_rooms_are_chosen_as_ever() -> None:
    evaluator = an_evaluator(a_question(wanted=FILLING))
    kept = read_once(Kept.nothing(evaluator, WEEK), {CHAIR_1S: NEVER_FREE}, {})
    hosts = attrs.evolve(evaluator, host_rules=(lambda _question, _lane: None,))

    assert {slot.resource for slot in kept.answer(hosts, [WEEK])} == {"chair-2"}


def test_a_hosts_rule_is_asked_for_each_answer(kept: Kept) -> None:
    asked: list[Lane] = []

    def from_nine_with_anna(_: Question, lane: Lane) -> Rule:
        asked.append(lane)
        against = ProviderBusy(provider=lane.provider)
        return Nothing((against,)) if lane.provider == BO else Between(NINE, NINE + 60, against)

    evaluator = an_evaluator(kept.evaluator.question, from_nine_with_anna)
    found = kept.answer(evaluator, [WEEK])

    assert [(slot.provider, slot.start) for slot in found] == [(ANNA, at("09:30"))]
    assert sorted(asked) == [Lane(ANNA, None), Lane(BO, None)]
    assert kept.evaluator.host_rules == ()
    assert list(kept.answer(evaluator, [range(NINE, NINE + 1)])) == []


def test_no_hosts_rule_is_in_what_is_kept() -> None:
    def nobody(_: Question, lane: Lane) -> Rule:
        return Nothing((ProviderBusy(provider=lane.provider),))

    kept = read_once(Kept.nothing(an_evaluator(a_question(), nobody), WEEK), {}, {})

    assert len(kept.offers) == 2 * 5 * 16


def test_an_answer_is_to_the_question_that_is_asked_now(kept: Kept) -> None:
    later = attrs.evolve(kept.evaluator.question, now=NOW + MINUTE)

    assert kept.answer(an_evaluator(later), [WEEK]).question is later


@FEWER
@given(worlds(), st.data())
def test_read_bit_by_bit_it_answers_as_the_evaluator_does(
    world: World, data: st.DataObject
) -> None:
    evaluator, span = evaluator_of(world), span_of(world)
    rows, extent = list(rows_of(world)), question_of(world).visit.extent
    kept = read_once(Kept.nothing(evaluator, span), {}, {})
    for calendar in data.draw(st.permutations(kept.narrowed.calendars)):
        own = free_besides_rows((row for row in rows if row[0] == calendar), extent)
        read = {name: Read(free, None) for name, free in own.items()}
        kept = kept.with_read(read, [calendar], {calendar: 1}, NOW)

    direct = evaluator.offers(evaluator.narrowed(span), free_of(world))
    assert list(kept.answer(evaluator, evaluator.shared(span))) == list(direct)
