"""Text that means harm, in every field that takes any: stored as it is, or refused by us (R40)."""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

import attrs
import pytest
from sqlalchemy import Engine

from tests.torture.scene import PATIENCE, SLOTS, the_clinic
from tests.torture.sizes import Size
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.errors import StoreUnavailable, WebtidbokError
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ClinicId,
    PatientId,
)
from webtidbok.model.instants import MINUTE
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.throttle import Throttle
from webtidbok.services.access import ByCard, ByLink
from webtidbok.services.booking import Booking
from webtidbok.services.desk import Desk
from webtidbok.services.holding import HoldRequest
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import AbsenceLaid, Booked, Cancelled, StaffBooked
from webtidbok.services.staff import StaffBooking
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, CHECK_UP, NOW, some_details
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.testing.store_scenes import StoreWithRecords

HOSTILE = {
    "NUL": "a\0b",
    "NUL alone": "\0",
    "a lone surrogate": "a\ud800b",
    "a bell": "a\ab",
    "right to left": "a\u202eb\u202c",
    "separators": "a\u2028b\u2029c",
    "a million combining marks": "a" + "\u0301" * 10**6,
    "a hundred combining marks": "a" + "\u0301" * 99,
    "loose accents": "A\u030asa Bjo\u0308rk",
    "an encoded word": "=?utf-8?B?c2Vuc2U=?=",
    "a header": "a\r\nBcc: b@example.com",
    "SQL": "'; DROP TABLE wtb_appointment; --",
    "quotes": "\"'`´’“”",
    "a pattern": "%_\\%s{}${x}{{x}}",
    "markup": "<script>alert(1)</script>",
    "outside the plane": "\U0001f600\U00020000",
    "a Turkish i": "İıIi",
    "white": "\u00a0\u200b\ufeff ",
    "nothing": "",
}


@attrs.frozen
class Here:
    """A clinic of a book, new for each text and field."""

    book: WebBook
    clinic: ClinicId


#: What a host or a patient can put text into; each returns what was kept, or anything else.
Field = Callable[[Here, str], object]


def a_booking(here: Here, **given: object) -> Booked:
    """Book with details as typed."""
    typed: Mapping[str, object] = {
        "identity_number": an_identity_number(1).digits,
        "first_name": "Test",
        "last_name": "Testsson",
        "mobile": "0701740605",
    } | given
    details = here.book.details(here.clinic, typed)
    answer = here.book.book(
        Booking(
            clinic=here.clinic,
            type=CHECK_UP,
            provider=ANNA,
            start=SLOTS[0].start,
            details=details,
        )
    )
    assert isinstance(answer, Booked)
    return answer


def typed(field: str, kept: Callable[[Here, Booked], object]) -> Field:
    """Return how to type into a field of the form, and to see what was kept."""
    return lambda here, text: kept(here, a_booking(here, **{field: text}))


def of_patient(name: str) -> Callable[[Here, Booked], object]:
    def read(here: Here, booked: Booked) -> object:
        patient = booked.appointment.patient
        assert patient is not None
        return getattr(here.book.desk.records.patient(here.clinic, patient), name)

    return read


def of_appointment(name: str) -> Callable[[Here, Booked], object]:
    return lambda here, booked: getattr(
        here.book.desk.records.appointment(here.clinic, booked.appointment.id), name
    )


def asking(name: str) -> Callable[[Here, str], Booking]:
    """Return a booking with the text in some field that is the host's."""

    def build(here: Here, text: str) -> Booking:
        return Booking(
            **{  # type: ignore[arg-type] # by name
                "clinic": here.clinic,
                "type": CHECK_UP,
                "provider": ANNA,
                "start": SLOTS[0].start,
                "details": some_details(),
                name: text,
            }
        )

    return build


def hosts(name: str) -> Field:
    return lambda here, text: type(here.book.book(asking(name)(here, text)))


def key_kept(here: Here, text: str) -> object:
    here.book.book(asking("key")(here, text))
    (event,) = here.book.history(here.clinic)
    return event.key


def comment(here: Here, text: str) -> object:
    link = a_booking(here).link
    assert link is not None
    assert isinstance(here.book.cancel(ByLink(link), comment=text), Cancelled)
    return next(here.book.watch_list(here.clinic)).comment


def staffs_time(here: Here, **given: str) -> StaffBooked:
    knowingly = Knowingly(by=given.pop("by", "reception"), reason=given.pop("reason", ""))
    answer = here.book.staff_book(
        StaffBooking(
            clinic=here.clinic,
            provider=ANNA,
            span=TimeSpan(SLOTS[0].start, SLOTS[0].start + 30 * MINUTE),
            knowingly=knowingly,
            **given,  # type: ignore[arg-type] # by name
        )
    )
    assert isinstance(answer, StaffBooked)
    return answer


def staff_wrote(name: str) -> Field:
    def write(here: Here, text: str) -> object:
        made = staffs_time(here, **{name: text}).appointment
        return getattr(here.book.desk.records.appointment(here.clinic, made.id), name)

    return write


def staff_by(here: Here, text: str) -> object:
    staffs_time(here, by=text)
    (event,) = here.book.history(here.clinic)
    return event.by


def absence_reason(here: Here, text: str) -> object:
    span = TimeSpan(SLOTS[0].start, SLOTS[0].start + 30 * MINUTE)
    laid = here.book.lay_absence(here.clinic, ANNA, span, reason=text)
    assert isinstance(laid, AbsenceLaid)
    (kept,) = here.book.desk.records.absences(here.clinic)
    return kept.reason


def held_by(here: Here, text: str) -> object:
    slot = SLOTS[0]
    request = HoldRequest(
        clinic=here.clinic, type=CHECK_UP, provider=ANNA, start=slot.start, caller=text
    )
    return type(here.book.hold(request))


#: What keeps text: what comes back is what went in, but for NFC and white space around it.
KEPT: Mapping[str, Field] = {
    "first name": typed("first_name", of_patient("first_name")),
    "last name": typed("last_name", of_patient("last_name")),
    "message": typed("message", of_appointment("booking_text")),
    "comment": comment,
    "staff's treatment": staff_wrote("treatment"),
    "staff's note": staff_wrote("note"),
    "staff's name": staff_by,
    "reason of an absence": absence_reason,
    "request key": key_kept,
}

#: What is read, looked up or counted: nothing of it comes back.
LOOKED_AT: Mapping[str, Field] = {
    "identity number": typed("identity_number", lambda _, booked: type(booked)),
    "mobile": typed("mobile", lambda _, booked: type(booked)),
    "e-mail": typed("email", lambda _, booked: type(booked)),
    "caller": hosts("caller"),
    "caller of a hold": held_by,
    "language": hosts("language"),
    "clinic": hosts("clinic"),
    "type": hosts("type"),
    "provider": hosts("provider"),
    "reason to overlap": lambda here, text: type(staffs_time(here, reason=text)),
    "resource of staff": lambda here, text: type(staffs_time(here, resource=text)),
    "type of staff": lambda here, text: type(staffs_time(here, type=text)),
    "patient of staff": lambda here, text: type(staffs_time(here, patient=text)),
    "card": lambda here, text: type(
        here.book.show(ByCard(identity_number=text, code=text, caller=text))
    ),
    "link": lambda here, text: type(here.book.show(ByLink(LinkToken.parse(text)))),
    "appointment": lambda here, text: type(
        here.book.staff_cancel(here.clinic, AppointmentId(text), by="reception")
    ),
    "absence": lambda here, text: here.book.remove_absence(here.clinic, AbsenceId(text)),
    "patient": lambda here, text: type(here.book.confirm_contacts(here.clinic, PatientId(text))),
    "history of": lambda here, text: list(here.book.history(here.clinic, AppointmentId(text))),
    "clinic to look at": lambda here, text: list(here.book.history(ClinicId(text))),
}

FIELDS = {**KEPT, **LOOKED_AT}


def a_book_on(store: StoreWithRecords, throttle: Throttle) -> WebBook:
    return WebBook(
        Desk(
            store=store,
            records=store,
            clock=StandingClock(NOW),
            randomness=SystemRandomness(),
            keys=FixedKeys(b"the key of the installation"),
            throttle=throttle,
        )
    )


def said(field: Field, book: WebBook, clinic: str, text: str) -> object:
    """Return what came of it: a value, our own error by its text, or one that escaped."""
    here = Here(book, ClinicId(clinic))
    book.add_clinic(the_clinic(clinic))
    try:
        return field(here, text)
    except WebtidbokError as error:
        return type(error), str(error)
    except Exception as error:  # noqa: BLE001 - that is what must not come
        return "escaped", repr(error)[:200]


some_of_it = pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(40, 30), id="short"),
        pytest.param(Size(10_000, 300), id="long", marks=pytest.mark.torture),
    ],
)


@some_of_it
def test_it_is_kept_as_it_is_or_refused_by_us_the_same_on_every_engine(
    size: Size, engine: Engine, seed: int, tell: Callable[[str], None]
) -> None:
    store = SqlStore.from_engine(engine, patience=PATIENCE)
    sql = a_book_on(store, SqlThrottle.from_engine(engine))
    memory = a_book_on(MemoryStore(), MemoryThrottle())
    wrong = []
    tried = [(name, field) for name in HOSTILE for field in FIELDS]
    for name, field in random.Random(seed).sample(tried, min(size.attempts, len(tried))):
        text, act = HOSTILE[name], FIELDS[field]
        clinic = f"{name}-{field}"
        on_sql = said(act, sql, clinic, text)
        in_memory = said(act, memory, clinic, text)
        if on_sql != in_memory:
            wrong.append((field, name, on_sql, in_memory))
        elif field in KEPT and isinstance(on_sql, str) and on_sql != kept(text):
            wrong.append((field, name, on_sql, kept(text)))
        elif isinstance(on_sql, tuple) and on_sql[0] in {StoreUnavailable, "escaped"}:
            wrong.append((field, name, on_sql, "a reason"))

    tell(f"{min(size.attempts, len(tried))} of {len(tried)} texts in fields")
    assert not wrong, "\n".join(map(str, wrong))


def kept(text: str) -> str:
    """Return the text as it shall be kept (R40)."""
    lines = re.sub("\r\n|[\r\n\u2028\u2029]", "\n", unicodedata.normalize("NFC", text))
    return lines.strip()
