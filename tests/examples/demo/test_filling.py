"""The clinic of the demonstration is filled on any day, and in the same way all that day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from examples.demo import cast
from examples.demo.cast import Person
from examples.demo.filling import fill
from examples.demo.weeks import CLINIC, ZONE, example_around
from webtidbok import Appointment, ByCard, Desk, Shown, WebBook
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.outbox import MemoryOutbox
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.changeable import Origin
from webtidbok.model.contact import MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.message import Channel, MessageKind
from webtidbok.model.wall_clock import local_date
from webtidbok.services.dispatching import dispatch_once
from webtidbok.testing.identity_numbers import published_number
from webtidbok.testing.sink import MessageSink

SITE = "http://127.0.0.1:8421"
TODAY = date(2026, 11, 25)

#: Every day of the week, the nights clocks change, a leap day, holidays, years with 53 weeks.
DAYS = (
    *(TODAY + timedelta(days=days) for days in range(7)),
    date(2027, 3, 28),
    date(2026, 10, 25),
    date(2028, 2, 29),
    date(2026, 12, 24),
    date(2027, 1, 1),
    date(2026, 6, 6),
    date(2024, 5, 1),
)

PEOPLE = [person for person in vars(cast).values() if isinstance(person, Person)]


class Filled:
    """A clinic that was filled in memory."""

    def __init__(self, today: date) -> None:
        store, clock = MemoryStore(), StandingClock(datetime(2020, 1, 1, tzinfo=UTC))
        desk = Desk(
            store=store,
            records=store,
            clock=clock,
            randomness=SystemRandomness(),
            keys=FixedKeys(b"32 bytes that only tests know of"),
        )
        self.book = WebBook(desk)
        self.sink = MessageSink()
        send = partial(dispatch_once, desk, MemoryOutbox(store), dict.fromkeys(Channel, self.sink))
        example = example_around(today, framed_by=SITE)
        self.printed = fill(self.book, clock, example, today, send=send)

    @property
    def visits(self) -> Sequence[Appointment]:
        return list(self.book.desk.records.appointments(CLINIC))


@pytest.fixture(scope="module")
def filled() -> Filled:
    return Filled(TODAY)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_on_any_day_it_is_filled_and_keeps_its_promises(today: date) -> None:
    filled = Filled(today)

    assert list(filled.book.verify(CLINIC)) == []
    assert list(filled.book.orphans(CLINIC)) == []


def test_it_is_filled_from_this_weeks_monday_on_for_four_weeks(filled: Filled) -> None:
    imported = [visit for visit in filled.visits if visit.id.startswith("A")]
    first, last = (local_date(each.span.start, ZONE) for each in (imported[0], imported[-1]))

    assert (first, last) == (date(2026, 11, 23), date(2026, 12, 17))


def test_the_same_day_is_filled_in_the_same_way(filled: Filled) -> None:
    def seen(of: Filled) -> list[str]:
        return sorted(f"{each.placement} {each.origin} {each.is_cancelled}" for each in of.visits)

    assert seen(Filled(TODAY)) == seen(filled)


def test_there_is_something_of_everything_to_see(filled: Filled) -> None:
    told = {sent.message.kind for sent in filled.sink.taken}
    report = filled.book.report(CLINIC, TODAY - timedelta(days=15), TODAY)

    assert {visit.origin for visit in filled.visits} == set(Origin)
    assert any(visit.is_moved_by_patient for visit in filled.visits)
    assert told == set(MessageKind) - {MessageKind.WATCH}
    assert all((report.booked, report.rebooked, report.cancelled, report.too_late, report.holds))
    assert all(entry.comment for entry in filled.book.watch_list(CLINIC))


def test_the_card_opens_its_visit(filled: Filled) -> None:
    code = filled.printed.recalled.code
    assert code is not None
    card = ByCard(identity_number=filled.printed.person.identity_number, code=code.printed)

    shown = filled.book.show(card)

    assert isinstance(shown, Shown)
    assert shown.appointment == filled.printed.recalled.appointment


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.first_name)
def test_nobody_in_the_cast_exists(person: Person) -> None:
    number = PersonalIdentityNumber.parse(person.identity_number, on=TODAY)
    born = number.birth_date
    mobile = MobileNumber.parse(person.mobile, country="SE")

    assert number in {published_number(born), published_number(born, man=True)}
    assert "+46701740605" <= mobile.e164 <= "+46701740699"
    assert person.email in ("", f"{person.first_name.lower()}@example.com")
