"""Whole clinics out of files: our example, and the one that lies beside the clone."""

from datetime import date
from pathlib import Path

import pytest

from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.adapters.files.clinic_writing import document_of
from webtidbok.adapters.files.csv_files import read_appointments, read_patients
from webtidbok.model.changeable import Origin

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "clinic"
SHARED = ROOT.parent / "shared" / "data"
ON = date(2026, 11, 23)


def test_the_example_is_a_clinic_with_a_busy_book() -> None:
    found = read_clinic(EXAMPLE / "clinic.toml")
    patients = read_patients(EXAMPLE / "patients.csv", found.clinic, on=ON)
    appointments = read_appointments(
        EXAMPLE / "appointments.csv", found.clinic, patients={one.id for one in patients}
    )

    assert found.clinic.id == "anstrand"
    assert len(found.absences) == 3
    assert len(patients) == 30
    assert {one.origin for one in appointments} == set(Origin)
    assert clinic_from(document_of(found.clinic)).clinic == found.clinic


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data beside the clone")
def test_the_clinic_beside_the_clone_can_be_read() -> None:
    found = read_clinic(SHARED / "solbacken.toml")
    patients = read_patients(SHARED / "solbacken-patients.csv", found.clinic, on=ON)
    known = {one.id for one in patients}
    appointments = read_appointments(
        SHARED / "solbacken-appointments.csv", found.clinic, patients=known
    )

    assert (len(found.clinic.types), len(found.absences)) == (5, 3)
    assert (len(patients), len(appointments)) == (240, 975)
    assert {one.type for one in appointments} == {None, "revision", "akut"}
    assert clinic_from(document_of(found.clinic)).clinic == found.clinic
