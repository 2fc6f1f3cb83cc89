"""Nothing is laid over an exclusive time: the second lock of R24, which knows no clock."""

from datetime import date, timedelta

import attrs

from webtidbok.model.instants import SECOND
from webtidbok.model.timespan import TimeSpan
from webtidbok.testing.builders import (
    ANNAS,
    BO,
    CHAIR_1,
    CHAIR_2,
    NOW,
    a_clinic,
    a_hold,
    a_placement,
    an_absence,
    an_appointment,
    an_overlap,
    at,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    assert_overlap_refused,
    put,
)

_OVERLAPPING = (
    ("09:00", "10:00"),  # the same
    ("09:15", "09:45"),  # inside
    ("08:00", "11:00"),  # around
    ("08:30", "09:05"),  # over its start
    ("09:55", "10:30"),  # over its end
    ("09:00", "09:05"),  # from its start
    ("09:55", "10:00"),  # to its end
)


class ExclusivityContract(ContractOfOpenClinic):
    """What may share time with what, however it was written."""

    def test_staff_are_not_laid_over_a_patients_time(self, store: StoreWithRecords) -> None:
        """Whichever way the two overlap."""
        put(store, an_appointment("first", "09:00", "10:00"))

        for start, until in _OVERLAPPING:
            assert_overlap_refused(store, staffs("second", start, until))

    def test_a_patient_is_not_laid_over_staffs_time(self, store: StoreWithRecords) -> None:
        """The exclusive one may come second."""
        put(store, staffs("first", "09:00", "10:00"))

        for start, until in _OVERLAPPING:
            assert_overlap_refused(store, an_appointment("second", start, until))

    def test_two_patients_never_share_a_time(self, store: StoreWithRecords) -> None:
        """Not even for a second."""
        put(store, an_appointment("first", "09:00", "10:00"))
        last_second = TimeSpan(at("10:00") - SECOND, at("11:00"))

        for start, until in _OVERLAPPING:
            assert_overlap_refused(store, an_appointment("second", start, until))
        assert_overlap_refused(store, an_appointment("second", span=last_second))

    def test_a_hold_is_exclusive(self, store: StoreWithRecords) -> None:
        """Against appointments of patients and of staff, and against another hold."""
        put(store, a_hold("held", "09:00", "10:00"))

        assert_overlap_refused(store, an_appointment("second", "09:30", "10:30"))
        assert_overlap_refused(store, staffs("second", "09:30", "10:30"))
        assert_overlap_refused(store, a_hold("second", "09:30", "10:30"))

    def test_a_hold_is_not_laid_over_an_appointment(self, store: StoreWithRecords) -> None:
        """Whether a patient or staff made it."""
        put(
            store,
            an_appointment("patient's", "09:00", "10:00"),
            staffs("staff's", "10:00", "11:00"),
        )

        assert_overlap_refused(store, a_hold("held", "09:30", "10:00"))
        assert_overlap_refused(store, a_hold("held", "10:30", "11:30"))

    def test_staff_may_overlap_staff(self, store: StoreWithRecords) -> None:
        """They do so on purpose (R24a)."""
        put(store, staffs("first", "09:00", "10:00"))
        put(store, staffs("second", "09:30", "10:30"), staffs("third", "09:00", "10:00"))

        assert len(list(store.occupied(a_clinic().id))) == 3  # noqa: PLR2004 - the three

    def test_times_that_touch_do_not_overlap(self, store: StoreWithRecords) -> None:
        """Spans are half-open: an end is free."""
        put(store, an_appointment("middle", "09:00", "10:00"))
        put(store, an_appointment("before", "08:30", "09:00"))
        put(store, a_hold("after", "10:00", "10:30"))

    def test_times_before_and_after_a_visit_are_taken_too(self, store: StoreWithRecords) -> None:
        """An appointment takes its time before and after, a hold as well (R12a)."""
        put(store, an_appointment("wide", "09:00", "10:00", before_minutes=10, after_minutes=15))

        assert_overlap_refused(store, an_appointment("early", "08:00", "08:55"))
        assert_overlap_refused(store, a_hold("late", "10:20", "11:00", before_minutes=10))
        put(store, an_appointment("earlier", "08:00", "08:50"), a_hold("later", "10:15", "11:00"))

    def test_a_chair_is_not_shared_by_two_providers(self, store: StoreWithRecords) -> None:
        """Every calendar that a visit occupies is guarded."""
        put(store, an_appointment("annas", "09:00", "10:00", resource=CHAIR_1))

        assert_overlap_refused(
            store, an_appointment("bos", "09:30", "10:30", provider=BO, resource=CHAIR_1)
        )
        assert_overlap_refused(
            store, staffs("bos", "09:30", "10:30", provider=BO, resource=CHAIR_1)
        )

    def test_a_provider_is_not_in_two_chairs(self, store: StoreWithRecords) -> None:
        """Another chair does not make the provider free."""
        put(store, an_appointment("first", "09:00", "10:00", resource=CHAIR_1))

        assert_overlap_refused(store, a_hold("second", "09:30", "10:30", resource=CHAIR_2))

    def test_other_calendars_are_free(self, store: StoreWithRecords) -> None:
        """Another provider, in another chair or in none, has the same time."""
        put(store, an_appointment("annas", "09:00", "10:00", resource=CHAIR_1))
        put(store, an_appointment("bos", "09:00", "10:00", provider=BO, resource=CHAIR_2))

    def test_another_clinics_calendar_of_the_same_name_is_free(
        self, store: StoreWithRecords
    ) -> None:
        """Two clinics may both have an Anna, and appointments of the same name."""
        put(store, a_clinic(OTHER_CLINIC))
        put(store, an_appointment("first", "09:00", "10:00"))
        put(store, an_appointment("first", "09:00", "10:00", clinic=OTHER_CLINIC))

        assert_overlap_refused(store, an_appointment("second", "09:00", "10:00"))

    def test_a_cancelled_time_is_free_at_once(self, store: StoreWithRecords) -> None:
        """Of its provider and of its chair (R28)."""
        first = an_appointment("first", "09:00", "10:00", resource=CHAIR_1)
        put(store, first)
        put(store, first.changed(cancelled_at=NOW))

        put(store, an_appointment("second", "09:00", "10:00", resource=CHAIR_1))

    def test_a_moved_visit_frees_the_old_time_and_takes_the_new(
        self, store: StoreWithRecords
    ) -> None:
        """At every moment it has exactly one of the two (R27)."""
        first = an_appointment("first", "09:00", "10:00", resource=CHAIR_1)
        put(store, first)
        put(store, first.changed(placement=a_placement("13:00", "14:00", resource=CHAIR_2)))

        put(store, an_appointment("second", "09:00", "10:00", resource=CHAIR_1))
        assert_overlap_refused(store, an_appointment("third", "13:30", "14:30"))
        assert_overlap_refused(
            store, an_appointment("third", "13:30", "14:30", provider=BO, resource=CHAIR_2)
        )

    def test_a_visit_may_be_moved_into_its_own_time(self, store: StoreWithRecords) -> None:
        """It is never in its own way."""
        first = an_appointment("first", "09:00", "10:00")
        put(store, first)
        put(store, first.changed(placement=a_placement("09:30", "10:30")))

        put(store, an_appointment("second", "09:00", "09:30"))

    def test_a_move_onto_an_exclusive_time_is_refused(self, store: StoreWithRecords) -> None:
        """And the visit keeps its old time whole (R27)."""
        first = an_appointment("first", "09:00", "10:00")
        put(store, first, an_appointment("second", "10:00", "11:00"))

        assert_overlap_refused(store, first.changed(placement=a_placement("09:30", "10:30")))
        assert_overlap_refused(store, an_appointment("third", "09:00", "09:30"))

    def test_an_expired_hold_is_in_the_way_until_it_is_dropped(
        self, store: StoreWithRecords
    ) -> None:
        """A constraint has no clock: who wants the time drops the hold with it (R21)."""
        long_ago = NOW - timedelta(days=1)
        expired = a_hold("expired", "09:00", "10:00", made_at=long_ago, expires_at=long_ago)
        put(store, expired)

        assert_overlap_refused(store, an_appointment("first", "09:00", "10:00"))
        put(store, an_appointment("first", "09:00", "10:00"), dropped_holds=(expired.id,))

    def test_a_replaced_hold_frees_its_old_time(self, store: StoreWithRecords) -> None:
        """A token has at most one hold (R21)."""
        put(store, a_hold("held", "09:00", "10:00"))
        put(store, a_hold("held", "13:00", "14:00"))

        put(store, an_appointment("first", "09:00", "10:00"))
        assert_overlap_refused(store, an_appointment("second", "13:30", "14:30"))

    def test_a_hold_becomes_an_appointment_in_one_change(self, store: StoreWithRecords) -> None:
        """What is dropped is gone before anything is laid."""
        held = a_hold("held", "09:00", "10:00", resource=CHAIR_1)
        put(store, held)

        put(store, an_appointment(placement=held.placement), dropped_holds=(held.id,))

    def test_staff_overlay_a_time_that_is_released_in_the_same_change(
        self, store: StoreWithRecords
    ) -> None:
        """In whatever order the two are named (R24a)."""
        early, late = (
            an_appointment("early", "09:00", "10:00"),
            an_appointment("late", "13:00", "14:00"),
        )
        put(store, early, late)

        over_early, over_late = staffs("s1", "09:30", "10:30"), staffs("s2", "13:30", "14:30")
        put(store, early.changed(exclusive=False), over_early, an_overlap("early", "s1"))
        put(store, over_late, late.changed(exclusive=False), an_overlap("late", "s2"))

        assert_overlap_refused(store, an_appointment("third", "09:45", "10:00"))

    def test_exclusivity_does_not_return_while_an_overlap_stands(
        self, store: StoreWithRecords
    ) -> None:
        """It returns in the change that removes the last one (R24a)."""
        patients = an_appointment("a1", "09:00", "10:00", exclusive=False)
        over = staffs("s1", "09:30", "10:30")
        put(store, patients, over)

        assert_overlap_refused(store, patients.changed(exclusive=True))
        put(store, patients.changed(exclusive=True), over.changed(cancelled_at=NOW))
        assert_overlap_refused(store, staffs("s2", "09:30", "10:30"))

    def test_two_visits_may_change_places_in_one_change(self, store: StoreWithRecords) -> None:
        """A change is judged as it stands when all of it is in."""
        first = an_appointment("first", "09:00", "10:00")
        second = an_appointment("second", "10:00", "11:00")
        put(store, first, second)

        put(
            store,
            first.changed(placement=second.placement),
            second.changed(placement=first.placement),
        )

        assert store.appointment(first.clinic, first.id).placement == second.placement
        assert store.appointment(first.clinic, second.id).placement == first.placement

    def test_a_change_is_not_laid_over_itself(self, store: StoreWithRecords) -> None:
        """Two rows that come together are judged like two that come apart."""
        assert_overlap_refused(
            store, an_appointment("first", "09:00", "10:00"), staffs("second", "09:30", "10:30")
        )
        assert_overlap_refused(
            store, a_hold("first", "09:00", "10:00"), an_appointment("second", "09:30", "10:30")
        )

    def test_a_visit_of_several_days_is_guarded_all_through(self, store: StoreWithRecords) -> None:
        """However long it is, and however many short ones stand beside it."""
        days = TimeSpan(at("08:00"), at("17:00", date(2026, 12, 18)))
        put(store, *(an_appointment(f"short-{n}", f"0{n}:00", f"0{n}:30") for n in range(8)))
        put(store, an_appointment("long", span=days))

        assert_overlap_refused(store, staffs("inside", day=date(2026, 12, 14)))
        assert_overlap_refused(
            store, staffs("at its end", "16:55", "18:00", day=date(2026, 12, 18))
        )
        put(store, staffs("after", "17:00", "18:00", day=date(2026, 12, 18)))

    def test_absences_exclude_nothing(self, store: StoreWithRecords) -> None:
        """They are judged by the rules; an appointment under one stays (R8)."""
        put(store, an_absence("away", "08:00", "17:00"), an_appointment("first", "09:00", "10:00"))
        put(store, an_absence("also away", "08:00", "17:00", calendar=ANNAS))

        assert [absence.span for absence in store.absences(a_clinic().id)] == [
            between("08:00", "17:00"),
            between("08:00", "17:00"),
        ]

    def test_a_change_of_something_else_keeps_the_time(self, store: StoreWithRecords) -> None:
        """A new note frees nothing."""
        first = an_appointment("first", "09:00", "10:00")
        put(store, first)
        put(store, attrs.evolve(first, note="phoned"))

        assert_overlap_refused(store, an_appointment("second", "09:30", "10:30"))
