"""Staff confirm contacts that came from the web (R19a)."""

import attrs

from webtidbok.errors import UnknownPatient
from webtidbok.model.ids import ClinicId, PatientId
from webtidbok.model.patient import Patient
from webtidbok.ports.store import Change, Scope, State
from webtidbok.services.desk import Desk


def confirm_contacts(
    desk: Desk, clinic: ClinicId, patient: PatientId, *, mobile: bool = False, email: bool = False
) -> Patient:
    """Note that staff stand for a patient's mobile, e-mail or both, from now on.

    Raises:
        UnknownPatient: the clinic's register has no such patient.
    """

    def decide(state: State) -> Change[Patient] | Patient:
        if state.patient is None:
            raise UnknownPatient(patient)
        confirmed = attrs.evolve(
            state.patient,
            mobile_verified=state.patient.mobile_verified or mobile,
            email_verified=state.patient.email_verified or email,
        )
        return Change(answer=confirmed, patients=(confirmed,))

    return desk.store.transact(Scope(clinic=clinic, now=desk.now(), patient=patient), decide)
