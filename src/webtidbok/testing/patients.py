"""The contract of a register of patients."""

import attrs
import pytest

from webtidbok.errors import WebtidbokError
from webtidbok.model.ids import PatientId
from webtidbok.ports.patients import PatientRegister
from webtidbok.testing.builders import THE_CLINIC, a_mobile, a_patient
from webtidbok.testing.identity_numbers import an_identity_number
from webtidbok.testing.rich import a_rich_patient
from webtidbok.testing.store_scenes import OTHER_CLINIC


class PatientRegisterContract:
    """Subclass it in your tests and give it an empty `register` that has the two clinics.

    They are `THE_CLINIC` and `OTHER_CLINIC`. That a patient and the booking that created it are
    stored together is a promise of the store with its register: `StoreContract` asks for it.
    """

    def test_a_patient_is_found_by_number_and_by_id(self, register: PatientRegister) -> None:
        """With all that was put."""
        for patient in (a_patient("p1"), a_rich_patient()):
            register.put(THE_CLINIC, patient)

            assert register.by_number(THE_CLINIC, patient.identity_number) == patient
            assert register.by_id(THE_CLINIC, patient.id) == patient

    def test_who_was_not_put_is_not_found(self, register: PatientRegister) -> None:
        """That is no error."""
        register.put(THE_CLINIC, a_patient("p1", place=1))

        assert register.by_number(THE_CLINIC, an_identity_number(2)) is None
        for nobody in ("p2", "p1\0", "p1\ud800"):
            assert register.by_id(THE_CLINIC, PatientId(nobody)) is None

    def test_a_changed_patient_replaces_the_old(self, register: PatientRegister) -> None:
        """By its id."""
        register.put(THE_CLINIC, a_patient("p1"))
        changed = a_patient("p1", mobile=a_mobile(), mobile_verified=False)
        register.put(THE_CLINIC, changed)

        assert register.by_id(THE_CLINIC, changed.id) == changed
        assert register.by_number(THE_CLINIC, changed.identity_number) == changed

    def test_a_patient_with_a_new_number_is_found_by_that_only(
        self, register: PatientRegister
    ) -> None:
        """A coordination number becomes a personal one; the old is nobody's then."""
        register.put(THE_CLINIC, a_patient("p1", place=1))
        renumbered = attrs.evolve(a_patient("p1"), identity_number=an_identity_number(2))
        register.put(THE_CLINIC, renumbered)

        assert register.by_number(THE_CLINIC, an_identity_number(2)) == renumbered
        assert register.by_number(THE_CLINIC, an_identity_number(1)) is None

    def test_a_number_has_one_patient(self, register: PatientRegister) -> None:
        """A second one is refused, and the first stays."""
        first = a_patient("p1", place=1)
        register.put(THE_CLINIC, first)

        with pytest.raises((ValueError, WebtidbokError)):
            register.put(THE_CLINIC, a_patient("p2", place=1))
        assert register.by_number(THE_CLINIC, first.identity_number) == first

    def test_every_clinic_has_a_register_of_its_own(self, register: PatientRegister) -> None:
        """The same id and the same number may stand in both."""
        ours, theirs = a_patient("p1", place=1), a_patient("p1", place=1, first_name="Other")
        register.put(THE_CLINIC, ours)
        assert register.by_id(OTHER_CLINIC, ours.id) is None
        assert register.by_number(OTHER_CLINIC, ours.identity_number) is None

        register.put(OTHER_CLINIC, theirs)
        assert register.by_number(THE_CLINIC, ours.identity_number) == ours
        assert register.by_number(OTHER_CLINIC, ours.identity_number) == theirs
