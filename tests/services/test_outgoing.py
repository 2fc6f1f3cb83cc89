"""What a text may be made from: what the patient may do, and until when (R2, R29)."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from tests.services.scenes import linden
from webtidbok.model.appointment import Appointment
from webtidbok.model.change_limit import WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import DAY, SECOND
from webtidbok.ports.closures import ClosureCalendar
from webtidbok.ports.messenger import Outgoing
from webtidbok.services.desk import Desk
from webtidbok.services.dispatching import outgoing
from webtidbok.testing.builders import NOW, a_message, a_placement, an_appointment, at

BOTH = frozenset(Action)
LAST_MOMENT = at("09:00") - DAY


@attrs.frozen
class At:
    """A desk, at which a message is about to be sent."""

    desk: Desk

    def sent(
        self,
        clinic: Clinic,
        appointment: Appointment | None = None,
        now: datetime = NOW,
        **message: Any,
    ) -> Outgoing:
        return outgoing(
            self.desk,
            a_message(**message),
            clinic=clinic,
            appointment=appointment or an_appointment(),
            now=now,
        )


@pytest.fixture
def sending(desk: Desk) -> At:
    return At(desk)


def test_a_message_tells_until_when_the_visit_may_be_changed(sending: At) -> None:
    sent = sending.sent(linden())

    assert (sent.actions, sent.deadline) == (BOTH, LAST_MOMENT)


@pytest.mark.parametrize(
    ("settings", "actions"),
    [
        ({"rebookings": False}, frozenset({Action.CANCEL})),
        ({"cancellations": False}, frozenset({Action.REBOOK})),
        ({"rebookings": False, "cancellations": False}, frozenset()),
        ({"changeable": Changeable({Origin.RECALL: BOTH})}, frozenset()),
    ],
)
def test_what_is_switched_off_when_it_is_sent_is_not_told(
    sending: At, settings: dict[str, Any], actions: frozenset[Action]
) -> None:
    sent = sending.sent(linden(**settings))

    assert sent.actions == actions
    assert (sent.deadline is None) == (not actions)


def test_the_last_moment_itself_is_in_time_r2a(sending: At) -> None:
    assert sending.sent(linden(), now=LAST_MOMENT).actions == BOTH

    late = sending.sent(linden(), now=LAST_MOMENT + SECOND)
    assert (late.actions, late.deadline) == (frozenset(), None)


def test_the_last_moment_is_that_of_the_time_which_the_message_tells_of(sending: At) -> None:
    moved = an_appointment("a1", "15:00", "15:30")

    assert sending.sent(linden(), moved, placement=a_placement()).deadline == LAST_MOMENT


def test_about_a_cancelled_visit_nothing_can_be_done(sending: At) -> None:
    sent = sending.sent(linden(), an_appointment().changed(cancelled_at=NOW))

    assert (sent.actions, sent.deadline) == (frozenset(), None)


def test_the_hosts_working_days_count_r2b(sending: At) -> None:
    class Strike(ClosureCalendar):
        def is_working_day(self, clinic: str, day: object) -> bool:
            return clinic == linden().id and str(day) <= "2026-12-02"

    desk = attrs.evolve(sending.desk, closures=Strike())
    clinic = linden(change_limit=WorkingDaysBefore(1))

    assert sending.sent(clinic).deadline == at("09:00") - 3 * DAY
    assert At(desk).sent(clinic).deadline == at("09:00") - 5 * DAY
