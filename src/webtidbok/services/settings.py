"""Clinics come into an installation, and staff change their settings."""

from collections.abc import Sequence

from webtidbok.errors import ClinicExists, UnknownClinic
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.ids import RequestKey
from webtidbok.model.patient import Patient
from webtidbok.ports.store import Change, Scope, State
from webtidbok.services.desk import Desk


def add_clinic(
    desk: Desk,
    clinic: Clinic,
    *,
    absences: Sequence[Absence] = (),
    patients: Sequence[Patient] = (),
    appointments: Sequence[Appointment] = (),
) -> Clinic:
    """Add a clinic with what it brings along, whole or not at all.

    Imported appointments write no message, link or code; each has its event in the history.

    Raises:
        ClinicExists: its id is taken; nothing was changed.
        OverlapsExclusive: an appointment that a patient chose overlaps another one.
    """
    now = desk.now()

    def decide(state: State) -> Change[Clinic] | Clinic:
        if state.clinic is not None:
            raise ClinicExists(clinic.id)
        return Change(
            answer=clinic,
            clinic=clinic,
            absences=tuple(absences),
            patients=tuple(patients),
            appointments=tuple(appointments),
            events=tuple(
                Event(
                    key=RequestKey(f"import-{each.id}"),
                    clinic=clinic.id,
                    appointment=each.id,
                    revision=each.revision,
                    what=Happening.IMPORTED,
                    at=now,
                    way=WayIn.HOST,
                    type=each.type,
                    origin=each.origin,
                    after=each.placement,
                )
                for each in appointments
            ),
        )

    return desk.store.transact(Scope(clinic=clinic.id, now=now), decide)


def change_settings(desk: Desk, clinic: Clinic) -> Clinic:
    """Put new settings in the place of a clinic's old ones. No appointment is touched (R8).

    Raises:
        UnknownClinic: there is no clinic with that id.
    """

    def decide(state: State) -> Change[Clinic] | Clinic:
        if state.clinic is None:
            raise UnknownClinic(clinic.id)
        return Change(answer=clinic, clinic=clinic)

    return desk.store.transact(Scope(clinic=clinic.id, now=desk.now()), decide)
