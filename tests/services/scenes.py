"""A small clinic for the tests of the use cases, and short ways to say what happens there.

Linden opens on weekdays 8-12 and 13-17, with paperwork over noon, and on Sunday nights 0-6, which
holds both changes of the clocks. Anna and Bo take check-ups of half an hour in no room; Bo and Anna
take fillings of an hour, with a quarter to tidy up after, in one of two rooms. Bo alone has nights.
The present is `NOW`, Monday 30 November 2026 at 8; things happen a week later, on `A_MONDAY`.
"""

from datetime import date
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import Engine, select

from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.change_limit import HoursBefore
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import ClinicId, KindId, ProviderId, ResourceId, TypeId
from webtidbok.model.patient import PatientDetails
from webtidbok.model.schedule import BlockKind
from webtidbok.model.slot import Slot
from webtidbok.services.access import ByLink
from webtidbok.services.booking import Booking
from webtidbok.services.holding import HoldRequest
from webtidbok.services.outcomes import Booked, Held
from webtidbok.services.searching import Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHECK_UP,
    FILLING,
    VISITS,
    ZONE,
    a_block,
    a_period,
    a_template,
    a_week,
    at,
    some_details,
)

AnyStore = MemoryStore | SqlStore

LINDEN = ClinicId("linden")
ROOM_1 = ResourceId("room-1")
ROOM_2 = ResourceId("room-2")
PAPERWORK = KindId("paperwork")

#: Sundays on which the clocks change; Bo's night lasts five hours on the first, seven on the other.
SPRING = date(2027, 3, 28)
AUTUMN = date(2027, 10, 31)


def linden(**changes: Any) -> Clinic:
    """Return the clinic with fields of it, or of its `web_booking`, changed by their names."""
    return _changed(_LINDEN, changes)


def set_up(book: WebBook, **changes: Any) -> Clinic:
    """Give the clinic in the book other settings than it has now, by their names likewise."""
    return book.change_settings(_changed(book.clinic(LINDEN), changes))


def _changed(clinic: Clinic, changes: dict[str, Any]) -> Clinic:
    fields = {field.name for field in attrs.fields(Clinic)}
    settings = {name: value for name, value in changes.items() if name not in fields}
    return attrs.evolve(
        clinic,
        web_booking=attrs.evolve(clinic.web_booking, **settings),
        **{name: value for name, value in changes.items() if name in fields},
    )


_WEEKDAY = (a_block("08:00", "12:00"), a_block("12:00", "13:00", kind=PAPERWORK), a_block("13:00"))

_LINDEN = Clinic(
    id=LINDEN,
    name="Linden",
    time_zone=ZONE,
    phone="+4681234567",
    languages=("sv", "en"),
    web_booking=WebBooking(
        new_bookings=True,
        rebookings=True,
        cancellations=True,
        change_limit=HoursBefore(24),
        horizon_months=12,
    ),
    block_kinds=(
        BlockKind(id=VISITS, name="Visits", web_bookable=True),
        BlockKind(id=PAPERWORK, name="Paperwork"),
    ),
    providers=(Provider(id=ANNA, name="Anna"), Provider(id=BO, name="Bo")),
    resources=(Resource(id=ROOM_1, name="Room 1"), Resource(id=ROOM_2, name="Room 2")),
    templates=(
        a_template("weekdays", *_WEEKDAY),
        attrs.evolve(a_template("nights"), weeks=((*a_week()[:6], (a_block("00:00", "06:00"),)),)),
    ),
    periods=(a_period(ANNA), a_period(BO), a_period(BO, "nights")),
    types=(
        BookableType(
            id=CHECK_UP,
            name="Check-up",
            duration_minutes=30,
            interval_minutes=30,
            providers=(ANNA, BO),
        ),
        BookableType(
            id=FILLING,
            name="Filling",
            treatment="composite filling",
            duration_minutes=60,
            interval_minutes=30,
            after_minutes=15,
            providers=(BO, ANNA),
            resources=(ROOM_1, ROOM_2),
        ),
    ),
)


def set_up_type(book: WebBook, type: TypeId = CHECK_UP, **changes: Any) -> BookableType:  # noqa: A002
    """Give a type of the clinic other settings than it has now."""
    types = {each.id: each for each in book.clinic(LINDEN).types}
    types[type] = attrs.evolve(types[type], **changes)
    set_up(book, types=tuple(types.values()))
    return types[type]


def details(place: int = 1, **changes: Any) -> PatientDetails:
    """Return what the patient in this place types: with an e-mail, and both channels ticked."""
    ticked = {
        "email": EmailAddress(f"test{place}@example.com"),
        "accepts_sms": True,
        "accepts_email": True,
    }
    return some_details(place, **(ticked | changes))


def booking(clock: str = "09:00", place: int = 1, **changes: Any) -> Booking:
    """Return a check-up with Anna at that time of `A_MONDAY`, or of `day`, for that patient."""
    day = changes.pop("day", A_MONDAY)
    wanted = Booking(
        clinic=LINDEN,
        type=CHECK_UP,
        provider=ANNA,
        start=at(clock, day),
        details=details(place),
    )
    return attrs.evolve(wanted, **changes)


def hold_request(clock: str = "09:00", **changes: Any) -> HoldRequest:
    """Return a wish to keep a check-up with Anna at that time of `A_MONDAY`, or of `day`."""
    day = changes.pop("day", A_MONDAY)
    wanted = HoldRequest(clinic=LINDEN, type=CHECK_UP, provider=ANNA, start=at(clock, day))
    return attrs.evolve(wanted, **changes)


def booked(book: WebBook, clock: str = "09:00", place: int = 1, **changes: Any) -> Booked:
    """Book, and return what was answered, which is that it went well."""
    answer = book.book(booking(clock, place, **changes))
    assert isinstance(answer, Booked)
    return answer


def held(book: WebBook, clock: str = "09:00", **changes: Any) -> Held:
    """Hold, and return what was answered, which is that it went well."""
    answer = book.hold(hold_request(clock, **changes))
    assert isinstance(answer, Held)
    return answer


def link_to(answer: Booked) -> ByLink:
    """Return the way in that a booking's receipt shows."""
    assert answer.link is not None
    return ByLink(answer.link)


def on(day: date = A_MONDAY, last: date | None = None, **wishes: Any) -> Wishes:
    """Return the wish to come on a day, or from it to the `last`."""
    return Wishes(first=day, last=last or day, **wishes)


def slot_at(
    book: WebBook,
    clock: str,
    day: date = A_MONDAY,
    type: TypeId = CHECK_UP,  # noqa: A002 - the domain's word
    provider: ProviderId = ANNA,
) -> Slot | None:
    """Return what is offered to anybody at that time with that provider; None if nothing is."""
    found = book.search(LINDEN, type, on(day), providers=[provider])
    return next((slot for slot in found.slots if slot.start == at(clock, day)), None)


def on_the_wall(*slots: Slot) -> list[str]:
    """Return who has time and when by the clock on the wall: `anna 09:00`."""
    return [f"{slot.provider} {slot.start.astimezone(ZONE):%H:%M}" for slot in slots]


def codes_of(answer: object) -> list[str]:
    """Return the codes of the reasons that an answer gives."""
    return [reason.code for reason in getattr(answer, "reasons", ())]


# Stores


def new_store(kind: str, folder: Path) -> AnyStore:
    """Return an empty store: `memory`, or `sqlite` in a file in the folder."""
    if kind == "memory":
        return MemoryStore()
    engine = open_database(str(folder / "webtidbok.db"), create=True)
    create_schema(engine)
    return SqlStore.from_engine(engine)


def engine_of(store: SqlStore) -> Engine:
    """Return the engine of a store that owns its transactions."""
    engine = store._transactions._engine  # type: ignore[attr-defined] # of OwnTransactions
    assert isinstance(engine, Engine)
    return engine


def contents(store: AnyStore) -> dict[str, object]:
    """Return all that a store holds, down to the last row: to see that nothing was stored."""
    if isinstance(store, MemoryStore):
        return {
            "clinics": dict(store._clinics),
            "shelves": {
                clinic: repr(attrs.asdict(shelf, recurse=False))
                for clinic, shelf in store._shelves.items()
            },
            "links": dict(store._links),
            "patients": dict(store._patients._patients),  # type: ignore[attr-defined] # in memory
            "watch list": list(store._watch_list._entries),  # type: ignore[attr-defined] # likewise
        }
    with engine_of(store).connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in tables.metadata.sorted_tables
            if table is not tables.throttle
        }


def kept_text(store: AnyStore) -> str:
    """Return all that is kept as one text, also what values do not show."""
    if isinstance(store, MemoryStore):
        with store.opened(LINDEN) as shelf:
            return str(attrs.asdict(shelf))
    return str(contents(store))
