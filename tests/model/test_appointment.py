"""R2a, R12a, R24a, R25, R32: appointments and whose they are to change."""

from datetime import UTC, datetime, timedelta

import pytest

from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.ids import calendars_of
from webtidbok.model.instants import MINUTE, SECOND
from webtidbok.model.slot import Slot
from webtidbok.testing.builders import (
    ANNA,
    ANNAS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    a_contact,
    an_absence,
    an_appointment,
    at,
    between,
    staffs,
)

VISIT = an_appointment()


@pytest.mark.parametrize(("off", "begun"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
def test_a_visit_has_begun_at_its_very_start_r2a(off: timedelta, begun: bool) -> None:
    assert VISIT.has_begun(at("09:00") + off) is begun


def test_occupied_time_is_the_visit_with_the_time_before_and_after_r12a() -> None:
    visit = an_appointment(before_minutes=10, after_minutes=5)

    assert visit.span == between("09:00", "09:30")
    assert visit.occupied_span == between("08:50", "09:35")
    assert (visit.before, visit.after) == (10 * MINUTE, 5 * MINUTE)


def test_staff_see_a_w_on_what_the_patient_booked_and_on_nothing_else_r32() -> None:
    assert VISIT.is_web_booked
    assert not staffs().is_web_booked
    assert not an_appointment(origin=Origin.RECALL).is_web_booked


def test_a_time_that_the_patient_moved_keeps_its_origin_and_is_marked_r32() -> None:
    moved = an_appointment(origin=Origin.RECALL, rebookings=1)

    assert moved.is_moved_by_patient
    assert not moved.is_web_booked
    assert not VISIT.is_moved_by_patient


def test_a_change_is_the_next_revision() -> None:
    changed = VISIT.changed(cancelled_at=NOW)

    assert changed.is_cancelled
    assert changed.revision == VISIT.revision + 1
    assert not VISIT.is_cancelled


def test_a_cancellation_is_kept_in_utc() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        an_appointment(cancelled_at=datetime(2026, 12, 7))  # noqa: DTZ001
    assert an_appointment(cancelled_at=NOW).cancelled_at == NOW.astimezone(UTC)


def test_a_visit_occupies_its_provider_first_and_its_resource_if_any() -> None:
    assert calendars_of(ANNA, CHAIR_1) == (ANNAS, CHAIR_1S)
    assert calendars_of(ANNA, None) == (ANNAS,)
    assert an_appointment(resource=CHAIR_1).placement.calendars == (ANNAS, CHAIR_1S)


def test_a_slot_says_where_and_when_a_visit_in_it_is() -> None:
    slot = Slot(start=at("09:00"), minutes=30, provider=ANNA, resource=CHAIR_1)

    assert slot.end == at("09:30")
    assert slot.placement == an_appointment(resource=CHAIR_1).placement


def test_an_absence_is_of_one_calendar_r6b() -> None:
    assert an_absence(calendar=CHAIR_1S).calendar == CHAIR_1S
    assert an_absence().reason == ""


def test_only_what_the_patient_booked_and_recalls_can_be_changed_by_default_r25() -> None:
    assert {
        (origin, action)
        for origin in Origin
        for action in Action
        if Changeable().allows(origin, action)
    } == {(origin, action) for origin in (Origin.WEB, Origin.RECALL) for action in Action}


def test_a_table_may_let_recalls_be_moved_but_not_cancelled_r25() -> None:
    table = Changeable({Origin.RECALL: frozenset({Action.REBOOK})})

    assert table.allows(Origin.RECALL, Action.REBOOK)
    assert not table.allows(Origin.RECALL, Action.CANCEL)
    assert not table.allows(Origin.WEB, Action.REBOOK)


def test_logs_show_nobody() -> None:
    visit = an_appointment(
        first_name="Åsa", booking_text="my tooth", note="afraid", contact=a_contact()
    )

    for secret in ("Åsa", "my tooth", "afraid", "example.com", "+4670"):
        assert secret not in repr(visit)
