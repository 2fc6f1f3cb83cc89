"""Why is a time not offered? R17, for staff and for patients."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.services.scenes import (
    LINDEN,
    ROOM_1,
    ROOM_2,
    booked,
    codes_of,
    details,
    held,
    set_up,
    set_up_type,
)
from webtidbok.errors import InvalidValue, UnknownProvider
from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import Patients
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.rules.question import PatientFacts
from webtidbok.rules.refusal import PatientReason, facts_of
from webtidbok.services.explaining import Explanation
from webtidbok.services.holding import hold_id
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, CHECK_UP, FILLING, NOW, at, between

GROWN_UP = PatientFacts(born=NOW.date() - 40 * 365 * DAY, is_known=True, open_bookings=0)
CHILD = PatientFacts(born=NOW.date() - 10 * 365 * DAY, is_known=False, open_bookings=0)


def explain(book: WebBook, clock: str, **asked: object) -> Explanation:
    return book.explain(LINDEN, CHECK_UP, at(clock), **asked)  # type: ignore[arg-type] # as said


def test_a_time_that_is_offered_is_explained_by_its_slots_and_no_reason_r17(book: WebBook) -> None:
    said = explain(book, "09:00")

    assert [slot.provider for slot in said.slots] == [ANNA, BO]
    assert said.reasons == ()
    assert said.for_patients() == ()


def test_a_time_is_offered_as_soon_as_one_provider_has_it_r17(book: WebBook) -> None:
    booked(book, "09:00")
    said = explain(book, "09:00")

    assert [slot.provider for slot in said.slots] == [BO]
    assert said.reasons == ()
    assert [codes_of(each) for each in said.by_provider] == [["provider-busy"], []]


def test_all_reasons_come_together_and_each_names_its_setting_for_staff_r17(book: WebBook) -> None:
    set_up(book, new_bookings=False, minimum_notice=30 * DAY)
    set_up_type(book, ages=Ages.ADULTS, patients=Patients.EXISTING)
    booked_elsewhere = between("12:00", "12:30")
    book.lay_absence(LINDEN, ANNA, booked_elsewhere)

    said = explain(book, "12:07", provider=ANNA, patient=CHILD)
    assert {reason.code: reason.setting for reason in said.reasons} == {
        "new-bookings-off": "web_booking.new_bookings",
        "phone-the-clinic": "bookable_type.patients",
        "too-soon": "web_booking.minimum_notice",
        "age": "bookable_type.ages",
        "off-grid": "bookable_type.interval_minutes",
        "not-web-bookable": "block_kind.web_bookable",
        "provider-busy": "",
    }


def test_reasons_carry_the_facts_that_staff_need_r17(book: WebBook) -> None:
    set_up(book, minimum_notice=timedelta(days=8))
    [too_soon] = explain(book, "09:00", provider=ANNA).reasons

    assert facts_of(too_soon) == {"earliest": "2026-12-08T07:00:00Z"}


def test_no_resource_free_lists_each_room_r14c(book: WebBook) -> None:
    booked(book, "09:00", type=FILLING)
    for room in (ROOM_1, ROOM_2):
        book.lay_absence(LINDEN, room, between("10:00", "10:05"), is_resource=True)

    said = book.explain(LINDEN, FILLING, at("09:30"), provider=BO)
    assert [facts_of(reason) for reason in said.reasons] == [
        {"resource": ROOM_1},
        {"resource": ROOM_2},
    ]


def test_a_time_before_and_after_a_visit_must_be_free_too_r12a(book: WebBook) -> None:
    set_up_type(book, FILLING, before_minutes=10)
    booked(book, "09:00")  # until 9:30

    assert codes_of(book.explain(LINDEN, FILLING, at("09:30"), provider=ANNA)) == ["provider-busy"]
    assert codes_of(book.explain(LINDEN, FILLING, at("10:00"), provider=ANNA)) == []
    assert codes_of(book.explain(LINDEN, FILLING, at("08:00"), provider=ANNA)) == ["provider-busy"]


def test_patients_are_told_codes_alone_each_once_r17(book: WebBook) -> None:
    set_up(book, max_open_bookings=0)
    set_up_type(book, patients=Patients.NEW)
    said = explain(book, "06:00", patient=GROWN_UP)

    assert codes_of(said) == ["phone-the-clinic", "phone-the-clinic", "no-block", "no-block"]
    assert said.for_patients() == (PatientReason("phone-the-clinic"), PatientReason("no-block"))


@pytest.mark.parametrize(
    "setting", ["new only", "existing only", "open bookings"], ids=lambda each: each
)
def test_every_rule_about_who_it_is_is_told_in_the_same_way_r23(
    book: WebBook, setting: str
) -> None:
    facts = GROWN_UP if setting != "existing only" else CHILD
    if setting == "open bookings":
        set_up(book, max_open_bookings=0)
    else:
        wanted = Patients.NEW if setting == "new only" else Patients.EXISTING
        set_up_type(book, patients=wanted)

    said = explain(book, "09:00", patient=facts)
    assert said.for_patients() == (PatientReason("phone-the-clinic"),)


def test_what_patients_are_told_holds_nobodys_data_r17(book: WebBook) -> None:
    answer = booked(book, "09:00", details=details(first_name="Canary", message="canary seed"))
    said = explain(book, "09:00", provider=ANNA)

    assert said.for_patients() == (PatientReason("provider-busy"),)
    for shown in (repr(said), repr(said.for_patients())):
        assert "anary" not in shown
        assert answer.appointment.id not in shown
        assert str(answer.appointment.patient) not in shown


def test_a_provider_who_does_not_give_the_type_is_explained_with_the_rest_r17(
    book: WebBook,
) -> None:
    set_up_type(book, providers=(BO,))
    booked(book, "09:00", type=FILLING)

    said = explain(book, "09:00", provider=ANNA)
    assert codes_of(said) == ["provider-not-for-type", "provider-busy"]
    assert [each.provider for each in explain(book, "09:00").by_provider] == [BO]


def test_under_a_live_hold_its_time_is_free_and_notice_counts_as_of_the_hold_r17(
    book: WebBook,
) -> None:
    mine = held(book, "09:00")
    set_up(book, minimum_notice=30 * DAY)

    assert codes_of(explain(book, "09:00", provider=ANNA)) == ["too-soon", "provider-busy"]
    set_up(book, minimum_notice=at("09:00") - NOW)
    book.desk.clock.move(MINUTE)  # type: ignore[attr-defined] # it stands still
    assert codes_of(explain(book, "09:00", provider=ANNA)) == ["too-soon", "provider-busy"]
    assert codes_of(explain(book, "09:00", provider=ANNA, hold=hold_id(mine.token))) == []
    # What is held is held with Anna.
    assert codes_of(explain(book, "09:00", provider=BO, hold=hold_id(mine.token))) == ["too-soon"]


def test_a_start_needs_a_zone_and_is_a_whole_minute_of_a_year_within_reach_r40(
    book: WebBook,
) -> None:
    utmost = (
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    )
    for start in (*utmost, datetime(2026, 12, 7, 9), at("09:00") + timedelta(seconds=1)):  # noqa: DTZ001 - the fault
        with pytest.raises(InvalidValue) as wrong:
            book.explain(LINDEN, CHECK_UP, start)
        assert wrong.value.field == "start"

    for year in (5, 9995):
        far = datetime(year, 6, 1, tzinfo=UTC)
        assert "no-block" in codes_of(book.explain(LINDEN, CHECK_UP, far))


def test_any_zone_will_do_for_a_start(book: WebBook) -> None:
    abroad = at("09:00").astimezone(timezone(timedelta(hours=-8)))

    assert book.explain(LINDEN, CHECK_UP, abroad).slots == explain(book, "09:00").slots


def test_a_provider_that_is_not_there_is_an_error_that_names_it(book: WebBook) -> None:
    with pytest.raises(UnknownProvider, match="cecilia"):
        explain(book, "09:00", provider=ProviderId("cecilia"))


def test_a_type_without_providers_cannot_exist(book: WebBook) -> None:
    with pytest.raises(ValueError, match="providers"):
        set_up_type(book, providers=())
