"""R26: a rebooking changes the time, so the present start is not offered."""

import pytest

from tests.rules.asking import a_move, a_question, codes_at, offers, times
from webtidbok.rules.present_time import AnotherTime, another_time
from webtidbok.testing.builders import an_appointment, at

VISIT = an_appointment(start="09:00", until="09:30")


def test_the_present_start_is_not_offered_and_those_beside_it_are_r26() -> None:
    found = times(offers(a_move(VISIT)))

    assert "09:00" not in found
    assert {"08:30", "09:30"} <= set(found)
    assert codes_at(a_move(VISIT), at("09:00")) == ["present-time"]


@pytest.mark.parametrize("off", [-5, 5])
def test_a_start_inside_the_present_time_is_another_time_r26(off: int) -> None:
    assert codes_at(a_move(VISIT), at(f"{9 + off // 60:02}:{off % 60:02}")) == ["off-grid"]


def test_every_minute_but_the_present_start_is_admitted_r26() -> None:
    rule = AnotherTime(540)

    assert rule.starts(range(538, 543)) == [range(538, 540), range(541, 543)]
    assert rule.starts(range(540, 543)) == [range(541, 543)]
    assert rule.starts(range(538, 541)) == [range(538, 540)]
    assert rule.starts(range(541, 543)) == (range(541, 543),)
    assert not rule.starts(range(500, 500))


def test_a_new_booking_has_no_present_time() -> None:
    assert another_time(a_question()) is None
    assert codes_at(a_question(), at("09:00")) == []
