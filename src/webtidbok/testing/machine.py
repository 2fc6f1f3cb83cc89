"""A state machine that holds a web book on any store against one in memory, over random histories.

Subclass it, say how your store is opened, and hand its `TestCase` to pytest:

    class MyStoreAnswersAsMemoryDoes(BookMachine):
        def open_store(self) -> StoreWithRecords:
            return MyStore(...)

    TestMyStore = MyStoreAnswersAsMemoryDoes.TestCase

After every step both books have answered the same and hold the same, and `verify` finds nothing.
Both draw ids, tokens and codes from the same made-up randomness, so that these are equal too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.codes import LinkToken, LookupCode
from webtidbok.model.contact import EmailAddress
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ProviderId,
    RequestKey,
    ResourceId,
    TypeId,
)
from webtidbok.model.instants import DAY, MINUTE, SECOND
from webtidbok.model.message import Channel
from webtidbok.model.wall_clock import local_date
from webtidbok.ports.throttle import Throttle
from webtidbok.services.access import Access, ByCard, ByLink
from webtidbok.services.booking import Booking
from webtidbok.services.holding import HoldRequest, hold_id
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import (
    AbsenceLaid,
    Booked,
    CodeIssued,
    Held,
    Moved,
    OverlapsPatients,
    Recalled,
    StaffBooked,
)
from webtidbok.services.recalling import RecallRequest
from webtidbok.services.searching import Wishes
from webtidbok.services.staff import StaffBooking, StaffMove
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHAIR_1,
    CHECK_UP,
    FILLING,
    THE_CLINIC,
    ZONE,
    a_patient,
    at,
    some_details,
)
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.crowd import (
    CROWDED_DAYS,
    SETTINGS,
    THE_SUNDAY,
    Wanted,
    a_crowded_clinic,
    callers,
    mostly,
    placements,
    places,
    starts,
    the_known_patients,
    types,
    wanted_times,
    wishes,
)
from webtidbok.testing.store_scenes import StoreWithRecords
from webtidbok.testing.twins import Raised, Twins, book_on, contents, plainly

T = TypeVar("T")


@attrs.frozen
class Visit:
    """An appointment that a machine has made, and a way in to it."""

    id: AppointmentId
    access: Access


class BookMachine(RuleBasedStateMachine):
    """Histories of a crowded clinic: two mornings, two providers, five patients, and staff."""

    visits: Bundle[Visit] = Bundle("visits")
    staffs: Bundle[Visit] = Bundle("staffs")
    tokens: Bundle[LinkToken] = Bundle("tokens")
    absences: Bundle[AbsenceId] = Bundle("absences")

    def open_store(self) -> StoreWithRecords:
        """Return an empty store: the one under test."""
        raise NotImplementedError

    def reopened(self) -> StoreWithRecords:
        """Return a store that holds what the one under test was given, as after a restart."""
        return cast(StoreWithRecords, self.twins.tested.desk.records)

    def open_throttle(self) -> Throttle:
        """Return an empty throttle, after the store; one in memory unless overridden."""
        return MemoryThrottle()

    @initialize(target=visits)
    def open_the_books(self) -> MultipleResults[Visit]:
        """Open the clinic in both books; a new patient and a known one have booked."""
        self.clock = StandingClock(THE_SUNDAY)
        self.twins = Twins(
            tested=book_on(self.open_store(), self.open_throttle(), self.clock),
            model=book_on(MemoryStore(), MemoryThrottle(), self.clock, most_kept=0),
        )
        self.sent: list[Booking] = []
        self.moves = 0
        self.twins.both(
            lambda book: book.add_clinic(a_crowded_clinic(), patients=the_known_patients())
        )
        new = self._booked(Wanted(FILLING, BO, at("10:00")), 5)
        known = self._booked(Wanted(CHECK_UP, ANNA, at("09:00", CROWDED_DAYS[1])), 1)
        return multiple(*filter(None, (new, known)))

    def _knowingly(
        self, act: Callable[[WebBook, Knowingly], T], *, may_overlap: bool
    ) -> T | Raised:
        """Let both books lay a time for staff; name what is in the way if it may be overlapped."""
        answer = self.twins.both(lambda book: act(book, Knowingly(by="reception")))
        if not (may_overlap and isinstance(answer, OverlapsPatients)):
            return answer
        over = frozenset(each.id for each in answer.appointments)
        naming = Knowingly(by="reception", over=over, reason="in pain")
        return self.twins.both(lambda book: act(book, naming))

    # What holds after every step

    @invariant()
    def both_hold_the_same(self) -> None:
        """Compare every row that can be looked at."""
        assert contents(self.twins.tested) == contents(self.twins.model)

    @invariant()
    def nothing_is_broken(self) -> None:
        """Ask `verify`; and see that just what R24a makes exclusive is exclusive."""
        assert list(self.twins.tested.verify(THE_CLINIC)) == []
        records = self.twins.model.desk.records
        overlaid = {pair.patients for pair in records.overlaps(THE_CLINIC)}
        for each in records.appointments(THE_CLINIC):
            is_patients = each.chosen_by_patient and not each.is_cancelled
            assert each.exclusive == (is_patients and each.id not in overlaid)

    # Time and the store

    @rule(by=st.sampled_from((SECOND, 5 * MINUTE, 10 * MINUTE - SECOND, 10 * MINUTE, DAY)))
    def wait(self, by: timedelta) -> None:
        """Let time pass: holds expire, limits are reached, visits begin."""
        self.clock.move(by)

    @rule()
    def restart_and_follow_up(self) -> None:
        """Open the store anew, as after a restart; count, and list what does not fit."""
        self.twins.reopen(self.reopened())
        self.twins.both(lambda book: book.report(THE_CLINIC, A_MONDAY - DAY, A_MONDAY))
        self.twins.both(lambda book: list(book.orphans(THE_CLINIC)))

    # Patients

    @rule(wanted=wanted_times, wishes=wishes, token=st.none() | tokens, anybody=st.booleans())
    def search(
        self,
        wanted: Wanted,
        wishes: Wishes,
        token: LinkToken | None,
        anybody: bool,  # noqa: FBT001 - drawn
    ) -> None:
        """Look for free times, with one provider or any."""
        asked = None if anybody else (wanted.provider,)
        own = None if token is None else hold_id(token)
        self.twins.look(
            lambda book: plainly(
                book.search(THE_CLINIC, wanted.type, wishes, providers=asked, hold=own)
            )
        )

    @rule(wanted=wanted_times, token=st.none() | tokens)
    def explain(self, wanted: Wanted, token: LinkToken | None) -> None:
        """Ask why a time is not offered; a search offers it just when there is no reason (R17)."""
        own = None if token is None else hold_id(token)
        that_day = local_date(wanted.start, ZONE)

        def reasons(book: WebBook) -> object:
            said = book.explain(
                THE_CLINIC, wanted.type, wanted.start, provider=wanted.provider, hold=own
            )
            found = book.search(
                THE_CLINIC,
                wanted.type,
                Wishes(first=that_day, last=that_day),
                providers=[wanted.provider],
                hold=own,
            )
            is_offered = wanted.start in [slot.start for slot in found.slots]
            assert is_offered == (not said.reasons)
            return said

        self.twins.look(reasons)

    @rule(target=tokens, wanted=wanted_times, token=st.none() | tokens, caller=callers)
    def hold(
        self, wanted: Wanted, token: LinkToken | None, caller: str | None
    ) -> LinkToken | MultipleResults[LinkToken]:
        """Keep a slot, maybe instead of another one."""
        request = HoldRequest(
            clinic=THE_CLINIC,
            **attrs.asdict(wanted),
            token=token,
            caller=caller,
            alternatives=True,
        )
        answer = self.twins.both(lambda book: book.hold(request))
        return answer.token if isinstance(answer, Held) and token is None else multiple()

    @rule(token=tokens, caller=callers)
    def release(self, token: LinkToken, caller: str | None) -> None:
        """Give a hold back."""
        self.twins.both(lambda book: book.release(THE_CLINIC, token, caller=caller))

    @rule(
        target=visits,
        wanted=wanted_times,
        place=places,
        token=st.none() | tokens,
        caller=callers,
    )
    def book(
        self, wanted: Wanted, place: int, token: LinkToken | None, caller: str | None
    ) -> Visit | MultipleResults[Visit]:
        """Book, with or without a hold."""
        return self._booked(wanted, place, hold=token, caller=caller) or multiple()

    def _booked(self, wanted: Wanted, place: int, **more: Any) -> Visit | None:
        email = EmailAddress(f"test{place}@example.com")
        booking = Booking(
            clinic=THE_CLINIC,
            **attrs.asdict(wanted),
            details=some_details(place, accepts_sms=True, accepts_email=place > 1, email=email),
            key=RequestKey(f"booking {len(self.sent)}"),
            alternatives=True,
            **more,
        )
        self.sent.append(booking)
        answer = self.twins.both(lambda book: book.book(booking))
        if not isinstance(answer, Booked):
            return None
        assert answer.link is not None
        return Visit(answer.appointment.id, ByLink(answer.link))

    @rule(number=st.integers(0, 30), otherwise=st.booleans())
    def send_a_booking_again(self, number: int, otherwise: bool) -> None:  # noqa: FBT001 - drawn
        """Repeat a request, with the same content or with other (R22)."""
        again = self.sent[number % len(self.sent)]
        if otherwise:
            again = attrs.evolve(again, start=again.start + 30 * MINUTE)
        answer = self.twins.both(lambda book: book.book(again))
        if isinstance(answer, Booked) and not answer.is_repeat:
            self.sent[number % len(self.sent)] = again

    @rule(visit=visits, wishes=wishes)
    def show(self, visit: Visit, wishes: Wishes) -> None:
        """Look at a visit and at other times for it."""
        self.twins.both(lambda book: book.show(visit.access))
        self.twins.both(lambda book: plainly(book.search_other_times(visit.access, wishes)))

    @rule(visit=visits, start=starts, revision=st.none() | st.integers(1, 3), twice=st.booleans())
    def rebook(
        self,
        visit: Visit,
        start: datetime,
        revision: int | None,
        twice: bool,  # noqa: FBT001 - drawn
    ) -> None:
        """Move a visit; a request that comes twice is carried out once."""
        self.moves += 1
        key = RequestKey(f"move {self.moves}")

        def move(book: WebBook) -> object:
            return book.rebook(visit.access, start, key=key, revision=revision, alternatives=True)

        answer = self.twins.both(move)
        if isinstance(answer, Moved) and twice:
            assert self.twins.both(move) == Moved(appointment=answer.appointment, is_repeat=True)

    @rule(visit=visits, revision=st.none() | st.integers(1, 3), comment=st.sampled_from(("", "!")))
    def cancel(self, visit: Visit, revision: int | None, comment: str) -> None:
        """Cancel a visit, with or without a comment."""
        self.twins.both(lambda book: book.cancel(visit.access, comment=comment, revision=revision))

    @rule(place=places, caller=callers)
    def try_a_wrong_code(self, place: int, caller: str | None) -> None:
        """Look up with a code that nobody was given; the failure counts (R29b)."""
        number = some_details(place).identity_number.digits
        wrong = ByCard(identity_number=number, code="0000-0000", caller=caller)
        self.twins.both(lambda book: book.show(wrong))

    @rule(target=visits, visit=visits)
    def read_a_message(self, visit: Visit) -> Visit:
        """Find another way in to a visit, in its last unsent message."""
        return Visit(visit.id, self._by_link(visit.id))

    # Staff

    @rule(
        target=staffs,
        placement=placements,
        over=st.none() | visits,
        type=st.none() | types,
        may_overlap=mostly,
    )
    def staff_book(
        self,
        placement: Placement,
        over: Visit | None,
        type: TypeId | None,  # noqa: A002 - the domain's word
        may_overlap: bool,  # noqa: FBT001 - drawn
    ) -> Visit | MultipleResults[Visit]:
        """Lay a time for staff, over patients' only knowingly; often just where a visit is."""
        there = placement if over is None else self._appointment(over.id).placement

        def lay(book: WebBook, knowingly: Knowingly) -> object:
            wanted = StaffBooking(
                clinic=THE_CLINIC,
                provider=there.provider,
                resource=there.resource,
                span=there.span.widened(before=15 * MINUTE, after=timedelta()),
                type=type,
                knowingly=knowingly,
            )
            return book.staff_book(wanted)

        answer = self._knowingly(lay, may_overlap=may_overlap)
        if not isinstance(answer, StaffBooked):
            return multiple()
        return Visit(answer.appointment.id, _NOBODYS)

    @rule(visit=visits | staffs, placement=placements, may_overlap=mostly)
    def staff_move(
        self,
        visit: Visit,
        placement: Placement,
        may_overlap: bool,  # noqa: FBT001 - drawn
    ) -> None:
        """Move any appointment for staff."""

        def move(book: WebBook, knowingly: Knowingly) -> object:
            wanted = StaffMove(
                clinic=THE_CLINIC,
                appointment=visit.id,
                placement=placement,
                knowingly=knowingly,
            )
            return book.staff_move(wanted)

        self._knowingly(move, may_overlap=may_overlap)

    @rule(visit=visits | staffs)
    def staff_cancel(self, visit: Visit) -> None:
        """Cancel any appointment for staff."""
        self.twins.both(lambda book: book.staff_cancel(THE_CLINIC, visit.id, by="reception"))

    @rule(
        target=visits,
        wanted=wanted_times,
        place=places,
        channel=st.sampled_from((Channel.SMS, Channel.EMAIL, Channel.CARD)),
        may_overlap=mostly,
    )
    def recall(
        self,
        wanted: Wanted,
        place: int,
        channel: Channel,
        may_overlap: bool,  # noqa: FBT001 - drawn
    ) -> Visit | MultipleResults[Visit]:
        """Set a recall; the same one set again is a repeat."""

        def set_it(book: WebBook, knowingly: Knowingly) -> object:
            request = RecallRequest(
                clinic=THE_CLINIC,
                patient=a_patient(f"p{place}").id,
                **attrs.asdict(wanted),
                channel=channel,
                knowingly=knowingly,
            )
            return book.recall(request)

        answer = self._knowingly(set_it, may_overlap=may_overlap)
        if not isinstance(answer, Recalled):
            return multiple()
        made = answer.appointment.id
        return Visit(made, self._by_card(made, answer.code) or self._by_link(made))

    @rule(target=visits, visit=visits)
    def issue_code(self, visit: Visit) -> Visit | MultipleResults[Visit]:
        """Print a card again."""
        answer = self.twins.both(lambda book: book.issue_code(THE_CLINIC, visit.id, by="reception"))
        if not isinstance(answer, CodeIssued):
            return multiple()
        return Visit(visit.id, self._by_card(visit.id, answer.code) or _NOBODYS)

    @rule(target=absences, of=st.sampled_from((ANNA, BO, CHAIR_1)), placement=placements)
    def lay_absence(
        self, of: ProviderId | ResourceId, placement: Placement
    ) -> AbsenceId | MultipleResults[AbsenceId]:
        """Be away; whose visit was there is an orphan."""
        answer = self.twins.both(
            lambda book: book.lay_absence(THE_CLINIC, of, placement.span, is_resource=of == CHAIR_1)
        )
        return answer.absence.id if isinstance(answer, AbsenceLaid) else multiple()

    @rule(absence=absences)
    def remove_absence(self, absence: AbsenceId) -> None:
        """Be back; one that is removed already is not known any more."""
        self.twins.both(lambda book: book.remove_absence(THE_CLINIC, absence))

    @rule(name=st.sampled_from(sorted(SETTINGS)))
    def change_settings(self, name: str) -> None:
        """Decide otherwise."""
        self.twins.both(lambda book: book.change_settings(a_crowded_clinic(**SETTINGS[name])))

    @rule(place=places)
    def confirm_contacts(self, place: int) -> None:
        """Stand for a patient's contacts."""
        patient = a_patient(f"p{place}").id
        self.twins.both(
            lambda book: book.confirm_contacts(THE_CLINIC, patient, mobile=True, email=True)
        )

    # Ways in

    def _appointment(self, appointment: AppointmentId) -> Appointment:
        return self.twins.model.desk.records.appointment(THE_CLINIC, appointment)

    def _by_link(self, appointment: AppointmentId) -> Access:
        messages = self.twins.model.desk.records.messages(THE_CLINIC)
        tokens = [each.token for each in messages if each.appointment == appointment and each.token]
        return ByLink(LinkToken(tokens[-1])) if tokens else _NOBODYS

    def _by_card(self, appointment: AppointmentId, code: LookupCode | None) -> Access | None:
        patient = self._appointment(appointment).patient
        if code is None or patient is None:
            return None
        number = self.twins.model.desk.records.patient(THE_CLINIC, patient).identity_number
        return ByCard(identity_number=number.digits, code=code.printed)


#: A link that leads nowhere: staff's own times have none.
_NOBODYS = ByLink(LinkToken("nobody-has-this-link-at-all"))
