"""Absences, and the appointments that no longer fit: R6b, R8."""

from datetime import date

import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    happened,
    laid,
    recalled,
    register,
)
from tests.services.scenes import (
    AUTUMN,
    LINDEN,
    ROOM_1,
    ROOM_2,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    held,
    hold_request,
    link_to,
    on,
    on_the_wall,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.errors import (
    InvalidValue,
    UnknownAbsence,
    UnknownClinic,
    UnknownProvider,
    UnknownResource,
)
from webtidbok.model.ids import AbsenceId, ClinicId, ProviderId, ResourceId
from webtidbok.model.schedule import DayOverride
from webtidbok.services.outcomes import SlotTaken
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    ANNAS,
    BO,
    CHECK_UP,
    FILLING,
    a_block,
    a_patient,
    at,
    between,
)
from webtidbok.testing.clock import StandingClock


def morning(book: WebBook, day: date = A_MONDAY) -> list[str]:
    found = book.search(LINDEN, CHECK_UP, on(day), providers=[ANNA])
    return [row for row in on_the_wall(*found.slots) if row < "anna 10:30"]


def orphans(book: WebBook) -> list[str]:
    return [each.id for each in book.orphans(LINDEN)]


def test_an_absence_makes_the_time_busy_and_moves_no_grid_r6b_r15(book: WebBook) -> None:
    answer = book.lay_absence(LINDEN, ANNA, between("08:40", "09:10"), reason="Kurs")

    assert morning(book) == ["anna 08:00", "anna 09:30", "anna 10:00"]
    assert (answer.absence.calendar, answer.absence.reason) == (ANNAS, "Kurs")
    assert list(book.desk.records.absences(LINDEN)) == [answer.absence]
    assert slot_at(book, "09:00", provider=BO) is not None
    assert codes_of(book.book(booking("09:00"))) == ["provider-busy"]


def test_an_absence_of_a_room_sends_visits_to_the_others_r6b_r14c(book: WebBook) -> None:
    book.lay_absence(LINDEN, ROOM_1, between("08:00", "17:00"), is_resource=True)

    slot = slot_at(book, "09:00", type=FILLING, provider=BO)
    assert slot is not None
    assert slot.resource == ROOM_2
    book.lay_absence(LINDEN, ROOM_2, between("10:14", "10:15"), is_resource=True)
    assert slot_at(book, "09:00", type=FILLING, provider=BO) is None


def test_whole_days_over_a_change_of_the_clocks_are_away_r6b_r6a(book: WebBook) -> None:
    book.lay_absence(LINDEN, BO, between("00:00", "24:00", AUTUMN))

    assert book.search(LINDEN, CHECK_UP, on(AUTUMN)).slots == []


def test_an_absence_that_is_removed_gives_the_time_back_r6b(book: WebBook) -> None:
    before = morning(book)
    away = book.lay_absence(LINDEN, ANNA, between("08:00", "12:00")).absence
    assert morning(book) == []

    book.remove_absence(LINDEN, away.id)

    assert morning(book) == before
    assert list(book.desk.records.absences(LINDEN)) == []


def test_an_absence_under_a_hold_takes_its_time_r21_r21a(book: WebBook) -> None:
    mine = held(book, "09:00")

    book.lay_absence(LINDEN, ANNA, between("09:00", "09:30"))

    answer = book.book(booking("09:00", hold=mine.token))
    assert isinstance(answer, SlotTaken)
    assert isinstance(book.hold(hold_request("09:00", token=mine.token)), SlotTaken)


def test_an_absence_touches_no_appointment_and_names_those_that_lie_in_it_r8(
    book: WebBook,
) -> None:
    register(book, a_patient("p3", 3))
    inside = [booked(book, "09:00", 1).appointment, recalled(book, "09:30", 3).appointment]
    laid(book, "10:00", "10:30")
    booked(book, "09:00", 2, provider=BO)
    before = happened(book)

    answer = book.lay_absence(LINDEN, ANNA, between("09:20", "10:00"))

    assert answer.orphans == tuple(inside)
    assert [as_it_is(book, each) for each in inside] == inside
    assert happened(book) == before
    assert orphans(book) == [each.id for each in inside]
    assert all_is_well(book)


def test_orphans_are_worked_out_when_asked_for_and_never_stored_r8(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    away = book.lay_absence(LINDEN, ANNA, between("09:00", "09:30")).absence
    assert orphans(book) == [mine.id]

    book.remove_absence(LINDEN, away.id)

    assert orphans(book) == []


def test_a_visit_whose_room_is_away_is_an_orphan_r8(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO).appointment

    answer = book.lay_absence(LINDEN, ROOM_1, between("09:30", "09:35"), is_resource=True)

    assert answer.orphans == (mine,)
    assert orphans(book) == [mine.id]


def test_an_absence_that_only_touches_a_visit_makes_no_orphan_r8(book: WebBook) -> None:
    booked(book, "09:00")

    for span in (between("08:00", "09:00"), between("09:30", "10:00")):
        assert book.lay_absence(LINDEN, ANNA, span).orphans == ()
    assert orphans(book) == []


@pytest.mark.parametrize("how", ["closed", "overridden", "shorter", "template gone"])
def test_a_changed_schedule_touches_no_appointment_and_makes_it_an_orphan_r8(
    book: WebBook, how: str
) -> None:
    mine = booked(book, "09:00").appointment
    later = booked(book, "14:00", 2).appointment
    blocks = {
        "overridden": (a_block("13:00", "17:00"),),
        "shorter": (a_block("08:00", "09:15"), a_block("13:00", "17:00")),
    }
    if how == "closed":
        set_up(book, closed_days=frozenset({A_MONDAY}))
    elif how == "template gone":
        set_up(book, periods=())
    else:
        set_up(
            book,
            day_overrides=(DayOverride(provider=ANNA, day=A_MONDAY, blocks=blocks[how]),),
        )

    gone = [mine.id, later.id] if how in ("closed", "template gone") else [mine.id]
    assert orphans(book) == gone
    assert as_it_is(book, mine) == mine
    assert happened(book) == ["booked", "booked"]


def test_any_kind_of_block_holds_a_visit_for_staff_may_lay_it_there_r8_r5(book: WebBook) -> None:
    laid(book, "11:45", "13:15")

    assert orphans(book) == []


def test_visits_that_are_cancelled_or_have_begun_are_no_orphans_r8(
    book: WebBook, clock: StandingClock
) -> None:
    book.cancel(link_to(booked(book, "09:00", 1)))
    begun = booked(book, "09:30", 2).appointment
    book.lay_absence(LINDEN, ANNA, between("08:00", "17:00"))
    assert orphans(book) == [begun.id]

    clock.stand_at(at("09:30"))

    assert orphans(book) == []


def test_orphans_come_by_start_r8(book: WebBook) -> None:
    set_up_type(book, interval_minutes=30)
    ids = [booked(book, c, p).appointment.id for p, c in enumerate(("10:00", "08:00", "09:00"), 1)]

    set_up(book, periods=())

    assert orphans(book) == [ids[1], ids[2], ids[0]]


def test_what_is_named_must_be_there(book: WebBook, store: AnyStore) -> None:
    before = contents(store)
    span = between("09:00", "10:00")

    with pytest.raises(UnknownClinic):
        book.lay_absence(ClinicId("elsewhere"), ANNA, span)
    with pytest.raises(UnknownProvider):
        book.lay_absence(LINDEN, ProviderId("nobody"), span)
    with pytest.raises(UnknownResource):
        book.lay_absence(LINDEN, ResourceId("cupboard"), span, is_resource=True)
    with pytest.raises(UnknownProvider):
        book.lay_absence(LINDEN, ROOM_1, span)
    with pytest.raises(UnknownAbsence):
        book.remove_absence(LINDEN, AbsenceId("none"))
    with pytest.raises(UnknownClinic):
        book.remove_absence(ClinicId("elsewhere"), AbsenceId("none"))
    with pytest.raises(UnknownClinic):
        list(book.orphans(ClinicId("elsewhere")))
    assert contents(store) == before


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "\ud800"])
def test_a_reason_that_no_text_may_be_is_refused_r40(
    book: WebBook, store: AnyStore, reason: str
) -> None:
    before = contents(store)

    with pytest.raises(InvalidValue) as refused:
        book.lay_absence(LINDEN, ANNA, between("09:00", "10:00"), reason=reason)

    assert refused.value.field == "reason"
    assert contents(store) == before
