"""The files that describe a clinic, read together: all faults of all of them at once (R40)."""

from collections.abc import Collection, Sequence
from pathlib import Path

import attrs

from webtidbok.adapters.files.clinic_document import ClinicFile
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.adapters.files.csv_files import read_appointments, read_patients
from webtidbok.cli.forms import Given
from webtidbok.cli.local_time import clock_at
from webtidbok.cli.outline import outline_of, patients_in
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import PatientId
from webtidbok.model.patient import Patient
from webtidbok.model.wall_clock import local_date
from webtidbok.ports.clock import Clock


@attrs.frozen(kw_only=True)
class Brought:
    """A clinic and what it brings along, checked.

    Attributes:
        clock: Stands at `--now`, or is the machine's.
    """

    file: ClinicFile
    patients: Sequence[Patient]
    appointments: Sequence[Appointment]
    clock: Clock


def read_all(
    clinic: str, *, patients: str | None, appointments: str | None, now: str | None
) -> Brought:
    """Return what the files say.

    Where the clinic file has faults, the others are checked against what can be told from it. If
    it cannot be read at all, nothing can be told about the others.

    Raises:
        InvalidInput: with all faults of all files.
    """
    given = Given()
    moment = given.now(now)
    file = given.take("clinic", lambda: read_clinic(clinic), None)
    there = outline_of(Path(clinic)) if file is None else file.clinic
    if there is None:
        given.finish()
    assert there is not None, "a fault would have been raised"
    clock = clock_at(moment, there.time_zone)
    people = _patients(given, patients, there, clock)
    booked = _appointments(given, appointments, there, _named(patients, people))
    given.finish()
    assert file is not None, "a fault would have been raised"
    return Brought(file=file, patients=people or (), appointments=booked, clock=clock)


def _patients(
    given: Given, path: str | None, clinic: Clinic, clock: Clock
) -> Sequence[Patient] | None:
    """Return the patients of a file; None without one, or if it has faults."""
    if path is None:
        return None
    today = local_date(clock.now(), clinic.time_zone)
    return given.take("patients", lambda: read_patients(path, clinic, on=today), None)


def _named(path: str | None, people: Sequence[Patient] | None) -> Collection[PatientId] | None:
    """Return whom appointments may name; None: anybody."""
    if path is None:
        return None
    return patients_in(Path(path)) if people is None else {each.id for each in people}


def _appointments(
    given: Given, path: str | None, clinic: Clinic, named: Collection[PatientId] | None
) -> Sequence[Appointment]:
    if path is None:
        return ()
    return given.take("appointments", lambda: read_appointments(path, clinic, patients=named), ())
