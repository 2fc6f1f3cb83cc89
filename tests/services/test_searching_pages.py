"""Pages, rows and days of what was found, and what a search costs: R16."""

from collections.abc import Iterator
from math import ceil, log2

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    SPRING,
    AnyStore,
    booked,
    linden,
    on,
    on_the_wall,
    set_up,
)
from tests.services.stores import CountingStore
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.model.instants import DAY, minute_of
from webtidbok.model.slot import Slot
from webtidbok.model.timespan import TimeSpan
from webtidbok.services.desk import Desk
from webtidbok.services.searching import Cursor, Found, PartOfDay, Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, ANNA, BO, CHECK_UP, FILLING, NOW, ZONE, at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness

SUNDAY = A_MONDAY - DAY
A_FRIDAY = A_MONDAY + 4 * DAY

MORNING = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def search(book: WebBook, wishes: Wishes, type: TypeId = CHECK_UP, **asked: object) -> Found:  # noqa: A002
    return book.search(LINDEN, type, wishes, **asked)  # type: ignore[arg-type] # as each test says


def times(found: Found) -> list[str]:
    return [line.split()[1] for line in on_the_wall(*found.slots)]


def pages(book: WebBook, wishes: Wishes, **asked: object) -> Iterator[Found]:
    """Turn page after page until there is none."""
    while True:
        found = search(book, wishes, **asked)  # type: ignore[arg-type] # as each test says
        yield found
        if found.next is None:
            return
        wishes = attrs.evolve(wishes, after=found.next)


def test_a_page_holds_so_many_slots_and_knows_whether_there_are_more_r16(book: WebBook) -> None:
    first, *_, last = list(pages(book, on(page_size=10), providers=[ANNA]))

    assert times(first) == (MORNING + AFTERNOON)[:10]
    assert first.next == Cursor(minute_of(at("13:30")), ANNA)
    assert times(last) == (MORNING + AFTERNOON)[10:]
    assert last.next is None


def test_a_page_that_holds_all_is_the_last_r16(book: WebBook) -> None:
    whole = search(book, on(page_size=16), providers=[ANNA])

    assert len(whole.slots) == 16
    assert whole.next is None


def test_what_was_booked_between_two_pages_is_neither_shown_nor_shifts_the_next_r16(
    book: WebBook,
) -> None:
    first = search(book, on(page_size=4), providers=[ANNA])
    booked(book, "09:00")
    booked(book, "10:00", place=2)

    following = search(book, on(page_size=4, after=first.next), providers=[ANNA])
    assert times(following) == ["10:30", "11:00", "11:30", "13:00"]


def test_a_cursor_of_anywhere_does_no_harm_r16(book: WebBook) -> None:
    for cursor in (Cursor(-(10**15), ANNA), Cursor(10**15, BO), Cursor(0, ProviderId("nobody"))):
        found = search(book, on(after=cursor, page_size=5))
        assert len(found.slots) in (0, 5)


@st.composite
def wishes_of_all_kinds(draw: st.DrawFn) -> Wishes:
    day = draw(st.sampled_from([A_MONDAY, SUNDAY, SPRING - DAY, AUTUMN - DAY]))
    return on(
        day,
        day + draw(st.integers(0, 9)) * DAY,
        part_of_day=draw(st.none() | st.sampled_from(PartOfDay)),
        weekdays=draw(st.none() | st.frozensets(st.integers(0, 6))),
        page_size=draw(st.integers(1, 40)),
    )


def a_busy_book() -> WebBook:
    """Return a book in memory in which a few times of several days are taken."""
    store = MemoryStore()
    randomness = CountedRandomness()
    desk = Desk(store=store, records=store, clock=StandingClock(NOW), randomness=randomness)
    book = WebBook(desk)
    book.add_clinic(linden())
    days = [A_MONDAY, A_MONDAY + DAY, SPRING + DAY, AUTUMN + DAY]
    for place, day in enumerate(days, 1):
        booked(book, "09:00", place, day=day)
        booked(book, "13:30", place, day=day, type=FILLING, provider=BO)
    return book


A_BUSY_BOOK = a_busy_book()


@given(
    wishes_of_all_kinds(),
    st.sampled_from([CHECK_UP, FILLING]),
    st.sampled_from([None, [ANNA], [BO], [BO, ANNA]]),
)
def test_pages_joined_equal_the_whole_r16(
    wishes: Wishes,
    type: TypeId,  # noqa: A002 - the domain's word
    providers: list[ProviderId] | None,
) -> None:
    book = A_BUSY_BOOK
    whole = search(book, attrs.evolve(wishes, page_size=None), type, providers=providers)

    joined: list[Slot] = []
    for page in pages(book, wishes, type=type, providers=providers):
        assert len(page.slots) == wishes.page_size or page.next is None
        joined += page.slots

    assert joined == list(whole.slots)
    assert joined == sorted(joined, key=lambda slot: slot.start)


@given(wishes_of_all_kinds())
def test_wishes_only_narrow_and_folding_and_days_lose_nothing_r16(wishes: Wishes) -> None:
    whole = search(A_BUSY_BOOK, attrs.evolve(wishes, page_size=None))
    any_time = search(A_BUSY_BOOK, on(wishes.first, wishes.last))

    assert set(whole.slots) <= set(any_time.slots)
    assert [slot for row in whole.folded() for slot in row.slots] == list(whole.slots)
    assert list(whole.days()) == sorted(
        {slot.start.astimezone(ZONE).date() for slot in whole.slots}
    )


def test_the_same_time_with_several_providers_folds_into_one_row_r16(book: WebBook) -> None:
    booked(book, "08:00")

    rows = [on_the_wall(*row.slots) for row in search(book, on()).folded()]
    assert rows[:2] == [["bo 08:00"], ["anna 08:30", "bo 08:30"]]


# What it costs: R16


@pytest.fixture
def counting(desk: Desk, store: AnyStore, book: WebBook) -> tuple[WebBook, CountingStore]:
    """The same book, on a store that counts; it keeps nothing between searches."""
    counting = CountingStore(store)
    return attrs.evolve(book, desk=attrs.evolve(desk, store=counting, most_kept=0)), counting


def test_a_search_is_one_query_whatever_the_window_and_the_number_of_providers_r16(
    counting: tuple[WebBook, CountingStore],
) -> None:
    book, store = counting

    for wishes in (on(), on(A_MONDAY, SPRING), on(A_MONDAY, AUTUMN, weekdays=frozenset({0}))):
        store.queries = 0
        assert search(book, wishes).slots
        assert store.queries == 1


@pytest.mark.parametrize("days", [1, 2, 7, 30, 364])
@pytest.mark.parametrize("size", [1, 20, 10_000])
def test_first_n_asks_again_in_windows_twice_as_long_at_least_r16(
    counting: tuple[WebBook, CountingStore], days: int, size: int
) -> None:
    book, store = counting

    search(book, on(A_MONDAY, A_MONDAY + (days - 1) * DAY, page_size=size))

    assert 1 <= store.queries <= 1 + ceil(log2(days))
    if size == 1:
        assert store.queries == 1


@pytest.mark.parametrize(("away_from", "queries"), [("08:30", 2), ("08:00", 3)])
def test_first_n_asks_for_as_many_days_as_it_takes_if_all_are_like_those_so_far_r16(
    counting: tuple[WebBook, CountingStore], away_from: str, queries: int
) -> None:
    book, store = counting
    away = TimeSpan(at(away_from), at("00:00", A_MONDAY + 14 * DAY))
    book.lay_absence(LINDEN, ANNA, away)  # the first six days have one time, or none
    store.queries = 0

    found = search(book, on(A_MONDAY, SPRING, page_size=2), providers=[ANNA])

    assert len(found.slots) == 2
    assert store.queries == queries


def test_first_n_of_nobody_is_nothing_r16(counting: tuple[WebBook, CountingStore]) -> None:
    book, store = counting

    assert list(search(book, on(page_size=20), providers=[]).slots) == []
    assert store.queries == 0


def test_where_the_rules_leave_nothing_nothing_is_asked_of_the_store_r16(
    counting: tuple[WebBook, CountingStore],
) -> None:
    book, store = counting
    sunday = on(A_MONDAY - DAY)

    assert list(search(book, sunday, FILLING, providers=[ANNA]).slots) == []
    assert list(search(book, attrs.evolve(sunday, page_size=5), providers=[ANNA]).slots) == []
    set_up(book, new_bookings=False)
    assert list(search(book, on(), FILLING).slots) == []
    assert store.queries == 0


def test_a_search_leaves_no_trace_in_the_store_r34(book: WebBook) -> None:
    search(book, on(A_MONDAY, A_FRIDAY))

    assert list(book.history(LINDEN)) == []
