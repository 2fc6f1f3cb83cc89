"""Asking a question of the rules, with occupied time from the store or from a change's state."""

from collections.abc import Sequence
from datetime import datetime

from webtidbok.errors import InvalidValue
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.hold import Hold
from webtidbok.model.ids import CalendarId, ProviderId, TypeId
from webtidbok.model.instants import instant, minute_of
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import State, StoredClinic, columns_of
from webtidbok.rules.changes import refusals_to_change
from webtidbok.rules.evaluator import Evaluator, FreeStarts
from webtidbok.rules.offers import Offers
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.visit import moved_visit, new_visit
from webtidbok.services.desk import Desk
from webtidbok.slots.free import free_starts
from webtidbok.slots.starts import Starts

#: Strictly between these, a start has some years around it that have instants in every zone.
_FIRST_YEAR, _LAST_YEAR = 4, 9996


def new_question(
    desk: Desk,
    stored: StoredClinic,
    type: TypeId,  # noqa: A002 - the domain's word
    *,
    now: datetime,
    providers: Sequence[ProviderId] | None = None,
    patient: PatientFacts | None = None,
    hold: Hold | None = None,
) -> Question:
    """Return the question of a new booking.

    Args:
        providers: Whom to ask; None: all that the type has, in its order.

    Raises:
        UnknownType: the clinic has no such type.
        UnknownProvider: the clinic has no such provider.
    """
    wanted = stored.clinic.type(type)
    for provider in providers or ():
        stored.clinic.provider(provider)
    return Question(
        clinic=stored.clinic,
        visit=new_visit(stored.clinic, wanted),
        providers=wanted.providers if providers is None else _in_order(wanted.providers, providers),
        now=now,
        patient=patient,
        hold=hold,
        age_rule=desk.age_rule,
    )


def _in_order(listed: Sequence[ProviderId], asked: Sequence[ProviderId]) -> tuple[ProviderId, ...]:
    """Return those asked in the type's order; those that the type does not have come last."""
    order = [*listed, *(provider for provider in asked if provider not in listed)]
    return tuple(provider for provider in order if provider in asked)


def move_question(
    desk: Desk, stored: StoredClinic, appointment: Appointment, *, now: datetime
) -> Question:
    """Return the question of a rebooking: the same provider, the same length (R26)."""
    against = refusals_to_change(
        stored.clinic,
        appointment,
        Action.REBOOK,
        now=now,
        is_working_day=desk.working_day(stored.clinic),
    )
    return Question(
        clinic=stored.clinic,
        visit=moved_visit(stored.clinic, appointment),
        providers=(appointment.placement.provider,),
        now=now,
        moving=appointment,
        against_change=against,
        age_rule=desk.age_rule,
    )


def offers_in(desk: Desk, evaluator: Evaluator, span: range) -> Offers:
    """Return what is offered in a stretch of minutes. One query, or none if nothing can be."""
    return offers_among(desk, evaluator, evaluator.shared(span))


def offers_among(desk: Desk, evaluator: Evaluator, starts: Starts) -> Offers:
    """Return what is offered of the starts that the rules shared by all lanes have left.

    One query, or none if nothing can be offered.
    """
    narrowed = evaluator.in_lanes(starts)
    if not narrowed:
        return evaluator.offers(narrowed, {})
    free = _free(desk, evaluator, narrowed.calendars, narrowed.starts)
    return evaluator.offers(narrowed, free)


def free_at(desk: Desk, evaluator: Evaluator, provider: ProviderId, start: int) -> FreeStarts:
    """Return the free starts of the calendars that decide about one start. One query."""
    return _free(desk, evaluator, evaluator.calendars_at(provider, start), range(start, start + 1))


def _free(
    desk: Desk, evaluator: Evaluator, calendars: Sequence[CalendarId], starts: range
) -> FreeStarts:
    question = evaluator.question
    busy = desk.store.busy(
        question.clinic.id,
        calendars,
        evaluator.read_span(starts),
        now=question.now,
        besides=question.own,
    )
    extent = question.visit.extent
    return {each.calendar: free_starts(each.starts, each.ends, extent) for each in busy}


def free_in(state: State, question: Question) -> FreeStarts:
    """Return the free starts of the calendars that a change's state was read for."""
    busy: dict[CalendarId, list[TimeSpan]] = {}
    own, now = question.own, question.now
    for row in state.occupied:
        if row.holder not in own and row.is_live(now):
            busy.setdefault(row.calendar, []).append(row.span)
    for away in state.absences:
        busy.setdefault(away.calendar, []).append(away.span)
    extent = question.visit.extent
    return {calendar: free_starts(*columns_of(spans), extent) for calendar, spans in busy.items()}


def start_minute(start: datetime, field: str = "start") -> int:
    """Return a wished start in minutes since 1970-01-01T00:00Z.

    Raises:
        InvalidValue: it has no zone, is not a whole minute, or lies so near the ends of the
            calendar that nothing can be asked around it.
    """
    if not _FIRST_YEAR < start.year < _LAST_YEAR:
        raise InvalidValue(field, "is too far away")
    try:
        moment = instant(start)
    except ValueError:
        raise InvalidValue(field, "has no time zone") from None
    if moment.second:
        raise InvalidValue(field, "is not a whole minute")
    return minute_of(moment)
