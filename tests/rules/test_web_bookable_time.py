"""R5, R10, R10a, R13, R14: does the visit lie in blocks that patients may book, on the grid?"""

from typing import Any

import pytest

from tests.rules.asking import a_move, a_question, an_evaluator, codes_at, offers, times
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ResourceId
from webtidbok.model.instants import minute_of
from webtidbok.model.schedule import BlockKind, DayBlock
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.web_bookable_time import (
    ExclusiveBlock,
    NoBlock,
    NotWebBookable,
    OffGrid,
    OtherResource,
    OutsideBlockFilter,
    PastBlockEnd,
)
from webtidbok.testing.builders import (
    ANNA,
    CHAIR_1,
    CHAIR_2,
    VISITS,
    a_block,
    a_clinic,
    a_template,
    a_type,
    an_appointment,
    at,
)

OFFICE, HYGIENE, URGENT = map(KindId, ("office", "hygiene", "urgent"))
KINDS = (
    BlockKind(id=VISITS, name="Visits", web_bookable=True),
    BlockKind(id=HYGIENE, name="Hygiene", web_bookable=True),
    BlockKind(id=OFFICE, name="Office"),
    BlockKind(id=URGENT, name="Urgent", web_bookable=True, exclusive=True),
)
EIGHT, NINE, TEN = at("08:00"), at("09:00"), at("10:00")


def with_blocks(*blocks: DayBlock, **changes: Any) -> Clinic:
    """Return a clinic with these blocks on weekdays and one type, of 30 minutes."""
    return a_clinic(
        block_kinds=KINDS,
        templates=(a_template("weekdays", *blocks),),
        types=(a_type(providers=(ANNA,), **changes),),
    )


def one_block(kind: KindId = VISITS, **changes: Any) -> Clinic:
    return with_blocks(a_block("08:00", "10:00", kind=kind), **changes)


def reasons_at(clinic: Clinic, clock: str) -> tuple[Refusal, ...]:
    return an_evaluator(a_question(clinic)).answer(ANNA, minute_of(at(clock)), {}).reasons


def elsewhere(**changes: Any) -> Appointment:
    """Return a visit at another time, to be moved."""
    return an_appointment(start="15:00", until="15:30", **changes)


def test_starts_lie_on_the_grid_of_the_block_they_begin_in_r14a() -> None:
    clinic = with_blocks(a_block("08:10", "09:20"), a_block("09:20", "10:30"))

    assert times(offers(a_question(clinic))) == [*("08:10", "08:40", "09:10", "09:20", "09:50")]
    assert reasons_at(clinic, "08:30") == (OffGrid(block_start=at("08:10"), interval_minutes=30),)


@pytest.mark.parametrize("clock", ["07:55", "10:00"])
def test_where_the_provider_has_no_block_nothing_is_offered_r13(clock: str) -> None:
    assert reasons_at(one_block(), clock) == (NoBlock(provider=ANNA),)


def test_a_block_that_is_not_web_bookable_is_for_staff_only_r5() -> None:
    assert len(offers(a_question(one_block(OFFICE)))) == 0
    assert reasons_at(one_block(OFFICE), "08:00") == (
        NotWebBookable(kind=OFFICE, block_start=EIGHT),
    )


def test_a_kind_named_in_a_filter_but_not_web_bookable_is_not_eligible_r14() -> None:
    assert reasons_at(one_block(OFFICE, block_filter=frozenset({OFFICE})), "08:00") == (
        NotWebBookable(kind=OFFICE, block_start=EIGHT),
    )


def test_with_the_filter_on_only_the_kinds_it_names_are_offered_r10() -> None:
    named = frozenset({HYGIENE})

    assert reasons_at(one_block(VISITS, block_filter=named), "08:00") == (
        OutsideBlockFilter(kind=VISITS, block_start=EIGHT),
    )
    assert reasons_at(one_block(HYGIENE, block_filter=named), "08:00") == ()
    assert reasons_at(one_block(HYGIENE), "08:00") == ()


def test_the_filter_never_applies_to_rebooking_r10_r26() -> None:
    clinic = one_block(VISITS, block_filter=frozenset({HYGIENE}))

    assert codes_at(a_move(elsewhere(), clinic), EIGHT) == []


def test_in_an_exclusive_block_only_types_whose_filter_names_it_are_offered_r10a() -> None:
    assert reasons_at(one_block(URGENT), "08:00") == (
        ExclusiveBlock(kind=URGENT, block_start=EIGHT),
    )
    assert reasons_at(one_block(URGENT, block_filter=frozenset({URGENT})), "08:00") == ()
    assert reasons_at(one_block(URGENT, block_filter=frozenset({VISITS})), "08:00") == (
        OutsideBlockFilter(kind=URGENT, block_start=EIGHT),
        ExclusiveBlock(kind=URGENT, block_start=EIGHT),
    )


def test_exclusive_blocks_are_exclusive_at_rebooking_too_r10a_r26() -> None:
    named = one_block(URGENT, block_filter=frozenset({URGENT}))

    assert codes_at(a_move(elsewhere(), one_block(URGENT)), EIGHT) == ["exclusive-block"]
    assert codes_at(a_move(elsewhere(), named), EIGHT) == []
    assert codes_at(a_move(elsewhere(type=None), named), EIGHT) == ["exclusive-block"]


@pytest.mark.parametrize(
    ("block_on", "listed", "expected"),
    [
        (None, (), []),
        (None, (CHAIR_1,), []),
        (CHAIR_1, (), []),
        (CHAIR_1, (CHAIR_1,), []),
        (CHAIR_1, (CHAIR_2, CHAIR_1), []),
        (CHAIR_1, (CHAIR_2,), ["other-resource"]),
    ],
)
def test_a_block_on_a_resource_is_eligible_if_the_type_lists_it_or_none_r14(
    block_on: ResourceId | None, listed: tuple[ResourceId, ...], expected: list[str]
) -> None:
    clinic = with_blocks(a_block("08:00", "10:00", resource=block_on), resources=listed)

    assert codes_at(a_question(clinic), EIGHT) == expected


def test_a_visit_without_a_type_keeps_to_its_resource_r26() -> None:
    clinic = with_blocks(a_block("08:00", "10:00", resource=CHAIR_1))
    untyped = elsewhere(type=None, resource=CHAIR_2)

    assert codes_at(a_move(untyped, clinic), EIGHT) == ["other-resource"]


def test_every_reason_against_a_block_is_given_r17() -> None:
    hidden = BlockKind(id=URGENT, name="Urgent", exclusive=True)
    clinic = a_clinic(
        block_kinds=(KINDS[0], hidden),
        templates=(
            a_template("weekdays", a_block("08:00", "09:00", kind=URGENT, resource=CHAIR_1)),
        ),
        types=(
            a_type(
                providers=(ANNA,),
                resources=(CHAIR_2,),
                block_filter=frozenset({VISITS}),
                duration_minutes=60,
            ),
        ),
    )

    assert reasons_at(clinic, "08:10") == (
        OffGrid(block_start=EIGHT, interval_minutes=30),
        NotWebBookable(kind=URGENT, block_start=EIGHT),
        OutsideBlockFilter(kind=URGENT, block_start=EIGHT),
        ExclusiveBlock(kind=URGENT, block_start=EIGHT),
        OtherResource(resource=CHAIR_1, block_start=EIGHT),
        PastBlockEnd(until=NINE),
    )


def test_a_visit_may_end_with_its_block_and_not_later_r14b() -> None:
    clinic = one_block(duration_minutes=90)

    assert times(offers(a_question(clinic))) == ["08:00", "08:30"]
    assert reasons_at(clinic, "09:00") == (PastBlockEnd(until=TEN),)


def test_adjacent_eligible_blocks_may_be_spanned_r14b() -> None:
    clinic = with_blocks(
        a_block("08:00", "09:00"), a_block("09:00", "10:00", kind=HYGIENE), duration_minutes=90
    )

    assert times(offers(a_question(clinic))) == ["08:00", "08:30"]


def test_a_gap_between_blocks_is_not_spanned_r14b() -> None:
    clinic = with_blocks(a_block("08:00", "09:00"), a_block("09:05", "10:00"), duration_minutes=90)

    assert reasons_at(clinic, "08:00") == (PastBlockEnd(until=NINE),)


@pytest.mark.parametrize(("one", "other"), [(CHAIR_1, CHAIR_2), (None, CHAIR_1), (CHAIR_1, None)])
def test_a_visit_changes_no_resource_on_its_way_r14b(
    one: ResourceId | None, other: ResourceId | None
) -> None:
    clinic = with_blocks(
        a_block("08:00", "09:00", resource=one),
        a_block("09:00", "10:00", resource=other),
        duration_minutes=90,
    )

    assert reasons_at(clinic, "08:00") == (PastBlockEnd(until=NINE),)


def test_blocks_on_the_same_resource_may_be_spanned_r14b() -> None:
    clinic = with_blocks(
        a_block("08:00", "09:00", resource=CHAIR_1),
        a_block("09:00", "10:00", resource=CHAIR_1),
        duration_minutes=90,
    )

    assert reasons_at(clinic, "08:00") == ()


def test_who_runs_into_an_ineligible_block_is_told_why_it_is_and_where_it_begins_r17() -> None:
    clinic = with_blocks(
        a_block("08:00", "09:00"), a_block("09:00", "10:00", kind=OFFICE), duration_minutes=90
    )

    assert reasons_at(clinic, "08:00") == (
        NotWebBookable(kind=OFFICE, block_start=NINE),
        PastBlockEnd(until=NINE),
    )


def test_reasons_are_given_for_each_block_that_the_visit_would_run_over_r17() -> None:
    clinic = with_blocks(
        a_block("08:00", "08:30", kind=OFFICE),
        a_block("08:30", "09:00"),
        a_block("09:00", "09:30", kind=URGENT),
        a_block("09:30", "10:00", kind=OFFICE),
        duration_minutes=90,
    )

    assert reasons_at(clinic, "08:00") == (
        NotWebBookable(kind=OFFICE, block_start=EIGHT),
        ExclusiveBlock(kind=URGENT, block_start=NINE),
        PastBlockEnd(until=NINE),
    )


def test_an_ineligible_block_that_is_long_enough_is_not_too_short_as_well_r17() -> None:
    assert reasons_at(one_block(OFFICE, duration_minutes=120), "08:00") == (
        NotWebBookable(kind=OFFICE, block_start=EIGHT),
    )
