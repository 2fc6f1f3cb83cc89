"""R1, R2, R3, R25, R30: may the patient move or cancel this appointment?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import change_limits
from webtidbok.model.appointment import Appointment
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import TypeId
from webtidbok.model.instants import SECOND
from webtidbok.rules.change_limit import deadline_for
from webtidbok.rules.changes import (
    AlreadyCancelled,
    Begun,
    NotChangeable,
    TooLateToChange,
    TooManyRebookings,
    is_open,
    refusals_to_change,
)
from webtidbok.testing.builders import (
    A_MONDAY,
    NOW,
    a_clinic,
    a_type,
    a_web_booking,
    an_appointment,
    at,
    staffs,
)

VISIT = an_appointment()
START = at("09:00")
actions = st.sampled_from(Action)


def codes(
    visit: Appointment = VISIT,
    action: Action = Action.CANCEL,
    *,
    now: datetime = NOW,
    clinic: Clinic | None = None,
    **settings: Any,
) -> list[str]:
    clinic = clinic or a_clinic(web_booking=a_web_booking(**settings))
    return [reason.code for reason in refusals_to_change(clinic, visit, action, now=now)]


@pytest.mark.parametrize("action", Action)
def test_what_the_patient_booked_may_be_changed_in_time_r25(action: Action) -> None:
    assert codes(VISIT, action) == []


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(
    "limit",
    [
        HoursBefore(24),
        DaysBefore(1),
        DaysBefore(2, by=720),
        WorkingDaysBefore(1),
        WorkingDaysBefore(2, by=0),
    ],
)
@pytest.mark.parametrize(
    ("off", "expected"),
    [
        (-SECOND, []),
        (0 * SECOND, []),
        (timedelta(microseconds=999_999), []),
        (SECOND, ["too-late-to-change"]),
    ],
)
def test_the_last_moment_is_in_time_and_a_second_later_is_not_r2a(
    action: Action, limit: ChangeLimit, off: timedelta, expected: list[str]
) -> None:
    clinic = a_clinic(web_booking=a_web_booking(change_limit=limit))
    last_moment = deadline_for(VISIT, clinic)

    assert codes(VISIT, action, clinic=clinic, now=last_moment + off) == expected


def test_who_is_too_late_is_told_until_when_it_would_have_been_in_time_r2() -> None:
    clinic = a_clinic(web_booking=a_web_booking(change_limit=HoursBefore(24)))
    now = START - timedelta(hours=2)

    assert refusals_to_change(clinic, VISIT, Action.CANCEL, now=now) == (
        TooLateToChange(
            last_moment=START - timedelta(hours=24),
            asked_at=now,
            setting="web_booking.change_limit",
        ),
    )


def test_whose_setting_it_was_is_told_r17() -> None:
    theirs = a_clinic(web_booking=a_web_booking(change_limit=HoursBefore(24)))
    own = a_clinic(types=(a_type(change_limit=HoursBefore(24)),))

    def settings_behind(clinic: Clinic, visit: Appointment) -> list[str]:
        now = START - SECOND
        reasons = refusals_to_change(clinic, visit, Action.CANCEL, now=now)
        return [reason.setting for reason in reasons]

    assert settings_behind(theirs, VISIT) == ["web_booking.change_limit"]
    assert settings_behind(own, VISIT) == ["bookable_type.change_limit"]
    assert settings_behind(a_clinic(), staffs()) == ["web_booking.changeable"]


@pytest.mark.parametrize(
    ("off", "expected"), [(-SECOND, []), (0 * SECOND, ["begun"]), (SECOND, ["begun"])]
)
def test_a_visit_that_has_begun_is_not_changed_whatever_the_limit_r2a(
    off: timedelta, expected: list[str]
) -> None:
    afternoon = DaysBefore(0, by=15 * 60)

    assert codes(now=START + off, change_limit=afternoon) == expected
    assert codes(now=START + off, change_limit=HoursBefore(0)) == expected


def test_a_visit_that_has_begun_is_not_also_too_late_r2a() -> None:
    clinic = a_clinic(web_booking=a_web_booking(change_limit=HoursBefore(24)))

    assert refusals_to_change(clinic, VISIT, Action.CANCEL, now=START) == (Begun(start=START),)


def test_a_cancelled_visit_is_cancelled_and_no_more_r28() -> None:
    cancelled = an_appointment(cancelled_at=NOW)

    assert refusals_to_change(a_clinic(), cancelled, Action.CANCEL, now=START) == (
        AlreadyCancelled(cancelled_at=NOW),
    )


@pytest.mark.parametrize("new_bookings", [True, False])
@pytest.mark.parametrize("rebookings", [True, False])
@pytest.mark.parametrize("cancellations", [True, False])
def test_functions_are_switched_off_apart_from_each_other_r1(
    new_bookings: bool, rebookings: bool, cancellations: bool
) -> None:
    switches: dict[str, Any] = {
        "new_bookings": new_bookings,
        "rebookings": rebookings,
        "cancellations": cancellations,
    }

    assert codes(action=Action.REBOOK, **switches) == ([] if rebookings else ["rebookings-off"])
    assert codes(action=Action.CANCEL, **switches) == (
        [] if cancellations else ["cancellations-off"]
    )


BY_DEFAULT = {
    (Origin.WEB, Action.REBOOK): True,
    (Origin.WEB, Action.CANCEL): True,
    (Origin.RECALL, Action.REBOOK): True,
    (Origin.RECALL, Action.CANCEL): True,
    (Origin.STAFF, Action.REBOOK): False,
    (Origin.STAFF, Action.CANCEL): False,
}


@pytest.mark.parametrize(("case", "allowed"), BY_DEFAULT.items())
def test_only_web_bookings_and_recalls_can_be_changed_by_the_patient_r25(
    case: tuple[Origin, Action], allowed: bool
) -> None:
    origin, action = case
    visit = an_appointment(origin=origin)

    assert codes(visit, action) == ([] if allowed else ["not-changeable"])
    assert is_open(a_clinic(), visit, action) is allowed


def test_a_clinic_may_open_other_appointments_too_r25() -> None:
    table = Changeable({Origin.STAFF: frozenset({Action.CANCEL})})

    assert codes(staffs(), Action.CANCEL, changeable=table) == []
    assert codes(staffs(), Action.REBOOK, changeable=table) == ["not-changeable"]
    assert codes(VISIT, Action.CANCEL, changeable=table) == ["not-changeable"]


def test_a_types_own_table_replaces_the_clinics_r25() -> None:
    moved_only = Changeable({Origin.RECALL: frozenset({Action.REBOOK})})
    clinic = a_clinic(types=(a_type(changeable=moved_only),))
    recall = an_appointment(origin=Origin.RECALL)

    assert codes(recall, Action.REBOOK, clinic=clinic) == []
    assert refusals_to_change(clinic, recall, Action.CANCEL, now=NOW) == (
        NotChangeable(origin=Origin.RECALL, setting="bookable_type.changeable"),
    )
    dropped = an_appointment(origin=Origin.RECALL, type=TypeId("dropped"))
    assert codes(dropped, Action.CANCEL, clinic=clinic) == []


@pytest.mark.parametrize(
    ("most", "rebookings", "expected"),
    [
        (None, 99, []),
        (2, 1, []),
        (2, 2, ["too-many-rebookings"]),
        (2, 3, ["too-many-rebookings"]),
        (0, 0, ["too-many-rebookings"]),
    ],
)
def test_the_patient_moves_a_visit_at_most_so_often_r3(
    most: int | None, rebookings: int, expected: list[str]
) -> None:
    visit = an_appointment(rebookings=rebookings)

    assert codes(visit, Action.REBOOK, max_rebookings=most) == expected
    assert codes(visit, Action.CANCEL, max_rebookings=most) == []


def test_all_reasons_are_given_at_once_r17_r30() -> None:
    visit = an_appointment(origin=Origin.STAFF, rebookings=1)

    reasons = codes(visit, Action.REBOOK, now=START, rebookings=False, max_rebookings=1)

    assert reasons == ["rebookings-off", "not-changeable", "begun", "too-many-rebookings"]


def test_too_many_rebookings_says_how_many_there_were_r3_r17() -> None:
    clinic = a_clinic(web_booking=a_web_booking(max_rebookings=1))
    visit = an_appointment(rebookings=2)

    assert refusals_to_change(clinic, visit, Action.REBOOK, now=NOW) == (
        TooManyRebookings(rebookings=2),
    )
    assert TooManyRebookings(rebookings=2).setting == "web_booking.max_rebookings"


def test_whether_an_action_is_open_does_not_depend_on_the_time_r29() -> None:
    clinic = a_clinic(web_booking=a_web_booking(cancellations=False, change_limit=HoursBefore(999)))

    assert is_open(clinic, VISIT, Action.REBOOK)
    assert not is_open(clinic, VISIT, Action.CANCEL)


def test_a_closure_calendar_moves_the_deadline_r2b() -> None:
    clinic = a_clinic(web_booking=a_web_booking(change_limit=WorkingDaysBefore(1)))
    saturday_morning = at("08:00", A_MONDAY - timedelta(days=2))

    def refused(works_on_saturdays: bool) -> bool:
        return bool(
            refusals_to_change(
                clinic,
                VISIT,
                Action.CANCEL,
                now=saturday_morning,
                is_working_day=lambda day: day.weekday() < 5 + works_on_saturdays,
            )
        )

    assert refused(works_on_saturdays=False)
    assert not refused(works_on_saturdays=True)


@given(actions, change_limits, st.integers(0, 20 * 86400))
def test_a_deadline_flips_once_r2a(action: Action, limit: ChangeLimit, seconds: int) -> None:
    now = START - seconds * SECOND
    clinic = a_clinic(web_booking=a_web_booking(change_limit=limit))

    in_time = now <= deadline_for(VISIT, clinic) and now < START

    assert (not codes(VISIT, action, clinic=clinic, now=now)) == in_time


@given(actions, change_limits, st.integers(-3600, 20 * 86400), st.integers(0, 30 * 86400))
def test_waiting_never_turns_a_no_into_a_yes_r2a(
    action: Action, limit: ChangeLimit, seconds: int, wait: int
) -> None:
    now = START - seconds * SECOND
    clinic = a_clinic(web_booking=a_web_booking(change_limit=limit))

    if codes(VISIT, action, clinic=clinic, now=now):
        assert codes(VISIT, action, clinic=clinic, now=now + wait * SECOND)
