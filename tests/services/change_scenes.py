"""Short ways to say what is changed at Linden, by staff or by patients, and to look at it."""

from collections.abc import Collection
from datetime import date
from typing import Any

import attrs

from tests.services.scenes import LINDEN, on, on_the_wall, set_up
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import Event
from webtidbok.model.ids import AppointmentId
from webtidbok.model.message import Channel, Message, MessageState
from webtidbok.model.patient import Patient
from webtidbok.ports.store import Change, Scope, State
from webtidbok.services.access import Access, ByCard, ByLink
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import Moved, NoSuchVisit, Recalled, StaffBooked
from webtidbok.services.recalling import RecallRequest
from webtidbok.services.staff import StaffBooking, StaffMove
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    CHECK_UP,
    NOW,
    a_patient,
    a_placement,
    at,
    between,
)
from webtidbok.testing.identity_numbers import an_identity_number

RECEPTION = Knowingly(by="reception")


def over(*appointments: Appointment) -> Knowingly:
    """Return that the reception knows what it lays its time over, and why."""
    named = frozenset(each.id for each in appointments)
    return Knowingly(by="reception", over=named, reason="in pain")


def staff_booking(start: str = "09:00", until: str = "09:30", **changes: Any) -> StaffBooking:
    """Return a time that staff want with Anna on `A_MONDAY`, or on `day`, in no room."""
    wanted = StaffBooking(
        clinic=LINDEN,
        provider=ANNA,
        span=between(start, until, changes.pop("day", A_MONDAY)),
        knowingly=RECEPTION,
    )
    return attrs.evolve(wanted, **changes)


def laid(
    book: WebBook,
    start: str = "09:00",
    until: str = "09:30",
    *under: Appointment,
    **changes: Any,
) -> Appointment:
    """Lay a time for staff, knowingly over what is named, and return it."""
    answer = book.staff_book(staff_booking(start, until, knowingly=over(*under), **changes))
    assert isinstance(answer, StaffBooked)
    return answer.appointment


def staff_move(
    appointment: Appointment, start: str, until: str, *under: Appointment, **changes: Any
) -> StaffMove:
    """Return staff's wish to have an appointment with Anna then, over what is named."""
    fields = {field.name for field in attrs.fields(StaffMove)}
    there = {name: changes.pop(name) for name in list(changes) if name not in fields}
    return StaffMove(
        clinic=LINDEN,
        appointment=appointment.id,
        placement=a_placement(start, until, **there),
        knowingly=over(*under),
        **changes,
    )


def moved_by_staff(
    book: WebBook,
    appointment: Appointment,
    start: str,
    until: str,
    *under: Appointment,
    **changes: Any,
) -> Appointment:
    """Move an appointment for staff, and return it as it is then."""
    answer = book.staff_move(staff_move(appointment, start, until, *under, **changes))
    assert isinstance(answer, Moved)
    return answer.appointment


def register(book: WebBook, *patients: Patient) -> None:
    """Put patients into the clinic's register, as a host does."""

    def put(_: State) -> Change[bool] | bool:
        return Change(answer=True, patients=patients)

    book.desk.store.transact(Scope(clinic=LINDEN, now=NOW), put)


def recall_request(clock: str = "09:00", place: int = 1, **changes: Any) -> RecallRequest:
    """Return a recall by card of that patient to a check-up with Anna on `A_MONDAY`, or `day`."""
    wanted = RecallRequest(
        clinic=LINDEN,
        patient=a_patient(f"p{place}").id,
        type=CHECK_UP,
        provider=ANNA,
        start=at(clock, changes.pop("day", A_MONDAY)),
        channel=Channel.CARD,
        knowingly=RECEPTION,
    )
    return attrs.evolve(wanted, **changes)


def recalled(book: WebBook, clock: str = "09:00", place: int = 1, **changes: Any) -> Recalled:
    """Recall a patient of the register, and return what was answered: that it went well."""
    answer = book.recall(recall_request(clock, place, **changes))
    assert isinstance(answer, Recalled)
    return answer


def card_of(answer: Recalled, place: int = 1, **changes: Any) -> ByCard:
    """Return the way in with the number of that patient and the code of the card."""
    assert answer.code is not None
    number = an_identity_number(place).digits
    return attrs.evolve(ByCard(identity_number=number, code=answer.code.printed), **changes)


def way_in_to(book: WebBook, appointment: Appointment, place: int) -> ByCard:
    """Print a card for a visit of that patient, and return the way in."""
    answer = book.issue_code(LINDEN, appointment.id, by="reception")
    assert answer.code is not None
    number = an_identity_number(place).digits
    return ByCard(identity_number=number, code=answer.code.printed)


def open_to_all(book: WebBook) -> None:
    """Let patients move and cancel appointments of every origin."""
    set_up(book, changeable=Changeable({origin: frozenset(Action) for origin in Origin}))


def moved(book: WebBook, access: Access, clock: str, day: date = A_MONDAY) -> Appointment:
    """Move a visit as its patient, and return it as it is then."""
    answer = book.rebook(access, at(clock, day))
    assert isinstance(answer, Moved)
    assert not answer.is_repeat
    return answer.appointment


# Looking


def other_times(book: WebBook, access: Access) -> list[str]:
    """Return the times on `A_MONDAY` to which a visit may be moved."""
    found = book.search_other_times(access, on())
    assert not isinstance(found, NoSuchVisit)
    return on_the_wall(*found.slots)


def as_it_is(book: WebBook, appointment: Appointment) -> Appointment:
    """Return an appointment as the store has it now."""
    return book.desk.records.appointment(LINDEN, appointment.id)


def happened(book: WebBook, appointment: AppointmentId | None = None) -> list[str]:
    """Return what has happened, to one appointment or at all, in the words of the history."""
    return [event.what.value for event in book.history(LINDEN, appointment)]


def last_event(book: WebBook) -> Event:
    """Return what happened last."""
    return list(book.history(LINDEN))[-1]


def written(book: WebBook, state: MessageState | None = None) -> list[Message]:
    """Return the messages of the outbox in the order they were written, or those in a state."""
    messages = book.desk.records.messages(LINDEN)
    return [each for each in messages if state in (None, each.state)]


def kinds_of(messages: Collection[Message]) -> list[str]:
    """Return what messages are about and how they go: `moved sms`."""
    return [f"{each.kind.value} {each.channel.value}" for each in messages]


def link_in(message: Message) -> ByLink:
    """Return the way in that a message carries."""
    return ByLink(LinkToken(message.token))


def overlaps(book: WebBook) -> set[tuple[str, str]]:
    """Return which appointments of patients lie under which of staff."""
    return {(pair.patients, pair.staffs) for pair in book.desk.records.overlaps(LINDEN)}


def is_exclusive(book: WebBook, appointment: Appointment) -> bool:
    """Return whether an appointment's rows are exclusive; it says the same of itself."""
    rows = [r for r in book.desk.records.occupied(LINDEN) if r.holder == appointment.id]
    assert {row.exclusive for row in rows} == {as_it_is(book, appointment).exclusive}
    return rows[0].exclusive


def all_is_well(book: WebBook) -> bool:
    """Return whether `verify` finds nothing, and just those times are exclusive that R24a says."""
    overlaid = {pair.patients for pair in book.desk.records.overlaps(LINDEN)}
    return not list(book.verify(LINDEN)) and all(
        each.exclusive
        == (each.chosen_by_patient and not each.is_cancelled and each.id not in overlaid)
        for each in book.desk.records.appointments(LINDEN)
    )
