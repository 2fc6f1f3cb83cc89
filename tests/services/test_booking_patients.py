"""Who books: created, filled in, never overwritten, and may they? R3, R11, R12, R18, R19, R23."""

from datetime import date

import attrs
import pytest

from tests.services.booking_scenes import BIRCH, known, messages_of, patient_of
from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booked,
    booking,
    codes_of,
    details,
    link_to,
    set_up,
    set_up_type,
)
from webtidbok.model.age import SE_2025, Ages
from webtidbok.model.bookable_type import Patients
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import PatientId
from webtidbok.model.patient import Patient
from webtidbok.services.desk import Desk
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, Refused
from webtidbok.services.showing import Shown
from webtidbok.services.staff import StaffBooking
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import BO, CHECK_UP, FILLING, a_mobile, at, between
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import published_number


def test_an_unknown_patient_is_created_with_what_was_given_r19(
    book: WebBook, store: AnyStore
) -> None:
    answer = booked(book, details=details(1, message="I am\nin pain", accepts_email=False))

    typed = details(1)
    created = patient_of(store, answer)
    assert created == Patient(
        id=created.id,
        identity_number=typed.identity_number,
        first_name="Test1",
        last_name="Testsson",
        mobile=typed.mobile,
        email=typed.email,
        mobile_verified=False,
        email_verified=False,
        accepts_sms=True,
        accepts_email=False,
    )
    assert answer.appointment.booking_text == "I am\nin pain"


def test_a_patient_is_created_once_and_known_by_the_number_afterwards_r19(
    book: WebBook, store: AnyStore
) -> None:
    first, second = booked(book, "09:00"), booked(book, "10:00")

    assert first.appointment.patient == second.appointment.patient
    assert patient_of(store, first) == patient_of(store, second)


def test_patients_of_one_clinic_are_unknown_in_another_r19(book: WebBook, store: AnyStore) -> None:
    registered = known(book)
    here = booked(book)
    there = booked(book, clinic=BIRCH)

    assert there.appointment.patient == registered.id != here.appointment.patient
    assert patient_of(store, here).first_name == "Test1"


def test_what_is_missing_of_a_known_patient_is_filled_in_unverified_r19a(
    book: WebBook, store: AnyStore
) -> None:
    registered = known(book, mobile=None, email=None)
    answer = booked(book, clinic=BIRCH)

    assert patient_of(store, answer) == attrs.evolve(
        registered,
        mobile=details(1).mobile,
        email=details(1).email,
        mobile_verified=False,
        email_verified=False,
    )
    assert patient_of(store, answer).verified_contact.mobile is None


@pytest.mark.parametrize("missing", ["mobile", "email"])
def test_only_what_is_missing_is_filled_in_and_nothing_is_overwritten_r19(
    book: WebBook, store: AnyStore, missing: str
) -> None:
    has = {"mobile": a_mobile(90), "email": EmailAddress("kept@example.com")}
    registered = known(book, **(has | {missing: None}))
    answer = booked(book, clinic=BIRCH)

    filled = patient_of(store, answer)
    expected = {missing: getattr(details(1), missing), f"{missing}_verified": False}
    assert filled == attrs.evolve(registered, **expected)


def test_an_email_left_out_fills_nothing_in_r19(book: WebBook, store: AnyStore) -> None:
    registered = known(book, mobile=a_mobile(90))
    answer = booked(book, clinic=BIRCH, details=details(1, email=None))

    assert patient_of(store, answer) == registered


@pytest.mark.parametrize("accepts", [True, False])
def test_consents_of_a_known_patient_are_never_changed_from_the_web_r19(
    book: WebBook, store: AnyStore, accepts: bool
) -> None:
    registered = known(
        book,
        mobile=a_mobile(90),
        email=EmailAddress("kept@example.com"),
        accepts_sms=accepts,
        accepts_email=accepts,
    )
    answer = booked(
        book, clinic=BIRCH, details=details(1, accepts_sms=not accepts, accepts_email=not accepts)
    )

    assert patient_of(store, answer) == registered
    assert answer.appointment.contact.accepts_sms is not accepts, "for this appointment only"


def test_what_was_filled_in_is_used_for_this_appointment_only_r19a(
    book: WebBook, store: AnyStore
) -> None:
    known(book, mobile=a_mobile(90), email=None)
    answer = booked(book, clinic=BIRCH)

    sms, email = messages_of(store, answer)
    assert (sms.address, email.address) == (details(1).mobile.e164, "test1@example.com")
    confirmed = book.confirm_contacts(BIRCH, PatientId("p1"), email=True)
    assert confirmed.verified_contact.email == EmailAddress("test1@example.com")
    assert confirmed.mobile == a_mobile(90)


@pytest.mark.parametrize(
    ("first", "last", "differs"),
    [
        ("Test1", "Testsson", False),
        ("TEST1", "testsson", False),
        ("Other", "Testsson", True),
        ("Test1", "Other", True),
    ],
)
def test_names_that_differ_from_the_register_are_flagged_for_staff_only_r19a(
    book: WebBook, store: AnyStore, first: str, last: str, differs: bool
) -> None:
    registered = known(book, first_name="Test1")
    answer = booked(book, clinic=BIRCH, details=details(1, first_name=first, last_name=last))

    assert answer.appointment.differs_from_register is differs
    assert answer.appointment.first_name == first, "as typed for this appointment (R39)"
    assert patient_of(store, answer).first_name == registered.first_name


def test_a_new_patient_differs_from_nothing_r19a(book: WebBook) -> None:
    assert booked(book).appointment.differs_from_register is False


def test_nothing_of_the_register_is_shown_back_r23(book: WebBook) -> None:
    known(
        book,
        first_name="Registered",
        last_name="Registersson",
        mobile=a_mobile(90),
        email=EmailAddress("kept@example.com"),
    )
    answer = booked(book, clinic=BIRCH)
    shown = book.show(link_to(answer))

    assert isinstance(shown, Shown)
    for seen in (answer, shown):
        text = str(attrs.asdict(seen))
        for kept in ("Register", a_mobile(90).e164, "kept@example.com"):
            assert kept not in text


# May this patient? R3, R11, R12, R23


def test_age_is_judged_at_confirming_on_the_local_day_of_the_visit_r11(book: WebBook) -> None:
    set_up_type(book, ages=Ages.ADULTS)
    child = details(1, identity_number=published_number(date(2003, 12, 8)))
    assert codes_of(book.book(booking(details=child))) == ["age"]

    set_up_type(book, ages=Ages.EVERYONE, age_from=49)
    for born, codes in ((date(1977, 12, 8), ["age"]), (date(1977, 12, 7), [])):
        typed = details(1, identity_number=published_number(born))
        assert codes_of(book.book(booking(details=typed))) == codes


@pytest.mark.parametrize(
    ("born", "adult_by_the_seed", "adult_by_law"),
    [
        (date(2003, 12, 7), False, True),  # 23
        (date(2006, 12, 31), False, True),  # 19, in the year of turning 20
        (date(1977, 1, 1), True, True),
    ],
)
def test_who_is_a_child_is_the_hosts_policy_r11a(
    book: WebBook, desk: Desk, born: date, adult_by_the_seed: bool, adult_by_law: bool
) -> None:
    set_up_type(book, ages=Ages.CHILDREN)
    typed = details(1, identity_number=published_number(born))
    by_law = attrs.evolve(book, desk=attrs.evolve(desk, age_rule=SE_2025))

    assert isinstance(by_law.book(booking("10:00", details=typed)), Booked) is not adult_by_law
    assert isinstance(book.book(booking("09:00", details=typed)), Booked) is not adult_by_the_seed


def test_new_and_existing_are_judged_when_the_patient_confirms_r12(book: WebBook) -> None:
    set_up_type(book, FILLING, patients=Patients.EXISTING)
    set_up_type(book, CHECK_UP, patients=Patients.NEW)

    assert codes_of(book.book(booking("13:00", type=FILLING))) == ["phone-the-clinic"]
    booked(book, "09:00")
    assert codes_of(book.book(booking("10:00"))) == ["phone-the-clinic"]
    booked(book, "13:00", type=FILLING)


def test_open_bookings_are_the_patients_own_made_on_the_web_and_to_come_r3(
    book: WebBook, clock: StandingClock
) -> None:
    set_up(book, max_open_bookings=2)
    first, second = booked(book, "09:00"), booked(book, "10:00")
    assert codes_of(book.book(booking("11:00"))) == ["phone-the-clinic"]
    booked(book, "11:00", 2)

    book.cancel(link_to(first))
    booked(book, "09:00")
    assert codes_of(book.book(booking("13:00"))) == ["phone-the-clinic"]
    clock.stand_at(at("09:00"))  # it has begun: its start is not after now
    booked(book, "13:00")
    assert second.appointment.span.start > clock.now()


def test_what_staff_booked_and_what_is_held_are_no_open_bookings_r3(book: WebBook) -> None:
    set_up(book, max_open_bookings=1)
    first = booked(book, "09:00")
    book.cancel(link_to(first))
    lay = StaffBooking(
        clinic=LINDEN,
        provider=BO,
        span=between("09:00", "09:30"),
        patient=first.appointment.patient,
        knowingly=Knowingly(by="reception"),
    )
    book.staff_book(lay)

    booked(book, "10:00")


@pytest.mark.parametrize("setting", ["new", "existing", "open"])
def test_patients_are_told_the_same_whatever_it_was_about_them_r23(
    book: WebBook, setting: str
) -> None:
    if setting == "existing":
        set_up_type(book, patients=Patients.EXISTING)
    else:
        booked(book, "08:00")
    if setting == "new":
        set_up_type(book, patients=Patients.NEW)
    if setting == "open":
        set_up(book, max_open_bookings=1)

    answer = book.book(booking("09:00"))
    assert isinstance(answer, Refused)
    assert codes_of(answer) == ["phone-the-clinic"]


def test_the_answer_is_of_one_kind_whether_the_number_was_known_or_not_r23(
    book: WebBook, store: AnyStore
) -> None:
    known(book, mobile=a_mobile(90), email=EmailAddress("kept@example.com"))
    to_known = booked(book, "09:00", 1, clinic=BIRCH)
    to_new = booked(book, "10:00", 2, clinic=BIRCH)

    def shape(answer: Booked) -> object:
        made = attrs.asdict(answer.appointment, recurse=False)
        personal = ("id", "patient", "placement", "contact", "first_name")
        messages = [(each.kind, each.channel) for each in messages_of(store, answer)]
        told = {name: value for name, value in made.items() if name not in personal}
        return told, answer.is_repeat, answer.link is None, messages

    assert shape(to_known) == shape(to_new)
