"""A patient moves a visit: what is judged and what is not. R24a, R25-R27, R32."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import attrs
import pytest

from tests.services.change_scenes import (
    all_is_well,
    as_it_is,
    card_of,
    laid,
    last_event,
    moved,
    open_to_all,
    other_times,
    recalled,
    register,
    way_in_to,
)
from tests.services.scenes import (
    LINDEN,
    ROOM_1,
    ROOM_2,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    held,
    link_to,
    on_the_wall,
    set_up,
    set_up_type,
    slot_at,
)
from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import Patients
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.event import WayIn
from webtidbok.model.ids import KindId
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import BlockKind
from webtidbok.services.outcomes import (
    Refused,
    SlotTaken,
)
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    VISITS,
    a_patient,
    at,
    between,
)

OTHER_KIND = KindId("other")
TUESDAY = A_MONDAY + DAY


# One step, the same provider, the same length


def test_only_the_time_changes_r26(book: WebBook) -> None:
    mine = booked(book, "09:00")

    after = moved(book, link_to(mine), "10:00", TUESDAY)

    assert after == attrs.evolve(
        mine.appointment,
        placement=attrs.evolve(mine.appointment.placement, span=between("10:00", "10:30", TUESDAY)),
        rebookings=1,
        revision=2,
    )
    assert as_it_is(book, after) == after
    assert all_is_well(book)


def test_a_move_by_the_patient_is_marked_beside_an_origin_that_stays_r32(book: WebBook) -> None:
    mine = booked(book, "09:00")
    assert (mine.appointment.is_web_booked, mine.appointment.is_moved_by_patient) == (True, False)

    after = moved(book, link_to(mine), "10:00")

    assert (after.is_web_booked, after.is_moved_by_patient) == (True, True)


def test_the_old_time_is_free_for_others_and_the_new_one_taken_at_once_r27(book: WebBook) -> None:
    mine = booked(book, "09:00")

    moved(book, link_to(mine), "10:00")

    assert slot_at(book, "09:00") is not None
    assert slot_at(book, "10:00") is None


def test_nobody_else_is_offered_though_the_type_has_others_r26(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)

    assert {row.split()[0] for row in other_times(book, link_to(mine))} == {"bo"}


def test_the_move_is_told_with_before_and_after_and_the_way_in_r33(book: WebBook) -> None:
    register(book, a_patient("p2", 2))
    mine, set_by_staff = booked(book, "09:00"), recalled(book, "09:30", 2)

    for access, before, way in (
        (link_to(mine), mine.appointment, WayIn.LINK),
        (card_of(set_by_staff, 2), set_by_staff.appointment, WayIn.CARD),
    ):
        after = moved(book, access, "10:00" if way is WayIn.LINK else "11:00")
        event = last_event(book)
        assert (event.what.value, event.way, event.revision) == ("rebooked", way, 2)
        assert (event.before, event.after) == (before.placement, after.placement)
        assert event.appointment == before.id


# What is judged, and what is not (R26)


NOT_JUDGED: dict[str, Callable[[WebBook], object]] = {
    "block-filter": partial(set_up_type, block_filter=frozenset({OTHER_KIND})),
    "age": partial(set_up_type, ages=Ages.CHILDREN),
    "past-horizon": partial(set_up, horizon_months=0),
    "outside-period": partial(set_up_type, bookable_until=A_MONDAY - DAY),
    "phone-the-clinic": partial(set_up_type, patients=Patients.NEW),
    "phone-the-clinic ": partial(set_up, max_open_bookings=1),
    "provider-not-for-type": partial(set_up_type, providers=(BO,)),
    "not-offered": partial(set_up_type, offered_for_new_bookings=False),
    "new-bookings-off": partial(set_up, new_bookings=False),
}


@pytest.mark.parametrize("code", NOT_JUDGED)
def test_what_forbids_a_new_booking_only_does_not_forbid_a_move_r26_r10_r11(
    book: WebBook, code: str
) -> None:
    set_up(
        book,
        block_kinds=(
            *book.clinic(LINDEN).block_kinds,
            BlockKind(id=OTHER_KIND, name="Other", web_bookable=True),
        ),
    )
    mine = booked(book, "09:00")
    NOT_JUDGED[code](book)

    assert codes_of(book.book(booking("10:00"))) == [code.strip()]

    assert "anna 10:00" in other_times(book, link_to(mine))
    moved(book, link_to(mine), "10:00")


def exclusive_kind(book: WebBook) -> None:
    kinds = book.clinic(LINDEN).block_kinds
    set_up(book, block_kinds=tuple(attrs.evolve(k, exclusive=k.id == VISITS) for k in kinds))


JUDGED: dict[str, tuple[str, Callable[[WebBook], object]]] = {
    "not-web-bookable": ("12:00", lambda _: None),
    "no-block": ("18:00", lambda _: None),
    "off-grid": ("10:10", lambda _: None),
    "past-block-end": ("11:45", partial(set_up_type, interval_minutes=15)),
    "exclusive-block": ("10:00", exclusive_kind),
    "too-soon": ("10:00", partial(set_up, minimum_notice=timedelta(days=8))),
    "too-soon ": ("10:00", partial(set_up_type, minimum_notice=timedelta(days=8))),
    "present-time": ("09:00", lambda _: None),
    "rebookings-off": ("10:00", partial(set_up, rebookings=False)),
    "too-many-rebookings": ("10:00", partial(set_up, max_rebookings=0)),
    "not-changeable": ("10:00", partial(set_up_type, changeable=Changeable({}))),
}


@pytest.mark.parametrize("code", JUDGED)
def test_what_forbids_a_move_is_said_and_the_old_time_stays_whole_r26_r27(
    book: WebBook, store: AnyStore, code: str
) -> None:
    mine = booked(book, "09:00")
    clock, forbid = JUDGED[code]
    forbid(book)
    before = contents(store)

    answer = book.rebook(link_to(mine), at(clock))

    assert isinstance(answer, Refused)
    assert code.strip() in codes_of(answer)
    assert f"anna {clock}" not in other_times(book, link_to(mine))
    assert contents(store) == before


TAKERS: dict[str, Callable[[WebBook], object]] = {
    "a patient's": lambda book: booked(book, "10:00", 2),
    "staff's": lambda book: laid(book, "10:20", "10:25"),
    "a hold": lambda book: held(book, "10:00"),
    "an absence": lambda book: book.lay_absence(LINDEN, ANNA, between("10:29", "11:00")),
}


@pytest.mark.parametrize("taker", TAKERS)
def test_a_time_that_is_somebodys_is_taken_and_the_old_one_stays_whole_r27_r21a(
    book: WebBook, store: AnyStore, taker: str
) -> None:
    mine = booked(book, "09:00")
    TAKERS[taker](book)
    before = contents(store)

    answer = book.rebook(link_to(mine), at("10:00"))

    assert isinstance(answer, SlotTaken)
    assert codes_of(answer) == ["provider-busy"]
    assert answer.alternatives == ()
    assert contents(store) == before


def test_with_taken_come_the_nearest_times_of_the_same_question_when_asked_for_r21a(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00")
    booked(book, "10:00", 2)

    answer = book.rebook(link_to(mine), at("10:00"), alternatives=True)

    assert isinstance(answer, SlotTaken)
    assert on_the_wall(*answer.alternatives) == [
        *("anna 08:30", "anna 09:30", "anna 10:30", "anna 11:00", "anna 11:30"),
    ]


def test_the_present_start_is_not_offered_but_the_own_time_counts_as_free_r26(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    assert slot_at(book, "09:30", type=FILLING, provider=BO) is None

    times = other_times(book, link_to(mine))

    assert "bo 09:00" not in times
    assert {"bo 08:00", "bo 08:30", "bo 09:30", "bo 10:00"} <= set(times)
    assert moved(book, link_to(mine), "09:30").span == between("09:30", "10:30")
    assert all_is_well(book)


def test_the_present_room_is_tried_first_r26(book: WebBook) -> None:
    first = booked(book, "09:00", 1, type=FILLING, provider=ANNA)
    mine = booked(book, "09:00", 2, type=FILLING, provider=BO)
    assert mine.appointment.placement.resource == ROOM_2
    book.cancel(link_to(first))

    assert moved(book, link_to(mine), "09:30").placement.resource == ROOM_2
    assert moved(book, link_to(mine), "14:00").placement.resource == ROOM_2


def test_another_room_of_the_type_is_taken_when_the_present_one_is_not_free_r26_r14c(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    assert mine.appointment.placement.resource == ROOM_1
    laid(book, "14:00", "14:05", resource=ROOM_1)

    assert moved(book, link_to(mine), "14:00").placement.resource == ROOM_2


def test_no_room_free_is_taken_r26_r21a(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    for room in (ROOM_1, ROOM_2):
        laid(book, "15:10", "15:15", resource=room)

    answer = book.rebook(link_to(mine), at("14:00"))

    assert isinstance(answer, SlotTaken), "the quarter after is needed too"
    assert codes_of(answer) == ["no-resource-free", "no-resource-free"]


def test_length_before_and_after_are_the_booked_ones_though_the_type_has_changed_r26(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    set_up_type(book, FILLING, duration_minutes=30, before_minutes=20, after_minutes=0)

    after = moved(book, link_to(mine), "10:30")

    assert after.span == between("10:30", "11:30")
    assert after.occupied_span == between("10:30", "11:45")


def test_the_interval_is_the_types_of_today_r26(book: WebBook) -> None:
    mine = booked(book, "09:00")
    set_up_type(book, interval_minutes=20)

    assert other_times(book, link_to(mine))[:4] == [
        *("anna 08:00", "anna 08:20", "anna 08:40", "anna 09:20"),
    ]


def test_a_visit_without_a_type_moves_by_quarters_in_its_present_room_only_r26_r25(
    book: WebBook,
) -> None:
    register(book, a_patient("p1", 1))
    open_to_all(book)
    mine = laid(book, "09:00", "09:40", resource=ROOM_2, patient=a_patient("p1").id)
    access = way_in_to(book, mine, 1)

    assert other_times(book, access)[:4] == [
        *("anna 08:00", "anna 08:15", "anna 08:30", "anna 08:45"),
    ]
    laid(book, "14:00", "15:00", provider=BO, resource=ROOM_2)
    assert codes_of(book.rebook(access, at("14:15"))) == ["no-resource-free"]
    after = moved(book, access, "10:15")
    assert after.span == between("10:15", "10:55")
    assert after.placement.resource == ROOM_2
    assert (after.origin, after.exclusive) == (Origin.STAFF, True)


def test_a_visit_whose_type_is_gone_moves_as_one_without_a_type_r26(book: WebBook) -> None:
    mine = booked(book, "09:00")
    types = book.clinic(LINDEN).types
    set_up(book, types=tuple(each for each in types if each.id != CHECK_UP))

    assert moved(book, link_to(mine), "10:15").type == CHECK_UP


def test_a_visit_with_a_provider_who_has_left_is_offered_nothing_r26(book: WebBook) -> None:
    mine = booked(book, "09:00")
    clinic = book.clinic(LINDEN)
    set_up(
        book,
        providers=tuple(each for each in clinic.providers if each.id != ANNA),
        periods=tuple(each for each in clinic.periods if each.provider != ANNA),
        types=tuple(attrs.evolve(each, providers=(BO,)) for each in clinic.types),
    )

    assert other_times(book, link_to(mine)) == []
    assert codes_of(book.rebook(link_to(mine), at("10:00"))) == ["no-block"]


# Which visits may be moved (R25)


def test_staffs_times_are_not_the_patients_to_move_unless_the_clinic_opens_them_r25(
    book: WebBook,
) -> None:
    register(book, a_patient("p1", 1))
    mine = laid(book, "09:00", "09:30", type=CHECK_UP, patient=a_patient("p1").id)
    open_to_all(book)
    access = way_in_to(book, mine, 1)
    set_up(book, changeable=Changeable())

    assert codes_of(book.rebook(access, at("10:00"))) == ["not-changeable"]

    set_up_type(book, changeable=Changeable({Origin.STAFF: frozenset({Action.REBOOK})}))
    moved(book, access, "10:00")


def test_recalls_may_be_made_to_be_moved_but_not_cancelled_r25(book: WebBook) -> None:
    register(book, a_patient("p1", 1))
    only_move = Changeable({Origin.RECALL: frozenset({Action.REBOOK})})
    set_up(book, changeable=only_move)
    access = card_of(recalled(book, "09:00"))

    assert codes_of(book.cancel(access)) == ["not-changeable"]
    moved(book, access, "10:00")


def test_a_recall_that_its_patient_moved_is_exclusive_and_keeps_its_origin_r24a_r32(
    book: WebBook,
) -> None:
    register(book, a_patient("p1", 1))
    set_by_staff = recalled(book, "09:00")
    assert not set_by_staff.appointment.exclusive

    after = moved(book, card_of(set_by_staff), "10:00")

    assert after.exclusive
    assert after.chosen_by_patient
    assert (after.origin, after.is_moved_by_patient, after.is_web_booked) == (
        *(Origin.RECALL, True, False),
    )
    assert all_is_well(book)


def test_other_providers_are_nobody_to_ask_for_r26(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO)
    laid(book, "10:15", "17:00", provider=BO)
    assert slot_at(book, "14:00", type=FILLING, provider=ANNA) is not None

    assert isinstance(book.rebook(link_to(mine), at("14:00")), SlotTaken)
