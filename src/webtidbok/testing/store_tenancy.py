"""Every clinic is a tenant: no method reaches another clinic's rows, R29's look-ups apart."""

from contextlib import suppress

import pytest

from webtidbok.errors import UnknownAppointment, UnknownPatient
from webtidbok.model.ids import AppointmentId, PatientId
from webtidbok.model.message import MessageState
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Code, State
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_message,
    a_patient,
    a_watch_list_entry,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import (
    A_REFUSED_CHANGE,
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    everything_in,
    put,
    state_of,
)

_A_DAY: TimeSpan = between("00:00", "24:00")


class TenancyContract(ContractOfOpenClinic):
    """What one clinic sees of another: nothing, though ids and calendars have the same names."""

    def test_decisions_see_nothing_of_another_clinic(self, store: StoreWithRecords) -> None:
        """Whatever its ids are asked for."""
        fill_the_test_clinic(store)
        state = state_of(
            store,
            clinic=OTHER_CLINIC,
            appointment=an_appointment().id,
            holders=True,
            patient=a_patient().id,
            request=an_event().key,
            hold=a_hold().id,
            absence=an_absence().id,
        )
        by_number = state_of(
            store, clinic=OTHER_CLINIC, identity_number=a_patient().identity_number
        )

        nothing = State(clinic=store.clinic(OTHER_CLINIC))
        assert (state, by_number) == (nothing, nothing)

    def test_searches_and_lookups_see_nothing_of_another_clinic(
        self, store: StoreWithRecords
    ) -> None:
        """Nor holds, nor appointments and patients by their ids."""
        fill_the_test_clinic(store)
        put(store, Code("code", AppointmentId("a1")))
        assert list(store.busy(OTHER_CLINIC, ALL_CALENDARS, _A_DAY, now=NOW)) == []
        assert store.hold(OTHER_CLINIC, a_hold().id) is None
        assert store.find_with_code(OTHER_CLINIC, AppointmentId("a1"), ["code"]) is None
        with pytest.raises(UnknownAppointment):
            store.appointment(OTHER_CLINIC, AppointmentId("a1"))
        with pytest.raises(UnknownPatient):
            store.patient(OTHER_CLINIC, PatientId("p1"))

    def test_records_hold_nothing_of_another_clinic(self, store: StoreWithRecords) -> None:
        """Whether all are asked for or only some."""
        fill_the_test_clinic(store)
        records = everything_in(store, OTHER_CLINIC)
        del records["settings"]

        assert not any(records.values())
        assert list(store.appointments(OTHER_CLINIC, _A_DAY)) == []
        assert list(store.absences(OTHER_CLINIC, _A_DAY)) == []
        assert list(store.history(OTHER_CLINIC, AppointmentId("a1"))) == []

    def test_dropping_and_voiding_reach_nothing_of_another_clinic(
        self, store: StoreWithRecords
    ) -> None:
        """What is named is not there."""
        fill_the_test_clinic(store)
        before = everything_in(store, THE_CLINIC)
        with suppress(*A_REFUSED_CHANGE):
            put(
                store,
                clinic=OTHER_CLINIC,
                dropped_holds=(a_hold().id,),
                dropped_absences=(an_absence().id,),
                dropped_overlaps=(an_overlap(),),
                void_messages_of=(AppointmentId("a1"),),
            )

        assert everything_in(store, THE_CLINIC) == before

    def test_rows_of_the_same_names_are_apart(self, store: StoreWithRecords) -> None:
        """A change of one clinic's leaves the other's alone."""
        fill_the_test_clinic(store)
        before = everything_in(store, THE_CLINIC)
        others = an_appointment("a1", "13:00", "13:30", clinic=OTHER_CLINIC, cancelled_at=NOW)
        put(store, others, an_absence(clinic=OTHER_CLINIC, reason="another"))
        put(store, a_hold(start="15:00", until="15:30", clinic=OTHER_CLINIC))
        put(store, a_patient("p1", first_name="Another"), clinic=OTHER_CLINIC)
        put(store, a_watch_list_entry("a1", clinic=OTHER_CLINIC), clinic=OTHER_CLINIC)

        assert everything_in(store, THE_CLINIC) == before
        assert store.appointment(OTHER_CLINIC, others.id) == others
        assert store.patient(THE_CLINIC, PatientId("p1")) == a_patient("p1")
        assert store.patient(OTHER_CLINIC, PatientId("p1")).first_name == "Another"
        assert store.hold(THE_CLINIC, a_hold().id) == a_hold(start="12:00", until="12:30")

    def test_a_change_cannot_write_into_another_clinic(self, store: StoreWithRecords) -> None:
        """A row that names another clinic than the scope's is refused, or stays outside it."""
        fill_the_test_clinic(store)
        before = everything_in(store, THE_CLINIC)
        ours = an_appointment("a1", "16:00", "16:30", note="from outside")
        with suppress(*A_REFUSED_CHANGE):
            put(store, ours, clinic=OTHER_CLINIC)

        assert everything_in(store, THE_CLINIC) == before


def fill_the_test_clinic(store: StoreWithRecords) -> None:
    """Open another clinic and store rows of all kinds in the test clinic."""
    put(store, a_clinic(OTHER_CLINIC))
    put(store, a_patient("p1"))
    put(store, an_appointment("a1", patient=PatientId("p1"), exclusive=False), staffs("s1"))
    put(store, an_overlap("a1", "s1"), a_hold(start="12:00", until="12:30"), an_absence())
    put(store, an_event("k1", "a1"), a_watch_list_entry("a1"))
    put(store, a_message("m1"), a_message("m2", state=MessageState.SENT, token=""))
