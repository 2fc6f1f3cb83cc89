"""The statistics report: R34. Each figure is a fold of the history."""

from collections import Counter
from datetime import date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.change_scenes import (
    laid,
    moved,
    moved_by_staff,
    recalled,
    register,
)
from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    SPRING,
    booked,
    held,
    linden,
    link_to,
    on,
    set_up,
)
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.errors import UnknownClinic
from webtidbok.model.appointment import Placement
from webtidbok.model.changeable import Origin
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.ids import ClinicId, RequestKey
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.ports.store import Change, Scope, State
from webtidbok.services.desk import Desk
from webtidbok.services.reporting import Report
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    NOW,
    ZONE,
    a_patient,
    an_event,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness

TODAY = NOW.astimezone(ZONE).date()
HOUR = 60 * MINUTE


def report(book: WebBook, first: date = TODAY, last: date | None = None) -> Report:
    return book.report(LINDEN, first, last or first)


def test_what_happens_is_counted_by_what_it_was_r34(book: WebBook) -> None:
    register(book, a_patient("p9", 9))
    visits = [booked(book, clock, place) for place, clock in enumerate(("08:00", "09:00"), 1)]
    held(book, "10:00", token=held(book, "10:30").token)
    moved(book, link_to(visits[0]), "11:00")
    moved(book, link_to(visits[0]), "11:30")
    book.cancel(link_to(visits[1]))
    recalled(book, "13:00", 9)

    found = report(book)

    assert (found.first, found.last) == (TODAY, TODAY)
    assert (found.holds, found.booked, found.rebooked, found.cancelled) == (2, 2, 2, 1)
    assert (found.recalls, found.too_late) == (1, 0)


def test_an_empty_period_has_a_report_of_noughts_r34(book: WebBook) -> None:
    found = report(book)

    assert (found.holds, found.booked, found.rebooked, found.cancelled) == (0, 0, 0, 0)
    assert found.by_type == found.by_provider == found.by_origin == {}
    assert (found.by_hour, found.by_lead_time) == ({}, {})
    assert found.mean_lead_time is None


def test_what_staff_do_is_not_counted_among_what_patients_do_r34(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    staffs = laid(book, "10:00", "10:30")
    moved_by_staff(book, mine, "11:00", "11:30")
    book.staff_cancel(LINDEN, mine.id, by="reception")
    book.staff_cancel(LINDEN, staffs.id, by="reception")

    found = report(book)

    assert (found.booked, found.rebooked, found.cancelled) == (1, 0, 0)


def test_too_late_is_every_attempt_past_the_limit_or_after_the_start_r34_r30(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00")
    clock.stand_at(at("08:59"))
    book.rebook(link_to(mine), at("10:00"))
    book.cancel(link_to(mine))
    book.show(link_to(mine))
    clock.stand_at(at("09:00"))
    book.cancel(link_to(mine))

    assert report(book, A_MONDAY).too_late == 3
    assert report(book).too_late == 0


def test_searches_leave_no_trace_r34(book: WebBook) -> None:
    book.search(LINDEN, CHECK_UP, on())
    book.explain(LINDEN, CHECK_UP, at("09:00"))

    assert list(book.history(LINDEN)) == []


def test_it_is_told_apart_by_type_provider_and_origin_r34(book: WebBook) -> None:
    booked(book, "08:00", 1)
    filling = booked(book, "08:00", 2, type=FILLING, provider=BO)
    moved_by_staff(book, filling.appointment, "13:00", "14:00", provider=ANNA)
    moved(book, link_to(filling), "14:00")
    book.cancel(link_to(filling))

    found = report(book)

    none = {"booked": 0, "rebooked": 0, "cancelled": 0}
    assert found.by_type == {
        CHECK_UP: none | {"booked": 1},
        FILLING: {"booked": 1, "rebooked": 1, "cancelled": 1},
    }
    assert found.by_provider == {
        ANNA: {"booked": 1, "rebooked": 1, "cancelled": 1},
        BO: none | {"booked": 1},
    }
    assert found.by_origin == {"WEB": {"booked": 2, "rebooked": 1, "cancelled": 1}}


def test_both_dates_of_the_period_are_in_it_by_the_clinics_clock_r34(
    book: WebBook, clock: StandingClock
) -> None:
    for place, moment in enumerate(
        (
            at("00:00", TODAY) - SECOND,
            at("00:00", TODAY),
            at("24:00", TODAY) - SECOND,
            at("24:00", TODAY),
        ),
        1,
    ):
        clock.stand_at(moment)
        booked(book, f"{place + 7:02}:00", place)

    assert report(book).booked == 2
    assert report(book, TODAY - DAY, TODAY).booked == 3
    assert report(book, TODAY - DAY, TODAY + DAY).booked == 4


@pytest.mark.parametrize(
    ("clock_shows", "is_inside"),
    [
        ("07:59", False),
        ("08:00", True),
        ("12:30", True),  # paperwork: open, whatever the kind
        ("16:59", True),
        ("17:00", False),
    ],
)
def test_the_clinic_is_open_inside_any_block_of_it_r34(
    book: WebBook, clock: StandingClock, clock_shows: str, is_inside: bool
) -> None:
    clock.stand_at(at(clock_shows, TODAY) + 59 * SECOND)
    booked(book, "09:00")

    found = report(book)

    assert (found.inside_opening_hours, found.outside_opening_hours) == (
        *(is_inside, not is_inside),
    )
    assert found.by_hour == {int(clock_shows[:2]): 1}


def test_one_provider_at_work_is_enough_and_on_a_closed_day_nobody_is_r34(book: WebBook) -> None:
    booked(book, "09:00")
    set_up(book, periods=tuple(p for p in book.clinic(LINDEN).periods if p.provider == BO))
    assert report(book).inside_opening_hours == 1

    set_up(book, closed_days=frozenset({TODAY}))

    assert report(book).outside_opening_hours == 1


def test_a_clinic_may_give_its_own_hours_r34(book: WebBook) -> None:
    booked(book, "09:00")

    found = book.report(LINDEN, TODAY, TODAY, is_open=lambda moment: moment != NOW)

    assert (found.inside_opening_hours, found.outside_opening_hours) == (0, 1)


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (SPRING, {0: 1, 1: 1, 3: 1, 4: 1, 5: 1, 6: 1}),
        (AUTUMN, {0: 1, 1: 1, 2: 2, 3: 1, 4: 1, 5: 1}),
    ],
)
def test_hours_are_those_of_the_clinics_clock_when_it_changes_r34_r6a(
    book: WebBook, clock: StandingClock, night: date, hours: dict[int, int]
) -> None:
    """Once an elapsed hour from midnight, five or six of which Bo works."""
    for number in range(sum(hours.values())):
        clock.stand_at(at("00:00", night) + number * HOUR + 30 * MINUTE)
        start = at("08:00", night + DAY) + number * 30 * MINUTE
        booked(book, place=number + 1, start=start)

    found = report(book, night)

    assert found.by_hour == hours
    is_spring = night == SPRING
    assert found.inside_opening_hours == (5 if is_spring else 7)


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        (DAY - SECOND, "under 1 day"),
        (DAY, "1-6 days"),
        (7 * DAY - SECOND, "1-6 days"),
        (7 * DAY, "7-27 days"),
        (28 * DAY - SECOND, "7-27 days"),
        (28 * DAY, "28 days or more"),
    ],
)
def test_lead_time_is_elapsed_from_booking_to_visit_r34(
    book: WebBook, clock: StandingClock, lead: timedelta, name: str
) -> None:
    clock.stand_at(at("09:00") - lead)
    booked(book, "09:00")

    found = report(book, (at("09:00") - lead).astimezone(ZONE).date())

    assert found.by_lead_time == {name: 1}
    assert found.mean_lead_time == lead


def test_the_mean_lead_time_is_of_new_bookings_only_r34(book: WebBook) -> None:
    booked(book, "08:00", 1)
    second = booked(book, "10:00", 2)
    moved(book, link_to(second), "16:00")

    assert report(book).mean_lead_time == at("09:00") - NOW


def test_a_clinic_that_is_not_there_is_an_error(book: WebBook) -> None:
    with pytest.raises(UnknownClinic):
        book.report(ClinicId("elsewhere"), TODAY, TODAY)


# The fold equals a plain recount


#: Moments of the days before and after the clocks change, so that many lie in a period.
near_the_change = st.integers(-100, 100).map(lambda half: at("00:00", AUTUMN) + half * HOUR / 2)
placements = st.builds(
    lambda provider, hour: Placement(
        provider=provider, resource=None, span=between(f"{hour:02}:00", f"{hour:02}:30")
    ),
    st.sampled_from((ANNA, BO)),
    st.integers(8, 16),
)
events = st.builds(
    Event,
    key=st.just(RequestKey("")),
    clinic=st.just(LINDEN),
    what=st.sampled_from(Happening),
    at=near_the_change,
    way=st.sampled_from(WayIn),
    type=st.sampled_from((None, CHECK_UP, FILLING)),
    origin=st.none() | st.sampled_from(Origin),
    before=st.none() | placements,
    after=st.none() | placements,
)


def book_with(history: list[Event]) -> WebBook:
    store = MemoryStore()
    clock = StandingClock(NOW)
    desk = Desk(store=store, records=store, clock=clock, randomness=CountedRandomness())
    book = WebBook(desk)
    book.add_clinic(linden())
    told = tuple(
        attrs.evolve(event, key=RequestKey(f"k{number}")) for number, event in enumerate(history)
    )

    def tell(_: State) -> Change[bool] | bool:
        return Change(answer=True, events=told)

    store.transact(Scope(clinic=LINDEN, now=NOW), tell)
    return book


def test_a_move_counts_for_the_provider_it_went_to_and_a_cancellation_for_the_last_r34() -> None:
    there, here = (
        Placement(provider=provider, resource=None, span=between("09:00", "09:30"))
        for provider in (ANNA, BO)
    )
    told = attrs.evolve(an_event(clinic=LINDEN), before=there)
    history = [
        attrs.evolve(told, what=Happening.REBOOKED, after=here),
        attrs.evolve(told, what=Happening.CANCELLED),
    ]

    assert report(book_with(history)).by_provider == {
        ANNA: {"booked": 0, "rebooked": 0, "cancelled": 1},
        BO: {"booked": 0, "rebooked": 1, "cancelled": 0},
    }


@given(history=st.lists(events, max_size=12), ends=st.tuples(near_the_change, near_the_change))
def test_the_report_is_what_a_plain_recount_of_the_period_finds_r34(
    history: list[Event], ends: tuple[datetime, datetime]
) -> None:
    first, last = sorted(end.astimezone(ZONE).date() for end in ends)
    mine = [each for each in history if first <= each.at.astimezone(ZONE).date() <= last]

    found = report(book_with(history), first, last)

    def count(what: Happening, **like: object) -> int:
        return sum(
            each.what is what and all(getattr(each, name) == value for name, value in like.items())
            for each in mine
        )

    changes = (Happening.BOOKED, Happening.REBOOKED, Happening.CANCELLED)
    assert [found.booked, found.rebooked, found.cancelled] == [count(what) for what in changes]
    assert (found.holds, found.recalls) == (count(Happening.HELD), count(Happening.RECALLED))
    assert found.too_late == count(Happening.REFUSED)
    for name, row in found.by_type.items():
        assert row == {what.value: count(what, type=name or None) for what in changes}
    for name, row in found.by_origin.items():
        origin = Origin(name) if name else None
        assert row == {what.value: count(what, origin=origin) for what in changes}
    with_whom = Counter(
        (place.provider if (place := each.after or each.before) else "", each.what.value)
        for each in mine
    )
    for name, row in found.by_provider.items():
        assert row == {what.value: with_whom[name, what.value] for what in changes}
    for table in (found.by_type, found.by_provider, found.by_origin):
        for what in changes:
            assert sum(row[what.value] for row in table.values()) == count(what)
    assert found.inside_opening_hours + found.outside_opening_hours == found.booked
    assert sum(found.by_hour.values()) == found.booked
    told_where = [each for each in mine if each.what is Happening.BOOKED and each.after]
    assert sum(found.by_lead_time.values()) == len(told_where)
