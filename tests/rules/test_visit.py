"""R10, R10a, R12a, R14, R26: what is asked for, a new visit or an old one to be moved."""

from datetime import timedelta
from typing import Any

import pytest

from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ResourceId, TypeId
from webtidbok.model.schedule import BlockKind
from webtidbok.model.timespan import TimeSpan
from webtidbok.rules.visit import Visit, moved_visit, new_visit
from webtidbok.slots.free import Extent
from webtidbok.slots.schedule import Fit
from webtidbok.testing.builders import (
    CHAIR_1,
    CHAIR_2,
    CHECK_UP,
    VISITS,
    a_clinic,
    a_type,
    an_appointment,
    at,
)

PLAIN, EXCLUSIVE, OFFICE, OFFICE_ONLY = map(
    KindId, ("visits", "exclusive", "office", "office-only")
)
KINDS = (
    BlockKind(id=PLAIN, name="Web-bookable", web_bookable=True),
    BlockKind(id=EXCLUSIVE, name="Exclusive", web_bookable=True, exclusive=True),
    BlockKind(id=OFFICE, name="Not for the web"),
    BlockKind(id=OFFICE_ONLY, name="Neither", exclusive=True),
)


def of_type(**changes: Any) -> Clinic:
    return a_clinic(block_kinds=KINDS, types=(a_type(**changes),))


def new(**changes: Any) -> Visit:
    clinic = of_type(**changes)
    return new_visit(clinic, clinic.types[0])


@pytest.mark.parametrize(
    ("named", "new_kinds", "moved_kinds"),
    [
        ((), {PLAIN}, {PLAIN}),
        ((PLAIN,), {PLAIN}, {PLAIN}),
        ((EXCLUSIVE,), {EXCLUSIVE}, {PLAIN, EXCLUSIVE}),
        ((PLAIN, EXCLUSIVE), {PLAIN, EXCLUSIVE}, {PLAIN, EXCLUSIVE}),
        ((OFFICE, OFFICE_ONLY), set(), {PLAIN}),
    ],
)
def test_the_filter_counts_for_new_bookings_and_exclusive_kinds_always_r10_r10a_r14_r26(
    named: tuple[KindId, ...], new_kinds: set[KindId], moved_kinds: set[KindId]
) -> None:
    clinic = of_type(block_filter=frozenset(named))

    assert new_visit(clinic, clinic.types[0]).kinds == new_kinds
    assert moved_visit(clinic, an_appointment()).kinds == moved_kinds


def test_a_new_visit_is_as_its_type_says_r9_r12a() -> None:
    visit = new(
        duration_minutes=45,
        interval_minutes=15,
        before_minutes=5,
        after_minutes=10,
        resources=(CHAIR_2, CHAIR_1),
    )

    assert visit.extent == Extent(before=5, rest=55)
    assert visit.fit == Fit(
        kinds=frozenset({VISITS}),
        resources=frozenset({CHAIR_1, CHAIR_2}),
        duration=45,
        interval=15,
    )
    assert visit.resources == (CHAIR_2, CHAIR_1)


def test_length_before_and_after_of_a_moved_visit_are_the_booked_ones_r12a_r26() -> None:
    clinic = of_type(duration_minutes=60, interval_minutes=20, before_minutes=15)
    booked = an_appointment(start="09:00", until="09:45", before_minutes=5, after_minutes=10)

    visit = moved_visit(clinic, booked)

    assert visit.extent == Extent(before=5, rest=55)
    assert visit.duration_minutes == 45
    assert visit.interval_minutes == 20


def test_a_length_of_odd_seconds_takes_the_minute_that_it_touches() -> None:
    odd = TimeSpan(at("09:00"), at("09:30") + timedelta(seconds=1))

    assert moved_visit(a_clinic(), an_appointment(span=odd)).duration_minutes == 31


@pytest.mark.parametrize(
    ("listed", "present", "expected"),
    [
        ((CHAIR_1, CHAIR_2), CHAIR_2, (CHAIR_2, CHAIR_1)),
        ((CHAIR_1, CHAIR_2), CHAIR_1, (CHAIR_1, CHAIR_2)),
        ((CHAIR_2, CHAIR_1), None, (CHAIR_2, CHAIR_1)),
        ((CHAIR_1,), CHAIR_2, (CHAIR_1,)),
        ((), CHAIR_1, ()),
    ],
)
def test_of_the_types_resources_the_present_one_is_tried_first_r26(
    listed: tuple[ResourceId, ...], present: ResourceId | None, expected: tuple[ResourceId, ...]
) -> None:
    visit = moved_visit(of_type(resources=listed), an_appointment(resource=present))

    assert visit.resources == expected


@pytest.mark.parametrize("kind", [None, TypeId("dropped")])
def test_a_visit_without_a_type_has_interval_15_and_its_present_resource_only_r26(
    kind: TypeId | None,
) -> None:
    visit = moved_visit(of_type(), an_appointment(type=kind, resource=CHAIR_2))

    assert visit.type is None
    assert visit.interval_minutes == 15
    assert visit.resources == (CHAIR_2,)
    assert visit.kinds == {PLAIN}
    assert moved_visit(of_type(), an_appointment(type=kind)).resources == ()


def test_a_moved_visit_knows_its_type_r26() -> None:
    moved = moved_visit(of_type(), an_appointment()).type

    assert moved is not None
    assert moved.id == CHECK_UP
