"""Free times on the command line are those of `tests.oracle`, which reads `domain.md` by itself."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.running import EXAMPLE, ROOT, run
from tests.oracle import Oracle
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.adapters.files.csv_files import read_appointments, read_patients
from webtidbok.model.instants import minute_of
from webtidbok.model.slot import Slot

SHARED = ROOT.parent / "shared" / "data"
BESIDE = (
    SHARED / "solbacken.toml",
    SHARED / "solbacken-patients.csv",
    SHARED / "solbacken-appointments.csv",
)
OURS = (EXAMPLE / "clinic.toml", EXAMPLE / "patients.csv", EXAMPLE / "appointments.csv")

Found = tuple[int, str, str | None]


def by_oracle(files: tuple[Path, ...], now: datetime, first: date, last: date) -> dict[str, object]:
    """Return the free times of every type, read from the files."""
    file = read_clinic(files[0])
    people = {each.id for each in read_patients(files[1], file.clinic, on=now.date())}
    booked = read_appointments(files[2], file.clinic, patients=people)
    return {
        each.id: Oracle(
            clinic=file.clinic,
            wanted=each,
            now=now,
            days=(first, last),
            appointments=booked,
            absences=file.absences,
        ).search(each.providers, first, last)
        if each.offered_for_new_bookings
        else []
        for each in file.clinic.types
    }


def by_command(
    files: tuple[Path, ...], database: Path, now: datetime, first: date, last: date
) -> dict[str, list[Found]]:
    """Return the free times of every type, as `webtidbok slots` tells them."""
    given = zip(("--clinic", "--patients", "--appointments"), files, strict=True)
    assert run("init", database, *(each for pair in given for each in pair)).status == 0
    period = ("--from", first, "--to", last, "--now", now.isoformat(), "--json")
    types = [each.id for each in read_clinic(files[0]).clinic.types]
    return {
        type_: [found(each) for each in run("slots", database, "--type", type_, *period).objects]
        for type_ in types
    }


def found(told: dict[str, object]) -> Found:
    start = datetime.fromisoformat(str(told["start"]))
    slot = Slot(**(told | {"start": start}))  # type: ignore[arg-type] # as it was told
    return minute_of(slot.start), slot.provider, slot.resource


def assert_same(files: tuple[Path, ...], database: Path, first: date, last: date) -> None:
    now = datetime(2026, 11, 30, 8, 0, tzinfo=ZoneInfo("Europe/Stockholm"))

    told = by_command(files, database, now, first, last)

    assert told == by_oracle(files, now, first, last)
    assert any(told.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data beside the clone")
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 30), date(2026, 12, 20)),
        (date(2027, 1, 1), date(2027, 1, 17)),
        (date(2027, 3, 22), date(2027, 4, 4)),  # across the spring change
    ],
)
def test_slots_of_the_clinic_beside_the_clone(tmp_path: Path, first: date, last: date) -> None:
    assert_same(BESIDE, tmp_path / "solbacken.db", first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 30), date(2026, 12, 20)),
        (date(2027, 3, 22), date(2027, 4, 4)),
    ],
)
def test_slots_of_the_example(tmp_path: Path, first: date, last: date) -> None:
    assert_same(OURS, tmp_path / "anstrand.db", first, last)
