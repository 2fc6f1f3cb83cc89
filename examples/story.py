"""The web appointment book, told in the terminal: `make story`.

A made-up clinic, a database in a temporary folder, a clock that stands where the story needs it
and randomness that is none, so that each run prints the same. Nothing is left behind.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from webtidbok import (
    Appointment,
    Booked,
    Booking,
    ByLink,
    Cancelled,
    Clinic,
    Desk,
    Found,
    Moved,
    Refused,
    Slot,
    SlotTaken,
    WebBook,
    Wishes,
)
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.adapters.files.csv_files import read_appointments, read_patients
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.model.changeable import Origin
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.model.schedule import DayBlock
from webtidbok.model.wall_clock import shown_wall_minutes
from webtidbok.ports.randomness import Randomness
from webtidbok.rules.changes import TooLateToChange
from webtidbok.rules.refusal import facts_of
from webtidbok.services.reporting import Report

CLINIC = Path(__file__).parent / "clinic"
ZONE = ZoneInfo("Europe/Stockholm")

FRIDAY = datetime(2026, 11, 27, 10, tzinfo=ZONE)
SUNDAY = datetime(2026, 11, 29, 20, tzinfo=ZONE)
MONDAY = date(2026, 11, 30)
WEEK = [MONDAY + timedelta(days=days) for days in range(5)]
THIS_WEEK = Wishes(first=WEEK[0], last=WEEK[-1])
TWO_WEEKS = Wishes(first=MONDAY, last=MONDAY + timedelta(days=11))

EK = ProviderId("ek")
CHECK_UP, HYGIENIST = TypeId("undersokning"), TypeId("tandhygienist")

# Numbers that the tax agency keeps for tests, telephones that are kept for fiction.
MAJA = {
    "identity_number": "880313-2383",
    "first_name": "Maja",
    "last_name": "Berglund",
    "mobile": "070-174 06 06",
    "message": "Det ilar i en tand när jag dricker kallt.",
    "accepts_sms": True,
}
ALVA = {
    "identity_number": "19920101-2383",
    "first_name": "Alva",
    "last_name": "Björk",
    "mobile": "070-174 06 40",
    "email": "alva@example.com",
    "accepts_email": True,
}

MARKS = {Origin.WEB: "W", Origin.RECALL: "recall", Origin.STAFF: "staff"}

T = TypeVar("T")
console = Console(highlight=False, soft_wrap=True)


class StoryRandomness(Randomness):
    """The same bytes in each run. A host takes `webtidbok.adapters.system.SystemRandomness`."""

    def __init__(self) -> None:
        self.asked = 0

    def random_bytes(self, count: int) -> bytes:
        """Return bytes that anybody can guess."""
        self.asked += 1
        return hashlib.shake_128(b"story %d" % self.asked).digest(count)


def main() -> int:
    """Tell the story; 0 if it went as told."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal may lack å, ä and ö
    clock = StandingClock(FRIDAY)
    with a_book(clock) as (book, clinic):
        the_week(book, clinic)
        the_free_times(book, clinic)
        a_time_that_is_not_offered(book, clinic)
        majas = a_booking(book, clinic)
        alvas = a_booking_and_a_move(book, clinic)
        clock.stand_at(SUNDAY)
        too_late(book, clinic, majas)
        a_cancellation(book, clinic, alvas)
        what_happened(book, clinic)
    return 0


@contextmanager
def a_book(clock: StandingClock) -> Iterator[tuple[WebBook, Clinic]]:
    """Give the book of the example clinic, on an SQLite file that is gone afterwards."""
    with TemporaryDirectory() as folder:
        engine = open_database(str(Path(folder) / "story.db"), create=True)
        create_schema(engine)
        store = SqlStore.from_engine(engine)
        book = WebBook(Desk(store=store, records=store, clock=clock, randomness=StoryRandomness()))
        described = read_clinic(CLINIC / "clinic.toml")
        clinic = described.clinic
        patients = read_patients(CLINIC / "patients.csv", clinic, on=FRIDAY.date())
        appointments = read_appointments(
            CLINIC / "appointments.csv", clinic, patients={patient.id for patient in patients}
        )
        book.add_clinic(
            clinic, absences=described.absences, patients=patients, appointments=appointments
        )
        say(f"[bold]{clinic.name}[/]: {len(patients)} patients, {len(appointments)} appointments")
        say(f"in an SQLite database that is gone afterwards. It is {shown(FRIDAY)}.")
        yield book, clinic
        engine.dispose()


# The scenes


def the_week(book: WebBook, clinic: Clinic) -> None:
    """Show the blocks of a provider's week with what lies in them."""
    heading(f"The week of {clinic.provider(EK).name}")
    say("Patients may book in blocks marked *. A W was booked by a patient on the web.")
    kinds = {kind.id: kind for kind in clinic.block_kinds}
    visits = [
        visit
        for visit in book.desk.records.appointments(clinic.id)
        if visit.placement.provider == EK and not visit.is_cancelled
    ]
    table = Table(box=None, show_header=False, padding=(0, 1))
    for day in WEEK:
        shown_day = f"{day:%a %d %b}"
        for block in blocks_of(clinic, EK, day):
            kind = kinds[block.kind]
            hours = f"{shown_wall_minutes(block.start)}-{shown_wall_minutes(block.until)}"
            inside = (shown_visit(visit) for visit in visits if lies_in(visit, day, block))
            mark = "*" if kind.web_bookable else " "
            table.add_row(shown_day, hours, f"{mark} {kind.name}", ", ".join(inside))
            shown_day = ""
    show(table)


def the_free_times(book: WebBook, clinic: Clinic) -> None:
    """Search two types."""
    for wanted in (CHECK_UP, HYGIENIST):
        type_ = clinic.type(wanted)
        found = book.search(clinic.id, wanted, THIS_WEEK)
        heading(f"Free on the web: {type_.name}, {type_.duration_minutes} minutes")
        say(type_.description)
        show(times(clinic, found.slots))


def a_time_that_is_not_offered(book: WebBook, clinic: Clinic) -> None:
    """Explain: every reason, for staff and for patients."""
    start = datetime(2026, 11, 30, 16, 10, tzinfo=ZONE)
    heading(f"Why can nobody book {shown(start)} with {clinic.provider(EK).name}?")
    why = book.explain(clinic.id, CHECK_UP, start, provider=EK)
    table = Table(box=None, padding=(0, 1))
    for name in ("reason", "the setting behind it"):
        table.add_column(name, no_wrap=True)
    table.add_column("facts")
    for reason in why.reasons:
        facts = (f"{name} {shown_fact(value)}" for name, value in facts_of(reason).items())
        table.add_row(reason.code, reason.setting or "-", ", ".join(facts))
    show(table)
    codes = (reason.code for reason in why.for_patients())
    say("Patients are told the codes alone: " + ", ".join(codes))


def a_booking(book: WebBook, clinic: Clinic) -> ByLink:
    """Maja books the first free time; somebody else is a moment too late for it."""
    heading("Maja books the first free time")
    slot = book.search(clinic.id, CHECK_UP, THIS_WEEK, providers=[EK]).slots[0]
    wanted = Booking(
        clinic=clinic.id,
        type=CHECK_UP,
        provider=slot.provider,
        start=slot.start,
        details=book.details(clinic.id, MAJA),
    )
    link = receipt(clinic, a(Booked, book.book(wanted)))
    say("The clinic knew her: nothing in its register was overwritten, nor shown to her.")

    say()
    say("Alva wants the same time, a moment later:")
    alvas = Booking(
        clinic=clinic.id,
        type=CHECK_UP,
        provider=slot.provider,
        start=slot.start,
        details=book.details(clinic.id, ALVA),
        alternatives=True,
    )
    taken = a(SlotTaken, book.book(alvas))
    near = ", ".join(shown(other.start) for other in taken.alternatives)
    say(f"taken ({', '.join(reason.code for reason in taken.reasons)}). Near it are free: {near}")
    return link


def a_booking_and_a_move(book: WebBook, clinic: Clinic) -> ByLink:
    """Alva books the hygienist and moves the visit, through the link of her receipt."""
    heading("Alva books the hygienist, and moves the visit")
    slot = book.search(clinic.id, HYGIENIST, TWO_WEEKS).slots[1]
    wanted = Booking(
        clinic=clinic.id,
        type=HYGIENIST,
        provider=slot.provider,
        start=slot.start,
        details=book.details(clinic.id, ALVA),
    )
    link = receipt(clinic, a(Booked, book.book(wanted)))
    say("The clinic did not know her: its register has a new patient.")
    others = a(Found, book.search_other_times(link, TWO_WEEKS)).slots
    say(f"With the same provider {len(others)} other times are free for as long a visit.")
    moved = a(Moved, book.rebook(link, others[-1].start))
    say(f"moved to {shown(moved.appointment.span.start)}, {place(clinic, moved.appointment)}")
    return link


def too_late(book: WebBook, clinic: Clinic, link: ByLink) -> None:
    """On Sunday evening Maja is past the clinic's limit."""
    heading(f"It is {shown(SUNDAY)}: Maja wants to cancel")
    refused = a(Refused, book.cancel(link))
    for reason in refused.reasons:
        say(f"refused: {reason.code} ({reason.setting})")
        if isinstance(reason, TooLateToChange):
            say(f"It was possible until {shown(reason.last_moment)}. Phone: {clinic.phone}")


def a_cancellation(book: WebBook, clinic: Clinic, link: ByLink) -> None:
    """Alva cancels, and lands on the watch list."""
    heading("Alva cancels")
    gone = a(Cancelled, book.cancel(link, comment="Förkyld, hör av mig när jag är frisk."))
    say(f"cancelled: {shown(gone.appointment.span.start)}; the time is free again.")
    for entry in book.watch_list(clinic.id):
        say(f"watch list: patient {entry.patient}, {shown(entry.at)}, “{entry.comment}”")
    say()
    say("The history of her visit:")
    table = Table(box=None, show_header=False, padding=(0, 1))
    for event in book.history(clinic.id, gone.appointment.id):
        before = shown(event.before.span.start) if event.before else ""
        after = shown(event.after.span.start) if event.after else ""
        table.add_row(shown(event.at), event.what.value, f"by {event.way.value}", before, after)
    show(table)


def what_happened(book: WebBook, clinic: Clinic) -> None:
    """Report, outbox, and a look at whether all promises hold."""
    report = book.report(clinic.id, FRIDAY.date(), SUNDAY.date())
    heading(f"The report of {report.first} to {report.last}")
    show(figures(report))
    say()
    waiting = [message.kind.value for message in book.desk.records.messages(clinic.id)]
    say(f"In the outbox, for a dispatcher to send: {', '.join(waiting)}")
    broken = list(book.verify(clinic.id))
    say(f"verify: {len(broken)} broken promises")
    assert not broken


# How things are shown


def heading(text: str) -> None:
    """Begin a scene."""
    console.print()
    console.print(f"[bold cyan]{text}[/]")


def say(text: str = "") -> None:
    """Print a line; it is seen at once."""
    console.print(text)


def show(table: Table) -> None:
    """Print a table, cut to the width of the terminal."""
    console.print(table, soft_wrap=False)


def a(kind: type[T], outcome: object) -> T:
    """Return an outcome that the story needs to be of this kind."""
    assert isinstance(outcome, kind), outcome
    return outcome


def shown(moment: datetime) -> str:
    """Return a moment as the clock on the clinic's wall shows it."""
    return f"{moment.astimezone(ZONE):%a %d %b %H:%M}"


def shown_fact(value: object) -> str:
    """Return a fact of a refusal for staff; its moments are ISO texts."""
    text = str(value)
    return shown(datetime.fromisoformat(text)) if text.endswith("Z") else text


def place(clinic: Clinic, visit: Appointment) -> str:
    """Return with whom and where a visit is."""
    who = clinic.provider(visit.placement.provider).name
    resource = visit.placement.resource
    return who if resource is None else f"{who}, {clinic.resource(resource).name}"


def receipt(clinic: Clinic, booked: Booked) -> ByLink:
    """Show what the patient gets, and return the way back in."""
    visit = booked.appointment
    assert booked.link is not None
    say(f"booked: {shown(visit.span.start)}, {place(clinic, visit)}")
    say(f"link to move or cancel it: .../{booked.link.token}")
    return ByLink(booked.link)


def times(clinic: Clinic, slots: Iterable[Slot]) -> Table:
    """Return slots in a table: a row for each day and provider."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    by_row = groupby(slots, key=lambda slot: (slot.start.astimezone(ZONE).date(), slot.provider))
    for (day, provider), of_row in by_row:
        clock_times = " ".join(f"{slot.start.astimezone(ZONE):%H:%M}" for slot in of_row)
        table.add_row(f"{day:%a %d %b}", clinic.provider(provider).name, clock_times)
    return table


def blocks_of(clinic: Clinic, provider: ProviderId, day: date) -> list[DayBlock]:
    """Return the blocks of a day on which templates count, earliest first."""
    templates = {template.id: template for template in clinic.templates}
    return sorted(
        block
        for period in clinic.periods
        if period.provider == provider and day in period
        for block in templates[period.template].blocks_on(day, period.anchor)
    )


def lies_in(visit: Appointment, day: date, block: DayBlock) -> bool:
    """Return whether a visit starts in a block of a day."""
    wall = visit.span.start.astimezone(ZONE)
    return wall.date() == day and block.start <= wall.hour * 60 + wall.minute < block.until


def shown_visit(visit: Appointment) -> str:
    """Return when a visit is, and who made it."""
    return f"{visit.span.start.astimezone(ZONE):%H:%M} {MARKS[visit.origin]}"


def figures(report: Report) -> Table:
    """Return a report in a table."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_row("booked by patients", str(report.booked))
    table.add_row("moved by patients", str(report.rebooked))
    table.add_row("cancelled by patients", str(report.cancelled))
    table.add_row("too late to change", str(report.too_late))
    table.add_row("booked while the clinic was open", str(report.inside_opening_hours))
    table.add_row("booked while it was closed", str(report.outside_opening_hours))
    for type_, counts in report.by_type.items():
        table.add_row(type_, ", ".join(f"{number} {what}" for what, number in counts.items()))
    return table


if __name__ == "__main__":
    sys.exit(main())
