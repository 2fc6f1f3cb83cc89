# ruff: noqa: D102 - the port says it, and help() shows that
"""A register of patients in memory."""

from webtidbok.adapters.memory.journal import Journal
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import ClinicId, PatientId
from webtidbok.model.patient import Patient
from webtidbok.ports.patients import PatientRegister


class MemoryPatients(PatientRegister):
    """Keeps patients for as long as the process lives.

    What a `MemoryStore` puts here it takes back when the rest of the change fails. One register
    serves one store, whose lock it lives under.
    """

    def __init__(self) -> None:
        self.journal = Journal()
        self._patients: dict[tuple[ClinicId, PatientId], Patient] = {}
        self._ids: dict[tuple[ClinicId, PersonalIdentityNumber], PatientId] = {}

    def by_number(
        self, clinic: ClinicId, identity_number: PersonalIdentityNumber
    ) -> Patient | None:
        patient = self._ids.get((clinic, identity_number))
        return None if patient is None else self._patients[clinic, patient]

    def by_id(self, clinic: ClinicId, patient: PatientId) -> Patient | None:
        return self._patients.get((clinic, patient))

    def put(self, clinic: ClinicId, patient: Patient) -> None:
        number = patient.identity_number
        if self._ids.get((clinic, number), patient.id) != patient.id:
            raise ValueError(f"another patient than {patient.id!r} has the same identity number")
        before = self.by_id(clinic, patient.id)
        if before is not None and before.identity_number != number:
            self.journal.drop(self._ids, (clinic, before.identity_number))
        self.journal.put(self._ids, (clinic, number), patient.id)
        self.journal.put(self._patients, (clinic, patient.id), patient)

    def numbers(self, clinic: ClinicId) -> list[tuple[PersonalIdentityNumber, PatientId]]:
        """Return the numbers of a clinic's patients as they are kept, in order, and whose."""
        return sorted(
            (
                (patient.identity_number, id_)
                for (where, id_), patient in self._patients.items()
                if where == clinic
            ),
            key=lambda pair: (pair[0].kept, pair[1]),
        )
