"""R17: one evaluator. Laws of search and explain, and a host's own rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar

import attrs
from hypothesis import given
from hypothesis import strategies as st

from tests.busy import free_besides_rows
from tests.glue import evaluator_of, free_of, question_of, rows_of, search, span_of
from tests.oracle import day_blocks
from tests.rules.asking import a_move, a_question, an_evaluator, codes_at, of_days, offers, times
from tests.strategies import FEWER, World, day_plans, worlds
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import CalendarId, ProviderId
from webtidbok.model.instants import DAY, minute_of, moment_of
from webtidbok.model.schedule import DayBlock, DayOverride, first_overlap
from webtidbok.model.slot import Slot
from webtidbok.model.timespan import TimeSpan
from webtidbok.rules.changes import TooLateToChange
from webtidbok.rules.evaluator import FreeStarts
from webtidbok.rules.lane import Lane
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.rule import Between, Rule
from webtidbok.slots.starts import EVER
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    BOS,
    CHAIR_1S,
    CHAIR_2S,
    FILLING,
    NOW,
    a_block,
    a_clinic,
    a_hold,
    a_template,
    an_appointment,
    at,
    between,
)

T = TypeVar("T")

NINE = minute_of(at("09:00"))
any_worlds = st.one_of(worlds(), worlds(holding=True), worlds(moving=True))


def starts_of(slots: Sequence[Slot]) -> set[tuple[object, str]]:
    return {(slot.start, slot.provider) for slot in slots}


@attrs.frozen
class LunchWalk:
    """A refusal of a host."""

    code: ClassVar[str] = "host.lunch-walk"
    setting: str = ""


def no_lunch_with_bo(question: Question, lane: Lane) -> Rule:  # noqa: ARG001
    """A host's rule: with Bo nothing starts from nine on."""
    return Between(EVER.start, NINE if lane.provider == BO else EVER.stop, LunchWalk())


def test_a_hosts_own_rule_is_asked_with_ours_in_search_and_explain_r17() -> None:
    found = offers(a_question(), (), no_lunch_with_bo)

    assert {slot.provider for slot in found if slot.start >= at("09:00")} == {ANNA}
    assert {slot.provider for slot in found if slot.start < at("09:00")} == {ANNA, BO}
    assert codes_at(a_question(), at("09:00"), (), no_lunch_with_bo, provider=BO) == [
        "host.lunch-walk"
    ]
    assert codes_at(a_question(), at("09:05"), (), no_lunch_with_bo, provider=BO) == [
        *("off-grid", "host.lunch-walk")
    ]


def test_a_hosts_own_rule_is_told_the_question_and_the_lane_r17() -> None:
    told: list[tuple[Question, Lane]] = []
    question = a_question()

    def listening(*asked: Any) -> None:
        told.append(asked)

    assert codes_at(question, at("09:00"), (), listening, provider=BO) == []
    assert all(asked is question for asked, _ in told)
    assert {lane for _, lane in told} == {Lane(ANNA, None), Lane(BO, None)}


def test_once_it_is_known_who_asks_all_else_of_the_question_stays() -> None:
    def silent(_question: Question, _lane: Lane) -> Rule | None:
        return None

    patient = PatientFacts(born=date(1990, 1, 1), is_known=True, open_bookings=2)
    asked = an_evaluator(a_question(), silent)

    known = asked.asked_for(patient, a_hold())

    assert known.question == a_question(patient=patient, hold=a_hold())
    assert known.schedule is asked.schedule
    assert known.host_rules == (silent,)


def test_wishes_narrow_a_search_and_no_reason_is_given_for_them_r16() -> None:
    evaluator = an_evaluator(a_question())
    afternoon = Between(minute_of(at("13:00")), EVER.stop, LunchWalk())

    narrowed = evaluator.narrowed(of_days(), [afternoon])

    assert times(evaluator.offers(narrowed, {}))[0] == "13:00"
    assert evaluator.answer(ANNA, NINE, {}).reasons == ()


def test_narrowing_tells_which_calendars_must_be_read_and_for_when_r17() -> None:
    evaluator = an_evaluator(a_question(wanted=FILLING, providers=(BO,)))

    narrowed = evaluator.narrowed(of_days())

    assert narrowed
    assert narrowed.calendars == (BOS, CHAIR_1S, CHAIR_2S)
    assert list(narrowed.lanes) == [Lane(BO, None)]
    assert narrowed.starts == range(minute_of(at("08:00")), minute_of(at("16:15")) + 1)


def test_where_nothing_can_start_nothing_need_be_read_r17() -> None:
    for question in (a_question(a_clinic(periods=())), a_question(providers=())):
        narrowed = an_evaluator(question).narrowed(of_days())

        assert not narrowed
        assert narrowed.calendars == ()
        assert not narrowed.starts
        assert len(an_evaluator(question).offers(narrowed, {})) == 0


def test_of_an_empty_window_nothing_is_asked() -> None:
    assert not an_evaluator(a_question()).narrowed(range(NINE, NINE))


def test_what_is_read_reaches_a_tick_beyond_the_occupied_time_r15() -> None:
    visit = an_appointment(before_minutes=10, after_minutes=15)
    evaluator = an_evaluator(a_move(visit))

    assert evaluator.read_span(range(NINE, NINE + 31)) == between("08:45", "10:20")


def test_what_forbids_a_move_at_all_is_a_reason_against_every_time_r26() -> None:
    late = TooLateToChange(last_moment=NOW, asked_at=NOW, setting="")
    question = a_move(an_appointment(), against_change=(late,))

    assert len(offers(question)) == 0
    assert codes_at(question, at("10:00")) == ["too-late-to-change"]


def test_a_move_is_offered_the_same_provider_and_length_r26() -> None:
    long = an_appointment(start="09:00", until="10:15")

    found = offers(a_move(long))

    assert {(slot.provider, slot.minutes) for slot in found} == {(ANNA, 75)}
    assert times(found)[-1] == "15:30"


def test_a_visit_alone_in_its_block_has_no_other_time_there_r26() -> None:
    clinic = a_clinic(templates=(a_template("weekdays", a_block("09:00", "09:30")),))

    assert len(offers(a_move(an_appointment(), clinic))) == 0


def test_a_window_ends_with_its_last_date_r14d() -> None:
    clinic = a_clinic()
    found = offers(a_question(clinic), span=of_days(A_MONDAY, A_MONDAY + DAY))

    assert found.days() == [A_MONDAY, A_MONDAY + DAY]


@FEWER
@given(any_worlds)
def test_no_offer_overlaps_what_is_occupied_or_leaves_its_blocks_r13_r14(world: World) -> None:
    extent = question_of(world).visit.extent
    rows = list(rows_of(world))

    for slot in search(world):
        start = minute_of(slot.start)
        mine = slot.placement.calendars
        occupied = range(start - extent.before, start + extent.rest)
        assert not any(
            calendar in mine and a < occupied.stop and occupied.start < b for calendar, a, b in rows
        )
        for minute in range(start, start + slot.minutes, 5):
            assert world.asked.block_at(slot.provider, minute) is not None


@FEWER
@given(any_worlds, st.data())
def test_a_narrower_window_holds_what_lies_in_it_and_no_more(
    world: World, data: st.DataObject
) -> None:
    span = span_of(world)
    first = data.draw(st.integers(span.start, span.stop))
    until = data.draw(st.integers(first, span.stop))
    evaluator = evaluator_of(world)

    narrow = evaluator.offers(evaluator.narrowed(range(first, until)), free_of(world))

    assert narrow == [s for s in search(world) if first <= minute_of(s.start) < until]


@FEWER
@given(worlds(), st.data())
def test_fewer_providers_are_offered_what_is_theirs_and_no_more(
    world: World, data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from(world.providers)))
    fewer = attrs.evolve(world, providers=tuple(p for p in world.providers if p in some))

    assert search(fewer) == [slot for slot in search(world) if slot.provider in some]


@FEWER
@given(any_worlds, st.data())
def test_a_wish_never_adds_r16(world: World, data: st.DataObject) -> None:
    span = span_of(world)
    wish = Between(data.draw(st.integers(span.start, span.stop)), span.stop, LunchWalk())
    evaluator = evaluator_of(world)

    wished = evaluator.offers(evaluator.narrowed(span, [wish]), free_of(world))

    assert wished == [slot for slot in search(world) if minute_of(slot.start) >= wish.first]


@FEWER
@given(any_worlds)
def test_what_is_read_for_a_search_is_all_that_matters_r15_r16(world: World) -> None:
    evaluator = evaluator_of(world)
    narrowed = evaluator.narrowed(span_of(world))
    if not narrowed:
        return
    read = evaluator.read_span(narrowed.starts)

    assert evaluator.offers(narrowed, free_read(world, narrowed.calendars, read)) == search(world)


@FEWER
@given(any_worlds, st.data())
def test_what_is_read_for_one_start_is_all_that_matters_r15_r17(
    world: World, data: st.DataObject
) -> None:
    span, evaluator = span_of(world), evaluator_of(world)
    start = data.draw(st.integers(span.start, span.stop - 1))
    provider = data.draw(st.sampled_from(world.providers))
    read = evaluator.read_span(range(start, start + 1))

    free = free_read(world, evaluator.calendars_at(provider, start), read)

    assert (
        evaluator.answer(provider, start, free).reasons
        == evaluator.answer(provider, start, free_of(world)).reasons
    )


def free_read(world: World, calendars: Sequence[CalendarId], span: TimeSpan) -> FreeStarts:
    """Return free starts from the rows that a store reads."""
    rows = (row for row in rows_of(world) if row[0] in calendars and _overlaps(row, span))
    return free_besides_rows(rows, question_of(world).visit.extent)


def _overlaps(row: tuple[object, int, int], span: TimeSpan) -> bool:
    return TimeSpan(moment_of(row[1]), moment_of(row[2])).overlaps(span)


@FEWER
@given(any_worlds, st.data())
def test_more_that_is_occupied_never_adds_an_offer(world: World, data: st.DataObject) -> None:
    fewer = attrs.evolve(
        world,
        asked=attrs.evolve(
            world.asked,
            appointments=data.draw(some(world.asked.appointments)),
            holds=data.draw(some(world.asked.holds)),
            absences=data.draw(some(world.asked.absences)),
        ),
    )

    assert starts_of(search(world)) <= starts_of(search(fewer))


def some(things: Sequence[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(st.sampled_from(things), unique_by=id) if things else st.just([])


@FEWER
@given(worlds(), st.data())
def test_a_longer_visit_is_never_offered_where_a_shorter_of_the_type_is_not(
    world: World, data: st.DataObject
) -> None:
    [wanted] = world.clinic.types
    longer = attrs.evolve(
        wanted, duration_minutes=wanted.duration_minutes + 5 * data.draw(st.integers(0, 12))
    )

    assert starts_of(search(of_type(world, longer))) <= starts_of(search(world))


def of_type(world: World, wanted: BookableType) -> World:
    world = with_clinic(world, attrs.evolve(world.clinic, types=(wanted,)))
    return attrs.evolve(world, asked=attrs.evolve(world.asked, wanted=wanted))


def with_clinic(world: World, clinic: Clinic) -> World:
    return attrs.evolve(world, asked=attrs.evolve(world.asked, clinic=clinic))


@FEWER
@given(any_worlds, st.data())
def test_more_web_bookable_time_never_removes_an_offer(world: World, data: st.DataObject) -> None:
    """Blocks are put where there are none: the rules about dates and people stay as they are."""
    provider = data.draw(st.sampled_from(world.providers))
    day = world.first + data.draw(st.integers(0, 2)) * DAY
    more = with_more_blocks(world, provider, day, data.draw(day_plans()))

    assert starts_of(search(world)) <= starts_of(search(more))


def with_more_blocks(
    world: World, provider: ProviderId, day: date, plan: Sequence[DayBlock]
) -> World:
    clinic = world.clinic
    there = day_blocks(clinic, provider, day)
    new = [block for block in plan if first_overlap([*there, block]) is None]
    kept = [each for each in clinic.day_overrides if (each.provider, each.day) != (provider, day)]
    override = DayOverride(provider=provider, day=day, blocks=(*there, *new))
    return with_clinic(world, attrs.evolve(clinic, day_overrides=(*kept, override)))


@FEWER
@given(worlds())
def test_without_its_filter_a_type_loses_exclusive_blocks_only_r10_r10a(world: World) -> None:
    [wanted] = world.clinic.types
    kinds = tuple(attrs.evolve(kind, exclusive=False) for kind in world.clinic.block_kinds)
    world = with_clinic(world, attrs.evolve(world.clinic, block_kinds=kinds))

    unfiltered = of_type(world, attrs.evolve(wanted, block_filter=frozenset()))

    assert starts_of(search(world)) <= starts_of(search(unfiltered))


@FEWER
@given(any_worlds)
def test_of_what_is_closed_nothing_is_offered_r17(world: World) -> None:
    evaluator = evaluator_of(world)
    closed = {reason.code for reason in evaluator.closed()}

    if closed:
        assert len(search(world)) == 0
        for provider in world.providers:
            reasons = evaluator.answer(provider, span_of(world).start, free_of(world)).reasons
            assert closed & {reason.code for reason in reasons}


@FEWER
@given(worlds(holding=True))
def test_no_reason_is_given_twice_r17(world: World) -> None:
    evaluator, free, span = evaluator_of(world), free_of(world), span_of(world)

    for start in span[::61]:
        for provider in world.providers:
            reasons = evaluator.answer(provider, start, free).reasons
            assert all(reason not in reasons[:place] for place, reason in enumerate(reasons))
