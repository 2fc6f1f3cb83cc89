"""How a clinic stands, in one statement: its settings' version and those of all its calendars.

The database writes the versions down as one text. Nearly always it is the very text of the time
before, and then nobody needs to read it: its mapping is there already.
"""

import json
from functools import cache
from typing import Any

from sqlalchemy import Connection, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.tables import calendar, clinic
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.ports.store import Standing

_Versions = dict[CalendarId, int]


class Standings:
    """Reads how clinics stand, and remembers the versions that were read last.

    Not for a transaction that may see what is never stored.
    """

    def __init__(self, parsed: ParsedClinics) -> None:
        self._parsed = parsed
        self._last: dict[ClinicId, tuple[str, _Versions]] = {}

    def read(self, connection: Connection, of: ClinicId) -> Standing | None:
        """Return how a clinic stands; None when there is no such clinic."""
        rows = _standing(connection.dialect.name).rows(connection, {"clinic": of})
        if not rows:
            return None
        ((version, digest, versions),) = rows
        stored = self._parsed.known(version, digest)
        if stored is None:  # only then is it two statements, and two moments: an older version
            stored = self._parsed.read(connection, of)
        if stored is None:
            return None
        return Standing(stored=stored, versions=self._versions(of, versions or "{}"))

    def _versions(self, of: ClinicId, text: str) -> _Versions:
        last = self._last.get(of)
        if last is None or last[0] != text:
            last = self._last[of] = text, json.loads(text)
        return last[1]


@cache
def _standing(dialect: str) -> Prepared:
    versions = {"sqlite": _as_json, "postgresql": _as_text}[dialect]()
    of_clinic = select(versions).where(calendar.c.clinic == clinic.c.id).scalar_subquery()
    wanted_clinic = clinic.c.id == wanted("clinic")
    return Prepared(select(clinic.c.version, clinic.c.digest, of_clinic).where(wanted_clinic))


def _as_json() -> Any:  # noqa: ANN401 - of two databases
    return cast(func.json_group_object(calendar.c.calendar, calendar.c.version), Text)


def _as_text() -> Any:  # noqa: ANN401 - of two databases
    named = func.json_object_agg(
        calendar.c.calendar, aggregate_order_by(calendar.c.version, calendar.c.calendar)
    )
    return cast(named, Text)
