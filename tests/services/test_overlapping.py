"""What becomes of overlaps when an appointment changes, with plain values: R24a."""

import attrs
import pytest

from webtidbok.model.appointment import Appointment
from webtidbok.model.occupied import Overlap
from webtidbok.ports.store import State
from webtidbok.services.overlapping import Settled, meet, settled
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHAIR_1,
    CHAIR_2,
    NOW,
    an_appointment,
    an_overlap,
    between,
    staffs,
)

UNDER = an_appointment("a1", "09:00", "09:30", exclusive=False)
OTHER_UNDER = an_appointment("a2", "09:30", "10:00", exclusive=False)
ON_TOP = staffs("s1", "09:15", "09:45")
OTHER_ON_TOP = staffs("s2", "09:00", "09:10")


def state_of(*things: Appointment | Overlap) -> State:
    visits = [each for each in things if isinstance(each, Appointment)]
    return State(
        clinic=None,
        appointments={each.id: each for each in visits},
        overlaps=tuple(each for each in things if isinstance(each, Overlap)),
    )


def at_another_time(visit: Appointment, **changes: object) -> Appointment:
    elsewhere = attrs.evolve(visit.placement, span=between("15:00", "15:30"))
    return attrs.evolve(visit, placement=elsewhere, **changes)  # type: ignore[arg-type]


def cancelled(visit: Appointment) -> Appointment:
    return attrs.evolve(visit, cancelled_at=NOW, exclusive=False)


def exclusive(visit: Appointment) -> Appointment:
    return attrs.evolve(visit, exclusive=True)


NOTHING = Settled(dropped=(), regained=())
PAIR = an_overlap("a1", "s1")


@pytest.mark.parametrize("changed", [at_another_time(ON_TOP), cancelled(ON_TOP)])
def test_a_patients_time_regains_exclusivity_when_staffs_goes(changed: Appointment) -> None:
    found = settled(state_of(UNDER, ON_TOP, PAIR), changed)

    assert found == Settled(dropped=(PAIR,), regained=(exclusive(UNDER),))


@pytest.mark.parametrize("changed", [at_another_time(UNDER, exclusive=True), cancelled(UNDER)])
def test_a_patients_time_that_goes_ends_its_overlaps_and_regains_nothing_here(
    changed: Appointment,
) -> None:
    """Whoever moves it says whether it is exclusive where it comes to."""
    found = settled(state_of(UNDER, ON_TOP, PAIR), changed)

    assert found == Settled(dropped=(PAIR,), regained=())


def test_a_patients_time_that_staff_moved_is_staffs_though_the_two_still_meet() -> None:
    changed = attrs.evolve(UNDER, chosen_by_patient=False)

    assert settled(state_of(UNDER, ON_TOP, PAIR), changed).dropped == (PAIR,)


def test_an_overlap_stands_while_the_two_still_meet() -> None:
    changed = attrs.evolve(
        ON_TOP, placement=attrs.evolve(ON_TOP.placement, span=between("09:29", "09:50"))
    )

    assert settled(state_of(UNDER, ON_TOP, PAIR), changed) == NOTHING


def test_exclusivity_waits_for_the_last_of_several_overlaps() -> None:
    second = an_overlap("a1", "s2")
    both = state_of(UNDER, ON_TOP, OTHER_ON_TOP, PAIR, second)

    assert settled(both, cancelled(ON_TOP)) == Settled(dropped=(PAIR,), regained=())
    left = state_of(UNDER, cancelled(ON_TOP), OTHER_ON_TOP, second)
    assert settled(left, cancelled(OTHER_ON_TOP)).regained == (exclusive(UNDER),)


def test_each_patient_under_one_time_regains_what_it_had() -> None:
    second = an_overlap("a2", "s1")
    state = state_of(UNDER, OTHER_UNDER, ON_TOP, PAIR, second)

    found = settled(state, cancelled(ON_TOP))

    assert set(found.dropped) == {PAIR, second}
    assert found.regained == (exclusive(UNDER), exclusive(OTHER_UNDER))


def test_one_patient_who_goes_leaves_the_other_under() -> None:
    second = an_overlap("a2", "s1")
    state = state_of(UNDER, OTHER_UNDER, ON_TOP, PAIR, second)

    assert settled(state, cancelled(UNDER)) == Settled(dropped=(PAIR,), regained=())


def test_overlaps_of_others_are_not_looked_at() -> None:
    state = state_of(UNDER, cancelled(ON_TOP), OTHER_ON_TOP, PAIR)

    assert settled(state, cancelled(OTHER_ON_TOP)) == NOTHING


def test_one_that_is_new_takes_part_in_no_overlap_yet() -> None:
    assert settled(state_of(UNDER), ON_TOP) == NOTHING


@pytest.mark.parametrize(
    ("one", "other", "do_meet"),
    [
        (UNDER, ON_TOP, True),
        (UNDER, OTHER_UNDER, False),
        (UNDER, cancelled(ON_TOP), False),
        (UNDER, staffs("s", "09:15", "09:45", provider=BO), False),
        (
            an_appointment("a", resource=CHAIR_1),
            staffs("s", provider=BO, resource=CHAIR_1),
            True,
        ),
        (
            an_appointment("a", resource=CHAIR_1),
            staffs("s", provider=BO, resource=CHAIR_2),
            False,
        ),
        (an_appointment("a", provider=ANNA), staffs("s", provider=ANNA, resource=CHAIR_1), True),
        (UNDER, staffs("s", "09:30", "10:00", before_minutes=5), True),
        (UNDER, staffs("s", "08:00", "08:55", after_minutes=5), False),
    ],
)
def test_two_meet_when_they_occupy_a_moment_of_the_same_calendar_r12a(
    one: Appointment, other: Appointment, do_meet: bool
) -> None:
    assert meet(one, other) is meet(other, one) is do_meet


def test_times_of_other_days_do_not_meet() -> None:
    tomorrow = staffs("s", day=A_MONDAY.replace(day=A_MONDAY.day + 1))

    assert not meet(UNDER, tomorrow)


@pytest.mark.parametrize("under", [cancelled(UNDER), attrs.evolve(UNDER, chosen_by_patient=False)])
def test_what_is_cancelled_or_was_chosen_by_no_patient_regains_nothing(under: Appointment) -> None:
    found = settled(state_of(under, ON_TOP, PAIR), at_another_time(ON_TOP))

    assert found == Settled(dropped=(PAIR,), regained=())
