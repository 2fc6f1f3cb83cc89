"""How much one caller, one mobile and one number may try: R21b and R23. R29b: `test_access`."""

from datetime import timedelta

import attrs
import pytest

from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    booking,
    codes_of,
    contents,
    details,
    held,
    hold_request,
    linden,
    set_up,
    set_up_type,
)
from webtidbok.errors import MissingKey, RequestKeyReused, UnknownType
from webtidbok.model.bookable_type import Patients
from webtidbok.model.ids import ClinicId, RequestKey, TypeId
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.ports.throttle import Limit, Throttle
from webtidbok.rules.patients import PhoneTheClinic
from webtidbok.rules.refusal import PatientReason, patient_view
from webtidbok.services.booking import Booking
from webtidbok.services.desk import Desk
from webtidbok.services.outcomes import Booked, Held, Refused, SlotTaken
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, a_mobile, a_patient, at
from webtidbok.testing.clock import StandingClock

HOME = "203.0.113.7"
ELSEWHERE = "203.0.113.8"

#: A hundred attempts are quicker there; that the database counts alike is its contract's to show.
IN_MEMORY = pytest.mark.parametrize("store", ["memory"], indirect=True)

HALF_HOURS = tuple(f"{hour:02}:{minute}" for hour in (8, 9, 10, 11, 13) for minute in ("00", "30"))


def is_over(answer: object) -> bool:
    """Return whether somebody is told that it has been too much."""
    if not isinstance(answer, Refused):
        return False
    return answer.reasons == (PhoneTheClinic(because="too many attempts", setting="throttle"),)


def at_home(place: int, clock: str | None = None, **changes: object) -> Booking:
    """Return a booking from home, each place another patient at another time."""
    return booking(clock or HALF_HOURS[(place - 1) % 10], place, caller=HOME, **changes)


# Live holds


def test_a_caller_has_at_most_five_live_holds_r21b(book: WebBook) -> None:
    for half_hour in HALF_HOURS[:5]:
        held(book, half_hour, caller=HOME)

    answer = book.hold(hold_request("15:00", caller=HOME))
    assert is_over(answer)
    assert isinstance(answer, Refused)
    assert patient_view(answer.reasons) == (PatientReason("phone-the-clinic"),)
    assert isinstance(book.hold(hold_request("15:00", caller=ELSEWHERE)), Held)


@pytest.mark.parametrize(
    ("after", "may"),
    [(10 * MINUTE - SECOND, False), (10 * MINUTE, True), (10 * MINUTE + SECOND, True)],
    ids=["-1 s", "0", "+1 s"],
)
def test_a_hold_counts_as_long_as_it_lives_r21b(
    book: WebBook, clock: StandingClock, after: timedelta, may: bool
) -> None:
    for half_hour in HALF_HOURS[:5]:
        held(book, half_hour, caller=HOME)
    clock.move(after)

    assert isinstance(book.hold(hold_request("15:00", caller=HOME)), Held) is may


def test_holds_live_as_long_as_the_clinic_says_and_count_as_long_r21b(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, hold_time=2 * MINUTE)
    for half_hour in HALF_HOURS[:5]:
        held(book, half_hour, caller=HOME)

    assert is_over(book.hold(hold_request("15:00", caller=HOME)))
    clock.move(2 * MINUTE)
    held(book, "15:00", caller=HOME)


def test_a_hold_that_is_released_booked_or_replaced_makes_room_for_another_r21b(
    book: WebBook,
) -> None:
    mine = [held(book, half_hour, caller=HOME) for half_hour in HALF_HOURS[:5]]

    book.release(LINDEN, mine[0].token, caller=HOME)
    held(book, "15:00", caller=HOME)
    booked(book, HALF_HOURS[1], hold=mine[1].token, caller=HOME)
    held(book, "15:30", caller=HOME)
    held(book, "16:00", token=mine[2].token, caller=HOME)
    assert is_over(book.hold(hold_request("16:30", caller=HOME)))


def test_a_hold_that_could_not_be_had_does_not_count_r21b(book: WebBook) -> None:
    booked(book, "16:00", place=9)
    for _ in range(6):
        assert isinstance(book.hold(hold_request("16:00", caller=HOME)), SlotTaken)
        assert isinstance(book.hold(hold_request("12:00", caller=HOME)), Refused)
        with pytest.raises(UnknownType):
            book.hold(hold_request(type=TypeId("massage"), caller=HOME))

    for half_hour in HALF_HOURS[:5]:
        held(book, half_hour, caller=HOME)


def test_trying_in_vain_to_replace_a_hold_does_not_make_it_count_longer_r21b(
    book: WebBook, clock: StandingClock
) -> None:
    booked(book, "16:00", place=9)
    mine = [held(book, half_hour, caller=HOME) for half_hour in HALF_HOURS[:5]]
    clock.move(9 * MINUTE)
    for each in mine:
        assert isinstance(
            book.hold(hold_request("16:00", token=each.token, caller=HOME)), SlotTaken
        )

    clock.move(MINUTE)
    for half_hour in HALF_HOURS[:5]:
        held(book, half_hour, caller=HOME)


def test_releasing_in_another_clinic_does_not_hide_a_live_hold_r21b(book: WebBook) -> None:
    birch = ClinicId("birch")
    book.add_clinic(linden(id=birch))
    mine = [held(book, half_hour, caller=HOME) for half_hour in HALF_HOURS[:5]]

    book.release(birch, mine[0].token, caller=HOME)
    assert is_over(book.hold(hold_request("15:00", caller=HOME)))
    one_token_in_both = hold_request("08:00", clinic=birch, token=mine[0].token, caller=HOME)
    assert is_over(book.hold(one_token_in_both))


def test_over_the_limit_nothing_is_stored_and_ones_own_holds_still_work_r21b(
    book: WebBook, store: AnyStore
) -> None:
    mine = [held(book, half_hour, caller=HOME) for half_hour in HALF_HOURS[:5]]
    before = contents(store)

    assert is_over(book.hold(hold_request("15:00", caller=HOME)))
    assert contents(store) == before
    held(book, "15:00", token=mine[0].token, caller=HOME)


# Bookings


def test_a_caller_makes_at_most_ten_bookings_a_day_r21b(
    book: WebBook, clock: StandingClock
) -> None:
    for place in range(1, 11):
        assert isinstance(book.book(at_home(place)), Booked)

    assert is_over(book.book(at_home(11, "15:00")))
    assert isinstance(book.book(booking("15:00", 11, caller=ELSEWHERE)), Booked)
    clock.move(DAY - SECOND)
    assert is_over(book.book(at_home(12, "15:30")))
    clock.move(SECOND)
    assert isinstance(book.book(at_home(12, "15:30")), Booked)


def test_a_mobile_gets_at_most_five_confirmations_a_day_from_whatever_callers_r21b(
    book: WebBook, clock: StandingClock
) -> None:
    for place in range(1, 6):
        typed = details(place, mobile=a_mobile(7))
        wanted = at_home(place, details=typed)
        assert isinstance(book.book(attrs.evolve(wanted, caller=f"203.0.113.{place}")), Booked)

    sixth = at_home(6, details=details(6, mobile=a_mobile(7)))
    assert is_over(book.book(sixth))
    assert isinstance(book.book(at_home(6, details=details(6))), Booked), "to another mobile"
    clock.move(DAY)
    assert isinstance(book.book(attrs.evolve(sixth, start=at("15:00"))), Booked)


def test_whoever_is_over_one_limit_is_not_counted_against_the_other_r21b(book: WebBook) -> None:
    for place in range(1, 6):
        book.book(at_home(place, details=details(place, mobile=a_mobile(7))))
    for place in range(6, 11):
        assert is_over(book.book(at_home(place, details=details(place, mobile=a_mobile(7)))))
    for place in range(6, 11):
        assert isinstance(book.book(at_home(place)), Booked)
    assert is_over(book.book(at_home(11, "15:00")))


def test_without_a_caller_nothing_is_limited_and_no_key_is_needed_r21b(
    book: WebBook, desk: Desk
) -> None:
    keyless = attrs.evolve(book, desk=attrs.evolve(desk, keys=None))

    for half_hour in HALF_HOURS[:8]:
        held(keyless, half_hour)
    for place in range(1, 13):
        clock = (
            f"{8 + place // 2 if place < 8 else 9 + place // 2:02}:{'30' if place % 2 else '00'}"
        )
        booked(keyless, clock, place, provider=BO, details=details(place, mobile=a_mobile(7)))
    with pytest.raises(MissingKey):
        keyless.hold(hold_request("16:00", caller=HOME))


def test_without_a_throttle_nothing_is_limited_r21b(book: WebBook, desk: Desk) -> None:
    unlimited = attrs.evolve(book, desk=attrs.evolve(desk, throttle=None, keys=None))

    for half_hour in HALF_HOURS[:8]:
        held(unlimited, half_hour, caller=HOME)


@pytest.mark.parametrize("with_key", [True, False], ids=["with a key", "without"])
def test_what_came_to_nothing_does_not_count_r21b(book: WebBook, with_key: bool) -> None:
    booked(book, "16:00", 20)
    for attempt in range(12):
        key = RequestKey(f"attempt {attempt}") if with_key else None
        taken = booking("16:00", 1, caller=HOME, key=key)
        assert isinstance(book.book(taken), SlotTaken)
        assert isinstance(book.book(attrs.evolve(taken, start=at("12:00"))), Refused)
        with pytest.raises(UnknownType):
            book.book(attrs.evolve(taken, type=TypeId("massage")))

    for place in range(1, 11):
        assert isinstance(book.book(at_home(place)), Booked)


def test_asking_again_for_what_one_has_does_not_wash_off_what_counts_r21b(book: WebBook) -> None:
    for place in range(1, 10):
        wanted = at_home(place)
        assert isinstance(book.book(wanted), Booked)
        assert isinstance(book.book(wanted), SlotTaken), "without a key it is another request"

    assert isinstance(book.book(at_home(10)), Booked)
    assert is_over(book.book(at_home(11, "15:00")))


def test_a_repeat_counts_once_and_answers_also_when_the_limits_are_used_up_r22(
    book: WebBook, clock: StandingClock
) -> None:
    first = at_home(1, key=RequestKey("first"))
    assert isinstance(book.book(first), Booked)
    for _ in range(12):
        again = book.book(first)
        assert isinstance(again, Booked)
        assert again.is_repeat
    for place in range(2, 11):
        assert isinstance(book.book(at_home(place)), Booked)
    assert is_over(book.book(at_home(11, "15:00", key=RequestKey("eleventh"))))

    clock.move(DAY)
    for place in range(11, 21):  # what was counted yesterday counts no more, the first included
        wanted = at_home(place, ("13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00",
                                 "16:30", "08:00", "08:30")[place - 11], provider=BO)  # fmt: skip
        assert isinstance(book.book(wanted), Booked)
    again = book.book(first)
    assert isinstance(again, Booked)
    assert again.is_repeat


def test_a_repeat_answers_also_when_the_look_ups_are_used_up_r22(book: WebBook) -> None:
    set_up_type(book, patients=Patients.NEW)
    first = at_home(1, key=RequestKey("first"))
    assert isinstance(book.book(first), Booked)
    for _ in range(19):
        assert not is_over(book.book(at_home(1, "09:00")))
    assert is_over(book.book(at_home(2, "09:00", key=RequestKey("second"))))

    again = book.book(first)
    assert isinstance(again, Booked)
    assert again.is_repeat


def test_a_key_with_other_content_neither_counts_nor_washes_off_r21b(book: WebBook) -> None:
    for place in range(1, 10):
        book.book(at_home(place, key=RequestKey(f"{place}")))
    for place in range(1, 10):
        with pytest.raises(RequestKeyReused):
            book.book(at_home(place, "15:00", key=RequestKey(f"{place}")))

    assert isinstance(book.book(at_home(10)), Booked)
    assert is_over(book.book(at_home(11, "15:00")))


def test_the_same_key_in_two_clinics_is_two_requests_r22(book: WebBook) -> None:
    birch = ClinicId("birch")
    book.add_clinic(linden(id=birch))
    for place in range(1, 6):
        for clinic in (LINDEN, birch):
            assert isinstance(
                book.book(at_home(place, clinic=clinic, key=RequestKey("key " * place))), Booked
            )

    assert is_over(book.book(at_home(11, "15:00")))


# What says something about a patient: R23


def test_on_a_type_for_existing_patients_every_attempt_counts_as_a_look_up_r23(
    book: WebBook, clock: StandingClock
) -> None:
    set_up_type(book, patients=Patients.EXISTING)
    for attempt in range(20):
        answer = book.book(at_home(attempt % 10 + 1))
        assert codes_of(answer) == ["phone-the-clinic"]
        assert not is_over(answer)

    assert is_over(book.book(at_home(1)))
    clock.move(15 * MINUTE - SECOND)
    assert is_over(book.book(at_home(1)))
    clock.move(SECOND)
    assert not is_over(book.book(at_home(1)))


def test_a_successful_attempt_on_such_a_type_counts_too_r23(book: WebBook, store: AnyStore) -> None:
    set_up_type(book, patients=Patients.NEW)
    for attempt in range(19):
        assert isinstance(book.book(at_home(1, "09:00" if attempt else "08:00")), Booked | Refused)
    assert isinstance(book.book(at_home(2)), Booked)
    before = contents(store)

    assert is_over(book.book(at_home(3)))
    assert contents(store) == before


@IN_MEMORY
def test_where_the_open_bookings_decide_a_refusal_counts_as_a_look_up_r23(book: WebBook) -> None:
    set_up(book, max_open_bookings=1)
    booked(book, "08:00", 1)
    for _ in range(20):
        assert codes_of(book.book(at_home(1, "09:00"))) == ["phone-the-clinic"]

    # On a type for everyone it is not refused for that: it would tell nothing.
    assert isinstance(book.book(at_home(2, "09:00")), Booked)
    set_up_type(book, patients=Patients.NEW)
    assert is_over(book.book(at_home(3, "10:00")))


@IN_MEMORY
def test_a_refusal_that_says_nothing_of_the_patient_is_not_counted_r23(book: WebBook) -> None:
    booked(book, "16:00", 20)
    for _ in range(25):
        book.book(at_home(1, "12:00"))
        book.book(at_home(1, "16:00"))
    set_up_type(book, patients=Patients.NEW)

    assert isinstance(book.book(at_home(1)), Booked)


@IN_MEMORY
def test_look_ups_of_one_number_are_counted_from_all_callers_r23(book: WebBook) -> None:
    set_up_type(book, patients=Patients.EXISTING)
    for attempt in range(100):
        wanted = attrs.evolve(at_home(1), caller=f"198.51.100.{attempt}")
        assert not is_over(book.book(wanted))

    assert is_over(book.book(attrs.evolve(at_home(1), caller="192.0.2.1")))
    assert not is_over(book.book(attrs.evolve(at_home(2), caller="192.0.2.1")))


def test_new_and_known_patients_look_the_same_to_whoever_asks_r23(
    book: WebBook, store: AnyStore
) -> None:
    register = linden(id=ClinicId("birch"))
    book.add_clinic(register, patients=[a_patient("p1", 1, first_name="Other")])

    answers = [
        book.book(booking("09:00", place, clinic=register.id, caller=HOME, provider=provider))
        for place, provider in ((1, ANNA), (2, BO))
    ]
    for answer in answers:
        assert isinstance(answer, Booked)
        assert answer.link is not None
        assert not answer.is_repeat
    assert len(list(store.messages(register.id))) == 4


class NotingThrottle(Throttle):
    """Admits all, and notes of whom."""

    def __init__(self) -> None:
        self.subjects: set[tuple[str, str]] = set()

    def admit(self, limit: Limit, subject: str, item: str, now: object) -> bool:  # noqa: ARG002
        self.subjects.add((limit.name, subject))
        return True

    def is_used_up(self, limit: Limit, subject: str, now: object) -> bool:
        return not self.admit(limit, subject, "", now)

    def forget(self, limit: Limit, subject: str, item: str) -> None:
        self.admit(limit, subject, item, None)


def test_callers_mobiles_and_numbers_are_counted_under_keyed_hashes_r21b(
    book: WebBook, desk: Desk
) -> None:
    throttle = NotingThrottle()
    noted = attrs.evolve(book, desk=attrs.evolve(desk, throttle=throttle))
    set_up_type(noted, patients=Patients.NEW)
    mine = held(noted, "08:00", caller=HOME)
    booked(noted, "08:00", hold=mine.token, caller=HOME)

    assert {name for name, _ in throttle.subjects} == {
        "live-holds-by-caller",
        "bookings-by-caller",
        "confirmations-by-mobile",
        "failures-by-caller",
        "failures-by-number",
    }
    for _, subject in throttle.subjects:
        assert len(subject) == 64
        assert set(subject) <= set("0123456789abcdef")
    # A caller is the same everywhere; what is alike in text is not alike in kind.
    assert len({subject for _, subject in throttle.subjects}) == 3
