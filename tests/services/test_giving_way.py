"""Which holds give way, with plain values: R21, R24a."""

from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold
from webtidbok.model.occupied import occupied_by
from webtidbok.ports.store import State
from webtidbok.services.giving_way import expired_in_the_way, holds_in_the_way
from webtidbok.testing.builders import BO, CHAIR_1, CHAIR_2, NOW, a_hold, staffs

HOUR = "09:00", "10:00"
MINE = staffs("mine", *HOUR, resource=CHAIR_1)

EXPIRED = a_hold("expired", "09:30", "10:30", expires_at=NOW)
LIVE = a_hold("live", "08:30", "09:30")
IN_MY_CHAIR = a_hold("in my chair", *HOUR, provider=BO, resource=CHAIR_1, expires_at=NOW)
LATER = a_hold("later", "10:00", "10:30", expires_at=NOW)
WITH_BO = a_hold("with Bo", *HOUR, provider=BO, resource=CHAIR_2, expires_at=NOW)
A_VISIT = staffs("a visit", *HOUR)


def state_of(*takers: Appointment | Hold) -> State:
    return State(clinic=None, occupied=tuple(row for each in takers for row in occupied_by(each)))


EVERYTHING = state_of(EXPIRED, LIVE, IN_MY_CHAIR, LATER, WITH_BO, A_VISIT)


def test_expired_holds_give_way_where_they_lie_in_the_way_r21() -> None:
    assert expired_in_the_way(EVERYTHING, MINE, NOW) == ("expired", "in my chair")


def test_live_holds_give_way_to_staff_and_appointments_to_nobody_r24a() -> None:
    assert holds_in_the_way(EVERYTHING, MINE) == ("expired", "live", "in my chair")


def test_a_hold_that_is_twice_in_the_way_is_named_once_r21() -> None:
    both = a_hold("both", *HOUR, resource=CHAIR_1, expires_at=NOW)

    assert expired_in_the_way(state_of(both), MINE, NOW) == ("both",)
