"""The ways in: a link, or an identity number with a code (R29)."""

import pytest

from webtidbok.errors import UnknownAppointment, UnknownClinic, UnknownPatient
from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    CalendarId,
    ClinicId,
    PatientId,
    RequestKey,
)
from webtidbok.ports.snapshot import Taker
from webtidbok.ports.store import Code, Link, State
from webtidbok.testing.builders import (
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_patient,
    a_placement,
    an_appointment,
    between,
)
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.testing.store_scenes import (
    OTHER_CLINIC,
    ContractOfOpenClinic,
    StoreWithRecords,
    everything_in,
    put,
    state_of,
)

#: What no database can hold is not there: a NUL, which some end a text with; half of a pair.
what_nothing_is_called = pytest.mark.parametrize("name", ["a\0", "a\ud800"])

_NUMBER = an_identity_number(1)


class LookupContract(ContractOfOpenClinic):
    """What is found by what somebody has in hand."""

    def test_a_link_leads_to_its_appointment(self, store: StoreWithRecords) -> None:
        """Each of them, when there are several (R29a)."""
        first, second = an_appointment("first"), an_appointment("second", "10:00", "10:30")
        put(store, first, second)
        put(store, Link("one", first.id), Link("two", second.id), Link("three", first.id))

        assert store.find_by_link("one") == store.find_by_link("three") == first
        assert store.find_by_link("two") == second

    def test_an_unknown_link_leads_nowhere(self, store: StoreWithRecords) -> None:
        """Nor does a part of one, or none."""
        put(store, an_appointment(), Link("abcdef", AppointmentId("a1")))

        assert [store.find_by_link(token_hash) for token_hash in ("abc", "ABCDEF", "")] == [
            None
        ] * 3

    def test_a_link_follows_its_appointment(self, store: StoreWithRecords) -> None:
        """When it is moved, and when it is cancelled (R29a)."""
        visit = an_appointment()
        put(store, visit, Link("link", visit.id))
        moved = visit.changed(placement=a_placement("13:00", "13:30"))
        put(store, moved)
        assert store.find_by_link("link") == moved

        put(store, moved.changed(cancelled_at=NOW))
        assert store.find_by_link("link") == moved.changed(cancelled_at=NOW)

    def test_links_of_all_clinics_are_found(self, store: StoreWithRecords) -> None:
        """A link says nothing about its clinic."""
        others = _open_other_clinic_with_a_booking(store)

        assert store.find_by_link("other clinic's link") == others

    def test_a_number_and_a_code_find_the_appointment(self, store: StoreWithRecords) -> None:
        """Under whichever key the code was kept (R29b)."""
        visit = _booked_with_a_code(store)

        assert store.find_by_code(_NUMBER, ["code"]) == visit
        assert store.find_by_code(_NUMBER, ["of an older key", "code"]) == visit

    def test_a_number_with_another_code_finds_nothing(self, store: StoreWithRecords) -> None:
        """Nor with none, nor with a part of it."""
        _booked_with_a_code(store)

        for codes in ([], [""], ["cod"], ["another"]):
            assert store.find_by_code(_NUMBER, codes) is None

    def test_a_code_with_another_number_finds_nothing(self, store: StoreWithRecords) -> None:
        """Whether or not that number is known."""
        _booked_with_a_code(store)
        put(store, a_patient("another", place=2))

        assert store.find_by_code(an_identity_number(2), ["code"]) is None
        assert store.find_by_code(an_identity_number(3), ["code"]) is None

    def test_a_code_of_an_appointment_without_a_patient_finds_nothing(
        self, store: StoreWithRecords
    ) -> None:
        """Nor one whose patient the register does not know."""
        put(store, an_appointment("nobody's"), Code("code", AppointmentId("nobody's")))
        put(store, an_appointment("host's", "10:00", "10:30", patient=PatientId("unknown")))
        put(store, Code("other code", AppointmentId("host's")))

        assert store.find_by_code(_NUMBER, ["code", "other code"]) is None

    def test_a_new_code_ends_the_old(self, store: StoreWithRecords) -> None:
        """An appointment has at most one; printing again issues a new one (R29b)."""
        visit = _booked_with_a_code(store)
        put(store, Code("new code", visit.id))

        assert store.find_by_code(_NUMBER, ["code"]) is None
        assert store.find_by_code(_NUMBER, ["new code"]) == visit

    def test_an_appointment_is_found_while_it_has_the_code(self, store: StoreWithRecords) -> None:
        """Whoever's it is, moved and cancelled too; a new code ends the old (R29b)."""
        visit = an_appointment()
        put(store, visit, Code("code", visit.id))
        assert store.find_with_code(THE_CLINIC, visit.id, ["of an older key", "code"]) == visit

        moved = visit.changed(placement=a_placement("13:00", "13:30"), cancelled_at=NOW)
        put(store, moved, Code("new code", visit.id))
        assert store.find_with_code(THE_CLINIC, visit.id, ["code"]) is None
        assert store.find_with_code(THE_CLINIC, visit.id, ["new code"]) == moved

    def test_no_other_code_finds_the_appointment(self, store: StoreWithRecords) -> None:
        """Nor none, nor that of another appointment, nor any if it has none."""
        visit, other = an_appointment("a1"), an_appointment("a2", "10:00", "10:30")
        put(store, visit, other, Code("code", visit.id))

        for codes in ([], [""], ["cod"], ["another"]):
            assert store.find_with_code(THE_CLINIC, visit.id, codes) is None
        assert store.find_with_code(THE_CLINIC, other.id, ["code", ""]) is None
        assert store.find_with_code(THE_CLINIC, AppointmentId("a3"), ["code"]) is None

    def test_the_same_code_of_two_patients_leads_each_to_their_own(
        self, store: StoreWithRecords
    ) -> None:
        """Codes are short; the number tells them apart."""
        first = _booked_with_a_code(store)
        second = an_appointment("second", "10:00", "10:30", patient=PatientId("p2"))
        put(store, a_patient("p2", place=2), second, Code("code", second.id))

        assert store.find_by_code(_NUMBER, ["code"]) == first
        assert store.find_by_code(an_identity_number(2), ["code"]) == second

    def test_a_code_follows_its_appointment(self, store: StoreWithRecords) -> None:
        """When it is moved, and when it is cancelled."""
        visit = _booked_with_a_code(store)
        moved = visit.changed(placement=a_placement("13:00", "13:30"), cancelled_at=NOW)
        put(store, moved)

        assert store.find_by_code(_NUMBER, ["code"]) == moved

    def test_codes_of_all_clinics_are_found(self, store: StoreWithRecords) -> None:
        """One card address serves them all (R29); the same person may be in several registers."""
        ours = _booked_with_a_code(store)
        others = _open_other_clinic_with_a_booking(store)

        assert store.find_by_code(_NUMBER, ["code"]) == ours
        assert store.find_by_code(_NUMBER, ["other clinic's code"]) == others

    def test_a_hold_is_found_until_it_is_dropped(self, store: StoreWithRecords) -> None:
        """Also when it has expired: the store asks no clock."""
        held = a_hold(made_at=NOW, expires_at=NOW)
        put(store, held)
        assert store.hold(THE_CLINIC, held.id) == held

        put(store, dropped_holds=(held.id,))
        assert store.hold(THE_CLINIC, held.id) is None

    def test_a_clinic_that_is_not_there_is_an_error(self, store: StoreWithRecords) -> None:
        """It names what was asked for."""
        with pytest.raises(UnknownClinic) as caught:
            store.clinic(OTHER_CLINIC)
        assert caught.value.id == OTHER_CLINIC

    @what_nothing_is_called
    def test_what_nothing_can_be_called_is_not_found(
        self, store: StoreWithRecords, name: str
    ) -> None:
        """Whoever asks for it gets the answer for what is not there, no error of the store."""
        put(store, an_appointment("a"), a_hold("a", "10:00", "10:30"), a_patient("a"))

        with pytest.raises(UnknownAppointment):
            store.appointment(THE_CLINIC, AppointmentId(name))
        with pytest.raises(UnknownPatient):
            store.patient(THE_CLINIC, PatientId(name))
        assert store.hold(THE_CLINIC, HoldId(name)) is None
        assert list(store.history(THE_CLINIC, AppointmentId(name))) == []
        calendars = [CalendarId(name)]
        assert list(store.busy(THE_CLINIC, calendars, between("00:00", "24:00"), now=NOW)) == []
        assert store.find_by_link(name) is None
        assert store.find_by_code(_NUMBER, [name]) is None
        assert store.find_with_code(THE_CLINIC, AppointmentId(name), [name]) is None

    @what_nothing_is_called
    def test_a_decision_sees_nothing_of_what_nothing_can_be_called(
        self, store: StoreWithRecords, name: str
    ) -> None:
        """Whichever id it is."""
        nothing = State(clinic=store.clinic(THE_CLINIC))

        assert state_of(store, appointment=AppointmentId(name), holders=True) == nothing
        assert state_of(store, patient=PatientId(name), request=RequestKey(name)) == nothing
        assert state_of(store, hold=HoldId(name), absence=AbsenceId(name)) == nothing
        assert state_of(store, calendars=(CalendarId(name),)) == nothing

    @what_nothing_is_called
    def test_a_clinic_that_nothing_can_be_called_is_not_there(
        self, store: StoreWithRecords, name: str
    ) -> None:
        """It has no rows of any kind."""
        clinic = ClinicId(name)

        with pytest.raises(UnknownClinic):
            store.clinic(clinic)
        with pytest.raises(UnknownClinic):
            put(store, clinic=clinic)
        assert not any(everything_in(store, clinic).values())
        with store.snapshot(clinic) as snapshot:
            assert list(snapshot.appointments()) == []
            assert list(snapshot.taken()) == []
            assert [list(snapshot.rows_of(taker)) for taker in Taker] == [[]] * len(Taker)
            assert snapshot.versions() == {}

    def test_a_clinic_that_was_read_is_known_from_then_on(self, store: StoreWithRecords) -> None:
        """As it was then, or newer; whoever works from it is told what stands by `transact`."""
        assert store.last_known(THE_CLINIC) == store.clinic(THE_CLINIC)
        put(store, a_clinic(name="As it is now"))

        assert store.clinic(THE_CLINIC) == store.last_known(THE_CLINIC) == state_of(store).clinic
        with pytest.raises(UnknownClinic):
            store.last_known(OTHER_CLINIC)


def _booked_with_a_code(store: StoreWithRecords) -> Appointment:
    visit = an_appointment("with a code", patient=PatientId("p1"))
    put(store, a_patient("p1"), visit, Code("code", visit.id))
    return visit


def _open_other_clinic_with_a_booking(store: StoreWithRecords) -> Appointment:
    """Open another clinic, with a register of its own in which ids and numbers stand again."""
    put(store, a_clinic(OTHER_CLINIC))
    visit = an_appointment("other's", clinic=OTHER_CLINIC, patient=PatientId("p1"))
    ways_in = Link("other clinic's link", visit.id), Code("other clinic's code", visit.id)
    put(store, a_patient("p1"), visit, *ways_in)
    return visit
