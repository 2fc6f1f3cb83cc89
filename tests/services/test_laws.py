"""R17 as a law: offered <=> no reason <=> can be held <=> can be booked, in the same state.

Over random clinics near nights on which clocks change, with what occupies them, and over those
that `webtidbok.testing` ships. Nothing is stored when a law asks whether a time could be held or
booked, so that every candidate start of a day is asked in the very same state.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import ClassVar

import attrs
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tests.services.scenes import AnyStore
from tests.services.stores import DryStore
from tests.strategies import World, seldom, worlds
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.errors import OverlapsExclusive
from webtidbok.model.age import SEED_24, AgeRule, Ages
from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import Patients
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import AbsenceId, ClinicId, PatientId, ProviderId, TypeId
from webtidbok.model.instants import DAY, minute_of, moment_of
from webtidbok.model.patient import Patient, PatientDetails
from webtidbok.model.slot import Slot
from webtidbok.model.wall_clock import midnight, next_day
from webtidbok.ports.store import Change, Scope, State
from webtidbok.rules.evaluator import HostRule
from webtidbok.rules.lane import Lane
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import Rule
from webtidbok.services.booking import Booking
from webtidbok.services.desk import Desk
from webtidbok.services.holding import HoldRequest, hold_id
from webtidbok.services.outcomes import Booked, Cancelled, Held, Refused, SlotTaken
from webtidbok.services.searching import Wishes
from webtidbok.services.web_book import WebBook
from webtidbok.slots.starts import Starts
from webtidbok.testing.builders import some_details
from webtidbok.testing.clinics import clinics
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.testing.strategies import identity_numbers, moments

TOKEN = LinkToken.from_bytes(b"sixteen bytes of")
PATIENT = PatientId("p1")

#: What a start on the clock is looked at through: its own tick, and a minute that is none.
TICK, ODD_STEP = 5, 61


@attrs.frozen(kw_only=True)
class Asker:
    """Somebody with a question to a clinic, who could also hold and book.

    Attributes:
        facts: What the store knows of the patient, so that search and booking judge the same.
    """

    book: WebBook
    clinic: ClinicId
    type: TypeId
    details: PatientDetails
    facts: PatientFacts
    token: LinkToken | None = None

    @property
    def hold(self) -> HoldId | None:
        """The id of the asker's hold, live or not."""
        return hold_id(self.token) if self.token else None

    def offers(self, day: date, provider: ProviderId) -> dict[datetime, Slot]:
        """Return what is offered on a day, by start."""
        found = self.book.search(
            self.clinic,
            self.type,
            Wishes(first=day, last=day),
            providers=[provider],
            patient=self.facts,
            hold=self.hold,
        )
        return {slot.start: slot for slot in found.slots}

    def reasons(self, start: datetime, provider: ProviderId) -> tuple[Refusal, ...]:
        """Return all reasons against a start."""
        return self.book.explain(
            self.clinic,
            self.type,
            start,
            provider=provider,
            patient=self.facts,
            hold=self.hold,
        ).reasons

    def held(self, start: datetime, provider: ProviderId) -> Held | SlotTaken | Refused:
        """Hold a start."""
        return self.book.hold(
            HoldRequest(
                clinic=self.clinic,
                type=self.type,
                provider=provider,
                start=start,
                token=self.token,
                patient=self.facts,
            )
        )

    def booked(self, start: datetime, provider: ProviderId) -> Booked | SlotTaken | Refused:
        """Book a start."""
        return self.book.book(
            Booking(
                clinic=self.clinic,
                type=self.type,
                provider=provider,
                start=start,
                details=self.details,
                hold=self.token,
            )
        )

    def dry(self) -> "Asker":
        """Return the asker for whom nothing is stored."""
        desk = self.book.desk
        assert isinstance(desk.store, MemoryStore)
        return attrs.evolve(self, book=WebBook(attrs.evolve(desk, store=DryStore(desk.store))))


def a_desk(
    store: AnyStore, now: datetime, rules: tuple[HostRule, ...] = (), age_rule: AgeRule = SEED_24
) -> Desk:
    return Desk(
        store=store,
        records=store,
        clock=StandingClock(now),
        randomness=CountedRandomness(),
        host_rules=rules,
        age_rule=age_rule,
    )


def put_hold(store: AnyStore, hold: Hold, now: datetime) -> bool:
    """Store a hold if its time is free; return whether it was."""

    def keep(_: State) -> Change[bool] | bool:
        return Change(answer=True, holds=(hold,))

    try:
        return store.transact(Scope(clinic=hold.clinic, now=now, hold=hold.id), keep)
    except OverlapsExclusive:
        return False


def asker_in(
    world: World, details: PatientDetails, *, known: bool, rules: tuple[HostRule, ...] = ()
) -> Asker:
    """Return a book in which all of the world is stored, and who asks.

    A known patient has made the world's web bookings; holds are those that the rest leaves room
    for, and the last one may be the asker's.
    """
    asked, store = world.asked, MemoryStore()
    book = WebBook(a_desk(store, asked.now, rules, asked.age_rule))
    patient = Patient.created_from(details, PATIENT)
    mine: list[Appointment] = [
        attrs.evolve(each, patient=PATIENT if known and each.origin is Origin.WEB else None)
        for each in asked.appointments
    ]
    book.add_clinic(
        world.clinic,
        absences=[
            attrs.evolve(each, id=AbsenceId(f"{place}"))
            for place, each in enumerate(asked.absences)
        ],
        patients=[patient] if known else [],
        appointments=mine,
    )
    token = None
    for hold in asked.holds:
        is_own = hold.id == "own"
        kept = attrs.evolve(hold, id=hold_id(TOKEN)) if is_own else hold
        if put_hold(store, kept, asked.now) and is_own:
            token = TOKEN
    wanted = asked.wanted
    assert wanted is not None
    return Asker(
        book=book,
        clinic=world.clinic.id,
        type=wanted.id,
        details=details,
        token=token,
        facts=PatientFacts(
            born=details.identity_number.birth_date,
            is_known=known,
            open_bookings=sum(
                each.patient == PATIENT and not each.is_cancelled and each.span.start > asked.now
                for each in mine
            ),
        ),
    )


def candidates(clinic: Clinic, day: date, step: int) -> Iterator[datetime]:
    """Yield starts from the first minute of a local day to its last."""
    zone = clinic.time_zone
    first, until = (minute_of(midnight(each, zone)) for each in (day, next_day(day)))
    for minute in range(first, until, step):
        yield moment_of(minute)


def assert_one_answer(asker: Asker, day: date, provider: ProviderId, step: int) -> None:
    """Assert that search, explain, hold and book say the same of every candidate of a day."""
    offers, dry = asker.offers(day, provider), asker.dry()
    event(f"{'some' if offers else 'none'} offered, {'own hold' if asker.hold else 'no hold'}")
    clinic = asker.book.clinic(asker.clinic)
    for start in candidates(clinic, day, step):
        slot, reasons = offers.get(start), asker.reasons(start, provider)
        assert (slot is None) is bool(reasons), start
        held, booked = dry.held(start, provider), dry.booked(start, provider)
        if slot is not None:
            assert isinstance(held, Held), start
            assert isinstance(booked, Booked), start
            assert held.hold.placement == booked.appointment.placement == slot.placement
        else:
            assert isinstance(held, SlotTaken | Refused), start
            assert isinstance(booked, SlotTaken | Refused), start
            assert held.reasons == booked.reasons == reasons
            somebodys = {"provider-busy", "no-resource-free"}
            is_taken = {reason.code for reason in reasons} <= somebodys
            assert isinstance(held, SlotTaken) is isinstance(booked, SlotTaken) is is_taken
    assert offers.keys() <= set(candidates(clinic, day, TICK if step == TICK else 1))


#: Each example asks hundreds of times.
fewer = settings(max_examples=max(1, settings().max_examples // 5))

anybody = st.builds(
    lambda number: attrs.evolve(some_details(1), identity_number=number), identity_numbers()
)
steps = st.sampled_from([TICK, TICK, ODD_STEP])


def a_day_and_a_provider(
    data: st.DataObject, asker: Asker, wishes: Wishes, providers: Sequence[ProviderId]
) -> tuple[date, ProviderId]:
    """Draw a day and a provider, mostly such as have something to offer."""
    found = asker.book.search(
        asker.clinic,
        asker.type,
        attrs.evolve(wishes, page_size=50),
        providers=providers,
        patient=asker.facts,
        hold=asker.hold,
    )
    zone = asker.book.clinic(asker.clinic).time_zone
    offered = [(slot.start.astimezone(zone).date(), slot.provider) for slot in found.slots]
    anywhere = [(day, provider) for day in (wishes.first, wishes.last) for provider in providers]
    mostly = offered if offered and data.draw(st.sampled_from([True, True, False])) else anywhere
    return data.draw(st.sampled_from(mostly))


@fewer
@given(st.data(), worlds(holding=True), anybody, st.booleans(), steps)
def test_offered_explained_held_and_booked_are_one_answer_r17(
    data: st.DataObject, world: World, details: PatientDetails, known: bool, step: int
) -> None:
    asker = asker_in(world, details, known=known)
    wishes = Wishes(first=world.first, last=world.last)
    day, provider = a_day_and_a_provider(data, asker, wishes, world.providers)

    assert_one_answer(asker, day, provider, step)


def lenient(clinic: Clinic) -> Clinic:
    """Return the clinic without what most often forbids everything."""
    return attrs.evolve(
        clinic,
        web_booking=attrs.evolve(
            clinic.web_booking, new_bookings=True, max_open_bookings=None, horizon_months=12
        ),
        block_kinds=(
            attrs.evolve(clinic.block_kinds[0], web_bookable=True, exclusive=False),
            *clinic.block_kinds[1:],
        ),
        types=tuple(
            attrs.evolve(
                each,
                block_filter=frozenset(),
                ages=Ages.EVERYONE,
                age_from=None,
                age_to=None,
                patients=Patients.EVERYONE,
                offered_for_new_bookings=True,
                bookable_from=None,
                bookable_until=None,
            )
            for each in clinic.types
        ),
    )


@fewer
@given(st.data(), clinics(), moments(), anybody, steps)
def test_offered_explained_held_and_booked_are_one_answer_in_any_clinic_r17(
    data: st.DataObject, clinic: Clinic, now: datetime, details: PatientDetails, step: int
) -> None:
    book = WebBook(a_desk(MemoryStore(), now))
    book.add_clinic(clinic if data.draw(seldom) else lenient(clinic))
    born = details.identity_number.birth_date
    asker = Asker(
        book=book,
        clinic=clinic.id,
        type=data.draw(st.sampled_from(clinic.types)).id,
        details=details,
        facts=PatientFacts(born=born, is_known=False, open_bookings=0),
    )
    wishes = Wishes(first=now.date(), last=now.date() + 400 * DAY)
    providers = [each.id for each in clinic.providers]
    day, provider = a_day_and_a_provider(data, asker, wishes, providers)

    assert_one_answer(asker, day, provider, step)


def whole_window(asker: Asker, world: World) -> list[Slot]:
    """Return all that is offered to anybody, with whomever."""
    wishes = Wishes(first=world.first, last=world.last)
    found = asker.book.search(asker.clinic, asker.type, wishes, providers=world.providers)
    return list(found.slots)


@fewer
@given(st.data(), worlds(), anybody)
def test_booking_and_then_cancelling_restores_the_offers_r13(
    data: st.DataObject, world: World, details: PatientDetails
) -> None:
    asker = asker_in(world, details, known=False)
    before = whole_window(asker, world)
    assume(before)
    slot = data.draw(st.sampled_from(before))
    answer = asker.booked(slot.start, slot.provider)
    assume(isinstance(answer, Booked))
    assert isinstance(answer, Booked)

    assert answer.appointment.placement == slot.placement
    while_booked = whole_window(asker, world)
    assert slot not in while_booked
    assert {_time(each) for each in while_booked} <= {_time(each) for each in before}
    for each in while_booked:
        assert each.provider != slot.provider or not each.placement.span.overlaps(
            slot.placement.span
        )
    gone = asker.book.staff_cancel(asker.clinic, answer.appointment.id, by="reception")
    assert isinstance(gone, Cancelled)
    assert whole_window(asker, world) == before


def _time(slot: Slot) -> tuple[datetime, ProviderId]:
    return slot.start, slot.provider


@fewer
@given(st.data(), worlds(), anybody)
def test_holding_and_then_releasing_restores_the_offers_r21(
    data: st.DataObject, world: World, details: PatientDetails
) -> None:
    asker = asker_in(world, details, known=False)
    before = whole_window(asker, world)
    assume(before)
    slot = data.draw(st.sampled_from(before))
    answer = attrs.evolve(asker, facts=attrs.evolve(asker.facts)).book.hold(
        HoldRequest(clinic=asker.clinic, type=asker.type, provider=slot.provider, start=slot.start)
    )
    assert isinstance(answer, Held)

    assert slot not in whole_window(asker, world)
    owner = attrs.evolve(asker, token=answer.token)
    mine = owner.book.search(
        owner.clinic,
        owner.type,
        Wishes(first=world.first, last=world.last),
        providers=world.providers,
        hold=owner.hold,
    )
    assert list(mine.slots) == before
    assert asker.book.release(asker.clinic, answer.token) is True
    assert whole_window(asker, world) == before


# A rule of the host's own


@attrs.frozen(kw_only=True)
class HostSaysNo:
    """The host has something against it."""

    code: ClassVar[str] = "host-says-no"
    provider: ProviderId
    setting: str = "hosts.own"


@attrs.frozen
class NotThen:
    """Forbids some stretches of time with one provider."""

    lane: Lane
    forbidden: tuple[range, ...]
    provider: ProviderId

    def starts(self, span: range) -> Starts:
        """Return what lies between the stretches that are forbidden."""
        if self.lane.provider != self.provider:
            return (span,) if span else ()
        admitted: list[range] = []
        first = span.start
        for stretch in self.forbidden:
            admitted.append(range(first, min(stretch.start, span.stop)))
            first = max(first, stretch.stop)
        admitted.append(range(first, span.stop))
        return [stretch for stretch in admitted if stretch]

    def refusals(self, start: int) -> list[Refusal]:  # noqa: ARG002 - the same for all
        """Return the host's one reason."""
        return [HostSaysNo(provider=self.provider)]


@st.composite
def forbidden_stretches(draw: st.DrawFn, day: date, clinic: Clinic) -> tuple[range, ...]:
    """Draw stretches of a day, earliest first and apart."""
    first = minute_of(midnight(day, clinic.time_zone))
    edges = sorted(draw(st.sets(st.integers(first, first + 1440), min_size=2, max_size=8)))
    return tuple(range(start, until) for start, until in zip(edges[::2], edges[1::2], strict=False))


@fewer
@given(st.data(), worlds(holding=True), anybody, steps)
def test_what_a_hosts_rule_forbids_is_not_offered_held_or_booked_and_is_explained_r17(
    data: st.DataObject, world: World, details: PatientDetails, step: int
) -> None:
    free = asker_in(world, details, known=False)
    wishes = Wishes(first=world.first, last=world.last)
    day, provider = a_day_and_a_provider(data, free, wishes, world.providers)
    forbidden = data.draw(forbidden_stretches(day, world.clinic))

    def rule(question: Question, lane: Lane) -> Rule:  # noqa: ARG001 - this one looks at no more
        return NotThen(lane, forbidden, provider)

    bound = asker_in(world, details, known=False, rules=(rule,))

    assert bound.offers(day, provider) == {
        start: slot
        for start, slot in free.offers(day, provider).items()
        if not is_in(forbidden, start)
    }
    for start in candidates(world.clinic, day, step):
        codes = {reason.code for reason in bound.reasons(start, provider)}
        assert ("host-says-no" in codes) is is_in(forbidden, start)
        assert codes - {"host-says-no"} == {each.code for each in free.reasons(start, provider)}
    assert_one_answer(bound, day, provider, ODD_STEP)
    for other in set(world.providers) - {provider}:
        assert bound.offers(day, other) == free.offers(day, other)


def is_in(stretches: tuple[range, ...], start: datetime) -> bool:
    return any(minute_of(start) in stretch for stretch in stretches)
