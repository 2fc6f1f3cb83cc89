"""A patient moves a visit: one step from the old time to the new one (R26, R27)."""

from datetime import datetime
from functools import partial
from typing import TypeAlias

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Happening
from webtidbok.model.ids import RequestKey
from webtidbok.model.message import MessageKind
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, Scope, State, StoredClinic
from webtidbok.rules.evaluator import Evaluator
from webtidbok.services.access import Access
from webtidbok.services.alternatives import alternatives_to
from webtidbok.services.asking import free_in, move_question, start_minute
from webtidbok.services.changing import Asked, asked, event_of, refused
from webtidbok.services.desk import Desk
from webtidbok.services.giving_way import expired_in_the_way
from webtidbok.services.messages import post
from webtidbok.services.outcomes import (
    ChangedMeanwhile,
    Moved,
    NoSuchVisit,
    Refused,
    SlotTaken,
)
from webtidbok.services.overlapping import settled
from webtidbok.services.requests import check_same, fingerprint
from webtidbok.services.transacting import Plan, transact

_Decided: TypeAlias = Moved | SlotTaken | Refused | ChangedMeanwhile
Outcome: TypeAlias = _Decided | NoSuchVisit


def rebook(
    desk: Desk,
    access: Access,
    start: datetime,
    *,
    key: RequestKey | None = None,
    revision: int | None = None,
    alternatives: bool = False,
) -> Outcome:
    """Move a visit to another time, with the same provider and of the same length.

    The old time is given up and the new one taken in one step; whatever fails leaves the old one
    whole. The deadline is judged on the old start.

    Args:
        start: The new start.
        key: The same for each repeat of this request; None: it will not be repeated.
        revision: The one that the patient saw; None: as it is when this begins.
        alternatives: Look for free times nearby if the time is taken (R21a).

    Raises:
        InvalidValue: `start` has no zone or is not a whole minute.
        RequestKeyReused: the key came before, with other content.
    """
    minute = start_minute(start)
    request = asked(desk, access, key=key, revision=revision)
    if request is None:
        return NoSuchVisit()
    clinic = request.appointment.clinic
    answer: _Decided = transact(desk, clinic, partial(_plan, desk, request, minute))
    if isinstance(answer, SlotTaken) and alternatives:
        evaluator = _evaluator(desk, request, request.appointment, desk.store.clinic(clinic))
        provider = request.appointment.placement.provider
        return attrs.evolve(answer, alternatives=alternatives_to(desk, evaluator, provider, minute))
    return answer


def _evaluator(
    desk: Desk, request: Asked, appointment: Appointment, stored: StoredClinic
) -> Evaluator:
    question = move_question(desk, stored, appointment, now=request.now)
    return desk.evaluator(question, stored)


def _plan(desk: Desk, request: Asked, start: int, stored: StoredClinic) -> Plan[_Decided]:
    old = request.appointment
    evaluator = _evaluator(desk, request, old, stored)
    needed = evaluator.read_span(range(start, start + 1))
    provider = old.placement.provider
    calendars = {*evaluator.calendars_at(provider, start), *old.placement.calendars}
    scope = Scope(
        clinic=old.clinic,
        now=request.now,
        calendars=tuple(sorted(calendars)),
        span=TimeSpan(needed.start, needed.end),
        appointment=old.id,
        request=request.key,
    )
    return Plan(scope, partial(_decide, desk, request, start, stored))


def _decide(
    desk: Desk, request: Asked, start: int, stored: StoredClinic, state: State
) -> Change[_Decided] | _Decided:
    current = state.appointments[request.appointment.id]
    mark = fingerprint("rebook", {"appointment": current.id, "start": start})
    if state.earlier is not None:
        check_same(state.earlier, mark)
        return Moved(appointment=current, is_repeat=True)
    if current.revision != request.revision:
        return ChangedMeanwhile(appointment=current)
    evaluator = _evaluator(desk, request, current, stored)
    against = evaluator.question.against_change
    if against:
        return refused(desk, request, current, against)
    provider = current.placement.provider
    answer = evaluator.answer(provider, start, free_in(state, evaluator.question))
    if answer.slot is None:
        return (SlotTaken if answer.is_taken else Refused)(reasons=answer.reasons)
    moved = current.changed(
        placement=answer.slot.placement,
        rebookings=current.rebookings + 1,
        chosen_by_patient=True,
        exclusive=True,
    )
    return _change(desk, request, mark, current, moved, stored, state)


def _change(
    desk: Desk,
    request: Asked,
    mark: str,
    current: Appointment,
    moved: Appointment,
    stored: StoredClinic,
    state: State,
) -> Change[_Decided]:
    overlaps = settled(state, moved)
    mail = post(desk, stored.clinic, moved, MessageKind.MOVED, now=request.now)
    event = event_of(
        moved, Happening.REBOOKED, request, before=current, key=request.key, fingerprint=mark
    )
    return Change(
        answer=Moved(appointment=moved),
        appointments=(moved, *overlaps.regained),
        dropped_overlaps=overlaps.dropped,
        dropped_holds=expired_in_the_way(state, moved, request.now),
        links=mail.links,
        events=(event,),
        void_messages_of=(moved.id,),
        messages=mail.messages,
    )
