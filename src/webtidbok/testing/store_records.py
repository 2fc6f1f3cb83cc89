"""What staff look up afterwards: in which order, and within which edges."""

from datetime import timedelta

import attrs
import pytest

from webtidbok.errors import UnknownAppointment, UnknownPatient
from webtidbok.model.ids import AppointmentId, PatientId
from webtidbok.model.instants import SECOND
from webtidbok.model.message import MessageState
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
    a_message,
    a_watch_list_entry,
    an_absence,
    an_appointment,
    an_event,
    an_overlap,
    between,
    staffs,
)
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    put,
)


class RecordsContract(ContractOfOpenClinic):
    """What `Records` yields."""

    def test_clinics_come_by_their_ids(self, store: StoreWithRecords) -> None:
        """All of the installation."""
        put(store, a_clinic("z-clinic"))
        put(store, a_clinic("a-clinic"))

        assert list(store.clinic_ids()) == ["a-clinic", THE_CLINIC, "z-clinic"]

    def test_an_appointment_is_found_also_when_cancelled(self, store: StoreWithRecords) -> None:
        """Its row stays as history (R28)."""
        visit = an_appointment(cancelled_at=NOW)
        put(store, visit)

        assert store.appointment(THE_CLINIC, visit.id) == visit

    def test_an_appointment_that_is_not_there_is_an_error(self, store: StoreWithRecords) -> None:
        """It names what was asked for."""
        with pytest.raises(UnknownAppointment) as caught:
            store.appointment(THE_CLINIC, AppointmentId("nobody's"))
        assert caught.value.id == "nobody's"

    def test_a_patient_that_is_not_there_is_an_error(self, store: StoreWithRecords) -> None:
        """It names what was asked for."""
        with pytest.raises(UnknownPatient) as caught:
            store.patient(THE_CLINIC, PatientId("nobody"))
        assert caught.value.id == "nobody"

    def test_appointments_come_by_start_and_then_by_id(self, store: StoreWithRecords) -> None:
        """Cancelled ones too, whoever has them."""
        put(store, staffs("late", "10:00", "10:30"), staffs("b", "09:00", "11:00"))
        put(store, staffs("a", provider=BO), staffs("c", cancelled_at=NOW))
        put(store, staffs("early", "08:00", "12:00"))

        ids = [visit.id for visit in store.appointments(THE_CLINIC)]
        assert ids == ["early", "a", "b", "c", "late"]

    def test_appointments_within_a_span_are_those_whose_visit_overlaps_it(
        self, store: StoreWithRecords
    ) -> None:
        """Touching is not overlapping, and the time before and after is not the visit."""
        put(store, staffs("touches", "08:00", "09:00", after_minutes=15))
        put(store, staffs("reaches in", "08:30", "09:05"), staffs("inside", "09:15", "09:20"))
        put(store, staffs("reaches out", "09:55", "10:30", cancelled_at=NOW))
        put(store, staffs("follows", "10:00", "10:30", before_minutes=15))

        visits = store.appointments(THE_CLINIC, between("09:00", "10:00"))

        assert [visit.id for visit in visits] == ["reaches in", "inside", "reaches out"]

    def test_history_stands_in_the_order_it_was_stored(self, store: StoreWithRecords) -> None:
        """Also when the clock went back, whatever the keys, and within one change."""
        put(store, an_event("m", at=NOW))
        put(store, an_event("z", at=NOW - timedelta(hours=1)), an_event("a", at=NOW))
        put(store, an_event("k", at=NOW - timedelta(days=1)))

        assert [event.key for event in store.history(THE_CLINIC)] == ["m", "z", "a", "k"]

    def test_the_history_of_an_appointment_is_its_own(self, store: StoreWithRecords) -> None:
        """Events of holds and of other appointments are left out."""
        put(store, an_appointment("a1"), an_appointment("a2", "10:00", "10:30"))
        put(store, an_event("1", "a1"), an_event("2", "a2"), an_event("3"), an_event("4", "a1"))

        def keys(appointment: str) -> list[str]:
            events = store.history(THE_CLINIC, AppointmentId(appointment))
            return [event.key for event in events]

        assert (keys("a1"), keys("a2"), keys("a3")) == (["1", "4"], ["2"], [])

    def test_history_is_bounded_from_the_first_moment_up_to_not_including_the_last(
        self, store: StoreWithRecords
    ) -> None:
        """Each bound alone, or both."""
        put(store, *(an_event(f"{second:+}", at=NOW + second * SECOND) for second in (-1, 0, 1)))

        def keys(**bounds: object) -> list[str]:
            return [event.key for event in store.history(THE_CLINIC, **bounds)]  # type: ignore[arg-type]

        assert keys(first=NOW) == ["+0", "+1"]
        assert keys(until=NOW) == ["-1"]
        assert keys(first=NOW, until=NOW + SECOND) == ["+0"]
        assert keys(first=NOW, until=NOW) == []

    def test_watch_list_entries_stand_in_the_order_they_came(self, store: StoreWithRecords) -> None:
        """Whatever the clock said."""
        put(store, *(an_appointment(f"a{n}", f"1{n}:00", f"1{n}:30") for n in range(3)))
        put(store, a_watch_list_entry("a1"), a_watch_list_entry("a0", comment="ill"))
        put(store, a_watch_list_entry("a2", at=NOW - timedelta(days=1)))

        entries = list(store.watch_list(THE_CLINIC))
        assert [(entry.appointment, entry.comment) for entry in entries] == [
            ("a1", ""),
            ("a0", "ill"),
            ("a2", ""),
        ]

    def test_messages_stand_in_the_order_they_were_written(self, store: StoreWithRecords) -> None:
        """Sent and void ones too; a change of state moves none."""
        put(store, an_appointment())
        sent = a_message("b", state=MessageState.SENT, token="")
        put(store, a_message("c"), sent)
        put(store, a_message("a", written_at=NOW - timedelta(days=1)))
        put(store, void_messages_of=(AppointmentId("a1"),))
        put(store, a_message("0"))

        assert [(message.id, message.state.value) for message in store.messages(THE_CLINIC)] == [
            ("c", "void"),
            ("b", "sent"),
            ("a", "void"),
            ("0", "unsent"),
        ]

    def test_absences_come_by_start_and_then_by_id(self, store: StoreWithRecords) -> None:
        """Those that overlap the span, or all; touching is not overlapping."""
        put(store, an_absence("late", "10:00", "11:00"), an_absence("b"))
        put(store, an_absence("a", calendar=BOS), an_absence("early", "08:00", "09:00"))

        def ids(*span: object) -> list[str]:
            return [absence.id for absence in store.absences(THE_CLINIC, *span)]  # type: ignore[arg-type]

        assert ids() == ["early", "a", "b", "late"]
        assert ids(between("09:00", "10:00")) == ["a", "b"]
        assert ids(between("08:59", "09:01")) == ["early", "a", "b"]

    def test_occupied_rows_come_by_calendar_then_by_end_then_by_holder(
        self, store: StoreWithRecords
    ) -> None:
        """Holds too, expired ones included; nothing of what was cancelled."""
        put(store, staffs("b", "08:00", "10:00"), staffs("a", "09:00", "10:00"))
        put(store, staffs("short", "08:00", "09:00", resource=CHAIR_1))
        put(store, staffs("bos", provider=BO), staffs("gone", cancelled_at=NOW))
        put(store, a_hold("expired", "12:00", "13:00", expires_at=NOW - timedelta(days=1)))

        rows = store.occupied(THE_CLINIC)

        assert [(row.calendar, row.holder) for row in rows] == [
            (ANNAS, "short"),
            (ANNAS, "a"),
            (ANNAS, "b"),
            (ANNAS, "expired"),
            (BOS, "bos"),
            (CHAIR_1S, "short"),
        ]

    def test_overlaps_are_those_that_still_stand(self, store: StoreWithRecords) -> None:
        """With who laid them, why and when."""
        stands = an_overlap("a1", "s1", by="Eva", reason="värk", at=NOW)
        put(store, an_appointment("a1", exclusive=False), staffs("s1"), staffs("s2"))
        put(store, stands, an_overlap("a1", "s2"))
        put(store, dropped_overlaps=(an_overlap("a1", "s2"),))

        assert list(store.overlaps(THE_CLINIC)) == [stands]

    def test_a_clinic_that_is_not_there_has_no_records(self, store: StoreWithRecords) -> None:
        """That is no error."""
        put(store, attrs.evolve(an_appointment(), note="of the test clinic"))

        assert list(store.appointments(OTHER_CLINIC)) == []
        assert list(store.history(OTHER_CLINIC)) == []
        assert list(store.watch_list(OTHER_CLINIC)) == []
        assert list(store.messages(OTHER_CLINIC)) == []
        assert list(store.absences(OTHER_CLINIC)) == []
        assert list(store.occupied(OTHER_CLINIC)) == []
        assert list(store.overlaps(OTHER_CLINIC)) == []
        assert list(store.busy(OTHER_CLINIC, [ANNAS], between("00:00", "24:00"), now=NOW)) == []
        assert store.hold(OTHER_CLINIC, a_hold().id) is None
