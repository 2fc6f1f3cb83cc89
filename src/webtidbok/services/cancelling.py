"""A patient cancels a visit (R28)."""

from functools import partial
from typing import TypeAlias

from webtidbok.errors import RequestKeyReused
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.event import Happening
from webtidbok.model.ids import MessageId, RequestKey
from webtidbok.model.message import Channel, Message, MessageKind
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.store import Change, Scope, State, StoredClinic
from webtidbok.rules.changes import refusals_to_change
from webtidbok.services.access import Access
from webtidbok.services.changing import Asked, asked, event_of, refused
from webtidbok.services.desk import Desk
from webtidbok.services.details import parse_message
from webtidbok.services.messages import post
from webtidbok.services.outcomes import Cancelled, ChangedMeanwhile, NoSuchVisit, Refused
from webtidbok.services.overlapping import settled
from webtidbok.services.transacting import Plan, transact

_Decided: TypeAlias = Cancelled | Refused | ChangedMeanwhile
Outcome: TypeAlias = _Decided | NoSuchVisit


def cancel(
    desk: Desk,
    access: Access,
    *,
    comment: str = "",
    key: RequestKey | None = None,
    revision: int | None = None,
) -> Outcome:
    """Cancel a visit: its time is free at once, and the patient is on the watch list.

    A visit that is cancelled already answers the same again, whatever the hour.

    Args:
        comment: For staff; at most 500 characters.
        key: The same for each repeat of this request; None: it will not be repeated.
        revision: The one that the patient saw; None: as it is when this begins.

    Raises:
        InvalidValue: the comment is too long, or holds what no text may.
        RequestKeyReused: the key came before, for something else.
    """
    said = parse_message(comment)
    request = asked(desk, access, key=key, revision=revision)
    if request is None:
        return NoSuchVisit()
    return transact(desk, request.appointment.clinic, partial(_plan, desk, request, said))


def _plan(desk: Desk, request: Asked, comment: str, stored: StoredClinic) -> Plan[_Decided]:
    scope = Scope(
        clinic=request.appointment.clinic,
        now=request.now,
        calendars=request.appointment.placement.calendars,
        appointment=request.appointment.id,
        request=request.key,
    )
    return Plan(scope, partial(_decide, desk, request, comment, stored))


def _decide(
    desk: Desk, request: Asked, comment: str, stored: StoredClinic, state: State
) -> Change[_Decided] | _Decided:
    current = state.appointments[request.appointment.id]
    if current.is_cancelled:
        return Cancelled(appointment=current)
    if state.earlier is not None:  # not for this: a cancellation carried out is answered above
        raise RequestKeyReused
    if current.revision != request.revision:
        return ChangedMeanwhile(appointment=current)
    against = refusals_to_change(
        stored.clinic,
        current,
        Action.CANCEL,
        now=request.now,
        is_working_day=desk.working_day(stored.clinic),
    )
    if against:
        return refused(desk, request, current, against)
    return _change(desk, request, comment, current, stored, state)


def _change(
    desk: Desk,
    request: Asked,
    comment: str,
    current: Appointment,
    stored: StoredClinic,
    state: State,
) -> Change[_Decided]:
    gone = current.changed(cancelled_at=request.now, exclusive=False)
    overlaps = settled(state, gone)
    mail = post(desk, stored.clinic, gone, MessageKind.CANCELLED, now=request.now)
    entry = WatchListEntry(
        clinic=gone.clinic,
        appointment=gone.id,
        patient=gone.patient,
        at=request.now,
        comment=comment,
    )
    by_outbox = desk.watch_list_by_outbox
    return Change(
        answer=Cancelled(appointment=gone),
        appointments=(gone, *overlaps.regained),
        dropped_overlaps=overlaps.dropped,
        events=(event_of(gone, Happening.CANCELLED, request, before=current, key=request.key),),
        void_messages_of=(gone.id,),
        messages=(*mail.messages, *([_watch_message(desk, gone, entry)] if by_outbox else [])),
        watch_list=() if by_outbox else (entry,),
    )


def _watch_message(desk: Desk, gone: Appointment, entry: WatchListEntry) -> Message:
    """Return the entry as an outbox message, for a list outside the transaction (R28)."""
    return Message(
        id=MessageId(desk.new_id()),
        clinic=gone.clinic,
        appointment=gone.id,
        kind=MessageKind.WATCH,
        channel=Channel.WATCH_LIST,
        language=gone.language,
        placement=gone.placement,
        sequence=gone.revision,
        comment=entry.comment,
        written_at=entry.at,
    )
