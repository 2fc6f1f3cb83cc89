"""From a world of `tests.strategies` to the evaluator, without a store."""

from collections.abc import Iterator

from tests.busy import free_besides_rows
from tests.strategies import World
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.hold import Hold
from webtidbok.model.ids import CalendarId
from webtidbok.model.instants import minute_after, minute_of
from webtidbok.model.occupied import occupied_by
from webtidbok.model.wall_clock import midnight, next_day
from webtidbok.rules.changes import refusals_to_change
from webtidbok.rules.evaluator import Evaluator, FreeStarts
from webtidbok.rules.offers import Offers
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.visit import moved_visit, new_visit
from webtidbok.slots.schedule import Schedule


def question_of(world: World) -> Question:
    """Return the question that a service would make."""
    asked, clinic = world.asked, world.clinic
    if asked.moving is not None:
        return Question(
            clinic=clinic,
            visit=moved_visit(clinic, asked.moving),
            providers=world.providers,
            now=asked.now,
            moving=asked.moving,
            against_change=refusals_to_change(clinic, asked.moving, Action.REBOOK, now=asked.now),
            age_rule=asked.age_rule,
        )
    assert asked.wanted is not None
    patient = None
    if asked.born is not None:
        patient = PatientFacts(
            born=asked.born, is_known=asked.is_known, open_bookings=asked.open_bookings
        )
    return Question(
        clinic=clinic,
        visit=new_visit(clinic, asked.wanted),
        providers=world.providers,
        now=asked.now,
        patient=patient,
        hold=asked.hold,
        age_rule=asked.age_rule,
    )


def evaluator_of(world: World) -> Evaluator:
    """Return the rules of the world's question."""
    return Evaluator(question_of(world), Schedule(world.clinic))


def rows_of(world: World) -> Iterator[tuple[CalendarId, int, int]]:
    """Yield what occupies the world, but for the asker's own."""
    question = question_of(world)
    takers: list[Appointment | Hold] = [*world.asked.appointments, *world.asked.holds]
    for taker in takers:
        for row in occupied_by(taker):
            if row.is_live(question.now) and row.holder not in question.own:
                yield row.calendar, minute_of(row.span.start), minute_after(row.span.end)
    for away in world.asked.absences:
        yield away.calendar, minute_of(away.span.start), minute_after(away.span.end)


def free_of(world: World) -> FreeStarts:
    """Return the free starts of every calendar that has rows."""
    return free_besides_rows(rows_of(world), question_of(world).visit.extent)


def span_of(world: World) -> range:
    """Return the minutes of the world's window (R14d)."""
    zone = world.clinic.time_zone
    return range(
        minute_of(midnight(world.first, zone)), minute_of(midnight(next_day(world.last), zone))
    )


def search(world: World) -> Offers:
    """Return what is offered in the world's window."""
    evaluator = evaluator_of(world)
    return evaluator.offers(evaluator.narrowed(span_of(world)), free_of(world))
