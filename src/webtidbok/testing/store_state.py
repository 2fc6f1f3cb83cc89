"""What a decision sees, for every field of its scope."""

from datetime import date, timedelta

from webtidbok.model.changeable import Origin
from webtidbok.model.ids import PatientId
from webtidbok.model.instants import SECOND
from webtidbok.model.occupied import occupied_by
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import State
from webtidbok.testing.builders import (
    ANNAS,
    BO,
    BOS,
    CHAIR_1,
    CHAIR_1S,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_patient,
    a_placement,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    at,
    between,
    staffs,
)
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    a_change,
    a_scope,
    put,
    state_of,
)

P1 = PatientId("p1")


class StateContract(ContractOfOpenClinic):
    """What is read for a scope; what a scope leaves out is not asked about here."""

    def test_the_clinic_comes_with_its_version(self, store: StoreWithRecords) -> None:
        """The same that `clinic` answers."""
        put(store, a_clinic(name="Renamed"))

        assert state_of(store).clinic == store.clinic(THE_CLINIC)

    def test_a_clinic_that_is_not_there_is_none(self, store: StoreWithRecords) -> None:
        """And then there is nothing else either."""
        assert state_of(store, clinic=OTHER_CLINIC) == State(clinic=None)

    def test_occupied_time_comes_by_calendar_and_then_by_end(self, store: StoreWithRecords) -> None:
        """Calendars in the order of their names, in whatever order the scope has them."""
        put(store, staffs("long", "08:00", "12:00", provider=BO))
        put(store, staffs("short", "09:00", "10:00", provider=BO, resource=CHAIR_1))
        put(store, staffs("annas", "11:00", "13:00"), staffs("early", "08:00", "08:30"))

        rows = state_of(store, calendars=(CHAIR_1S, BOS, ANNAS)).occupied

        assert [(row.calendar, row.holder) for row in rows] == [
            (ANNAS, "early"),
            (ANNAS, "annas"),
            (BOS, "short"),
            (BOS, "long"),
            (CHAIR_1S, "short"),
        ]

    def test_occupied_rows_say_all_about_themselves(self, store: StoreWithRecords) -> None:
        """Exact spans with the time before and after, exclusivity, a hold's end."""
        visit = an_appointment(before_minutes=5, after_minutes=10)
        over = staffs("s1", "11:00", "11:30")
        held = a_hold(start="10:00", until="10:30", after_minutes=5)
        put(store, visit, over, held)

        expected = (*occupied_by(visit), *occupied_by(held), *occupied_by(over))
        assert state_of(store).occupied == expected
        assert tuple(store.occupied(THE_CLINIC)) == expected

    def test_occupied_time_is_read_within_the_scopes_span(self, store: StoreWithRecords) -> None:
        """What only touches it is left out; what reaches in comes whole."""
        put(store, staffs("touches", "08:00", "09:00"), staffs("reaches in", "08:30", "09:15"))
        put(store, staffs("reaches out", "09:45", "11:00"), staffs("follows", "10:00", "10:30"))

        rows = state_of(store, span=between("09:00", "10:00")).occupied

        assert [(row.holder, row.span) for row in rows] == [
            ("reaches in", between("08:30", "09:15")),
            ("reaches out", between("09:45", "11:00")),
        ]

    def test_occupied_time_is_read_for_the_scopes_calendars(self, store: StoreWithRecords) -> None:
        """A visit in a chair has a row for each calendar that is asked about."""
        put(store, staffs("annas", resource=CHAIR_1), staffs("bos", provider=BO))

        rows = state_of(store, calendars=(CHAIR_1S,)).occupied

        assert [(row.calendar, row.holder) for row in rows] == [(CHAIR_1S, "annas")]
        assert state_of(store, calendars=()).occupied == ()

    def test_a_visit_of_several_days_is_seen_from_its_middle(self, store: StoreWithRecords) -> None:
        """In one row, however long it is and whatever else is there."""
        days = TimeSpan(at("08:00"), at("17:00", date(2027, 1, 29)))
        long = staffs("long", span=days)
        put(store, long, staffs("short", day=date(2026, 12, 14)))

        rows = state_of(store, span=between("12:00", "13:00", date(2027, 1, 4))).occupied

        assert rows == tuple(occupied_by(long))

    def test_expired_holds_are_seen_too(self, store: StoreWithRecords) -> None:
        """Who wants their time drops them (R21)."""
        held = a_hold()
        put(store, held)

        assert state_of(store, now=held.expires_at).occupied == occupied_by(held)

    def test_cancelled_visits_take_no_time(self, store: StoreWithRecords) -> None:
        """Their rows stay as history only (R28)."""
        put(store, an_appointment())
        put(store, an_appointment().changed(cancelled_at=NOW))

        assert state_of(store).occupied == ()

    def test_absences_come_by_start_within_calendars_and_span(
        self, store: StoreWithRecords
    ) -> None:
        """What only touches the span is left out."""
        put(store, an_absence("late", "09:45", "12:00"), an_absence("touches", "08:00", "09:00"))
        put(store, an_absence("early", "08:00", "09:15"), an_absence("bos", calendar=BOS))

        absences = state_of(store, calendars=(ANNAS,), span=between("09:00", "10:00")).absences

        assert [absence.id for absence in absences] == ["early", "late"]

    def test_a_long_absence_is_seen_from_its_middle(self, store: StoreWithRecords) -> None:
        """Leave of months is one absence."""
        months = TimeSpan(at("00:00", date(2026, 9, 1)), at("00:00", date(2027, 6, 1)))
        put(store, an_absence("leave", span=months), an_absence("day", day=date(2026, 12, 8)))

        absences = state_of(store, span=between("12:00", "12:05")).absences

        assert [absence.span for absence in absences] == [months]

    def test_the_absence_of_the_scope_is_seen_wherever_it_lies(
        self, store: StoreWithRecords
    ) -> None:
        """Once, also when it lies in the span; in its place by start."""
        own = an_absence("own", "13:00", "14:00", calendar=BOS)
        put(store, own, an_absence("earlier"))
        in_scope = {"calendars": (ANNAS,), "span": between("09:00", "10:00")}

        assert [a.id for a in state_of(store, absence=own.id, **in_scope).absences] == [
            "earlier",
            "own",
        ]
        assert state_of(store, calendars=(), absence=own.id).absences == (own,)
        assert len(state_of(store, absence=own.id).absences) == 2  # noqa: PLR2004 - both, once

    def test_the_appointment_of_the_scope_is_seen(self, store: StoreWithRecords) -> None:
        """Also a cancelled one; only that one."""
        cancelled = an_appointment("cancelled", cancelled_at=NOW)
        put(store, cancelled, an_appointment("other", "10:00", "10:30"))

        assert state_of(store, appointment=cancelled.id).appointments == {cancelled.id: cancelled}
        assert state_of(store).appointments == {}

    def test_an_appointment_that_is_not_there_is_left_out(self, store: StoreWithRecords) -> None:
        """No error: the decision says what that means."""
        assert state_of(store, appointment=an_appointment("nobody's").id).appointments == {}

    def test_appointments_that_overlap_knowingly_come_with_it(
        self, store: StoreWithRecords
    ) -> None:
        """With all overlaps of theirs, so that exclusivity can be given back (R24a)."""
        put(store, an_appointment("a1", exclusive=False), staffs("s1"), staffs("s2"), staffs("s3"))
        put(store, an_appointment("a2", "13:00", "14:00", exclusive=False))
        put(store, an_overlap("a1", "s1"), an_overlap("a1", "s2"), an_overlap("a2", "s3"))

        state = state_of(store, appointment=staffs("s1").id)

        assert set(state.appointments) == {"a1", "s1"}
        assert set(state.overlaps) == {an_overlap("a1", "s1"), an_overlap("a1", "s2")}

    def test_a_patients_appointment_brings_all_that_lie_over_it(
        self, store: StoreWithRecords
    ) -> None:
        """And what else those lie over."""
        put(store, an_appointment("a1", exclusive=False), staffs("s1"), staffs("s2"))
        put(store, an_appointment("a2", "09:30", "10:00", exclusive=False))
        put(store, an_overlap("a1", "s1"), an_overlap("a1", "s2"), an_overlap("a2", "s1"))

        state = state_of(store, appointment=an_appointment("a1").id)

        assert set(state.appointments) == {"a1", "s1", "s2"}
        assert len(state.overlaps) == 3  # noqa: PLR2004 - all three

    def test_holders_are_the_appointments_behind_the_occupied_time(
        self, store: StoreWithRecords
    ) -> None:
        """With their overlaps; a hold is no appointment."""
        visit, over = an_appointment("a1", exclusive=False), staffs("s1", "09:15", "12:00")
        put(store, visit, over, an_overlap(), a_hold(start="13:00", until="13:30"))
        put(store, an_appointment("elsewhere", provider=BO))

        in_scope = {"calendars": (ANNAS,), "span": between("08:00", "14:00")}
        state = state_of(store, holders=True, **in_scope)

        assert state.appointments == {visit.id: visit, over.id: over}
        assert state.overlaps == (an_overlap(),)
        assert state_of(store, **in_scope).appointments == {}

    def test_appointments_come_by_id(self, store: StoreWithRecords) -> None:
        """However they were stored and changed: what is answered of them has an order."""
        for name in ("c", "a", "d", "b"):
            put(store, staffs(name))
        put(store, staffs("a", note="changed"))

        assert [*state_of(store, holders=True).appointments] == ["a", "b", "c", "d"]

    def test_a_patient_is_found_by_number_or_by_id(self, store: StoreWithRecords) -> None:
        """None when the number or the id is unknown, or when nobody asked."""
        patient = a_patient("p1", place=1)
        put(store, patient)

        assert state_of(store, identity_number=patient.identity_number).patient == patient
        assert state_of(store, patient=patient.id).patient == patient
        assert state_of(store, identity_number=an_identity_number(2)).patient is None
        assert state_of(store, patient=PatientId("nobody")).patient is None
        assert state_of(store).patient is None

    def test_open_bookings_are_those_to_come(self, store: StoreWithRecords) -> None:
        """A visit that starts at this very second is open no longer (R3)."""
        put(store, a_patient("p1"), an_appointment("a1", patient=P1))
        put(store, an_appointment("a2", "11:00", "12:00", patient=P1))
        begins = at("09:00")

        assert _open_bookings(store, now=begins - SECOND) == 2  # noqa: PLR2004 - both
        assert _open_bookings(store, now=begins) == 1
        assert _open_bookings(store, now=at("11:00")) == 0

    def test_only_the_patients_own_live_web_bookings_of_this_clinic_are_open(
        self, store: StoreWithRecords
    ) -> None:
        """Not cancelled ones, recalls, staff's, holds, another's or those of another clinic."""
        put(store, a_clinic(OTHER_CLINIC))
        put(store, a_patient("p1"))
        put(store, an_appointment(patient=P1, clinic=OTHER_CLINIC))
        put(store, an_appointment("cancelled", patient=P1, cancelled_at=NOW))
        put(store, an_appointment("recall", "10:00", "10:30", patient=P1, origin=Origin.RECALL))
        put(store, staffs("staff's", "11:00", "11:30", patient=P1), a_hold("h1", "12:00", "12:30"))
        put(store, an_appointment("another's", "13:00", "13:30", patient=PatientId("p2")))
        put(store, an_appointment("nobody's", "14:00", "14:30"))

        assert _open_bookings(store) == 0

    def test_open_bookings_do_not_depend_on_calendars_and_span(
        self, store: StoreWithRecords
    ) -> None:
        """They are the patient's, wherever they lie."""
        put(store, a_patient("p1"), an_appointment(patient=P1, exclusive=False))

        state = state_of(store, patient=P1, calendars=(BOS,), span=between("13:00", "14:00"))
        by_number = state_of(store, identity_number=a_patient().identity_number, calendars=())

        assert (state.open_bookings, by_number.open_bookings) == (1, 1)
        assert state_of(store).open_bookings == 0

    def test_the_hold_of_the_scope_is_seen_also_when_it_has_expired(
        self, store: StoreWithRecords
    ) -> None:
        """None when there is none of that name, or when nobody asked."""
        held = a_hold()
        put(store, held)

        assert state_of(store, hold=held.id, now=held.expires_at + SECOND).hold == held
        assert state_of(store, hold=a_hold("other").id).hold is None
        assert state_of(store).hold is None

    def test_what_the_request_did_before_is_seen(self, store: StoreWithRecords) -> None:
        """None the first time, or when nobody asked (R22)."""
        event = an_event("key", fingerprint="abc", after=a_placement())

        assert state_of(store, request=event.key).earlier is None
        put(store, event)
        assert state_of(store, request=event.key).earlier == event
        assert state_of(store).earlier is None

    def test_the_appointment_of_the_earlier_request_is_seen(self, store: StoreWithRecords) -> None:
        """So that a repeat answers with it (R22)."""
        made = an_appointment()
        put(store, made, an_event("key", appointment=made.id))

        assert state_of(store, request=an_event("key").key).appointments == {made.id: made}

    def test_a_decision_sees_what_was_stored_just_before(self, store: StoreWithRecords) -> None:
        """Everything that came, nothing that went."""
        seen = []

        def decide(state: State) -> str:
            seen.append([row.holder for row in state.occupied])
            return "seen"

        for number in range(3):
            store.transact(a_scope(), decide)
            put(store, an_appointment(str(number), f"1{number}:00", f"1{number}:30"))
        store.transact(a_scope(), decide)

        assert seen == [[], ["0"], ["0", "1"], ["0", "1", "2"]]

    def test_a_decision_sees_nothing_of_its_own_change(self, store: StoreWithRecords) -> None:
        """It is pure: called again, it is called on what is stored."""
        states = []

        def decide(state: State) -> object:
            states.append(state)
            return a_change(an_appointment())

        store.transact(a_scope(now=NOW + timedelta(hours=1)), decide)

        assert all(state.occupied == () for state in states)


def _open_bookings(store: StoreWithRecords, **scope: object) -> int:
    return state_of(store, patient=P1, **scope).open_bookings
