"""R6b, R12a, R13, R14c, R15: are the provider and the resource free?"""

from typing import Any

import attrs
import pytest

from tests.rules.asking import (
    a_move,
    a_question,
    an_evaluator,
    codes_at,
    free_besides,
    offers,
    reasons_at,
    times,
)
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import CalendarId, ResourceId
from webtidbok.model.instants import MINUTE, minute_of
from webtidbok.model.occupied import Occupied, occupied_by
from webtidbok.rules.occupancy import NoResourceFree, ProviderBusy, ResourceFree
from webtidbok.slots.starts import EVER
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
    a_block,
    a_clinic,
    a_template,
    a_type,
    an_appointment,
    at,
    between,
    staffs,
)

NINE = at("09:00")


def busy(calendar: CalendarId, start: str, until: str) -> Occupied:
    """Return time that is taken, whoever took it: staff, a patient, an absence."""
    return Occupied(calendar=calendar, holder="x", span=between(start, until), exclusive=False)


def in_block(resource: ResourceId | None = None, **changes: Any) -> Clinic:
    """Return a clinic with one block of two hours a day, maybe on a resource, and one type."""
    block = a_block("08:00", "10:00", resource=resource)
    return a_clinic(
        templates=(a_template("weekdays", block),),
        types=(a_type(providers=(ANNA,), **changes),),
    )


def test_a_time_is_offered_when_the_provider_is_free_r13() -> None:
    question = a_question(in_block())

    assert times(offers(question)) == ["08:00", "08:30", "09:00", "09:30"]
    assert times(offers(question, [busy(ANNAS, "08:30", "09:00")])) == ["08:00", "09:00", "09:30"]
    taken = [busy(ANNAS, "08:30", "09:00")]
    assert reasons_at(question, at("08:30"), taken) == (ProviderBusy(provider=ANNA),)


def test_other_peoples_time_is_their_own_r13() -> None:
    taken = [busy(BOS, "08:00", "17:00"), busy(CHAIR_1S, "08:00", "17:00")]

    assert len(offers(a_question(in_block()), taken)) == 4


@pytest.mark.parametrize(
    ("start", "until", "expected"),
    [
        ("08:07", "08:25", ["08:30", "09:00", "09:30"]),
        ("08:25", "08:31", ["09:00", "09:30"]),
        ("08:29", "08:30", ["08:30", "09:00", "09:30"]),
        ("08:30", "09:01", ["08:00", "09:30"]),
        ("07:00", "08:00", ["08:00", "08:30", "09:00", "09:30"]),
    ],
)
def test_what_is_taken_blocks_every_tick_that_it_touches_r15(
    start: str, until: str, expected: list[str]
) -> None:
    assert times(offers(a_question(in_block()), [busy(ANNAS, start, until)])) == expected


def test_a_second_of_a_tick_blocks_all_of_it_r15() -> None:
    row = busy(ANNAS, "08:25", "08:30")
    later = attrs.evolve(row, span=attrs.evolve(row.span, end=row.span.end + MINUTE / 60))

    assert times(offers(a_question(in_block()), [later])) == ["09:00", "09:30"]


def test_the_time_before_and_after_must_be_free_and_may_lie_outside_blocks_r12a() -> None:
    question = a_question(in_block(before_minutes=15, after_minutes=10))

    assert times(offers(question)) == ["08:00", "08:30", "09:00", "09:30"]
    around = [busy(ANNAS, "07:00", "07:50"), busy(ANNAS, "10:05", "11:00")]
    assert times(offers(question, around)) == ["08:30", "09:00"]
    assert codes_at(question, at("08:00"), around) == ["provider-busy"]


def test_the_time_before_and_after_is_the_resources_too_r12a() -> None:
    question = a_question(in_block(before_minutes=15, resources=(CHAIR_1,)))

    assert times(offers(question, [busy(CHAIR_1S, "08:00", "08:20")])) == ["09:00", "09:30"]
    assert codes_at(question, at("08:30"), [busy(CHAIR_1S, "08:00", "08:20")]) == [
        "no-resource-free"
    ]


def test_an_absence_takes_time_and_moves_no_grid_r6b() -> None:
    question = a_question(in_block())

    assert times(offers(question, [busy(ANNAS, "08:00", "08:40")])) == ["09:00", "09:30"]


def test_of_several_resources_the_first_that_is_free_is_taken_r14c() -> None:
    clinic = in_block(resources=(CHAIR_2, CHAIR_1))
    taken = [busy(CHAIR_2S, "08:30", "09:00"), busy(CHAIR_1S, "09:00", "10:00")]

    found = offers(a_question(clinic), taken)

    assert [slot.resource for slot in found] == [CHAIR_2, CHAIR_1, CHAIR_2, CHAIR_2]


def test_when_no_resource_is_free_each_is_named_r17() -> None:
    clinic = in_block(resources=(CHAIR_2, CHAIR_1))
    taken = [busy(CHAIR_2S, "08:30", "09:00"), busy(CHAIR_1S, "08:00", "10:00")]
    evaluator = an_evaluator(a_question(clinic))

    reasons = evaluator.answer(
        ANNA, minute_of(at("08:30")), free_besides(taken, evaluator.question.visit.extent)
    ).reasons

    assert reasons == (NoResourceFree(resource=CHAIR_2), NoResourceFree(resource=CHAIR_1))


def test_no_other_resource_is_tried_than_the_one_that_the_block_names_r14c() -> None:
    clinic = in_block(CHAIR_1, resources=(CHAIR_2, CHAIR_1))
    question = a_question(clinic)

    assert {slot.resource for slot in offers(question)} == {CHAIR_1}
    assert codes_at(question, NINE, [busy(CHAIR_1S, "09:00", "09:05")]) == ["no-resource-free"]
    assert codes_at(question, NINE, [busy(CHAIR_2S, "09:00", "09:05")]) == []


def test_a_block_on_a_resource_takes_it_also_for_a_type_that_lists_none_r14c() -> None:
    question = a_question(in_block(CHAIR_1))

    assert {slot.resource for slot in offers(question)} == {CHAIR_1}
    assert codes_at(question, NINE, [busy(CHAIR_1S, "09:00", "09:05")]) == ["no-resource-free"]


def test_a_visit_without_resources_in_blocks_without_has_none_r14c() -> None:
    assert {slot.resource for slot in offers(a_question(in_block()))} == {None}


def test_blocks_do_not_occupy_their_resource_r7() -> None:
    """Anna and Bo have blocks on the same chair at the same time; both are offered."""
    clinic = a_clinic(templates=(a_template("weekdays", a_block(resource=CHAIR_1)),))

    assert {slot.provider for slot in offers(a_question(clinic))} == {ANNA, BO}


def test_outside_all_blocks_the_types_own_resources_are_asked_about_r17() -> None:
    taken = [busy(CHAIR_1S, "17:00", "19:00"), busy(CHAIR_2S, "17:00", "19:00")]
    evening = at("18:00")

    assert codes_at(a_question(wanted=FILLING), evening) == ["no-block"]
    assert set(codes_at(a_question(wanted=FILLING), evening, taken)) == {
        *("no-block", "no-resource-free")
    }
    assert codes_at(a_question(), evening, [busy(ANNAS, "17:00", "19:00")]) == [
        *("no-block", "provider-busy")
    ]


def test_the_calendars_that_decide_are_told_so_that_they_can_be_read_r17() -> None:
    evaluator = an_evaluator(a_question(wanted=FILLING))
    in_chair = an_evaluator(a_question(in_block(CHAIR_2)))
    nine = minute_of(NINE)

    assert evaluator.calendars_at(BO, nine) == (BOS, CHAIR_1S, CHAIR_2S)
    assert in_chair.calendars_at(ANNA, nine) == (ANNAS, CHAIR_2S)
    assert in_chair.calendars_at(ANNA, minute_of(at("18:00"))) == (ANNAS,)


def test_a_moved_visits_own_time_counts_as_free_r26() -> None:
    """The service leaves out the rows of `own`."""
    visit = staffs("s1", "09:00", "10:00", day=A_MONDAY)
    question = a_move(visit)
    rows = [row for row in occupied_by(visit) if row.holder not in question.own]

    assert question.own == {"s1"}
    assert codes_at(question, at("09:30"), rows) == []
    assert codes_at(a_move(an_appointment("a2")), at("09:30"), occupied_by(visit)) == [
        "provider-busy"
    ]


def test_a_single_resource_is_its_own_union() -> None:
    free = [range(540, 600)]

    assert ResourceFree.of([(CHAIR_1, free)]).free is free
    assert ResourceFree.of([(CHAIR_1, free), (CHAIR_2, [range(590, 700)])]).free == [
        range(540, 700)
    ]


def test_the_first_free_resource_follows_the_order_of_preference_r14c() -> None:
    rule = ResourceFree.of([(CHAIR_2, [range(540, 600)]), (CHAIR_1, (EVER,))])

    assert [rule.first_free(start) for start in (539, 540, 599, 600)] == [
        *(CHAIR_1, CHAIR_2, CHAIR_2, CHAIR_1)
    ]


def test_refusals_of_occupancy_name_no_setting_and_nobody() -> None:
    assert ProviderBusy(provider=ANNA).setting == ""
    assert NoResourceFree(resource=CHAIR_1).setting == ""
