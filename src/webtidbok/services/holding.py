"""Hold a slot while its owner fills in the form, and give it back (R21)."""

from datetime import datetime
from functools import partial

import attrs

from webtidbok.model.codes import LinkToken
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import ClinicId, ProviderId, TypeId
from webtidbok.model.slot import Slot
from webtidbok.ports.store import Change, Scope, State, StoredClinic
from webtidbok.rules.evaluator import Evaluator
from webtidbok.rules.question import PatientFacts
from webtidbok.services.alternatives import alternatives_to
from webtidbok.services.asking import free_in, new_question, start_minute
from webtidbok.services.desk import Desk
from webtidbok.services.giving_way import expired_in_the_way
from webtidbok.services.limits import OVER_A_LIMIT, Counter
from webtidbok.services.messages import new_token
from webtidbok.services.outcomes import Held, Refused, SlotTaken
from webtidbok.services.requests import fresh_key
from webtidbok.services.transacting import Plan, transact


@attrs.frozen(kw_only=True)
class HoldRequest:
    """A slot that somebody wants kept.

    Attributes:
        token: The asker's token from an earlier hold, which this one replaces; None: a new one.
        caller: Who asks, for the limits: the client address, say. None: no limits (R21b).
        patient: What is known of the patient; None: those rules are silent (R17).
        alternatives: Look for free times nearby if the slot is taken.
    """

    clinic: ClinicId
    type: TypeId
    provider: ProviderId
    start: datetime
    token: LinkToken | None = None
    caller: str | None = attrs.field(default=None, repr=False)
    patient: PatientFacts | None = None
    alternatives: bool = False
    way: WayIn = WayIn.WEB


def hold_id(token: LinkToken) -> HoldId:
    """Return the id under which the hold of a token is kept."""
    return HoldId(token.hash)


def hold(desk: Desk, request: HoldRequest) -> Held | SlotTaken | Refused:
    """Keep a slot for the clinic's hold time, owned by a token.

    A token has at most one hold: a new one replaces it, also when the new slot is the old one,
    whose time then counts as free. A slot that cannot be had leaves the old hold as it was.

    Raises:
        InvalidValue: `start` has no zone or is not a whole minute.
        UnknownClinic, UnknownType, UnknownProvider: what is asked about is not there.
    """
    now = desk.now()
    start = start_minute(request.start)
    token = request.token or new_token(desk)
    clinic = desk.store.clinic(request.clinic).clinic
    clinic.type(request.type)
    clinic.provider(request.provider)
    counter = Counter(desk=desk, caller=request.caller, now=now)
    counts, item = counter.of_hold(clinic.web_booking.hold_time), hold_item(clinic.id, token)
    if not counter.admit(counts, item):
        return Refused(reasons=(OVER_A_LIMIT,))
    answer: Held | SlotTaken | Refused = transact(
        desk, request.clinic, partial(_plan, desk, request, token, now, start)
    )
    if isinstance(answer, Held):
        return answer
    old = desk.store.hold(clinic.id, hold_id(token)) if request.token else None
    if old is not None and old.is_live(now):
        counter.recount(counts, item, old.made_at)
    else:
        counter.forget(counts, item)
    if isinstance(answer, SlotTaken) and request.alternatives:
        asked = _evaluator(desk, request, now, desk.store.clinic(request.clinic))
        evaluator = asked.asked_for(request.patient, old)
        near = alternatives_to(desk, evaluator, request.provider, start)
        return attrs.evolve(answer, alternatives=near)
    return answer


def hold_item(clinic: ClinicId, token: LinkToken) -> str:
    """Return the name under which the hold of a token is counted (R21b)."""
    return f"{clinic}/{hold_id(token)}"


def kept(desk: Desk, clinic: ClinicId, token: LinkToken) -> Hold | None:
    """Return the live hold that a token owns, to be shown to its owner; None if there is none."""
    hold = desk.store.hold(clinic, hold_id(token))
    return hold if hold is not None and hold.is_live(desk.now()) else None


def release(desk: Desk, clinic: ClinicId, token: LinkToken, *, caller: str | None = None) -> bool:
    """Give a hold back; return whether there was a live one."""
    now = desk.now()

    def decide(state: State) -> Change[bool] | bool:
        if state.hold is None or not state.hold.is_live(now):
            return False
        return Change(
            answer=True,
            dropped_holds=(state.hold.id,),
            events=(_event(desk, state.hold, Happening.RELEASED, now, WayIn.WEB),),
        )

    released = desk.store.transact(Scope(clinic=clinic, now=now, hold=hold_id(token)), decide)
    counter = Counter(desk=desk, caller=caller, now=now)
    hold_time = desk.store.clinic(clinic).clinic.web_booking.hold_time
    counter.forget(counter.of_hold(hold_time), hold_item(clinic, token))
    return released


def _evaluator(desk: Desk, request: HoldRequest, now: datetime, stored: StoredClinic) -> Evaluator:
    """Return the rules of the question, before the caller's hold has been looked up."""
    question = new_question(desk, stored, request.type, now=now, providers=(request.provider,))
    return desk.evaluator(question, stored)


def _plan(
    desk: Desk,
    request: HoldRequest,
    token: LinkToken,
    now: datetime,
    start: int,
    stored: StoredClinic,
) -> Plan[Held | SlotTaken | Refused]:
    asked = _evaluator(desk, request, now, stored)
    scope = Scope(
        clinic=request.clinic,
        now=now,
        calendars=asked.calendars_at(request.provider, start),
        span=asked.read_span(range(start, start + 1)),
        hold=hold_id(token),
    )

    def decide(
        state: State,
    ) -> Change[Held | SlotTaken | Refused] | Held | SlotTaken | Refused:
        evaluator = asked.asked_for(request.patient, state.hold)
        free = free_in(state, evaluator.question)
        answer = evaluator.answer(request.provider, start, free)
        if answer.slot is None:
            kind = SlotTaken if answer.is_taken else Refused
            return kind(reasons=answer.reasons)
        kept = _hold_of(request, token, answer.slot, now, stored)
        before = (state.hold.id,) if state.hold else ()
        expired = expired_in_the_way(state, kept, now)
        return Change(
            answer=Held(hold=kept, token=token),
            holds=(kept,),
            dropped_holds=tuple(id_ for id_ in expired if id_ not in before),
            events=(_event(desk, kept, Happening.HELD, now, request.way),),
        )

    return Plan(scope, decide)


def _hold_of(
    request: HoldRequest, token: LinkToken, slot: Slot, now: datetime, stored: StoredClinic
) -> Hold:
    wanted = stored.clinic.type(request.type)
    return Hold(
        id=hold_id(token),
        clinic=request.clinic,
        type=request.type,
        placement=slot.placement,
        before_minutes=wanted.before_minutes,
        after_minutes=wanted.after_minutes,
        made_at=now,
        expires_at=now + stored.clinic.web_booking.hold_time,
    )


def _event(desk: Desk, kept: Hold, what: Happening, now: datetime, way: WayIn) -> Event:
    is_held = what is Happening.HELD
    return Event(
        key=fresh_key(desk),
        clinic=kept.clinic,
        what=what,
        at=now,
        way=way,
        type=kept.type,
        before=None if is_held else kept.placement,
        after=kept.placement if is_held else None,
    )
