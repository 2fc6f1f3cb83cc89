"""Until when, and how often, a patient may move a visit: R2, R3, R27, R30."""

from datetime import datetime, timedelta

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    last_event,
    moved,
    moved_by_staff,
    other_times,
)
from tests.services.scenes import (
    booked,
    codes_of,
    link_to,
    set_up,
    set_up_type,
)
from webtidbok.model.change_limit import DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.instants import DAY, SECOND
from webtidbok.services.outcomes import (
    Moved,
)
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    BO,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock

TUESDAY = A_MONDAY + DAY


# The limit (R2)


@pytest.mark.parametrize(
    ("limit", "last_moment"),
    [
        (HoursBefore(24), at("09:00", A_MONDAY - DAY)),
        (DaysBefore(2, by=18 * 60), at("18:00", A_MONDAY - 2 * DAY)),
        (WorkingDaysBefore(1), at("09:00", A_MONDAY - 3 * DAY)),
    ],
)
def test_the_last_moment_is_in_time_and_a_second_later_is_not_r2_r2b(
    book: WebBook,
    clock: StandingClock,
    limit: HoursBefore | DaysBefore | WorkingDaysBefore,
    last_moment: datetime,
) -> None:
    set_up(book, change_limit=limit)
    mine = booked(book, "09:00")
    assert book.deadline_for(mine.appointment) == last_moment

    for off, start, codes in (
        (-SECOND, "10:00", []),
        (0 * SECOND, "09:00", []),
        (SECOND, "10:00", ["too-late-to-change"]),
    ):
        clock.stand_at(last_moment + off)
        assert codes_of(book.rebook(link_to(mine), at(start))) == codes


def test_with_a_limit_of_no_hours_it_is_in_time_until_the_visit_begins_r2(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, change_limit=HoursBefore(0))
    mine = booked(book, "09:00")

    clock.stand_at(at("09:00"))
    assert codes_of(book.rebook(link_to(mine), at("10:00"))) == ["begun"]
    clock.stand_at(at("09:00") - SECOND)
    moved(book, link_to(mine), "10:00")


def test_parts_of_a_second_do_not_count_r2a(book: WebBook) -> None:
    mine = booked(book, "09:00")
    deadline = book.deadline_for(mine.appointment)
    late = attrs.evolve(book.desk, clock=_Shows(deadline + SECOND - timedelta(microseconds=1)))

    assert isinstance(WebBook(late).rebook(link_to(mine), at("10:00")), Moved)


@attrs.frozen
class _Shows:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def test_the_limit_is_judged_on_the_old_start_r27(book: WebBook, clock: StandingClock) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(book.deadline_for(mine.appointment))

    to_a_time_sooner_than_the_limit = moved(book, link_to(mine), "08:00")

    clock.move(SECOND)
    answer = book.rebook(link_to(mine), at("10:00", A_MONDAY + 7 * DAY))
    assert codes_of(answer) == ["too-late-to-change"]
    assert as_it_is(book, mine.appointment) == to_a_time_sooner_than_the_limit


def test_a_types_own_limit_replaces_the_clinics_r2b(book: WebBook, clock: StandingClock) -> None:
    set_up_type(book, change_limit=HoursBefore(1))
    mine = booked(book, "09:00")

    clock.stand_at(at("08:00"))

    moved(book, link_to(mine), "10:00")


def test_a_visit_that_has_begun_is_not_also_too_late_r2a(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(at("09:00"))

    assert codes_of(book.rebook(link_to(mine), at("10:00"))) == ["begun"]


@pytest.mark.parametrize(
    ("clock_shows", "code"), [("08:59", "too-late-to-change"), ("09:00", "begun")]
)
def test_an_attempt_past_the_limit_is_recorded_each_time_r30(
    book: WebBook, clock: StandingClock, clock_shows: str, code: str
) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(at(clock_shows))

    for _ in range(2):
        book.rebook(link_to(mine), at("10:00"))

    assert happened(book) == ["booked", "refused", "refused"]
    event = last_event(book)
    assert event.facts == {"reasons": code}
    assert (event.appointment, event.revision) == (mine.appointment.id, 1)
    assert (event.before, event.after) == (mine.appointment.placement,) * 2
    assert as_it_is(book, mine.appointment) == mine.appointment
    assert all_is_well(book)


def test_an_attempt_that_is_refused_in_time_leaves_no_trace_r30(book: WebBook) -> None:
    set_up(book, rebookings=False)
    mine = booked(book, "09:00")

    book.rebook(link_to(mine), at("10:00"))

    assert happened(book) == ["booked"]


# How often (R3)


def test_as_often_as_the_clinic_allows_and_no_more_r3(book: WebBook) -> None:
    set_up(book, max_rebookings=2)
    mine = booked(book, "09:00")

    moved(book, link_to(mine), "10:00")
    moved(book, link_to(mine), "11:00")

    assert codes_of(book.rebook(link_to(mine), at("09:00"))) == ["too-many-rebookings"]
    assert other_times(book, link_to(mine)) == []


def test_moves_by_staff_do_not_count_r3(book: WebBook) -> None:
    set_up(book, max_rebookings=1)
    mine = booked(book, "09:00")

    for start, until in (("10:00", "10:30"), ("11:00", "11:30")):
        assert moved_by_staff(book, mine.appointment, start, until).rebookings == 0

    assert moved(book, link_to(mine), "14:00").rebookings == 1
    assert moved_by_staff(book, mine.appointment, "15:00", "15:30").rebookings == 1
    assert codes_of(book.rebook(link_to(mine), at("16:00"))) == ["too-many-rebookings"]


def test_a_visit_that_staff_moved_may_be_moved_by_its_patient_again_r25_r30(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")
    by_staff = moved_by_staff(book, mine.appointment, "10:00", "10:20", provider=BO)
    assert not by_staff.exclusive

    after = moved(book, link_to(mine), "11:00")

    assert after.span == between("11:00", "11:20"), "the length is the present one"
    assert after.placement.provider == BO
    assert after.exclusive
