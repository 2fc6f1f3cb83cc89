"""How a clinic stands: what tells that what was read before can be used again."""

from collections.abc import Callable

import attrs
import pytest

from webtidbok.errors import OverlapsExclusive, UnknownClinic
from webtidbok.model.ids import CalendarId, ClinicId, RequestKey
from webtidbok.model.instants import MINUTE
from webtidbok.ports.store import Standing, Store
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    ANNAS,
    BO,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_message,
    a_placement,
    an_absence,
    an_appointment,
    an_event,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    a_scope,
    answering,
    put,
)

THE_DAY = between("00:00", "24:00")


class StandingContract(ContractOfOpenClinic):
    """What `standing` promises, and the moment at which `busy` says that it ends to be so."""

    def test_the_settings_are_those_of_the_clinic(self, store: StoreWithRecords) -> None:
        """And the same object, as long as nobody changes them."""
        first = standing_of(store)

        assert first.stored == store.clinic(THE_CLINIC)
        assert first.stored.clinic is standing_of(store).stored.clinic

    def test_new_settings_are_another_object_also_when_they_are_as_before(
        self, store: StoreWithRecords
    ) -> None:
        """Or they have another version: what was worked out from them is not used again."""
        first = standing_of(store)
        put(store, a_clinic(name="Another name"))
        put(store, a_clinic())
        again = standing_of(store)

        assert again.stored.clinic == first.stored.clinic
        assert again.stored.version > first.stored.version

    def test_a_clinic_that_is_not_there_does_not_stand(self, store: StoreWithRecords) -> None:
        """It is unknown, as to every other method."""
        with pytest.raises(UnknownClinic):
            store.standing(ClinicId("nowhere"))

    def test_an_appointment_moves_the_calendars_that_it_takes(
        self, store: StoreWithRecords
    ) -> None:
        """When it is made, moved and cancelled; when it is moved, both the old and the new."""
        visit = an_appointment(resource=CHAIR_1)
        moved = visit.changed(placement=a_placement("14:00", "14:30", provider=BO))
        cancelled = moved.changed(cancelled_at=NOW)

        assert moved_by(store, lambda: put(store, visit)) == {ANNAS, CHAIR_1S}
        assert moved_by(store, lambda: put(store, moved)) == {ANNAS, CHAIR_1S, BOS}
        assert moved_by(store, lambda: put(store, cancelled)) == {BOS}

    def test_a_hold_moves_the_calendars_that_it_takes(self, store: StoreWithRecords) -> None:
        """When it is made, and when it is dropped."""
        held = a_hold(resource=CHAIR_1)

        assert moved_by(store, lambda: put(store, held)) == {ANNAS, CHAIR_1S}
        assert moved_by(store, lambda: put(store, dropped_holds=(held.id,))) == {ANNAS, CHAIR_1S}

    def test_an_absence_moves_its_calendar(self, store: StoreWithRecords) -> None:
        """When it is laid, changed, and taken away; one that changes calendars moves both."""
        away, elsewhere = an_absence(), an_absence(calendar=BOS)

        assert moved_by(store, lambda: put(store, away)) == {ANNAS}
        assert moved_by(store, lambda: put(store, elsewhere)) == {ANNAS, BOS}
        assert moved_by(store, lambda: put(store, dropped_absences=(away.id,))) == {BOS}

    def test_what_is_refused_moves_nothing(self, store: StoreWithRecords) -> None:
        """The versions of a change that is not stored are not, either."""
        put(store, an_appointment())

        def lay_over() -> None:
            with pytest.raises(OverlapsExclusive):
                put(store, staffs("s1", resource=CHAIR_1))

        assert moved_by(store, lay_over) == set()

    def test_an_answer_that_is_no_change_moves_nothing(self, store: StoreWithRecords) -> None:
        """What a request did before is answered again, and that is no change (R22)."""
        put(store, an_appointment(), an_event("k1", "a1"))
        scope = a_scope(request=RequestKey("k1"))

        def ask_again() -> None:
            assert store.transact(scope, answering("as before")) == "as before"

        assert moved_by(store, ask_again) == set()

    def test_what_takes_no_time_moves_nothing(self, store: StoreWithRecords) -> None:
        """A message; nor does anything of another clinic."""
        put(store, an_appointment())
        put(store, a_clinic(OTHER_CLINIC))
        others = attrs.evolve(an_appointment(), clinic=OTHER_CLINIC)

        assert moved_by(store, lambda: put(store, a_message())) == set()
        assert moved_by(store, lambda: put(store, others)) == set()

    def test_a_version_never_comes_again(self, store: StoreWithRecords) -> None:
        """It rises also where what is occupied comes and goes as it was."""
        seen = []
        for _ in range(3):
            put(store, a_hold())
            seen.append(versions_of(store)[ANNAS])
            put(store, dropped_holds=(a_hold().id,))
            seen.append(versions_of(store)[ANNAS])

        assert seen == sorted(set(seen))

    def test_what_was_told_before_does_not_change(self, store: StoreWithRecords) -> None:
        """Though the store does: whoever keeps it compares it with what is told later."""
        before = standing_of(store)
        told = dict(before.versions)
        put(store, an_appointment())
        after = dict(standing_of(store).versions)

        assert dict(before.versions) == told
        assert after != told

    def test_busy_time_says_when_the_first_hold_expires(self, store: StoreWithRecords) -> None:
        """Of those that are live; a calendar without any is busy until something is stored."""
        first, second = a_hold("h1"), a_hold("h2", "10:00", "10:30")
        second = attrs.evolve(second, expires_at=second.expires_at + MINUTE)
        put(store, first, second, staffs("s1", "13:00", "13:30", provider=BO))

        def until(calendar: CalendarId, now: object) -> object:
            (busy,) = store.busy(THE_CLINIC, [calendar], THE_DAY, now=now)  # type: ignore[arg-type]
            return busy.until

        assert until(ANNAS, NOW) == first.expires_at
        assert until(ANNAS, first.expires_at) == second.expires_at
        assert until(BOS, NOW) is None


def standing_of(store: Store) -> Standing:
    """Return how the test clinic stands."""
    standing = store.standing(THE_CLINIC)
    assert standing is not None, "the store counts no versions"
    return standing


def versions_of(store: Store) -> dict[CalendarId, int]:
    """Return the version of each calendar of the test clinic."""
    versions = standing_of(store).versions
    return {calendar: versions.get(calendar, 0) for calendar in ALL_CALENDARS}


def moved_by(store: Store, act: Callable[[], object]) -> set[CalendarId]:
    """Do something, and return the calendars whose versions have risen since."""
    before = versions_of(store)
    act()
    after = versions_of(store)
    assert all(after[calendar] >= before[calendar] for calendar in before), "a version fell"
    return {calendar for calendar in before if after[calendar] > before[calendar]}
