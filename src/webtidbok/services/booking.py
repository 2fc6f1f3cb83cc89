"""A new booking by a patient (R18-R24)."""

from datetime import datetime
from functools import partial
from typing import TypeAlias

import attrs

from webtidbok.errors import InvalidValue, RequestKeyReused
from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import Patients
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.ids import (
    AppointmentId,
    ClinicId,
    PatientId,
    ProviderId,
    RequestKey,
    TypeId,
)
from webtidbok.model.message import MessageKind
from webtidbok.model.patient import Patient, PatientDetails
from webtidbok.model.slot import Slot
from webtidbok.ports.store import Change, Link, Scope, State, StoredClinic
from webtidbok.rules.evaluator import Evaluator
from webtidbok.rules.question import PatientFacts
from webtidbok.services.alternatives import alternatives_to
from webtidbok.services.asking import free_in, new_question, start_minute
from webtidbok.services.desk import Desk
from webtidbok.services.giving_way import expired_in_the_way
from webtidbok.services.holding import hold_id, hold_item
from webtidbok.services.limits import OVER_A_LIMIT, Counter
from webtidbok.services.messages import new_token, post
from webtidbok.services.outcomes import Booked, Refused, SlotTaken
from webtidbok.services.requests import check_same, checked_key, fingerprint, key_of
from webtidbok.services.transacting import Plan, transact

Outcome: TypeAlias = Booked | SlotTaken | Refused


@attrs.frozen(kw_only=True)
class Booking:
    """What a patient confirms.

    Attributes:
        key: The same for each repeat of this request (R22); None: it will not be repeated.
        hold: The token of the patient's hold, if any; one that has expired does no harm.
        caller: Who asks, for the limits: the client address, say. None: no limits (R21b).
        language: Of the messages; one that the clinic does not have, or None, is its first.
        alternatives: Look for free times nearby if the time is taken (R21a).

    Raises:
        InvalidValue: the key is not 1 to 200 characters of text.
    """

    clinic: ClinicId
    type: TypeId
    provider: ProviderId
    start: datetime
    details: PatientDetails
    key: RequestKey | None = attrs.field(
        default=None, converter=attrs.converters.optional(checked_key)
    )
    hold: LinkToken | None = None
    caller: str | None = attrs.field(default=None, repr=False)
    language: str | None = None
    alternatives: bool = False
    way: WayIn = WayIn.WEB


def book(desk: Desk, booking: Booking) -> Outcome:
    """Book a visit for a patient, who is created or filled in with it (R19).

    One transaction: patient, appointment, occupied time, history, messages and link. A repeat of
    a request answers with the same appointment, sends nothing and gives no link (R22).

    Raises:
        InvalidValue: `start` has no zone or is not a whole minute; the language is none of the
            clinic's.
        RequestKeyReused: the key came before, with other content.
        UnknownClinic, UnknownType, UnknownProvider: what is asked about is not there.
    """
    start = start_minute(booking.start)
    request = _Request(
        desk=desk,
        booking=booking,
        key=key_of(desk, booking.key),
        now=desk.now(),
        start=start,
    )
    counter = Counter(desk=desk, caller=booking.caller, now=request.now)
    answer = _within_limits(request, counter) if counter.counts else _carried_out(request)
    if isinstance(answer, SlotTaken) and booking.alternatives:
        return attrs.evolve(answer, alternatives=request.alternatives())
    return answer


@attrs.frozen(kw_only=True)
class _Request:
    """A confirmation on its way: what was settled when it came in.

    Attributes:
        is_over: Some limit is used up; then only a repeat is answered as if it were not.
    """

    desk: Desk
    booking: Booking
    key: RequestKey
    now: datetime
    start: int
    is_over: bool = False

    @property
    def mark(self) -> str:
        """Its fingerprint (R22)."""
        return _mark(self.booking, self.start)

    def evaluator(self, stored: StoredClinic) -> Evaluator:
        """Return the rules of the question, before the patient and the hold have been looked up."""
        question = new_question(
            self.desk,
            stored,
            self.booking.type,
            now=self.now,
            providers=(self.booking.provider,),
        )
        return self.desk.evaluator(question, stored)

    def facts(self, *, is_known: bool, open_bookings: int) -> PatientFacts:
        """Return what the rules need to know of the patient."""
        born = self.booking.details.identity_number.birth_date
        return PatientFacts(born=born, is_known=is_known, open_bookings=open_bookings)

    def alternatives(self) -> tuple[Slot, ...]:
        """Return free times near the one that was taken (R21a).

        The rules about who the patient is had nothing against it, or it would not be *taken*; so
        only the age still has something to say, and the register is not asked again.
        """
        stored = self.desk.store.clinic(self.booking.clinic)
        wanted = stored.clinic.type(self.booking.type)
        facts = self.facts(is_known=wanted.patients is Patients.EXISTING, open_bookings=0)
        token = self.booking.hold
        mine = self.desk.store.hold(stored.clinic.id, hold_id(token)) if token else None
        evaluator = self.evaluator(stored).asked_for(facts, mine)
        return alternatives_to(self.desk, evaluator, self.booking.provider, self.start)


def _check(booking: Booking, clinic: Clinic) -> None:
    """Refuse what the clinic does not have."""
    clinic.type(booking.type)
    clinic.provider(booking.provider)
    if booking.language not in (None, *clinic.languages):
        raise InvalidValue("language", "is none of the clinic's")


def _within_limits(request: _Request, counter: Counter) -> Outcome:
    """Carry a request out if it is within its limits, and count what came of it (R21b, R23).

    Over them it is refused; but a repeat answers as ever, for nothing new is done (R22).
    """
    desk, booking = request.desk, request.booking
    clinic = desk.store.clinic(booking.clinic).clinic
    _check(booking, clinic)
    failures = counter.of_failure(booking.details.identity_number)
    asks_of_patients = clinic.type(booking.type).patients is not Patients.EVERYONE
    counts = counter.of_booking(booking.details.mobile)
    item = fingerprint("count", {"clinic": clinic.id, "key": request.key, "mark": request.mark})
    if (asks_of_patients and counter.is_over(failures)) or not counter.admit(counts, item):
        if booking.key is None:
            return Refused(reasons=(OVER_A_LIMIT,))
        return _carried_out(attrs.evolve(request, is_over=True))
    try:
        answer = _carried_out(request)
    except RequestKeyReused:
        counter.forget(counts, item)
        raise
    if not isinstance(answer, Booked):
        counter.forget(counts, item)
    elif booking.hold is not None:
        of_hold = counter.of_hold(clinic.web_booking.hold_time)
        counter.forget(of_hold, hold_item(clinic.id, booking.hold))
    is_repeat = isinstance(answer, Booked) and answer.is_repeat
    if (asks_of_patients and not is_repeat) or _reveals(answer):
        counter.record(failures)
    return answer


def _reveals(answer: Outcome) -> bool:
    """Return whether a refusal says something about the patient behind a number (R23)."""
    return isinstance(answer, Refused) and any(
        reason.code == OVER_A_LIMIT.code for reason in answer.reasons
    )


def _carried_out(request: _Request) -> Outcome:
    return transact(request.desk, request.booking.clinic, partial(_plan, request))


def _plan(request: _Request, stored: StoredClinic) -> Plan[Outcome]:
    _check(request.booking, stored.clinic)
    asked, booking = request.evaluator(stored), request.booking
    scope = Scope(
        clinic=booking.clinic,
        now=request.now,
        calendars=asked.calendars_at(booking.provider, request.start),
        span=asked.read_span(range(request.start, request.start + 1)),
        identity_number=booking.details.identity_number,
        request=booking.key,  # a fresh one has never come before
        hold=hold_id(booking.hold) if booking.hold else None,
    )
    return Plan(scope, partial(_decide, request, stored, asked))


def _decide(
    request: _Request, stored: StoredClinic, asked: Evaluator, state: State
) -> Change[Outcome] | Outcome:
    if state.earlier is not None:
        check_same(state.earlier, request.mark)
        assert state.earlier.appointment is not None, "a booking has an appointment"
        before = state.appointments[state.earlier.appointment]
        return Booked(appointment=before, link=None, is_repeat=True)
    if request.is_over:
        return Refused(reasons=(OVER_A_LIMIT,))
    facts = request.facts(is_known=state.patient is not None, open_bookings=state.open_bookings)
    evaluator = asked.asked_for(facts, state.hold)
    free = free_in(state, evaluator.question)
    answer = evaluator.answer(request.booking.provider, request.start, free)
    if answer.slot is None:
        return (SlotTaken if answer.is_taken else Refused)(reasons=answer.reasons)
    return _change(request, answer.slot, stored, state)


def _change(request: _Request, slot: Slot, stored: StoredClinic, state: State) -> Change[Outcome]:
    desk, booking, now = request.desk, request.booking, request.now
    patient = _patient(desk, booking.details, state)
    made = _appointment(desk, booking, slot, stored, patient, state)
    link = new_token(desk)
    mail = post(desk, stored.clinic, made, MessageKind.CONFIRMATION, now=now)
    own = (state.hold.id,) if state.hold else ()
    return Change(
        answer=Booked(appointment=made, link=link),
        patients=() if patient == state.patient else (patient,),
        appointments=(made,),
        dropped_holds=tuple(dict.fromkeys([*own, *expired_in_the_way(state, made, now)])),
        links=(Link(link.hash, made.id), *mail.links),
        events=(_event(request, made),),
        messages=mail.messages,
    )


def _patient(desk: Desk, details: PatientDetails, state: State) -> Patient:
    if state.patient is None:
        return Patient.created_from(details, PatientId(desk.new_id()))
    return state.patient.filled_in(details)


def _appointment(
    desk: Desk,
    booking: Booking,
    slot: Slot,
    stored: StoredClinic,
    patient: Patient,
    state: State,
) -> Appointment:
    wanted, details = stored.clinic.type(booking.type), booking.details
    languages = stored.clinic.languages
    language = booking.language if booking.language in languages else languages[0]
    return Appointment(
        id=AppointmentId(desk.new_id()),
        clinic=booking.clinic,
        placement=slot.placement,
        before_minutes=wanted.before_minutes,
        after_minutes=wanted.after_minutes,
        origin=Origin.WEB,
        type=wanted.id,
        patient=patient.id,
        treatment=wanted.treatment,
        booking_text=details.message,
        contact=details.contact,
        first_name=details.first_name,
        differs_from_register=bool(state.patient and state.patient.is_named_otherwise(details)),
        language=language,
        chosen_by_patient=True,
        exclusive=True,
    )


def _event(request: _Request, made: Appointment) -> Event:
    return Event(
        key=request.key,
        fingerprint=request.mark,
        clinic=made.clinic,
        appointment=made.id,
        revision=made.revision,
        what=Happening.BOOKED,
        at=request.now,
        way=request.booking.way,
        type=made.type,
        origin=made.origin,
        after=made.placement,
    )


def _mark(booking: Booking, start: int) -> str:
    """Return the fingerprint of what the patient confirms, on the parsed values (R22)."""
    details = booking.details
    return fingerprint(
        "book",
        {
            "type": booking.type,
            "provider": booking.provider,
            "start": start,
            "identity_number": details.identity_number.digits,
            "first_name": details.first_name,
            "last_name": details.last_name,
            "mobile": details.mobile.e164,
            "email": details.email.address if details.email else "",
            "message": details.message,
            "accepts": [details.accepts_sms, details.accepts_email],
        },
    )
