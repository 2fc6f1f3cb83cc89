"""R17, R21: what a question knows of the asker's own hold and visit."""

from datetime import datetime

import pytest

from tests.rules.asking import a_move, a_question
from webtidbok.model.ids import TypeId
from webtidbok.model.instants import MINUTE, SECOND, minute_of
from webtidbok.testing.builders import NOW, a_hold, an_appointment, at

HOLD = a_hold()


@pytest.mark.parametrize(
    ("now", "is_held"),
    [
        (HOLD.expires_at - SECOND, True),
        (HOLD.expires_at, False),
        (HOLD.expires_at + SECOND, False),
    ],
)
def test_a_hold_is_gone_by_comparison_with_the_clock_r21(now: datetime, is_held: bool) -> None:
    question = a_question(hold=HOLD, now=now)

    assert (question.held is HOLD) is is_held
    assert question.held_start == (minute_of(at("09:00")) if is_held else None)


def test_only_a_hold_of_the_type_that_is_asked_for_is_one_r17() -> None:
    other = a_hold(type=TypeId("filling"))

    assert a_question(hold=other).held is None
    assert a_question().held is None
    assert a_move(an_appointment(type=None), hold=HOLD).held is None


def test_ones_own_time_is_that_of_ones_hold_and_of_the_visit_to_be_moved_r21_r26() -> None:
    assert a_question().own == frozenset()
    assert a_question(hold=HOLD).own == {"h1"}
    assert a_move(an_appointment()).own == {"a1"}
    assert a_move(an_appointment(), hold=HOLD).own == {"a1", "h1"}


def test_now_is_truncated_to_the_second_r2a() -> None:
    assert a_question(now=NOW + MINUTE / 7).now == NOW + 8 * SECOND
