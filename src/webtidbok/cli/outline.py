"""What other files need to know of a clinic whose own file has faults.

So that all faults of all files are told at once.
"""

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from webtidbok.adapters.files.csv_files import PATIENT_COLUMNS
from webtidbok.adapters.files.csv_rows import rows_of
from webtidbok.adapters.files.forms import IDENTIFIER
from webtidbok.adapters.files.names import Names
from webtidbok.adapters.files.reader import Table
from webtidbok.errors import InvalidInput
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.ids import ClinicId, PatientId, ProviderId, ResourceId
from webtidbok.model.telephone import is_country

_UTC = "UTC"
_COUNTRY = "SE"


def outline_of(path: Path) -> Clinic | None:
    """Return a clinic with no more than the zone, the country and the ids of a clinic file.

    None if the file cannot be read at all: then nothing can be said of the others.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    names = Names.in_file(Table(document, place="", faults=[]))
    return Clinic(
        id=ClinicId("?"),
        name="?",
        phone="?",
        time_zone=_zone(document),
        country=_country(document),
        web_booking=WebBooking(new_bookings=False, rebookings=False, cancellations=False),
        providers=tuple(Provider(id=ProviderId(each), name=each) for each in names.providers),
        resources=tuple(Resource(id=ResourceId(each), name=each) for each in names.resources),
    )


def patients_in(path: Path) -> frozenset[PatientId] | None:
    """Return the ids in a file of patients, faulty rows too; None if it cannot be read."""
    try:
        rows = list(rows_of(path, PATIENT_COLUMNS, []))
    except InvalidInput:
        return None
    return frozenset(PatientId(row.required("patient_id", IDENTIFIER)) for row in rows)


def _zone(document: dict[str, object]) -> ZoneInfo:
    try:
        return ZoneInfo(str(_head(document).get("time_zone", _UTC)))
    except (LookupError, ValueError, OSError):
        return ZoneInfo(_UTC)


def _country(document: dict[str, object]) -> str:
    country = str(_head(document).get("country", _COUNTRY))
    return country if is_country(country) else _COUNTRY


def _head(document: dict[str, object]) -> dict[str, object]:
    head = document.get("clinic")
    return head if isinstance(head, dict) else {}
