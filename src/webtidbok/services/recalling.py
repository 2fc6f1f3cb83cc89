"""Staff set a recall: a planned return visit with a time already set (R31)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TypeAlias

import attrs

from webtidbok.errors import (
    InvalidValue,
    NotFound,
    RequestKeyReused,
    UnknownAppointment,
    UnknownPatient,
    WebtidbokError,
)
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.changeable import Origin
from webtidbok.model.codes import LookupCode
from webtidbok.model.event import Happening
from webtidbok.model.ids import (
    AppointmentId,
    CalendarId,
    ClinicId,
    PatientId,
    ProviderId,
    RequestKey,
    ResourceId,
    TypeId,
    calendars_of,
    resource_calendar,
)
from webtidbok.model.instants import MINUTE, moment_of
from webtidbok.model.message import Channel, MessageKind
from webtidbok.model.patient import Contact, Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, Code, Scope, State, StoredClinic
from webtidbok.services.asking import start_minute
from webtidbok.services.desk import Desk
from webtidbok.services.laying import Knowingly, laid, staff_event, staff_name
from webtidbok.services.messages import carries_way_in, post_to
from webtidbok.services.outcomes import (
    CodeIssued,
    NoContact,
    OverlapsPatients,
    Recalled,
)
from webtidbok.services.requests import check_same, checked_key, fingerprint, fresh_key
from webtidbok.services.transacting import Plan, transact

Outcome: TypeAlias = Recalled | OverlapsPatients | NoContact

_CODE_BYTES = 5


@attrs.frozen(kw_only=True)
class RecallRequest:
    """A recall that staff set.

    Attributes:
        patient: Of the register.
        channel: SMS or e-mail, to the register's contact, or a card that staff print.
        key: The same for each repeat (R22); None: made from the content, so that a run over a
            whole file can be taken up again.
    """

    clinic: ClinicId
    patient: PatientId
    type: TypeId
    provider: ProviderId
    start: datetime
    channel: Channel
    knowingly: Knowingly
    key: RequestKey | None = None


def recall(desk: Desk, request: RecallRequest) -> Outcome:
    """Set a recall and send its message; by card, answer with the code to print.

    The time is staff's to choose: no rule about times is asked. The resource is the one that the
    block names, else the first of the type's that is free, else the type's first.

    Raises:
        InvalidValue: `start` has no zone or is not a whole minute.
        RequestKeyReused: the key came before, with other content.
        UnknownClinic, UnknownPatient, UnknownType, UnknownProvider: what is named is not there.
    """
    start = start_minute(request.start)
    mark = fingerprint(
        "recall",
        {
            "patient": request.patient,
            "type": request.type,
            "provider": request.provider,
            "start": start,
            "channel": request.channel.value,
        },
    )
    given = None if request.key is None else checked_key(request.key)
    key = given or RequestKey(f"recall-{mark}")
    work = _Work(desk=desk, request=request, key=key, mark=mark, now=desk.now(), start=start)
    return transact(desk, request.clinic, work.plan)


@attrs.frozen(kw_only=True)
class Row:
    """What became of one recall of a run: its outcome, or what was wrong with it."""

    request: RecallRequest
    outcome: Outcome | None
    error: WebtidbokError | None = None


def recall_all(
    desk: Desk,
    requests: Iterable[RecallRequest],
    *,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Row]:
    """Set recalls one by one, each in its own transaction, and yield what became of each.

    A run that was broken off is simply started again: rows that were done answer as repeats.

    Args:
        progress: Called with the number of rows done, after each.
    """
    for done, request in enumerate(requests, 1):
        try:
            yield Row(request=request, outcome=recall(desk, request))
        except (InvalidValue, NotFound, RequestKeyReused) as error:
            yield Row(request=request, outcome=None, error=error)
        if progress is not None:
            progress(done)


def issue_code(desk: Desk, clinic: ClinicId, appointment: AppointmentId, *, by: str) -> CodeIssued:
    """Return a new code for a card that is printed again; the old one ends (R29b).

    No code, and the old one stays, if the patient could do nothing with it (R29).

    Raises:
        InvalidValue: `by` is too long, or holds what no text may.
        UnknownClinic, UnknownAppointment: not there.
    """
    now, by = desk.now(), staff_name(by)
    stored = desk.store.clinic(clinic)
    code, kept = _new_code(desk, appointment)

    def decide(state: State) -> Change[CodeIssued] | CodeIssued:
        if appointment not in state.appointments:
            raise UnknownAppointment(appointment)
        current = state.appointments[appointment]
        if not carries_way_in(stored.clinic, current):
            return CodeIssued(None)
        event = staff_event(
            current, Happening.CODE_ISSUED, fresh_key(desk), by, now, before=current
        )
        return Change(answer=CodeIssued(code), codes=(kept,), events=(event,))

    return desk.store.transact(Scope(clinic=clinic, now=now, appointment=appointment), decide)


def _new_code(desk: Desk, appointment: AppointmentId) -> tuple[LookupCode, Code]:
    code = LookupCode.from_bytes(desk.randomness.random_bytes(_CODE_BYTES))
    return code, Code(code.keyed_hash(desk.all_keys()[0]), appointment)


@attrs.frozen(kw_only=True)
class _Work:
    """One recall on its way: what it asks, and what was settled when it came in."""

    desk: Desk
    request: RecallRequest
    key: RequestKey
    mark: str
    now: datetime
    start: int

    def plan(self, stored: StoredClinic) -> Plan[Outcome]:
        """Return the scope, and how to decide in it."""
        wanted = stored.clinic.type(self.request.type)
        stored.clinic.provider(self.request.provider)
        choices = self._choices(wanted, stored)
        calendars: set[CalendarId] = {*calendars_of(self.request.provider, None)}
        calendars |= {resource_calendar(each) for each in choices}
        scope = Scope(
            clinic=self.request.clinic,
            now=self.now,
            calendars=tuple(sorted(calendars)),
            span=self._visit(wanted).widened(
                before=wanted.before_minutes * MINUTE, after=wanted.after_minutes * MINUTE
            ),
            holders=True,
            patient=self.request.patient,
            request=self.key,
        )
        return Plan(scope, partial(self._decide, wanted, choices, stored))

    def _visit(self, wanted: BookableType) -> TimeSpan:
        start = moment_of(self.start)
        return TimeSpan(start, start + wanted.duration_minutes * MINUTE)

    def _choices(self, wanted: BookableType, stored: StoredClinic) -> tuple[ResourceId, ...]:
        block = self.desk.block_at(stored, self.request.provider, self.start)
        if block is not None and block.resource is not None:
            return (block.resource,)
        return wanted.resources

    def _decide(
        self,
        wanted: BookableType,
        choices: tuple[ResourceId, ...],
        stored: StoredClinic,
        state: State,
    ) -> Change[Outcome] | Outcome:
        if state.earlier is not None:
            check_same(state.earlier, self.mark)
            assert state.earlier.appointment is not None, "a recall has an appointment"
            before = state.appointments[state.earlier.appointment]
            return Recalled(appointment=before, is_repeat=True)
        if state.patient is None:
            raise UnknownPatient(self.request.patient)
        addresses = _addresses(state.patient.verified_contact, self.request.channel)
        if addresses is None:
            return NoContact()
        made = self._made(wanted, choices, stored, state.patient, state)
        comes = laid(self.desk, state, made, self.request.knowingly, self.now)
        if isinstance(comes, OverlapsPatients):
            return comes
        return comes.joined_to(self._change(made, stored, addresses))

    def _made(
        self,
        wanted: BookableType,
        choices: tuple[ResourceId, ...],
        stored: StoredClinic,
        patient: Patient,
        state: State,
    ) -> Appointment:
        visit = self._visit(wanted)
        occupied = visit.widened(
            before=wanted.before_minutes * MINUTE, after=wanted.after_minutes * MINUTE
        )
        channel, known = self.request.channel, patient.verified_contact
        return Appointment(
            id=AppointmentId(self.desk.new_id()),
            clinic=self.request.clinic,
            placement=Placement(
                provider=self.request.provider,
                resource=_first_free(choices, occupied, state, self.now),
                span=visit,
            ),
            before_minutes=wanted.before_minutes,
            after_minutes=wanted.after_minutes,
            origin=Origin.RECALL,
            type=wanted.id,
            patient=patient.id,
            treatment=wanted.treatment,
            contact=Contact(
                mobile=known.mobile,
                email=known.email,
                accepts_sms=channel is Channel.SMS,
                accepts_email=channel is Channel.EMAIL,
            ),
            first_name=patient.first_name,
            language=stored.clinic.languages[0],
        )

    def _change(
        self, made: Appointment, stored: StoredClinic, addresses: list[tuple[Channel, str]]
    ) -> Change[Outcome]:
        by = self.request.knowingly.by
        event = staff_event(made, Happening.RECALLED, self.key, by, self.now, fingerprint=self.mark)
        mail = post_to(self.desk, stored.clinic, made, MessageKind.RECALL, addresses, now=self.now)
        code: LookupCode | None = None
        kept: tuple[Code, ...] = ()
        if self.request.channel is Channel.CARD and carries_way_in(stored.clinic, made):
            code, new = _new_code(self.desk, made.id)
            kept = (new,)
        answer: Outcome = Recalled(appointment=made, code=code)
        return Change(
            answer=answer,
            appointments=(made,),
            links=mail.links,
            codes=kept,
            events=(event,),
            messages=mail.messages,
        )


def _addresses(known: Contact, channel: Channel) -> list[tuple[Channel, str]] | None:
    """Return where the message goes; nowhere for a card; None if the contact is missing."""
    if channel is Channel.CARD:
        return []
    if channel is Channel.SMS:
        return [(channel, known.mobile.e164)] if known.mobile else None
    return [(channel, known.email.address)] if known.email else None


def _first_free(
    choices: tuple[ResourceId, ...], occupied: TimeSpan, state: State, now: datetime
) -> ResourceId | None:
    """Return the first resource that is free; the first of all if none is; None without any."""
    busy = {
        row.calendar for row in state.occupied if row.is_live(now) and row.span.overlaps(occupied)
    }
    busy |= {away.calendar for away in state.absences if away.span.overlaps(occupied)}
    free = [each for each in choices if resource_calendar(each) not in busy]
    return next(iter([*free, *choices]), None)
