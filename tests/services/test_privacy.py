"""No person shows in a log, a warning, an error or a `repr`: R37, R39, R40."""

import logging
import pickle
import traceback
import warnings
from collections.abc import Iterator

import attrs
import pytest

from tests.services.scenes import (
    LINDEN,
    AnyStore,
    booking,
    details,
    held,
    hold_request,
    kept_text,
    link_to,
    on,
    set_up,
    set_up_type,
)
from webtidbok.errors import InvalidInput, InvalidValue, RequestKeyReused, WebtidbokError
from webtidbok.model.bookable_type import Patients
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import PatientId, RequestKey
from webtidbok.model.message import Channel, MessageState
from webtidbok.services.access import ByCard
from webtidbok.services.holding import hold_id
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Booked, CodeIssued, Held, Recalled, SlotTaken
from webtidbok.services.recalling import RecallRequest
from webtidbok.services.staff import StaffBooking, StaffMove
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, BO, CHECK_UP, a_placement, at, between
from webtidbok.testing.clock import StandingClock

MINE = details(
    1,
    first_name="Kanariefågel",
    last_name="Gulsson",
    email=EmailAddress("gul.fagel@example.com"),
    message="mitt bröst gör ont",
)
NOTE = "mår dåligt"
COMMENT = "har fått vinden"
CALLER = "203.0.113.77"

CANARIES = {
    MINE.identity_number.digits,
    MINE.identity_number.digits[2:],
    "Kanarie",
    "Gulsson",
    MINE.mobile.e164,
    "174060",
    "gul.fagel",
    "mitt bröst",
    NOTE,
    COMMENT,
    CALLER,
}


def everything_that_happens(book: WebBook, clock: StandingClock) -> Iterator[object]:
    """Go through all use cases and yield each answer, and each error as it would be logged."""
    mine = held(book, "09:00", caller=CALLER)
    yield mine
    wanted = booking("09:00", details=MINE, hold=mine.token, caller=CALLER, key=RequestKey("one"))
    yield wanted
    answer = book.book(wanted)
    assert isinstance(answer, Booked)
    yield answer
    yield book.book(wanted)
    try:
        book.book(attrs.evolve(wanted, start=at("10:00")))
    except RequestKeyReused as error:
        yield error
    for failing in (
        {"mobile": "174060", "first_name": "Kanarie\x00", "Gulsson": COMMENT},
        {"identity_number": "8501022381x", "email": "gul.fagel", "message": NOTE * 100},
    ):
        try:
            book.details(LINDEN, failing)
        except InvalidInput as error:
            yield error
    yield book.book(attrs.evolve(wanted, key=None, hold=None, alternatives=True))
    yield book.book(attrs.evolve(wanted, key=None, hold=None, start=at("12:00")))
    yield book.hold(hold_request("09:00", caller=CALLER, alternatives=True))
    yield book.search(LINDEN, CHECK_UP, on(page_size=3), hold=hold_id(mine.token))
    yield book.explain(LINDEN, CHECK_UP, at("09:00"))
    yield from _by_its_ways_in(book, answer)
    yield from _by_staff(book, answer)
    set_up(book, max_open_bookings=0)
    set_up_type(book, patients=Patients.NEW)
    yield book.book(attrs.evolve(wanted, key=None, hold=None, start=at("11:00")))
    clock.stand_at(at("16:00"))
    yield book.show(link_to(answer))


def _by_its_ways_in(book: WebBook, answer: Booked) -> Iterator[object]:
    link = link_to(answer)
    yield link
    yield book.show(link)
    yield book.search_other_times(link, on(page_size=3))
    yield book.rebook(link, at("12:00"))
    yield book.rebook(link, at("10:00"))
    issued = book.issue_code(LINDEN, answer.appointment.id, by="reception")
    assert issued.code is not None
    yield issued
    card = ByCard(
        identity_number=MINE.identity_number.digits, code=issued.code.printed, caller=CALLER
    )
    yield card
    yield book.show(card)
    yield book.show(attrs.evolve(card, code="0000-0000"))
    try:
        book.cancel(card, comment=COMMENT * 100)
    except InvalidValue as error:
        yield error
    yield book.cancel(card, comment=COMMENT)


def _by_staff(book: WebBook, answer: Booked) -> Iterator[object]:
    reception = Knowingly(by="reception")
    patient = answer.appointment.patient
    assert patient is not None
    yield book.confirm_contacts(LINDEN, patient, mobile=True, email=True)
    for channel, clock in (
        (Channel.SMS, "13:00"),
        (Channel.EMAIL, "14:00"),
        (Channel.CARD, "15:00"),
    ):
        yield book.recall(
            RecallRequest(
                clinic=LINDEN,
                patient=patient,
                type=CHECK_UP,
                provider=ANNA,
                start=at(clock),
                channel=channel,
                knowingly=reception,
            )
        )
    laid = StaffBooking(
        clinic=LINDEN, provider=BO, span=between("09:00", "10:00"), note=NOTE, patient=patient,
        knowingly=reception,
    )  # fmt: skip
    yield laid
    yield book.staff_book(laid)
    again = book.book(booking("16:30", details=MINE))
    assert isinstance(again, Booked)
    move = StaffMove(
        clinic=LINDEN,
        appointment=again.appointment.id,
        placement=a_placement("16:00", "16:30"),
        knowingly=reception,
    )
    yield book.staff_move(move)
    yield book.staff_cancel(LINDEN, again.appointment.id, by="reception")
    try:
        book.confirm_contacts(LINDEN, PatientId("nobody"))
    except WebtidbokError as error:
        yield error
    yield from (book.orphans(LINDEN), book.watch_list(LINDEN), book.verify(LINDEN))
    yield book.report(LINDEN, at("09:00").date(), at("09:00").date())


def secrets_in(answers: list[object], store: AnyStore) -> set[str]:
    """Return the tokens and codes that were given out or wait in a message."""
    tokens = {message.token for message in store.messages(LINDEN) if message.token}
    for answer in answers:
        if isinstance(answer, Held):
            tokens.add(answer.token.token)
        if isinstance(answer, Booked) and answer.link:
            tokens.add(answer.link.token)
        if isinstance(answer, CodeIssued | Recalled) and answer.code:
            tokens |= {answer.code.characters, answer.code.printed}
    return tokens


def test_no_column_holds_a_token_or_a_code_but_the_unsent_outbox_r29(
    book: WebBook, store: AnyStore, clock: StandingClock
) -> None:
    answers = list(everything_that_happens(book, clock))
    secrets = secrets_in(answers, store)
    unsent = {
        message.token
        for message in store.messages(LINDEN)
        if message.state is MessageState.UNSENT and message.token
    }

    kept = kept_text(store)
    assert unsent
    assert {secret for secret in secrets if secret in kept} == unsent
    assert all(kept.count(secret) == 1 for secret in unsent)


def test_no_person_and_no_secret_shows_in_any_log_warning_error_traceback_pickle_or_repr_r37(
    book: WebBook, store: AnyStore, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        answers = list(everything_that_happens(book, clock))
    assert any(isinstance(answer, SlotTaken) for answer in answers)

    patient = next(row.patient for row in store.appointments(LINDEN) if row.patient)
    rows = [
        *store.appointments(LINDEN),
        *store.history(LINDEN),
        *store.messages(LINDEN),
        *store.watch_list(LINDEN),
        *store.occupied(LINDEN),
        store.patient(LINDEN, patient),
    ]
    errors = [each for each in answers if isinstance(each, Exception)]
    shown = "\n".join([
        *(f"{each!r} {each}" for each in [*answers, *rows]),
        *("".join(traceback.format_exception(error)) for error in errors),
        *(pickle.dumps(error).decode("utf-8", "replace") for error in errors),
        *(str(warning.message) for warning in warned),
        caplog.text,
        repr(book),
    ])  # fmt: skip
    secrets = secrets_in(answers, store)

    assert len(secrets) >= 8
    assert len(errors) >= 5
    assert {
        canary for canary in CANARIES | secrets if canary.casefold() in shown.casefold()
    } == set()
    # They were there to be found.
    assert any(row.booking_text == MINE.message for row in store.appointments(LINDEN))
    assert any(entry.comment == COMMENT for entry in store.watch_list(LINDEN))
