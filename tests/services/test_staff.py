"""Staff book, move and cancel: R3, R12a, R20, R22, R24a, R27, R33, R40."""

from functools import partial

import attrs
import pytest

from tests.services.change_scenes import (
    RECEPTION,
    all_is_well,
    as_it_is,
    is_exclusive,
    kinds_of,
    laid,
    last_event,
    moved,
    moved_by_staff,
    over,
    overlaps,
    staff_booking,
    staff_move,
    written,
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
    link_to,
    set_up_type,
    slot_at,
)
from webtidbok.errors import (
    InvalidValue,
    RequestKeyReused,
    UnknownAppointment,
    UnknownClinic,
    UnknownProvider,
    UnknownResource,
    UnknownType,
)
from webtidbok.model.changeable import Origin
from webtidbok.model.event import WayIn
from webtidbok.model.ids import (
    AppointmentId,
    ClinicId,
    PatientId,
    ProviderId,
    RequestKey,
    ResourceId,
    TypeId,
)
from webtidbok.model.instants import DAY
from webtidbok.model.message import MessageState
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import (
    Cancelled,
    ChangedMeanwhile,
    Moved,
    OverlapsPatients,
    StaffBooked,
)
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import A_MONDAY, ANNA, BO, FILLING, NOW, at, between
from webtidbok.testing.clock import StandingClock

# Booking


def test_staff_lay_any_time_they_like_and_it_is_not_exclusive_r24a(book: WebBook) -> None:
    answer = book.staff_book(
        staff_booking(
            "18:07",
            "18:31",
            resource=ROOM_1,
            patient=PatientId("the host's own 17"),
            treatment="101",
            note="Ring först.\nNål!",
        )
    )

    assert isinstance(answer, StaffBooked)
    made = answer.appointment
    assert (made.span, made.occupied_span) == (between("18:07", "18:31"),) * 2
    assert (made.origin, made.exclusive, made.chosen_by_patient) == (Origin.STAFF, False, False)
    assert (made.treatment, made.note, made.patient) == (
        *("101", "Ring först.\nNål!", "the host's own 17"),
    )
    assert answer.overlays == ()
    assert as_it_is(book, made) == made
    assert all_is_well(book)


def test_with_a_type_the_time_before_and_after_is_taken_too_r12a(book: WebBook) -> None:
    set_up_type(book, FILLING, before_minutes=10)

    made = laid(book, "09:00", "09:20", type=FILLING, provider=BO)

    assert made.occupied_span == between("08:50", "09:35")


def test_it_is_told_by_whom_r33(book: WebBook) -> None:
    made = laid(book, "09:00", "09:30")

    event = last_event(book)
    assert (event.what.value, event.way, event.by) == ("staff-booked", WayIn.STAFF, "reception")
    assert (event.before, event.after) == (None, made.placement)


def test_what_staff_take_is_no_longer_free_on_the_web_r5_r13(book: WebBook) -> None:
    laid(book, "09:07", "09:08")

    assert slot_at(book, "09:00") is None
    assert codes_of(book.book(booking("09:00"))) == ["provider-busy"]
    assert slot_at(book, "09:30") is not None


def test_staff_may_overlap_staff_on_purpose_r24a(book: WebBook) -> None:
    first = laid(book, "09:00", "10:00", resource=ROOM_1)

    second = laid(book, "09:30", "10:30", resource=ROOM_1)

    assert overlaps(book) == set()
    assert as_it_is(book, first) == first
    assert not second.exclusive
    assert all_is_well(book)


def test_nothing_is_sent_about_a_time_that_staff_lay_r20(book: WebBook) -> None:
    laid(book)

    assert written(book) == []


def test_what_is_named_must_be_there(book: WebBook, store: AnyStore) -> None:
    before = contents(store)

    for error, wrong in (
        (UnknownClinic, {"clinic": ClinicId("elsewhere")}),
        (UnknownProvider, {"provider": ProviderId("nobody")}),
        (UnknownResource, {"resource": ResourceId("cupboard")}),
        (UnknownType, {"type": TypeId("none")}),
    ):
        with pytest.raises(error):
            book.staff_book(staff_booking(**wrong))
    assert contents(store) == before


@pytest.mark.parametrize(
    ("field", "most"), [("treatment", 200), ("note", 500), ("by", 200), ("reason", 200)]
)
def test_staffs_texts_have_a_maximum_too_r40(
    book: WebBook, store: AnyStore, field: str, most: int
) -> None:
    before = contents(store)

    def lay(text: str) -> object:
        if field in ("treatment", "note"):
            return book.staff_book(staff_booking(**{field: text}))
        return attrs.evolve(RECEPTION, **{field: text})  # type: ignore[arg-type] # of either

    for wrong in ("x" * (most + 1), "\ud800", "a\x00b"):
        with pytest.raises(InvalidValue) as refused:
            lay(wrong)
        assert refused.value.field == field
    assert contents(store) == before


def test_who_it_was_has_a_maximum_in_every_use_case_r40(book: WebBook) -> None:
    mine = booked(book).appointment

    for use in (book.staff_cancel, book.issue_code):
        with pytest.raises(InvalidValue):
            use(LINDEN, mine.id, by="x" * 201)


# Retries


def test_a_repeat_of_a_request_lays_nothing_more_r22(book: WebBook, store: AnyStore) -> None:
    lay = partial(book.staff_book, staff_booking("09:00", "09:30", key=RequestKey("k")))
    first = lay()
    before = contents(store)

    assert lay() == first
    assert contents(store) == before


def test_a_repeat_answers_with_the_visit_as_it_is_now_r22(book: WebBook) -> None:
    wanted = staff_booking("09:00", "09:30", key=RequestKey("k"))
    first = book.staff_book(wanted)
    assert isinstance(first, StaffBooked)
    after = moved_by_staff(book, first.appointment, "10:00", "10:30")

    assert book.staff_book(wanted) == StaffBooked(appointment=after)


@pytest.mark.parametrize(
    "other",
    [
        {"span": between("09:00", "09:31")},
        {"provider": BO},
        {"resource": ROOM_1},
        {"note": "other"},
        {"patient": PatientId("other")},
    ],
)
def test_a_key_that_came_with_other_content_is_an_error_r22(
    book: WebBook, store: AnyStore, other: dict[str, object]
) -> None:
    wanted = staff_booking("09:00", "09:30", key=RequestKey("k"))
    book.staff_book(wanted)
    before = contents(store)

    with pytest.raises(RequestKeyReused):
        book.staff_book(attrs.evolve(wanted, **other))  # type: ignore[arg-type] # fields of it
    assert contents(store) == before


def test_a_request_that_was_told_whose_time_it_was_may_come_again_naming_it_r22(
    book: WebBook,
) -> None:
    mine = booked(book, "09:00").appointment
    wanted = staff_booking("09:00", "09:30", key=RequestKey("k"))
    assert isinstance(book.staff_book(wanted), OverlapsPatients)

    assert isinstance(book.staff_book(attrs.evolve(wanted, knowingly=over(mine))), StaffBooked)


# Moving


def test_staff_move_a_visit_to_any_place_and_of_any_length_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00", type=FILLING, provider=BO).appointment

    after = moved_by_staff(
        book, mine, "18:00", "18:25", provider=ANNA, resource=ROOM_2, day=A_MONDAY + DAY
    )

    assert after.span == between("18:00", "18:25", A_MONDAY + DAY)
    assert (after.placement.provider, after.placement.resource) == (ANNA, ROOM_2)
    assert (after.before_minutes, after.after_minutes) == (0, 15), "of its making (R12a)"
    assert (after.revision, after.origin) == (2, Origin.WEB)
    assert all_is_well(book)


def test_a_web_visit_that_staff_moved_is_not_exclusive_any_more_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment

    after = moved_by_staff(book, mine, "10:00", "10:30")

    assert not is_exclusive(book, after)
    assert not after.chosen_by_patient
    laid(book, "10:00", "10:30")
    assert all_is_well(book)


def test_staffs_moves_do_not_count_as_the_patients_r3(book: WebBook) -> None:
    after = moved_by_staff(book, booked(book, "09:00").appointment, "10:00", "10:30")

    assert after.rebookings == 0
    assert not after.is_moved_by_patient


def test_a_move_over_a_patients_time_must_name_it_r24a(book: WebBook, store: AnyStore) -> None:
    mine, others = booked(book, "09:00", 1).appointment, booked(book, "10:00", 2).appointment
    before = contents(store)

    answer = book.staff_move(staff_move(mine, "10:15", "10:45"))

    assert answer == OverlapsPatients((others,))
    assert contents(store) == before
    after = moved_by_staff(book, mine, "10:15", "10:45", others)
    assert overlaps(book) == {(others.id, after.id)}
    assert all_is_well(book)


def test_a_visit_is_not_in_its_own_way_r24a(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment

    assert isinstance(book.staff_move(staff_move(mine, "09:10", "09:40")), Moved)


def test_the_time_around_a_visit_counts_where_it_is_moved_to_r12a_r24a(book: WebBook) -> None:
    set_up_type(book, FILLING, before_minutes=600, after_minutes=600)
    far = laid(book, "00:00", "00:30", type=FILLING, provider=BO)
    mine = booked(book, "16:30", provider=BO).appointment

    answer = book.staff_move(staff_move(far, "06:35", "07:05", provider=BO))

    assert answer == OverlapsPatients((mine,))


def test_the_move_is_told_to_the_patient_and_in_the_history_r20_r33(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment

    after = moved_by_staff(book, mine, "10:00", "10:30")

    assert kinds_of(written(book, MessageState.VOID)) == ["confirmation sms", "confirmation email"]
    unsent = written(book, MessageState.UNSENT)
    assert kinds_of(unsent) == ["moved-by-staff sms", "moved-by-staff email"]
    assert all(message.token for message in unsent)
    event = last_event(book)
    assert (event.what.value, event.by, event.revision) == ("staff-moved", "reception", 2)
    assert (event.before, event.after) == (mine.placement, after.placement)


def test_staff_who_saw_an_older_visit_are_told_that_it_changed_r27(
    book: WebBook, store: AnyStore
) -> None:
    mine = booked(book, "09:00")
    after = moved(book, link_to(mine), "10:00")
    before = contents(store)

    stale = staff_move(mine.appointment, "11:00", "11:30", revision=1)
    assert book.staff_move(stale) == ChangedMeanwhile(appointment=after)
    assert book.staff_cancel(LINDEN, after.id, by="reception", revision=1) == ChangedMeanwhile(
        appointment=after
    )
    assert contents(store) == before


def test_a_cancelled_visit_cannot_be_moved_by_staff_either(book: WebBook) -> None:
    mine = booked(book, "09:00")
    book.cancel(link_to(mine))

    with pytest.raises(InvalidValue, match="is cancelled"):
        book.staff_move(staff_move(mine.appointment, "10:00", "10:30"))


def test_a_visit_or_a_place_that_is_not_there_is_an_error(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment
    there = partial(staff_move, mine, "10:00", "10:30")

    with pytest.raises(UnknownAppointment):
        book.staff_move(attrs.evolve(there(), appointment=AppointmentId("none")))
    with pytest.raises(UnknownProvider):
        book.staff_move(there(provider=ProviderId("nobody")))
    with pytest.raises(UnknownResource):
        book.staff_move(there(resource=ResourceId("cupboard")))
    with pytest.raises(UnknownClinic):
        book.staff_move(attrs.evolve(there(), clinic=ClinicId("elsewhere")))


# Cancelling


def test_staff_cancel_any_visit_and_the_patient_is_told_r20_r33(book: WebBook) -> None:
    mine = booked(book, "09:00").appointment

    answer = book.staff_cancel(LINDEN, mine.id, by="reception")

    gone = as_it_is(book, mine)
    assert answer == Cancelled(appointment=gone)
    assert (gone.cancelled_at, gone.exclusive, gone.revision) == (NOW, False, 2)
    assert kinds_of(written(book, MessageState.UNSENT)) == ["cancelled sms", "cancelled email"]
    event = last_event(book)
    assert (event.what.value, event.by, event.after) == ("staff-cancelled", "reception", None)
    assert slot_at(book, "09:00") is not None
    assert list(book.watch_list(LINDEN)) == [], "staff need no reminder of what they did (R28)"
    assert all_is_well(book)


def test_staff_cancelling_twice_get_the_same_answer(book: WebBook, store: AnyStore) -> None:
    mine = booked(book, "09:00").appointment
    cancel = partial(book.staff_cancel, LINDEN, mine.id, by="reception")
    first = cancel()
    before = contents(store)

    assert cancel() == cancel(revision=1) == first
    assert contents(store) == before


def test_staff_may_cancel_when_it_is_too_late_for_the_patient_r2(
    book: WebBook, clock: StandingClock
) -> None:
    mine = booked(book, "09:00").appointment
    clock.stand_at(at("09:10"))

    assert isinstance(book.staff_cancel(LINDEN, mine.id, by="reception"), Cancelled)


def test_a_visit_that_is_not_there_cannot_be_cancelled(book: WebBook) -> None:
    with pytest.raises(UnknownAppointment):
        book.staff_cancel(LINDEN, AppointmentId("none"), by="reception")
    with pytest.raises(UnknownClinic):
        book.staff_cancel(ClinicId("elsewhere"), AppointmentId("none"), by="reception")


def test_who_laid_the_time_need_not_say_why_where_nothing_is_overlapped_r24a(
    book: WebBook,
) -> None:
    assert Knowingly(by=" reception ", over=frozenset(), reason="") == RECEPTION
    assert isinstance(book.staff_book(staff_booking(knowingly=RECEPTION)), StaffBooked)
