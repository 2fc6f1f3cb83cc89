"""Staff book, move and cancel: through the same door, and under R24."""

from datetime import datetime
from functools import partial
from typing import TypeAlias

import attrs

from webtidbok.errors import InvalidValue, UnknownAppointment
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.changeable import Origin
from webtidbok.model.event import Happening
from webtidbok.model.ids import (
    AppointmentId,
    ClinicId,
    PatientId,
    ProviderId,
    RequestKey,
    ResourceId,
    TypeId,
)
from webtidbok.model.instants import DAY
from webtidbok.model.message import MessageKind
from webtidbok.model.text import MESSAGE_MOST, TEXT_MOST, clean_text
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, Scope, State, StoredClinic
from webtidbok.services.desk import Desk
from webtidbok.services.laying import Knowingly, laid, staff_event, staff_name
from webtidbok.services.messages import post
from webtidbok.services.outcomes import (
    Cancelled,
    ChangedMeanwhile,
    Moved,
    OverlapsPatients,
    StaffBooked,
)
from webtidbok.services.overlapping import settled
from webtidbok.services.requests import check_same, fingerprint, fresh_key, key_of
from webtidbok.services.transacting import Plan, transact

#: No before or after is longer than a day.
_LONGEST_AROUND = DAY

BookOutcome: TypeAlias = StaffBooked | OverlapsPatients
MoveOutcome: TypeAlias = Moved | OverlapsPatients | ChangedMeanwhile
CancelOutcome: TypeAlias = Cancelled | ChangedMeanwhile


@attrs.frozen(kw_only=True)
class StaffBooking:
    """A time that staff lay. No rule about times is asked: staff know what they do.

    Attributes:
        span: The visit; with a type, its before and after are taken as well (R12a).
        type: None: an appointment without one.
        patient: The register's, or the host's own reference; None: nobody.
        key: The same for each repeat of this request (R22); None: it will not be repeated.
    """

    clinic: ClinicId
    provider: ProviderId
    resource: ResourceId | None = None
    span: TimeSpan
    type: TypeId | None = None
    patient: PatientId | None = None
    treatment: str = ""
    note: str = attrs.field(default="", repr=False)
    knowingly: Knowingly
    key: RequestKey | None = None


def staff_book(desk: Desk, booking: StaffBooking) -> BookOutcome:
    """Lay a time for staff.

    Raises:
        InvalidValue: a text is too long, or holds what no text may.
        RequestKeyReused: the key came before, with other content.
        UnknownClinic, UnknownType, UnknownProvider, UnknownResource: what is named is not there.
    """
    key = key_of(desk, booking.key)
    return transact(desk, booking.clinic, partial(_book_plan, desk, booking, key, desk.now()))


def _book_plan(
    desk: Desk, booking: StaffBooking, key: RequestKey, now: datetime, stored: StoredClinic
) -> Plan[BookOutcome]:
    made = _made(desk, booking, stored)

    def decide(state: State) -> Change[BookOutcome] | BookOutcome:
        mark = _mark(booking)
        if state.earlier is not None:
            check_same(state.earlier, mark)
            assert state.earlier.appointment is not None, "a booking has an appointment"
            return StaffBooked(appointment=state.appointments[state.earlier.appointment])
        comes = laid(desk, state, made, booking.knowingly, now)
        if isinstance(comes, OverlapsPatients):
            return comes
        event = staff_event(
            made, Happening.STAFF_BOOKED, key, booking.knowingly.by, now, fingerprint=mark
        )
        answer: BookOutcome = StaffBooked(appointment=made, overlays=comes.overlays)
        return comes.joined_to(Change(answer=answer, appointments=(made,), events=(event,)))

    scope = Scope(
        clinic=booking.clinic,
        now=now,
        calendars=made.placement.calendars,
        span=made.occupied_span,
        holders=True,
        request=key,
    )
    return Plan(scope, decide)


def _made(desk: Desk, booking: StaffBooking, stored: StoredClinic) -> Appointment:
    clinic = stored.clinic
    clinic.provider(booking.provider)
    if booking.resource is not None:
        clinic.resource(booking.resource)
    wanted = clinic.type(booking.type) if booking.type is not None else None
    return Appointment(
        id=AppointmentId(desk.new_id()),
        clinic=booking.clinic,
        placement=Placement(
            provider=booking.provider, resource=booking.resource, span=booking.span
        ),
        before_minutes=wanted.before_minutes if wanted else 0,
        after_minutes=wanted.after_minutes if wanted else 0,
        origin=Origin.STAFF,
        type=booking.type,
        patient=_checked_patient(booking.patient),
        treatment=clean_text(booking.treatment, field="treatment", most=TEXT_MOST),
        note=clean_text(booking.note, field="note", most=MESSAGE_MOST, multiline=True),
        language=clinic.languages[0],
    )


def _checked_patient(patient: PatientId | None) -> PatientId | None:
    """Return the patient's id as it is, if it is text that every store can keep (R40)."""
    clean_text(patient or "", field="patient", most=TEXT_MOST)
    return patient


def _mark(booking: StaffBooking) -> str:
    return fingerprint(
        "staff-book",
        {
            "provider": booking.provider,
            "resource": booking.resource,
            "span": [booking.span.start.isoformat(), booking.span.end.isoformat()],
            "type": booking.type,
            "patient": booking.patient,
            "treatment": booking.treatment,
            "note": booking.note,
        },
    )


@attrs.frozen(kw_only=True)
class StaffMove:
    """Another place for an appointment, chosen by staff.

    Attributes:
        placement: Where it shall be; any length, provider and resource.
        revision: The one that staff saw; None: as it is when this begins.
    """

    clinic: ClinicId
    appointment: AppointmentId
    placement: Placement
    knowingly: Knowingly
    revision: int | None = None


def staff_move(desk: Desk, move: StaffMove) -> MoveOutcome:
    """Move an appointment for staff; its patient is told, by the channels ticked.

    The new time is one that staff chose: it is not exclusive, and the move does not count
    against the patient's rebookings (R3, R24a).

    Raises:
        InvalidValue: the appointment is cancelled.
        UnknownClinic, UnknownAppointment, UnknownProvider, UnknownResource: not there.
    """
    return transact(desk, move.clinic, partial(_move_plan, desk, move, desk.now()))


def _move_plan(
    desk: Desk, move: StaffMove, now: datetime, stored: StoredClinic
) -> Plan[MoveOutcome]:
    stored.clinic.provider(move.placement.provider)
    if move.placement.resource is not None:
        stored.clinic.resource(move.placement.resource)

    def decide(state: State) -> Change[MoveOutcome] | MoveOutcome:
        current = _current(state, move.appointment)
        if current.is_cancelled:
            raise InvalidValue("appointment", "is cancelled")
        if move.revision not in (None, current.revision):
            return ChangedMeanwhile(appointment=current)
        return _moved(desk, move, now, stored, state, current)

    span = move.placement.span.widened(before=_LONGEST_AROUND, after=_LONGEST_AROUND)
    scope = Scope(
        clinic=move.clinic,
        now=now,
        calendars=move.placement.calendars,
        span=span,
        appointment=move.appointment,
        holders=True,
    )
    return Plan(scope, decide)


def _moved(
    desk: Desk,
    move: StaffMove,
    now: datetime,
    stored: StoredClinic,
    state: State,
    current: Appointment,
) -> Change[MoveOutcome] | MoveOutcome:
    moved = current.changed(placement=move.placement, chosen_by_patient=False, exclusive=False)
    comes = laid(desk, state, moved, move.knowingly, now)
    if isinstance(comes, OverlapsPatients):
        return comes
    mail = post(desk, stored.clinic, moved, MessageKind.MOVED_BY_STAFF, now=now)
    by = move.knowingly.by
    event = staff_event(moved, Happening.STAFF_MOVED, fresh_key(desk), by, now, before=current)
    answer: MoveOutcome = Moved(appointment=moved)
    return comes.joined_to(
        Change(
            answer=answer,
            appointments=(moved,),
            events=(event,),
            links=mail.links,
            void_messages_of=(moved.id,),
            messages=mail.messages,
        )
    )


def staff_cancel(
    desk: Desk,
    clinic: ClinicId,
    appointment: AppointmentId,
    *,
    by: str,
    revision: int | None = None,
) -> CancelOutcome:
    """Cancel an appointment for staff; its patient is told, by the channels ticked.

    Cancelling again answers the same.

    Args:
        by: Who, as the host names its staff.
        revision: The one that staff saw; None: as it is when this begins.

    Raises:
        InvalidValue: `by` is too long, or holds what no text may.
        UnknownClinic, UnknownAppointment: not there.
    """
    now, by = desk.now(), staff_name(by)

    def plan(stored: StoredClinic) -> Plan[CancelOutcome]:
        def decide(state: State) -> Change[CancelOutcome] | CancelOutcome:
            current = _current(state, appointment)
            if current.is_cancelled:
                return Cancelled(appointment=current)
            if revision not in (None, current.revision):
                return ChangedMeanwhile(appointment=current)
            return _cancelled(desk, now, by, stored, state, current)

        return Plan(Scope(clinic=clinic, now=now, appointment=appointment), decide)

    return transact(desk, clinic, plan)


def _cancelled(
    desk: Desk,
    now: datetime,
    by: str,
    stored: StoredClinic,
    state: State,
    current: Appointment,
) -> Change[CancelOutcome]:
    gone = current.changed(cancelled_at=now, exclusive=False)
    overlaps = settled(state, gone)
    mail = post(desk, stored.clinic, gone, MessageKind.CANCELLED, now=now)
    event = staff_event(gone, Happening.STAFF_CANCELLED, fresh_key(desk), by, now, before=current)
    return Change(
        answer=Cancelled(appointment=gone),
        appointments=(gone, *overlaps.regained),
        dropped_overlaps=overlaps.dropped,
        events=(event,),
        void_messages_of=(gone.id,),
        messages=mail.messages,
    )


def _current(state: State, appointment: AppointmentId) -> Appointment:
    try:
        return state.appointments[appointment]
    except KeyError:
        raise UnknownAppointment(appointment) from None
