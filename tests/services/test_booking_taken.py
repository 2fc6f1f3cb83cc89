"""Taken or refused, and what is free nearby: R21a."""

from datetime import date, datetime

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.booking_scenes import BIRCH, known
from tests.services.scenes import (
    LINDEN,
    booked,
    booking,
    codes_of,
    details,
    linden,
    on,
    on_the_wall,
    set_up,
    set_up_type,
)
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.bookable_type import Patients
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import DAY
from webtidbok.model.slot import Slot
from webtidbok.model.timespan import TimeSpan
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import Booked, Refused, SlotTaken
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    NOW,
    an_appointment,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import published_number
from webtidbok.testing.randomness import CountedRandomness


def test_taken_when_all_reasons_are_that_somebody_has_the_time_r21a(book: WebBook) -> None:
    booked(book, "09:00", 2)

    answer = book.book(booking("09:00"))
    assert isinstance(answer, SlotTaken)
    assert codes_of(answer) == ["provider-busy"]
    assert answer.alternatives == (), "not asked for"


def test_taken_also_when_no_room_is_left_or_the_patient_has_it_oneself_r21a(
    book: WebBook,
) -> None:
    booked(book, "09:00", 2, type=FILLING, provider=BO)
    book.lay_absence(LINDEN, linden().resources[1].id, between("09:00", "09:05"), is_resource=True)

    answer = book.book(booking("09:00", type=FILLING))
    assert isinstance(answer, SlotTaken)
    assert codes_of(answer) == ["no-resource-free", "no-resource-free"]
    booked(book, "11:00")
    assert isinstance(book.book(booking("11:00")), SlotTaken)


def test_refused_as_soon_as_there_is_any_other_reason_r21a(book: WebBook) -> None:
    booked(book, "09:00", 2)
    set_up(book, minimum_notice=8 * DAY)

    answer = book.book(booking("09:00", alternatives=True))
    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["too-soon", "provider-busy"]


def test_five_free_times_nearest_to_a_taken_one_come_by_start_r21a(book: WebBook) -> None:
    booked(book, "14:00", 2)

    answer = book.book(booking("14:00", alternatives=True))
    assert isinstance(answer, SlotTaken)
    assert on_the_wall(*answer.alternatives) == [
        "anna 13:00", "anna 13:30", "anna 14:30", "anna 15:00", "anna 15:30",
    ]  # fmt: skip


def test_of_two_that_are_as_near_the_earlier_is_told_r21a(book: WebBook) -> None:
    for place, clock in enumerate(("09:30", "10:00", "10:30"), 2):
        booked(book, clock, place)

    answer = book.book(booking("10:00", alternatives=True))
    assert isinstance(answer, SlotTaken)
    assert on_the_wall(*answer.alternatives) == [
        "anna 08:00", "anna 08:30", "anna 09:00", "anna 11:00", "anna 11:30",
    ]  # fmt: skip


def test_alternatives_are_looked_for_as_far_as_there_are_any_and_may_be_few_r21a(
    book: WebBook,
) -> None:
    set_up(book, horizon_months=1)
    last_day = date(2026, 12, 30)
    booked(book, "16:30", 2, day=last_day)
    book.lay_absence(LINDEN, ANNA, TimeSpan(at("09:00", NOW.date()), at("16:30", last_day)))

    taken = book.book(booking("16:30", day=last_day, alternatives=True))
    assert isinstance(taken, SlotTaken)
    assert [slot.start for slot in taken.alternatives] == [
        at("08:00", NOW.date()),
        at("08:30", NOW.date()),
    ]


def _all_but_one_hour() -> TimeSpan:
    return TimeSpan(at("09:00", NOW.date()), at("16:30", date(2026, 12, 30)))


def test_alternatives_are_of_an_age_that_the_patient_then_has_r21a(book: WebBook) -> None:
    set_up_type(book, age_from=49)
    tuesday = A_MONDAY + DAY
    older = details(2, identity_number=published_number(date(1977, 1, 2)))
    booked(book, "08:00", day=tuesday, details=older)
    turning_49 = details(1, identity_number=published_number(date(1977, 12, 8)))

    book.lay_absence(LINDEN, ANNA, between("09:00", "17:00", tuesday))
    mine = booking("08:00", day=tuesday, details=turning_49, alternatives=True)
    answer = book.book(mine)
    assert isinstance(answer, SlotTaken)
    assert [slot.start.date() - tuesday for slot in answer.alternatives] == [0 * DAY, *[DAY] * 4]
    for slot in answer.alternatives:
        assert isinstance(book.book(attrs.evolve(mine, start=slot.start)), Booked)


def test_looking_for_alternatives_asks_the_register_nothing_r23(book: WebBook) -> None:
    set_up_type(book, patients=Patients.EXISTING)
    known(book)
    book.change_settings(attrs.evolve(book.clinic(LINDEN), id=BIRCH))
    booked(book, "09:00", 1, clinic=BIRCH)

    answer = book.book(booking("09:00", 1, clinic=BIRCH, alternatives=True))
    assert isinstance(answer, SlotTaken)
    assert len(answer.alternatives) == 5


def _starts_of(provider: ProviderId) -> list[datetime]:
    """Return all starts of a week when nothing has happened: 80, and Bo's night."""
    store = MemoryStore()
    desk = Desk(
        store=store, records=store, clock=StandingClock(NOW), randomness=CountedRandomness()
    )
    book = WebBook(desk)
    book.add_clinic(linden())
    found = book.search(LINDEN, CHECK_UP, on(A_MONDAY, A_MONDAY + 6 * DAY), providers=[provider])
    return [slot.start for slot in found.slots]


ALL_PLACES = frozenset(range(80))
_STARTS = {provider: _starts_of(provider) for provider in (ANNA, BO)}


@settings(max_examples=40)
@given(
    free=st.sets(st.integers(0, 79), max_size=12) | st.sets(st.integers(0, 79), min_size=60),
    wanted=st.integers(0, 79),
    provider=st.sampled_from([ANNA, BO]),
)
def test_alternatives_are_the_nearest_of_all_by_brute_force_r21a(
    free: set[int], wanted: int, provider: ProviderId
) -> None:
    store = MemoryStore()
    desk = Desk(
        store=store, records=store, clock=StandingClock(NOW), randomness=CountedRandomness()
    )
    book = WebBook(desk)
    starts = _STARTS[provider]
    book.add_clinic(
        linden(),
        appointments=[
            attrs.evolve(
                an_appointment(f"a{place}", clinic=LINDEN, provider=provider),
                placement=Slot(
                    start=starts[place], minutes=30, provider=provider, resource=None
                ).placement,
            )
            for place in ALL_PLACES - free | {wanted}
        ],
    )
    start = starts[wanted]

    answer = book.book(booking(start=start, provider=provider, alternatives=True))

    assert isinstance(answer, SlotTaken)
    around = on(A_MONDAY - 7 * DAY, A_MONDAY + 20 * DAY)
    found = book.search(LINDEN, CHECK_UP, around, providers=[provider])
    nearest = sorted(found.slots, key=lambda slot: (abs(slot.start - start), slot.start))[:5]
    assert list(answer.alternatives) == sorted(nearest, key=lambda slot: slot.start)
