"""What must hold after a race: in the database, and between it and what the workers were told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Engine

from tests.torture.asking import KEYED, Answered, Asked, Told
from tests.torture.scene import a_book, gaps_in_journals
from webtidbok.model.appointment import Placement
from webtidbok.model.event import Event, Happening
from webtidbok.model.ids import AppointmentId
from webtidbok.model.message import MessageKind
from webtidbok.model.occupied import Occupied
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import THE_CLINIC

_BY_PATIENTS = {Happening.BOOKED, Happening.REBOOKED}
_GONE = {Happening.CANCELLED, Happening.STAFF_CANCELLED}
_ASKED_WITH_KEY = _BY_PATIENTS | {Happening.CANCELLED, Happening.STAFF_BOOKED}
_TELLS = {
    Happening.BOOKED: MessageKind.CONFIRMATION,
    Happening.REBOOKED: MessageKind.MOVED,
    Happening.CANCELLED: MessageKind.CANCELLED,
}


def wrongs(engine: Engine, told: Sequence[Told], known: Iterable[str] = ()) -> list[str]:
    """Return all that is wrong; `known` are the keys of what was asked before the race."""
    book = a_book(engine)
    history = list(book.history(THE_CLINIC))
    found = [str(broken) for broken in book.verify(THE_CLINIC)]
    found += gaps_in_journals(engine)
    found += _two_holders_now(book.desk.records.occupied(THE_CLINIC))
    found += _two_holders_ever(history)
    found += _messages(book, history)
    found += _links(told)
    found += [error for each in told for error in each.errors]
    asked = {key: request for each in told for key, request in each.asked.items()}
    found += _unasked(history, asked, known)
    events: dict[str, Event] = {event.key: event for event in history}
    for each in told:
        for answer in each.answered:
            if says := _wrong(book, events, asked[answer.key], answer):
                found.append(f"{says}: {asked[answer.key]}, {answer}")
    return found


def _two_holders_now(rows: Iterable[Occupied]) -> Iterator[str]:
    """Look at each row and all that began before it; slower than `verify`, and not by it."""
    seen: dict[str, list[Occupied]] = {}
    for row in sorted(rows, key=lambda each: each.span.start):
        others = seen.setdefault(row.calendar, [])
        for other in others:
            if other.span.end > row.span.start and (row.exclusive or other.exclusive):
                yield f"two holders: {row} and {other}"
        others.append(row)


def _minutes(placement: Placement) -> list[tuple[str, int]]:
    span = placement.span
    start, end = (int(each.timestamp()) // 300 for each in (span.start, span.end))
    return [(calendar, at) for calendar in placement.calendars for at in range(start, end)]


def _two_holders_ever(history: Iterable[Event]) -> Iterator[str]:
    """Let all happen once more: what a patient took was nobody's at that moment."""
    held: dict[tuple[str, int], set[str]] = {}
    where: dict[str, list[tuple[str, int]]] = {}
    for event in history:
        if event.appointment is None or event.what is Happening.OVERLAID:
            continue
        for cell in where.pop(event.appointment, ()):
            held[cell].discard(event.appointment)
        if event.after is None or event.what in _GONE:
            continue
        cells = _minutes(event.after)
        if event.what in _BY_PATIENTS and any(held.get(cell) for cell in cells):
            yield f"two holders for a while, from {event}"
        for cell in cells:
            held.setdefault(cell, set()).add(event.appointment)
        where[event.appointment] = cells


def _messages(book: WebBook, history: Sequence[Event]) -> Iterator[str]:
    """One message for each change that a patient made: no less, and no more."""
    wanted: Counter[object] = Counter(
        (event.appointment, event.revision, _TELLS[event.what])
        for event in history
        if event.what in _TELLS
    )
    kinds = set(_TELLS.values())
    patients = {event.appointment for event in history if event.what in _TELLS}
    by_staff = {
        (event.appointment, event.revision)
        for event in history
        if event.what is Happening.STAFF_CANCELLED
    }
    written: Counter[object] = Counter(
        (each.appointment, each.sequence, each.kind)
        for each in book.desk.records.messages(THE_CLINIC)
        if each.kind in kinds
        and each.appointment in patients
        and (each.appointment, each.sequence) not in by_staff
    )
    for change in wanted.keys() | written.keys():
        if not wanted[change] == written[change] == 1:
            yield f"{written[change]} messages for {wanted[change]} times {change}"


def _links(told: Sequence[Told]) -> Iterator[str]:
    """A link is given once, to whoever got the first answer."""
    given = Counter(answer.appointment for each in told for answer in each.answered if answer.token)
    for appointment, times in given.items():
        if times != 1:
            yield f"the link of {appointment} was given {times} times"


def _unasked(
    history: Iterable[Event], asked: Mapping[str, Asked], known: Iterable[str]
) -> Iterator[str]:
    before = set(known)
    for event in history:
        if event.what in _ASKED_WITH_KEY and event.key not in asked and event.key not in before:
            yield f"nobody asked for {event}"


def _wrong(
    book: WebBook, events: Mapping[str, Event], asked: Asked, answer: Answered
) -> str | None:
    """Return what is wrong with an answer that somebody was given."""
    event = events.get(asked.key)
    if asked.what not in KEYED:
        return None
    if asked.what == "cancel":
        return _wrong_cancelled(book, answer)
    if not answer.is_done:
        return "refused, and stored" if event else None
    if event is None:
        return "acknowledged, and lost"
    if event.appointment != answer.appointment:
        return "acknowledged, and another's"
    if answer.is_repeat or asked.what == "staff-book":
        return None if event.revision <= answer.revision else "repeated, and of the past"
    after = event.after
    if after is None or event.revision != answer.revision:
        return "acknowledged, and otherwise"
    is_so = (after.provider, after.resource, after.span.start.isoformat()) == (
        answer.provider,
        answer.resource,
        answer.start,
    )
    return None if is_so else "acknowledged, and elsewhere"


def _wrong_cancelled(book: WebBook, answer: Answered) -> str | None:
    if not answer.is_done:
        return None
    appointment = book.desk.records.appointment(THE_CLINIC, AppointmentId(answer.appointment))
    return None if appointment.is_cancelled else "cancelled, and still there"
