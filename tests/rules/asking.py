"""Questions to the test clinic of `webtidbok.testing.builders`, without a store."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from tests.busy import free_besides_rows
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.model.instants import DAY, minute_after, minute_of
from webtidbok.model.occupied import Occupied
from webtidbok.model.wall_clock import local_date, midnight
from webtidbok.rules.evaluator import Evaluator, FreeStarts, HostRule
from webtidbok.rules.offers import Offers
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.visit import moved_visit, new_visit
from webtidbok.slots.free import Extent
from webtidbok.slots.schedule import Schedule
from webtidbok.testing.builders import A_MONDAY, ANNA, BO, CHECK_UP, NOW, ZONE, a_clinic

#: Born in 1985, known, without open bookings: somebody against whom no rule speaks.
SOMEBODY = PatientFacts(born=date(1985, 5, 5), is_known=True, open_bookings=0)


def a_question(clinic: Clinic | None = None, wanted: TypeId = CHECK_UP, **changes: Any) -> Question:
    """Return the question of a new booking, with Anna or Bo, at `NOW`."""
    clinic = clinic or a_clinic()
    visit = new_visit(clinic, clinic.type(wanted))
    given: dict[str, Any] = {"clinic": clinic, "visit": visit, "providers": (ANNA, BO), "now": NOW}
    return Question(**(given | changes))


def a_move(visit: Appointment, clinic: Clinic | None = None, **changes: Any) -> Question:
    """Return the question of a rebooking, at `NOW`."""
    clinic = clinic or a_clinic()
    given: dict[str, Any] = {
        "clinic": clinic,
        "visit": moved_visit(clinic, visit),
        "providers": (visit.placement.provider,),
        "now": NOW,
        "moving": visit,
    }
    return Question(**(given | changes))


def an_evaluator(question: Question, *host_rules: HostRule) -> Evaluator:
    """Return the rules of a question."""
    return Evaluator(question, Schedule(question.clinic), host_rules)


def free_besides(occupied: Iterable[Occupied], extent: Extent) -> FreeStarts:
    """Return the free starts that occupied time leaves."""
    rows = (
        (row.calendar, minute_of(row.span.start), minute_after(row.span.end)) for row in occupied
    )
    return free_besides_rows(rows, extent)


def of_days(first: date = A_MONDAY, last: date | None = None) -> range:
    """Return the minutes from one local date to another, both inclusive (R14d)."""
    until = (last or first) + DAY
    return range(minute_of(midnight(first, ZONE)), minute_of(midnight(until, ZONE)))


def offers(
    question: Question,
    occupied: Sequence[Occupied] = (),
    *host_rules: HostRule,
    span: range | None = None,
) -> Offers:
    """Return what is offered, on `A_MONDAY` unless a span is given."""
    evaluator = an_evaluator(question, *host_rules)
    free = free_besides(occupied, question.visit.extent)
    return evaluator.offers(evaluator.narrowed(span or of_days()), free)


def times(offers: Offers) -> list[str]:
    """Return the times on the test clinic's wall at which something is offered, in order."""
    return [f"{slot.start.astimezone(ZONE):%H:%M}" for slot in offers]


def days_of(offers: Offers) -> list[date]:
    """Return the local date of each offer."""
    return [local_date(slot.start, ZONE) for slot in offers]


def codes_at(
    question: Question,
    start: datetime,
    occupied: Sequence[Occupied] = (),
    *host_rules: HostRule,
    provider: ProviderId = ANNA,
) -> list[str]:
    """Return the codes of all reasons against a start, and that it is offered if there are none."""
    reasons = reasons_at(question, start, occupied, *host_rules, provider=provider)
    return [reason.code for reason in reasons]


def reasons_at(
    question: Question,
    start: datetime,
    occupied: Sequence[Occupied] = (),
    *host_rules: HostRule,
    provider: ProviderId = ANNA,
) -> tuple[Refusal, ...]:
    """Return all reasons against a start; see that it is offered exactly if there are none."""
    evaluator = an_evaluator(question, *host_rules)
    free = free_besides(occupied, question.visit.extent)
    minute = minute_of(start)
    answer = evaluator.answer(provider, minute, free)
    found = evaluator.offers(evaluator.narrowed(range(minute, minute + 1)), free)
    assert found.offers(provider, minute) == answer.slot
    assert (answer.slot is None) == bool(answer.reasons)
    return answer.reasons
