"""R12a, R24, R24a: what an appointment or a hold occupies, and what may not both be."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold
from webtidbok.model.instants import SECOND
from webtidbok.model.occupied import Occupied, occupied_by
from webtidbok.testing.builders import (
    ANNAS,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    a_hold,
    an_appointment,
    between,
    staffs,
)

clocks = st.integers(0, 11).map(lambda tick: f"09:{5 * tick:02}")


@st.composite
def rows(draw: st.DrawFn) -> Occupied:
    start, until = sorted([draw(clocks), draw(clocks)])
    return Occupied(
        calendar=draw(st.sampled_from([ANNAS, BOS])),
        holder=draw(st.sampled_from(["a", "b"])),
        span=between(start, until if until > start else "10:00"),
        exclusive=draw(st.booleans()),
    )


def row(start: str, until: str, holder: str = "a", **changes: object) -> Occupied:
    taken = Occupied(calendar=ANNAS, holder=holder, span=between(start, until), exclusive=True)
    return attrs.evolve(taken, **changes)  # type: ignore[arg-type]


def test_a_visit_occupies_its_provider_and_its_resource_with_the_time_around_it_r12a() -> None:
    visit = an_appointment(resource=CHAIR_1, before_minutes=5, after_minutes=10)

    assert [(each.calendar, each.span) for each in occupied_by(visit)] == [
        (ANNAS, between("08:55", "09:40")),
        (CHAIR_1S, between("08:55", "09:40")),
    ]


def test_a_visit_without_resource_occupies_its_provider_only() -> None:
    assert [each.calendar for each in occupied_by(an_appointment())] == [ANNAS]


def test_a_cancelled_visit_occupies_nothing_r28() -> None:
    assert occupied_by(an_appointment(cancelled_at=NOW)) == ()


def test_a_time_that_a_patient_chose_is_exclusive_and_one_of_staffs_is_not_r24a() -> None:
    assert all(each.exclusive for each in occupied_by(an_appointment()))
    assert not any(each.exclusive for each in occupied_by(staffs()))


def test_a_hold_is_exclusive_and_ends_by_the_clock_r21_r24a() -> None:
    hold = a_hold(resource=CHAIR_1, before_minutes=5)
    expires = hold.expires_at

    taken = occupied_by(hold)

    assert [each.calendar for each in taken] == [ANNAS, CHAIR_1S]
    assert all(each.is_live(expires - SECOND) and not each.is_live(expires) for each in taken)
    assert hold.is_live(expires - SECOND)
    assert not hold.is_live(expires)
    assert all(each.exclusive and each.span == between("08:55", "09:30") for each in taken)


def test_an_appointment_does_not_end_by_the_clock() -> None:
    [taken] = occupied_by(an_appointment())

    assert taken.is_live(NOW + timedelta(days=10_000))


@pytest.mark.parametrize(
    ("other", "excluded"),
    [
        (row("09:15", "09:45", "b"), True),
        (row("09:15", "09:45", "b", exclusive=False), True),
        (row("09:30", "09:45", "b"), False),
        (row("09:15", "09:45", "a"), False),
        (row("09:15", "09:45", "b", calendar=BOS), False),
    ],
)
def test_nothing_of_others_overlaps_an_exclusive_time_of_a_calendar_r24(
    other: Occupied, excluded: bool
) -> None:
    assert row("09:00", "09:30").excludes(other) is excluded


def test_staff_may_overlap_staff_r24a() -> None:
    one, other = row("09:00", "09:30", exclusive=False), row("09:15", "09:45", "b", exclusive=False)

    assert not one.excludes(other)


@given(rows(), rows())
def test_excluding_is_symmetric_so_that_a_constraint_can_state_it_r24(
    one: Occupied, other: Occupied
) -> None:
    assert one.excludes(other) == other.excludes(one)
    assert not one.excludes(one)


@given(rows(), rows())
def test_what_excludes_each_other_overlaps_and_one_is_exclusive_r24(
    one: Occupied, other: Occupied
) -> None:
    assert one.excludes(other) == (
        one.calendar == other.calendar
        and one.holder != other.holder
        and one.span.overlaps(other.span)
        and (one.exclusive or other.exclusive)
    )


@pytest.mark.parametrize("taker", [an_appointment(), a_hold()])
def test_what_is_taken_carries_the_id_of_its_holder(taker: Appointment | Hold) -> None:
    assert {each.holder for each in occupied_by(taker)} == {taker.id}
