"""What searches keep, they answer as if nothing were kept."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from tests.adapters.sql.hosts import begun_by_the_host
from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    SPRING,
    AnyStore,
    booking,
    engine_of,
    linden,
    set_up,
    set_up_type,
)
from tests.services.stores import StoreBehind
from tests.services.test_laws import anybody, asker_in, fewer
from tests.strategies import World, worlds
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.ids import CalendarId, ClinicId, ProviderId, TypeId
from webtidbok.model.instants import DAY, MINUTE, SECOND, minute_of
from webtidbok.model.patient import PatientDetails
from webtidbok.model.slot import Slot
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import BusyTime, Standing
from webtidbok.rules.lane import Lane
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.rule import Between, Rule
from webtidbok.services import keeping as keeping_module
from webtidbok.services.desk import Desk
from webtidbok.services.holding import HoldRequest
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, Held, StaffBooked
from webtidbok.services.searching import PartOfDay, Wishes
from webtidbok.services.staff import StaffBooking, StaffMove
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    NOW,
    ZONE,
    a_placement,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock

A_YEAR = Wishes(first=NOW.date(), last=NOW.date() + timedelta(days=364))
LONG = Wishes(first=NOW.date(), last=NOW.date() + timedelta(days=500))
BY_STAFF = Knowingly(by="reception")


class WatchedStore(StoreBehind):
    """Notes which calendars are read, and does something just after versions were read.

    Attributes:
        read: The calendars of each query for busy time.
        meanwhile: What happens after the next readings of versions, one for each.
    """

    def __init__(self, store: AnyStore) -> None:
        super().__init__(store)
        self.read: list[Sequence[CalendarId]] = []
        self.meanwhile: list[Callable[[], object]] = []

    def standing(self, clinic: ClinicId) -> Standing | None:
        found = super().standing(clinic)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return found

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        self.read.append(tuple(calendars))
        return super().busy(clinic, calendars, span, now=now, besides=besides)


@pytest.fixture
def watched(store: AnyStore) -> WatchedStore:
    return WatchedStore(store)


@pytest.fixture
def keeping(book: WebBook, watched: WatchedStore) -> WebBook:
    """Over the same store; it has searched for check-ups before, and keeps what it found."""
    keeping = WebBook(attrs.evolve(book.desk, store=watched))
    everything(keeping)
    watched.read.clear()
    return keeping


def everything(book: WebBook, wanted: TypeId = CHECK_UP, wishes: Wishes = A_YEAR) -> list[Slot]:
    return list(book.search(LINDEN, wanted, wishes).slots)


def read_anew(book: WebBook, wanted: TypeId = CHECK_UP, wishes: Wishes = A_YEAR) -> list[Slot]:
    """Search with nothing kept."""
    return everything(nothing_kept(book), wanted, wishes)


def nothing_kept(book: WebBook) -> WebBook:
    """Return a book that reads everything anew."""
    return WebBook(attrs.evolve(book.desk, most_kept=0))


def book_at(book: WebBook, clock: str = "09:00", **changes: Any) -> Booked:
    booked = book.book(booking(clock, **changes))
    assert isinstance(booked, Booked)
    return booked


def test_what_has_not_changed_is_not_read_again(keeping: WebBook, watched: WatchedStore) -> None:
    assert everything(keeping) == read_anew(keeping)
    watched.read.clear()

    everything(keeping)
    next(iter(keeping.search(LINDEN, CHECK_UP, attrs.evolve(A_YEAR, page_size=3)).slots))

    assert watched.read == []


def test_only_the_calendars_that_moved_are_read_again(
    book: WebBook, keeping: WebBook, watched: WatchedStore
) -> None:
    book_at(book)

    found = everything(keeping)

    assert watched.read == [("provider:anna",)]
    assert found == read_anew(keeping)


def test_a_first_page_that_nobody_has_asked_for_before_reads_only_its_days(
    book: WebBook, watched: WatchedStore
) -> None:
    asking = WebBook(attrs.evolve(book.desk, store=watched))
    page = attrs.evolve(A_YEAR, page_size=3)

    pages = [list(asking.search(LINDEN, CHECK_UP, page).slots) for _ in range(3)]

    assert pages[0] == pages[1] == pages[2]
    assert len(watched.read) == 2  # a few days, then all that is kept, then nothing


def test_a_hold_takes_its_time_until_it_expires(
    book: WebBook, keeping: WebBook, clock: StandingClock
) -> None:
    held = book.hold(HoldRequest(clinic=LINDEN, type=CHECK_UP, provider=ANNA, start=at("09:00")))
    assert isinstance(held, Held)

    def with_whom() -> list[ProviderId]:
        found = everything(keeping)
        assert found == read_anew(keeping)
        return [slot.provider for slot in found if slot.start == at("09:00")]

    assert with_whom() == [BO]
    clock.stand_at(held.hold.expires_at - SECOND)
    assert with_whom() == [BO]
    clock.stand_at(held.hold.expires_at)
    assert with_whom() == [ANNA, BO]


def test_the_owner_of_a_hold_finds_its_time(book: WebBook, keeping: WebBook) -> None:
    held = book.hold(HoldRequest(clinic=LINDEN, type=CHECK_UP, provider=ANNA, start=at("09:00")))
    assert isinstance(held, Held)
    everything(keeping)

    own = keeping.search(LINDEN, CHECK_UP, A_YEAR, hold=held.hold.id)

    assert (ANNA, at("09:00")) in [(slot.provider, slot.start) for slot in own.slots]


def test_time_that_has_passed_is_offered_no_more_and_a_clock_set_back_is_believed(
    keeping: WebBook, clock: StandingClock
) -> None:
    for now in (NOW + DAY, NOW + 30 * DAY, NOW + 2 * DAY, NOW):
        clock.stand_at(now)
        assert everything(keeping) == read_anew(keeping)


def test_a_clock_set_back_revives_a_hold(
    book: WebBook, keeping: WebBook, clock: StandingClock
) -> None:
    book.hold(HoldRequest(clinic=LINDEN, type=CHECK_UP, provider=ANNA, start=at("09:00")))
    clock.stand_at(NOW + 20 * MINUTE)
    everything(keeping)
    clock.stand_at(NOW)

    assert everything(keeping) == read_anew(keeping)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_nights_on_which_clocks_change_are_kept_too(
    book: WebBook, keeping: WebBook, day: date
) -> None:
    that_night = Wishes(first=day, last=day)
    everything(keeping)
    book_at(book, "03:00", provider=BO, day=day)

    found = everything(keeping, wishes=that_night)

    assert found == read_anew(keeping, wishes=that_night)
    assert found


def test_new_settings_are_searched_by_at_once(book: WebBook, keeping: WebBook) -> None:
    before = everything(keeping)
    set_up_type(book, interval_minutes=15)
    narrow = everything(keeping)
    set_up(book, horizon_months=1)
    short = everything(keeping)
    set_up(book, horizon_months=12)
    set_up_type(book, interval_minutes=30)

    assert len(narrow) > len(before) > len(short)
    assert everything(keeping) == before


def test_what_staff_do_is_seen(book: WebBook, keeping: WebBook) -> None:
    request = StaffBooking(
        clinic=LINDEN, provider=ANNA, span=between("10:00", "11:00"), knowingly=BY_STAFF
    )
    laid = book.staff_book(request)
    assert isinstance(laid, StaffBooked)
    assert everything(keeping) == read_anew(keeping)

    placement = a_placement("14:00", "15:00", provider=BO)
    book.staff_move(
        StaffMove(
            clinic=LINDEN,
            appointment=laid.appointment.id,
            placement=placement,
            knowingly=BY_STAFF,
        )
    )
    assert everything(keeping) == read_anew(keeping)
    book.staff_cancel(LINDEN, laid.appointment.id, by="reception")
    assert everything(keeping) == read_anew(keeping)


def test_rooms_of_a_free_choice_are_kept(book: WebBook, keeping: WebBook) -> None:
    everything(keeping, FILLING)
    book_at(book, type=FILLING, provider=BO)

    found = everything(keeping, FILLING)

    assert found == read_anew(keeping, FILLING)
    taken = [slot for slot in found if slot.start == at("09:00")]
    assert [(slot.provider, slot.resource) for slot in taken] == [(ANNA, "room-2")]


def test_a_wish_narrows_what_is_kept(keeping: WebBook) -> None:
    for wishes in (
        attrs.evolve(A_YEAR, part_of_day=PartOfDay.MORNING),
        attrs.evolve(A_YEAR, weekdays=frozenset({0, 6})),
        Wishes(first=A_MONDAY, last=A_MONDAY),
    ):
        found = keeping.search(LINDEN, CHECK_UP, wishes)
        assert list(found.slots) == read_anew(keeping, wishes=wishes)
        local = (slot.start.astimezone(ZONE).date() for slot in found.slots)
        assert list(found.days()) == sorted(set(local))


def test_pages_follow_each_other_as_ever(keeping: WebBook) -> None:
    wishes = attrs.evolve(A_YEAR, page_size=7)
    found: list[Slot] = []
    while True:
        page = keeping.search(LINDEN, CHECK_UP, wishes)
        anew = nothing_kept(keeping).search(LINDEN, CHECK_UP, wishes)
        assert (page.next, page.days()) == (anew.next, anew.days())
        found += page.slots
        if page.next is None:
            break
        wishes = attrs.evolve(wishes, after=page.next)

    assert found == read_anew(keeping)


def test_rules_about_the_patient_are_asked_each_time(book: WebBook, keeping: WebBook) -> None:
    set_up_type(book, age_from=30)
    everything(keeping)
    young = PatientFacts(born=date(2010, 1, 1), is_known=True, open_bookings=0)

    assert list(keeping.search(LINDEN, CHECK_UP, A_YEAR, patient=young).slots) == []
    assert everything(keeping)


def test_a_hosts_own_rule_is_asked_each_time(desk: Desk, book: WebBook) -> None:
    asked: list[Question] = []

    def not_before_ten(question: Question, lane: Lane) -> Rule | None:
        asked.append(question)
        if lane.provider == BO:
            return None
        return Between(minute_of(at("10:00")), minute_of(at("11:00")), Closed())

    book = WebBook(attrs.evolve(desk, host_rules=[not_before_ten]))
    first = everything(book)
    book_at(book, "10:00")
    asked.clear()

    again = everything(book)

    assert again == read_anew(book)
    assert len(again) == len(first) - 1
    assert [slot.start for slot in again if slot.provider == ANNA] == [at("10:30")]
    assert len(asked) >= 2


@attrs.frozen
class Closed:
    code: ClassVar[str] = "closed"
    setting: str = ""


def test_what_changes_while_it_is_read_is_read_again(
    book: WebBook, keeping: WebBook, watched: WatchedStore
) -> None:
    book_at(book, "09:00", place=1)
    watched.meanwhile = [
        lambda: book_at(book, "09:30", place=2),
        lambda: book_at(book, "10:00", place=3),
    ]

    found = everything(keeping)

    assert watched.read == [("provider:anna",)] * 3
    assert found == read_anew(keeping)


def test_what_never_stands_still_is_read_as_if_nothing_were_kept(
    book: WebBook, keeping: WebBook, watched: WatchedStore
) -> None:
    clocks = ("09:00", "09:30", "10:00", "10:30", "11:00")
    book_at(book, "13:00", place=6)
    watched.meanwhile = [
        lambda clock=clock, place=place: book_at(book, clock, place=place)  # type: ignore[misc]
        for place, clock in enumerate(clocks, 1)
    ]

    found = everything(keeping)

    assert [len(calendars) for calendars in watched.read] == [1, 1, 1, 2]
    assert found == read_anew(keeping)


def test_settings_that_change_while_it_is_read_are_not_mixed(
    book: WebBook, keeping: WebBook, watched: WatchedStore
) -> None:
    book_at(book)
    watched.meanwhile = [lambda: None, lambda: set_up(book, horizon_months=1)]
    everything(keeping)

    assert everything(keeping) == read_anew(keeping)


def test_other_providers_than_all_are_kept_by_themselves(keeping: WebBook) -> None:
    for _ in range(3):
        found = keeping.search(LINDEN, CHECK_UP, A_YEAR, providers=[BO])
        assert list(found.slots) == [slot for slot in read_anew(keeping) if slot.provider == BO]


def test_clinics_are_kept_apart(book: WebBook, keeping: WebBook) -> None:
    other = attrs.evolve(linden(), id=ClinicId("other"))
    book.add_clinic(other)
    book_at(book)

    theirs = list(keeping.search(other.id, CHECK_UP, A_YEAR).slots)

    assert len(theirs) == len(everything(keeping)) + 1


def test_what_is_too_much_is_not_kept(store: AnyStore, book: WebBook) -> None:
    watched = WatchedStore(store)
    small = WebBook(attrs.evolve(book.desk, store=watched, most_kept=50))

    found = [everything(small) for _ in range(4)]

    assert all(each == read_anew(book) for each in found)
    assert len(watched.read) >= 4


def test_the_least_recently_used_makes_room(store: AnyStore, book: WebBook) -> None:
    watched = WatchedStore(store)
    enough_for_one = WebBook(attrs.evolve(book.desk, store=watched, most_kept=12_000))
    for wanted in (CHECK_UP, FILLING, CHECK_UP):
        everything(enough_for_one, wanted)
    watched.read.clear()

    everything(enough_for_one)
    assert watched.read == []
    everything(enough_for_one, FILLING)
    assert len(watched.read) == 1


def test_of_very_many_questions_the_oldest_are_forgotten(
    store: AnyStore, book: WebBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_module, "_MOST_ASKED", 1)
    watched = WatchedStore(store)
    asking = WebBook(attrs.evolve(book.desk, store=watched))
    page = attrs.evolve(A_YEAR, page_size=1)

    for wanted in (CHECK_UP, FILLING, CHECK_UP, FILLING, CHECK_UP):  # each is new when it comes
        asking.search(LINDEN, wanted, page)

    assert len(watched.read) == 5


def test_a_horizon_that_has_moved_far_is_reached_again(
    keeping: WebBook, clock: StandingClock
) -> None:
    for days in (1, 6, 20, 60):
        clock.stand_at(NOW + days * DAY)
        assert everything(keeping, wishes=LONG) == read_anew(keeping, wishes=LONG)


def test_a_desk_may_keep_nothing(store: AnyStore, book: WebBook) -> None:
    watched = WatchedStore(store)
    forgetful = WebBook(attrs.evolve(book.desk, store=watched, most_kept=0))

    for _ in range(3):
        everything(forgetful)

    assert len(watched.read) == 3


def test_what_a_host_takes_back_was_never_kept(store: AnyStore, book: WebBook) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("nobody joins a transaction in memory")
    before = everything(book)
    with begun_by_the_host(engine_of(store)) as connection:
        joined = WebBook(attrs.evolve(book.desk, store=SqlStore(connection)))
        assert joined.desk.store.standing(LINDEN) is None
        everything(joined)
        book_at(joined)
        inside = [everything(joined) for _ in range(2)]
        connection.rollback()

    assert inside[0] == inside[1]
    assert len(inside[0]) == len(before) - 1
    assert everything(book) == before


def test_what_another_process_books_is_seen(store: AnyStore, book: WebBook) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("no other process reaches this memory")
    engine = create_engine(engine_of(store).url)
    other = WebBook(attrs.evolve(book.desk, store=SqlStore.from_engine(engine)))
    everything(book), everything(other)

    for clock, place in (("09:00", 1), ("10:00", 2), ("11:00", 3)):
        booker, searcher = (book, other) if place % 2 else (other, book)
        book_at(booker, clock, place=place)
        assert everything(searcher) == everything(booker) == read_anew(book)
    engine.dispose()


@fewer
@given(worlds() | worlds(holding=True), anybody, st.booleans(), st.data())
def test_any_clinic_is_searched_alike_with_and_without_what_is_kept(
    world: World, details: PatientDetails, known: bool, data: st.DataObject
) -> None:
    asker = asker_in(world, details, known=known)
    keeping, clock = asker.book, asker.book.desk.clock
    reading = WebBook(attrs.evolve(keeping.desk, most_kept=0))
    assert isinstance(clock, StandingClock)

    def found(book: WebBook, days: Wishes, *, is_known: bool) -> list[Slot]:
        hold, facts = (asker.hold, asker.facts) if is_known else (None, None)
        asked = book.search(asker.clinic, asker.type, days, patient=facts, hold=hold)
        return list(asked.slots)

    window = Wishes(first=world.first, last=world.last)
    for _ in range(3):
        for is_known in (False, False, True):
            kept = found(keeping, window, is_known=is_known)
            assert kept == found(reading, window, is_known=is_known)
        for slot in found(reading, window, is_known=True)[:1]:
            asker.booked(slot.start, slot.provider)
        clock.move(data.draw(st.sampled_from((SECOND, 10 * MINUTE, -DAY, DAY))))
