"""What `decide` saw still holds when its change is stored, also when many come at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Provider
from webtidbok.model.hold import Hold
from webtidbok.model.ids import PatientId, ProviderId, RequestKey, provider_calendar
from webtidbok.model.occupied import occupied_by
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    ANNA,
    BO,
    CHAIR_1,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_patient,
    a_placement,
    an_appointment,
    an_event,
)
from webtidbok.testing.store_scenes import (
    ContractOfOpenClinic,
    StoreWithRecords,
    a_change,
    a_scope,
    put,
)

R = TypeVar("R")

#: How many come at once.
CROWD = 8


class RaceContract(ContractOfOpenClinic):
    """Many threads at once, each with a decision of its own; no error escapes to any of them."""

    def test_one_of_many_gets_a_time(self, store: StoreWithRecords) -> None:
        """The others see that it is taken."""
        for round_number in range(3):
            start, until = f"1{round_number}:00", f"1{round_number}:30"

            def book(number: int, start: str = start, until: str = until) -> str:
                return _take(store, an_appointment(f"{start} {number}", start, until))

            assert _answers(at_once(book)) == (1, CROWD - 1)
            assert len(list(store.occupied(THE_CLINIC))) == round_number + 1

    def test_one_of_many_overlapping_times_is_taken_at_a_time(
        self, store: StoreWithRecords
    ) -> None:
        """Starts differ, so no key on equal starts helps."""

        def book(number: int) -> str:
            return _take(store, an_appointment(f"a{number}", f"09:0{number}", f"10:0{number}"))

        assert _won(store, book) == 1

    def test_one_of_many_gets_a_chair(self, store: StoreWithRecords) -> None:
        """Though they book with different providers."""

        def book(number: int) -> str:
            provider = (ANNA, BO)[number % 2]
            return _take(store, an_appointment(f"a{number}", provider=provider, resource=CHAIR_1))

        assert _won(store, book) == 1

    def test_holds_and_bookings_race_for_the_same_time(self, store: StoreWithRecords) -> None:
        """A hold is taken as a booking is."""

        def hold_or_book(number: int) -> str:
            taker = a_hold(f"h{number}") if number % 2 else an_appointment(f"a{number}")
            return _take(store, taker)

        assert _won(store, hold_or_book) == 1

    def test_times_of_different_calendars_are_all_taken(self, store: StoreWithRecords) -> None:
        """Who is not in the way is not turned away."""
        names = [ProviderId(f"provider-{number}") for number in range(CROWD)]
        providers = tuple(Provider(id=name, name=name) for name in names)
        put(store, a_clinic(providers=providers, periods=(), types=()))

        def book(number: int) -> str:
            visit = an_appointment(f"a{number}", provider=names[number])
            return _take(store, visit, calendars=(provider_calendar(names[number]),))

        assert _won(store, book) == CROWD

    def test_a_new_patient_is_created_once(self, store: StoreWithRecords) -> None:
        """By whoever comes first; the others find it."""

        def come(number: int) -> str:
            patient = a_patient(f"p{number}")

            def decide(state: State) -> Change[str] | str:
                if state.patient is not None:
                    return state.patient.id
                return a_change(patient, answer=patient.id)

            return store.transact(a_scope(identity_number=patient.identity_number), decide)

        (everybodys,) = set(at_once(come))
        assert store.patient(THE_CLINIC, PatientId(everybodys)).id == everybodys

    def test_a_limit_of_open_bookings_holds(self, store: StoreWithRecords) -> None:
        """Though the bookings touch different times of different calendars (R3)."""
        patient = a_patient("p1")
        put(store, patient)

        def book(number: int) -> str:
            provider = (ANNA, BO)[number % 2]
            visit = an_appointment(
                f"a{number}",
                f"1{number}:00",
                f"1{number}:30",
                provider=provider,
                patient=patient.id,
            )

            def decide(state: State) -> Change[str] | str:
                return "refused" if state.open_bookings >= 2 else a_change(visit, answer="won")  # noqa: PLR2004

            scope = a_scope(
                identity_number=patient.identity_number, calendars=visit.placement.calendars
            )
            return store.transact(scope, decide)

        assert Counter(at_once(book)) == {"won": 2, "refused": CROWD - 2}

    def test_a_request_is_done_once_however_often_it_comes(self, store: StoreWithRecords) -> None:
        """Everybody gets what the first one did (R22)."""

        def ask(number: int) -> str:
            visit = an_appointment(f"a{number}")

            def decide(state: State) -> Change[str] | str:
                if state.earlier is not None:
                    return str(state.earlier.appointment)
                if state.occupied:
                    return "taken"
                return a_change(visit, an_event("key", visit.id), answer=visit.id)

            return store.transact(a_scope(request=RequestKey("key")), decide)

        (done,) = set(at_once(ask))
        assert [visit.id for visit in store.appointments(THE_CLINIC)] == [done]

    def test_a_visit_is_moved_from_where_it_is(self, store: StoreWithRecords) -> None:
        """Two tabs race: each move builds on the one before, none is lost (R27)."""
        visit = an_appointment("a1", "08:00", "08:30")
        put(store, visit)

        def move(number: int) -> str:
            placement = a_placement(f"1{number}:00", f"1{number}:30")

            def decide(state: State) -> Change[str] | str:
                moved = state.appointments[visit.id].changed(placement=placement)
                return a_change(moved, answer="won")

            return store.transact(a_scope(appointment=visit.id), decide)

        assert at_once(move) == ["won"] * CROWD
        assert store.appointment(THE_CLINIC, visit.id).revision == 1 + CROWD
        assert len(list(store.occupied(THE_CLINIC))) == 1

    def test_every_change_of_settings_gets_a_version_of_its_own(
        self, store: StoreWithRecords
    ) -> None:
        """None is lost, and what was worked out from an older one is known to be old."""

        def rename(number: int) -> str:
            def decide(state: State) -> Change[str] | str:
                assert state.clinic is not None
                name = f"{state.clinic.clinic.name} {number}"
                return a_change(a_clinic(name=name))

            return store.transact(a_scope(), decide)

        at_once(rename)
        stored = store.clinic(THE_CLINIC)
        assert stored.version == 1 + CROWD
        assert set(map(str, range(CROWD))) <= set(stored.clinic.name.split())

    def test_a_cancelled_time_goes_to_one_of_those_who_wait(self, store: StoreWithRecords) -> None:
        """While it is cancelled, others try to book it."""
        first = an_appointment("first")
        put(store, first)

        def cancel_or_book(number: int) -> str:
            if number == 0:
                put(store, first.changed(cancelled_at=a_scope().now))
                return "cancelled"
            return _take(store, an_appointment(f"a{number}"))

        answers = Counter(at_once(cancel_or_book))

        assert answers["cancelled"] == 1
        assert answers["won"] == len(list(store.occupied(THE_CLINIC))) <= 1


def at_once(act: Callable[[int], R], crowd: int = CROWD) -> list[R]:
    """Return what `act` answers to each of 0, 1, 2 ... when all call it at the same moment.

    Whatever one of them raises is raised here.
    """
    barrier = Barrier(crowd)

    def start_together(number: int) -> R:
        barrier.wait(timeout=60)
        return act(number)

    with ThreadPoolExecutor(crowd) as pool:
        return list(pool.map(start_together, range(crowd)))


def _take(store: StoreWithRecords, taker: Appointment | Hold, **scope: object) -> str:
    """Take a time if nothing is in the way; the answer is `won` or `taken`."""

    def decide(state: State) -> Change[str] | str:
        wanted = occupied_by(taker)
        if any(row.excludes(other) for row in wanted for other in state.occupied):
            return "taken"
        return a_change(taker, answer="won")

    return store.transact(a_scope(**scope), decide)


def _answers(answers: list[str]) -> tuple[int, int]:
    """Return how many won, and to how many the time was taken."""
    assert set(answers) <= {"won", "taken"}
    return answers.count("won"), answers.count("taken")


def _won(store: StoreWithRecords, act: Callable[[int], str]) -> int:
    """Return how many won a time, which they hold and nobody else; the rest found it taken."""
    won, _ = _answers(at_once(act))
    rows = list(store.occupied(THE_CLINIC))
    clashes = [(one.holder, other.holder) for one in rows for other in rows if one.excludes(other)]
    assert clashes == []
    assert len({row.holder for row in rows}) == won
    return won
