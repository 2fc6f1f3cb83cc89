"""The example clinic in memory, with its pages on this machine and a clock that the test moves."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import attrs
from starlette.responses import HTMLResponse

from examples.demo.cast import ERIK, Person
from examples.demo.weeks import CLINIC, ZONE, example_around
from tests.browser.serving import Sites
from tests.services.scenes import AnyStore
from tests.services.stores import StoreBehind
from webtidbok import (
    Appointment,
    Booked,
    Booking,
    ByLink,
    Cancelled,
    Clinic,
    Desk,
    Knowingly,
    LinkToken,
    PatientId,
    ProviderId,
    Recalled,
    RecallRequest,
    Slot,
    StaffMove,
    TypeId,
    WebBook,
    Wishes,
)
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.addresses import Addresses
from webtidbok.model.ids import provider_calendar
from webtidbok.model.message import Channel
from webtidbok.model.occupied import Occupied
from webtidbok.ports.store import A, Change, Scope, State
from webtidbok.testing.clock import StandingClock
from webtidbok.web.app import create_app
from webtidbok.web.embedding import embed_code
from webtidbok.web.site import Site

#: A Friday; the clinic is booked from the Monday after on.
NOW = datetime(2026, 11, 27, 10, tzinfo=ZONE)

CHECK_UP, HYGIENIST = TypeId("undersokning"), TypeId("tandhygienist")
EK = ProviderId("ek")
STAFF = Knowingly(by="reception")


class FailingStore(StoreBehind):
    """Can be read, and fails when it is to change."""

    def __init__(self, store: AnyStore, error: Exception) -> None:
        super().__init__(store)
        self.error = error

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:  # noqa: ARG002
        raise self.error


class Scene:
    """A clinic and its pages, new for each test."""

    def __init__(self, sites: Sites) -> None:
        self.store = store = MemoryStore()
        self.sites = sites
        self.clock = StandingClock(NOW)
        self.addresses = Addresses(sites.address)
        self.book = WebBook(
            Desk(
                store=store,
                records=store,
                clock=self.clock,
                randomness=SystemRandomness(),
                keys=FixedKeys(b"a key of 32 bytes for tests only"),
                throttle=MemoryThrottle(),
            )
        )
        example = example_around(date(2026, 11, 30), framed_by=sites.address_around)
        self.book.add_clinic(
            example.clinic,
            absences=example.absences,
            patients=example.patients,
            appointments=example.appointments,
        )
        self.show(self.book)

    def show(self, book: WebBook) -> None:
        """Let the pages be those of a book."""
        self.sites.pages = create_app(book, Site(addresses=self.addresses))

    # What the test does behind the pages

    def wait(self, **time: float) -> None:
        """Let time pass, by its units: `minutes=20`."""
        self.clock.move(timedelta(**time))

    def stand_at(self, wall: str) -> None:
        """Let it be some time on the clinic's wall."""
        self.clock.stand_at(datetime.fromisoformat(wall).replace(tzinfo=ZONE))

    def set_up(self, **changes: object) -> Clinic:
        """Change settings of web booking, by their names."""
        clinic = self.book.clinic(CLINIC)
        web_booking = attrs.evolve(clinic.web_booking, **changes)  # type: ignore[arg-type] # checked by attrs
        return self.book.change_settings(attrs.evolve(clinic, web_booking=web_booking))

    def first_free(self, type_: TypeId = CHECK_UP) -> Slot:
        """Return the first free time."""
        return self.free(type_)[0]

    def free(self, type_: TypeId = CHECK_UP) -> "list[Slot]":
        """Return all free times of four weeks."""
        wishes = Wishes(first=self.clock.now().date(), last=date(2026, 12, 24))
        return list(self.book.search(CLINIC, type_, wishes).slots)

    def next_free_with_the_same(self, link: ByLink) -> Slot:
        """Return the first free time of the provider of a visit."""
        provider = self.visit_behind(link.token.token).placement.provider
        return next(each for each in self.free() if each.provider == provider)

    def booked(
        self, slot: Slot | None = None, *, by: Person = ERIK, language: str = "sv"
    ) -> ByLink:
        """Book a time for somebody; the first free one unless it is said which."""
        slot = slot or self.first_free()
        answer = self.book.book(
            Booking(
                clinic=CLINIC,
                type=CHECK_UP,
                provider=slot.provider,
                start=slot.start,
                details=self.book.details(CLINIC, by.details()),
                language=language,
            )
        )
        assert isinstance(answer, Booked), answer
        assert answer.link is not None
        return ByLink(answer.link)

    def recalled(self, patient: str = "P06") -> Recalled:
        """Recall a patient of the register by card, to a time in the second week."""
        slot = next(each for each in self.free() if each.start.date() >= date(2026, 12, 9))
        answer = self.book.recall(
            RecallRequest(
                clinic=CLINIC,
                patient=PatientId(patient),
                type=TypeId("revision"),
                provider=slot.provider,
                start=slot.start,
                channel=Channel.CARD,
                knowingly=STAFF,
            )
        )
        assert isinstance(answer, Recalled), answer
        return answer

    def break_down(self, error: Exception) -> None:
        """Let every change fail from now on."""
        failing = FailingStore(self.store, error)
        self.show(WebBook(attrs.evolve(self.book.desk, store=failing)))

    def booked_on_the_web(self) -> "list[Appointment]":
        """Return what patients have booked since the clinic was added."""
        visits = self.book.desk.records.appointments(CLINIC)
        return [visit for visit in visits if visit.is_web_booked and visit.first_name]

    def holds(self) -> "list[Occupied]":
        """Return the times that are kept for somebody."""
        now, taken = self.clock.now(), self.book.desk.records.occupied(CLINIC)
        people = {provider_calendar(each.id) for each in self.book.clinic(CLINIC).providers}
        kept = (one for one in taken if one.expires_at and one.is_live(now))
        return [one for one in kept if one.calendar in people]

    def framed(self) -> str:
        """Return the address of a site that shows the booking pages in a frame."""
        frame = embed_code(self.addresses, self.book.clinic(CLINIC), language="sv")
        return self._around("Boka tid", frame)

    def form_of_another_site(self, address: str) -> str:
        """Return the address of a site whose only button sends a form to another address."""
        form = f'<form method="post" action="{address}"><button>Gratis</button></form>'
        return self._around("Vinn en resa", form)

    def _around(self, title: str, content: str) -> str:
        self.sites.around = HTMLResponse(
            '<!doctype html><html lang="sv"><link rel="icon" href="data:,">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{title}</title><h1>{title}</h1>{content}"
        )
        return f"{self.sites.address_around}/"

    def visit_behind(self, link: str) -> Appointment:
        """Return the visit that a link leads to."""
        token = LinkToken(link.rpartition("/")[2])
        visit = self.book.desk.store.find_by_link(token.hash)
        assert visit is not None, "the link leads nowhere"
        return visit

    def cancelled(self, link: ByLink) -> None:
        """Let the patient cancel, in another tab or on the phone."""
        answer = self.book.cancel(link)
        assert isinstance(answer, Cancelled), answer

    def moved_by_staff(self, link: ByLink) -> None:
        """Let staff move a visit to another time."""
        visit = self.visit_behind(link.token.token)
        place = self.free()[-1].placement
        self.book.staff_move(
            StaffMove(clinic=CLINIC, appointment=visit.id, placement=place, knowingly=STAFF)
        )
