"""What is free? R13 to R16, as the use case answers it. Pages: `test_searching_pages`."""

from datetime import date, timedelta

import attrs
import pytest

from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    PAPERWORK,
    ROOM_1,
    ROOM_2,
    SPRING,
    booked,
    held,
    on,
    on_the_wall,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import InvalidValue, UnknownClinic, UnknownProvider, UnknownType
from webtidbok.model.age import Ages
from webtidbok.model.ids import ClinicId, KindId, ProviderId, TypeId
from webtidbok.model.instants import DAY, SECOND
from webtidbok.model.schedule import BlockKind, DayBlock, DayOverride
from webtidbok.rules.question import PatientFacts
from webtidbok.services.holding import hold_id
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Cancelled
from webtidbok.services.searching import Found, PartOfDay, Wishes
from webtidbok.services.staff import StaffBooking
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    NOW,
    ZONE,
    a_block,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock

SUNDAY = A_MONDAY - DAY
A_FRIDAY = A_MONDAY + 4 * DAY

MORNING = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def search(book: WebBook, wishes: Wishes, type: TypeId = CHECK_UP, **asked: object) -> Found:  # noqa: A002
    return book.search(LINDEN, type, wishes, **asked)  # type: ignore[arg-type] # as each test says


def times(found: Found) -> list[str]:
    return [line.split()[1] for line in on_the_wall(*found.slots)]


# What is offered: R13 and R14


def test_web_bookable_time_is_offered_on_the_grid_of_its_block_r13(book: WebBook) -> None:
    found = search(book, on(), providers=[ANNA])

    assert times(found) == MORNING + AFTERNOON
    assert found.refusals == ()


def test_time_that_is_booked_is_offered_no_more_and_cancelled_time_is_again_r13(
    book: WebBook,
) -> None:
    answer = booked(book, "09:00")
    assert slot_at(book, "09:00") is None
    assert slot_at(book, "09:00", provider=BO) is not None

    assert isinstance(book.staff_cancel(LINDEN, answer.appointment.id, by="reception"), Cancelled)
    assert slot_at(book, "09:00") is not None


def test_absence_of_a_provider_or_of_a_room_makes_time_busy_and_moves_no_grid_r6b(
    book: WebBook,
) -> None:
    book.lay_absence(LINDEN, ANNA, between("08:07", "08:20"))
    assert times(search(book, on(), providers=[ANNA])) == [*MORNING[1:], *AFTERNOON]

    for room in (ROOM_1, ROOM_2):
        book.lay_absence(LINDEN, room, between("08:00", "17:00"), is_resource=True)
    assert list(search(book, on(), FILLING).slots) == []


def test_each_slot_names_the_first_room_in_the_types_order_that_is_free_r14c(book: WebBook) -> None:
    booked(book, "09:00", type=FILLING, provider=BO)

    rooms = {
        f"{slot.start.astimezone(ZONE):%H:%M}": slot.resource
        for slot in search(book, on(), FILLING, providers=[ANNA]).slots
    }
    # The first visit keeps its room until 10:15.
    assert rooms["08:00"] == ROOM_2, "it would need the room until 9:15"
    assert rooms["09:00"] == ROOM_2
    assert rooms["10:00"] == ROOM_2
    assert rooms["10:30"] == ROOM_1


def test_both_ends_of_the_window_are_inclusive_dates_on_the_clinics_wall_r14d(
    book: WebBook,
) -> None:
    found = search(book, on(SUNDAY, A_MONDAY), providers=[BO])

    assert found.slots[0].start == at("00:00", SUNDAY), "the first minute of the first date"
    assert found.slots[-1].start == at("16:30", A_MONDAY)
    assert found.days() == [SUNDAY, A_MONDAY]
    assert search(book, on(SUNDAY - DAY), providers=[BO]).days() == []


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 5), (AUTUMN, 7), (SUNDAY, 6)], ids=["spring", "autumn", "plain"]
)
def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is_r6a(
    book: WebBook, day: date, hours: int
) -> None:
    found = search(book, on(day))

    assert len(found.slots) == 2 * hours
    assert {slot.start.astimezone(ZONE).date() for slot in found.slots} == {day}
    assert {slot.end - slot.start for slot in found.slots} == {timedelta(minutes=30)}
    assert found.days() == [day]


def test_times_that_the_clocks_show_twice_are_two_times_r6a(book: WebBook) -> None:
    shown = times(search(book, on(AUTUMN)))

    assert shown.count("02:00") == shown.count("02:30") == 2
    assert "02:00" not in times(search(book, on(SPRING)))


def test_notice_is_elapsed_time_and_its_last_second_counts_r3a(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, minimum_notice=timedelta(hours=2))
    starts = {}
    for off in (-SECOND, 0 * SECOND, SECOND):
        clock.stand_at(at("08:00") + off)
        starts[off] = times(search(book, on(), providers=[ANNA]))[0]

    assert starts == {-SECOND: "10:00", 0 * SECOND: "10:00", SECOND: "10:30"}


def test_a_types_own_notice_replaces_the_clinics_also_when_shorter_r3a(book: WebBook) -> None:
    set_up(book, minimum_notice=30 * DAY)
    set_up_type(book, minimum_notice=timedelta())

    assert len(search(book, on(), CHECK_UP).slots) == 32
    assert list(search(book, on(), FILLING).slots) == []


def test_the_last_date_of_the_horizon_is_bookable_and_the_next_is_not_r3b(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, horizon_months=3)
    clock.stand_at(at("23:59", date(2026, 11, 30)))  # plus three months: no 30 February

    days = search(book, on(date(2027, 2, 20), date(2027, 3, 20))).days()

    assert days[-1] == date(2027, 2, 28)


def override(book: WebBook, *blocks: DayBlock, day: date = A_MONDAY) -> None:
    """Give Anna other blocks than the template's on a day."""
    set_up(book, day_overrides=(DayOverride(provider=ANNA, day=day, blocks=blocks),))


def test_starts_lie_on_a_grid_counted_from_the_start_of_their_block_r14a(book: WebBook) -> None:
    override(book, a_block("08:10", "09:30"), a_block("13:05", "14:00"))
    assert times(search(book, on(), providers=[ANNA])) == ["08:10", "08:40", "13:05"]

    override(book, a_block("02:30", "04:40"), day=SPRING)  # begins when the clocks change, at 3
    assert times(search(book, on(SPRING), providers=[ANNA])) == ["03:00", "03:30", "04:00"]


def test_a_visit_may_run_on_into_the_next_block_if_both_name_the_same_room_or_none_r14b(
    book: WebBook,
) -> None:
    rooms = {"a": None, "b": ROOM_1, "c": ROOM_1, "d": ROOM_2}
    edges = (("a", "08:00", "08:30"), ("b", "08:30", "09:00"), ("c", "09:00", "09:30"),
             ("d", "09:30", "10:00"))  # fmt: skip
    override(book, *(a_block(start, until, resource=rooms[name]) for name, start, until in edges))

    slots = search(book, on(), FILLING, providers=[ANNA]).slots
    assert on_the_wall(*slots) == ["anna 08:30"]
    assert [slot.resource for slot in slots] == [ROOM_1]
    # Into paperwork nobody runs on: the last filling before noon begins at 11.
    override(book, day=A_FRIDAY)
    assert "11:30" not in times(search(book, on(), FILLING, providers=[ANNA]))


def test_only_eligible_blocks_are_looked_at_r14(book: WebBook) -> None:
    kinds = book.clinic(LINDEN).block_kinds
    emergency = BlockKind(
        id=KindId("emergency"), name="Emergency", web_bookable=True, exclusive=True
    )
    set_up(book, block_kinds=(*kinds, emergency))
    override(book, a_block("08:00", "09:00", kind=emergency.id), a_block("09:00", "10:00"))
    assert times(search(book, on(), providers=[ANNA])) == ["09:00", "09:30"]

    set_up_type(book, block_filter=frozenset({emergency.id, PAPERWORK}))
    assert times(search(book, on(), providers=[ANNA])) == ["08:00", "08:30"]


def test_what_is_busy_is_widened_to_whole_ticks_and_the_wished_visit_is_not_r15(
    book: WebBook,
) -> None:
    set_up_type(book, duration_minutes=5, interval_minutes=5)
    lay = StaffBooking(
        clinic=LINDEN,
        provider=ANNA,
        span=between("09:07", "09:11"),
        knowingly=Knowingly(by="reception"),
    )
    book.staff_book(lay)

    offered = times(search(book, on(part_of_day=PartOfDay.MORNING), providers=[ANNA]))
    assert [clock for clock in offered if "09:00" <= clock <= "09:20"] == [
        "09:00", "09:15", "09:20",
    ]  # fmt: skip


# What a patient may wish


def test_slots_come_earliest_first_and_then_by_the_types_order_of_providers_r16(
    book: WebBook,
) -> None:
    assert on_the_wall(*search(book, on()).slots[:3]) == ["anna 08:00", "bo 08:00", "anna 08:30"]

    fillings = search(book, on(), FILLING, providers=[ANNA, BO])
    assert on_the_wall(*fillings.slots[:3]) == ["bo 08:00", "anna 08:00", "bo 08:30"]


def test_a_search_is_of_some_providers_or_of_any_r16(book: WebBook) -> None:
    of_bo = search(book, on(), providers=[BO])

    assert {slot.provider for slot in of_bo.slots} == {BO}
    assert {slot.provider for slot in search(book, on()).slots} == {ANNA, BO}
    assert list(search(book, on(), providers=[]).slots) == []


def test_a_provider_who_does_not_give_the_type_has_nothing_and_it_is_said_r9(
    book: WebBook,
) -> None:
    set_up_type(book, providers=(BO,))
    found = search(book, on(), providers=[ANNA])

    assert list(found.slots) == []
    assert [refusal.code for refusal in found.refusals] == ["provider-not-for-type"]
    assert search(book, on(), providers=[ANNA, BO]).refusals == (), "with Bo it may be"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PartOfDay.MORNING, MORNING),
        (PartOfDay.AFTERNOON, AFTERNOON),
        (PartOfDay.EVENING, []),
        (None, MORNING + AFTERNOON),
    ],
)
def test_a_part_of_the_day_is_on_the_clinics_wall_r16(
    book: WebBook, part: PartOfDay | None, expected: list[str]
) -> None:
    assert times(search(book, on(part_of_day=part), providers=[ANNA])) == expected


def test_mornings_on_both_changes_of_the_clocks_end_at_noon_on_the_wall_r16(book: WebBook) -> None:
    for day in (SPRING, AUTUMN):
        mornings = search(book, on(day, part_of_day=PartOfDay.MORNING))
        assert list(mornings.slots) == list(search(book, on(day)).slots)


def test_weekdays_are_those_of_the_clinics_wall_r16(book: WebBook) -> None:
    wishes = on(SUNDAY, SUNDAY + 13 * DAY, weekdays=frozenset({4, 6}))

    assert search(book, wishes).days() == [
        SUNDAY, A_FRIDAY, SUNDAY + 7 * DAY, A_FRIDAY + 7 * DAY,
    ]  # fmt: skip
    assert search(book, attrs.evolve(wishes, weekdays=frozenset())).days() == []


def test_a_window_may_be_as_wide_as_there_are_dates_r16(book: WebBook) -> None:
    ever = on(date.min, date.max, weekdays=frozenset({0}), part_of_day=PartOfDay.MORNING)

    first = search(book, attrs.evolve(ever, page_size=1))
    assert first.slots[0].start == NOW
    assert len(search(book, ever).days()) == 52 + 1


def test_a_window_that_ends_before_it_begins_and_an_empty_page_are_refused_r40() -> None:
    with pytest.raises(InvalidValue) as backwards:
        on(A_MONDAY, A_MONDAY - DAY)
    assert backwards.value.field == "first"

    with pytest.raises(InvalidValue) as empty:
        on(page_size=0)
    assert empty.value.field == "page_size"


# Why nothing is offered: R1, R17


def test_with_new_bookings_off_nothing_is_offered_and_it_is_said_r1(book: WebBook) -> None:
    set_up(book, new_bookings=False)

    for wishes in (on(), on(page_size=5)):
        found = search(book, wishes)
        assert list(found.slots) == []
        assert found.next is None
        assert [refusal.code for refusal in found.refusals] == ["new-bookings-off"]
        assert [refusal.setting for refusal in found.refusals] == ["web_booking.new_bookings"]


def test_a_type_that_is_closed_to_new_bookings_says_so_and_others_go_on_r9(book: WebBook) -> None:
    set_up_type(book, offered_for_new_bookings=False)

    assert [refusal.code for refusal in search(book, on()).refusals] == ["not-offered"]
    assert search(book, on(), FILLING).refusals == ()


def test_all_that_closes_everything_is_said_together_r17(book: WebBook) -> None:
    set_up(book, new_bookings=False)
    set_up_type(book, offered_for_new_bookings=False)

    codes = [refusal.code for refusal in search(book, on()).refusals]
    assert codes == ["new-bookings-off", "not-offered"]


def test_a_day_that_is_full_is_no_refusal_r17(book: WebBook) -> None:
    book.lay_absence(LINDEN, ANNA, between("00:00", "24:00"))
    book.lay_absence(LINDEN, BO, between("00:00", "24:00"))

    found = search(book, on())
    assert (list(found.slots), found.refusals) == ([], ())


# Whose search it is: R17


def test_without_facts_of_the_patient_the_rules_about_patients_are_silent_r17(
    book: WebBook,
) -> None:
    set_up(book, max_open_bookings=1)
    set_up_type(book, ages=Ages.ADULTS)
    child = PatientFacts(born=NOW.date() - 10 * 365 * DAY, is_known=True, open_bookings=1)

    assert len(search(book, on()).slots) == 32
    found = search(book, on(), patient=child)
    assert list(found.slots) == []
    assert [refusal.code for refusal in found.refusals] == ["phone-the-clinic"]


def test_ones_own_hold_is_free_to_its_owner_and_to_nobody_else_r21(book: WebBook) -> None:
    mine = held(book, "09:00")

    assert slot_at(book, "09:00") is None
    assert "09:00" in times(search(book, on(), providers=[ANNA], hold=hold_id(mine.token)))


def test_what_is_not_there_is_an_error_that_names_it(book: WebBook) -> None:
    with pytest.raises(UnknownClinic):
        book.search(ClinicId("birch"), CHECK_UP, on())
    with pytest.raises(UnknownType):
        search(book, on(), TypeId("massage"))
    with pytest.raises(UnknownProvider):
        search(book, on(), providers=[ProviderId("cecilia")])
