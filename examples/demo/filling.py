"""What has happened at the clinic before the doors open: two weeks, played on a standing clock.

Whose visits, and when, follows from the date alone; only tokens, codes and ids are drawn.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import attrs

from examples.demo.cast import ALVA, ELIN, JOSEF, KARL, LEO, MAJA, MARIAM, PER, SIGNE, Person
from examples.demo.weeks import Example
from webtidbok import (
    Booked,
    Booking,
    ByLink,
    Cancelled,
    ClinicId,
    Found,
    Held,
    HoldRequest,
    Knowingly,
    Moved,
    PatientId,
    Recalled,
    RecallRequest,
    Refused,
    Shown,
    Slot,
    StaffMove,
    TypeId,
    WebBook,
    Wishes,
)
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.model.message import Channel

CHECK_UP, HYGIENIST, RECALL = TypeId("undersokning"), TypeId("tandhygienist"), TypeId("revision")
RECEPTION = Knowingly(by="reception")

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Printed:
    """A recall card on paper: whose it is, when it was printed, and what stands on it."""

    person: Person
    at: datetime
    recalled: Recalled


def fill(
    book: WebBook,
    clock: StandingClock,
    example: Example,
    today: date,
    *,
    send: Callable[[], object],
) -> Printed:
    """Add the clinic, and play what patients and staff did until yesterday.

    Args:
        book: Of an empty store.
        clock: The book's.
        send: Sends what the outbox holds; called before the clock goes on.

    Returns:
        The recall that went out as a card.
    """
    scenes = _Scenes(book, clock, example, today, send)
    scenes.open_the_book()
    scenes.two_weeks()
    printed = scenes.yesterday()
    send()
    return printed


@attrs.frozen
class _Scenes:
    book: WebBook
    clock: StandingClock
    example: Example
    today: date
    send: Callable[[], object]

    def open_the_book(self) -> None:
        self.stand_at(15, "17:00")
        self.book.add_clinic(
            self.example.clinic,
            absences=self.example.absences,
            patients=self.example.patients,
            appointments=self.example.appointments,
        )

    def two_weeks(self) -> None:
        self.stand_at(14, "21:10")
        karls = self.books(KARL, CHECK_UP, self.first_free(CHECK_UP, in_days=-12))
        self.comes_too_late(karls)
        self.stand_at(5, "10:20")
        self.books(ELIN, CHECK_UP, message="Det ilar i en tand när jag dricker kallt.")
        self.stand_at(5, "19:45")
        alvas = self.books(ALVA, HYGIENIST)
        self.stand_at(4, "07:30")
        josefs = self.books(JOSEF, CHECK_UP)
        self.stand_at(4, "12:05")
        self.moves(alvas)
        self.stand_at(3, "22:15")
        self.books(SIGNE, HYGIENIST, message="Jag kommer med barnvagn.")
        self.stand_at(2, "06:50")
        self.cancels(josefs, "Förkyld, hör av mig när jag är frisk.")
        self.stand_at(2, "16:40")
        self.books(PER, CHECK_UP)

    def yesterday(self) -> Printed:
        self.stand_at(1, "08:15")
        majas = self.books(MAJA, CHECK_UP, message="Gärna samma behandlare som sist.")
        self.recalls("P04", Channel.SMS)
        self.recalls("P10", Channel.EMAIL)
        recalled = self.recalls("P06", Channel.CARD)
        printed = Printed(person=KARL, at=self.clock.now(), recalled=recalled)
        self.stand_at(1, "15:30")
        self.is_moved_by_staff(majas)
        self.stand_at(1, "20:45")
        self.changes_her_mind()
        leos = self.books(LEO, HYGIENIST)
        self.stand_at(1, "21:20")
        self.cancels(leos, "Fick en tid på jobbet samtidigt.")
        self.books(MARIAM, HYGIENIST)
        return printed

    # What somebody does

    def books(
        self, person: Person, wanted: TypeId, slot: Slot | None = None, message: str = ""
    ) -> ByLink:
        slot = slot or self.first_free(wanted)
        details = self.book.details(self.clinic, person.details(message))
        wish = Booking(
            clinic=self.clinic,
            type=wanted,
            provider=slot.provider,
            start=slot.start,
            details=details,
        )
        link = a(Booked, self.book.book(wish)).link
        assert link is not None, "it is not a repeat"
        return ByLink(link)

    def moves(self, link: ByLink) -> None:
        others = a(Found, self.book.search_other_times(link, self.wishes(3))).slots
        a(Moved, self.book.rebook(link, others[-1].start))

    def cancels(self, link: ByLink, comment: str) -> None:
        a(Cancelled, self.book.cancel(link, comment=comment))

    def comes_too_late(self, link: ByLink) -> None:
        start = a(Shown, self.book.show(link)).appointment.span.start
        self.send()
        self.clock.stand_at(start - timedelta(hours=3))
        a(Refused, self.book.cancel(link))

    def changes_her_mind(self) -> None:
        slot = self.first_free(HYGIENIST)
        wish = HoldRequest(
            clinic=self.clinic, type=HYGIENIST, provider=slot.provider, start=slot.start
        )
        held = a(Held, self.book.hold(wish))
        assert self.book.release(self.clinic, held.token)

    def recalls(self, patient: str, channel: Channel) -> Recalled:
        slot = self.first_free(CHECK_UP, in_days=14)
        wish = RecallRequest(
            clinic=self.clinic,
            patient=PatientId(patient),
            type=RECALL,
            provider=slot.provider,
            start=slot.start,
            channel=channel,
            knowingly=RECEPTION,
        )
        return a(Recalled, self.book.recall(wish))

    def is_moved_by_staff(self, link: ByLink) -> None:
        visit = a(Shown, self.book.show(link)).appointment
        move = StaffMove(
            clinic=self.clinic,
            appointment=visit.id,
            placement=self.first_free(CHECK_UP, in_days=7).placement,
            knowingly=RECEPTION,
        )
        a(Moved, self.book.staff_move(move))

    # Where and when

    @property
    def clinic(self) -> ClinicId:
        return self.example.clinic.id

    def stand_at(self, days_ago: int, wall: str) -> None:
        """Let it be so many days ago, at a time on the clinic's wall."""
        self.send()
        day = self.today - timedelta(days=days_ago)
        zone = self.example.clinic.time_zone
        self.clock.stand_at(datetime.combine(day, time.fromisoformat(wall), zone))

    def first_free(self, wanted: TypeId, *, in_days: int = 2) -> Slot:
        return self.book.search(self.clinic, wanted, self.wishes(in_days)).slots[0]

    def wishes(self, in_days: int) -> Wishes:
        first = self.today + timedelta(days=in_days)
        return Wishes(first=first, last=first + timedelta(weeks=6), page_size=6)


def a(kind: type[T], outcome: object) -> T:
    """Return an outcome that the story needs to be of this kind."""
    assert isinstance(outcome, kind), outcome
    return outcome
