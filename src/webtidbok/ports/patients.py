"""The register of patients: ours, or the host's own."""

from typing import Protocol

from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import ClinicId, PatientId
from webtidbok.model.patient import Patient


class PatientRegister(Protocol):
    """Where patients are kept. A store asks it inside its own transaction.

    A host's register works on the same transaction as the store, so that a patient and the
    booking that created it are stored together or not at all.
    """

    def by_number(
        self, clinic: ClinicId, identity_number: PersonalIdentityNumber
    ) -> Patient | None:
        """Return the patient with that number, or None."""

    def by_id(self, clinic: ClinicId, patient: PatientId) -> Patient | None:
        """Return the patient with that id, or None."""

    def put(self, clinic: ClinicId, patient: Patient) -> None:
        """Keep a patient, new or changed; one patient a number in a clinic.

        Raises:
            ValueError: another patient of the clinic has the number. A register that meets this
                as a key of its database may raise `StoreUnavailable` instead.
        """
