"""Clinics and their settings, which are kept as one JSON text and parsed once."""

import hashlib
import json

from sqlalchemy import Connection, bindparam, insert, select, update

from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.clinic_writing import document_of
from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.errors import Collided
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.tables import clinic as table
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import ClinicId, provider_calendar, resource_calendar
from webtidbok.ports.store import StoredClinic

_MOST_PARSED = 1_000

_OF_CLINIC = select(table.c.version, table.c.digest).where(table.c.id == wanted("clinic"))
_IDENTIFYING = Prepared(_OF_CLINIC)
_IDENTIFYING_TO_WRITE = Prepared(_OF_CLINIC.with_for_update())
_SETTINGS = _OF_CLINIC.add_columns(table.c.settings)
_NEXT = (
    update(table)
    .where(table.c.id == bindparam("the_clinic"), table.c.version == bindparam("seen"))
    .values({name: bindparam(name) for name in ("settings", "digest", "version")})
)


class ParsedClinics:
    """Clinics that were parsed before, by the digest of their settings.

    A version alone would not do: in a host's transaction, settings can be read that are rolled
    back afterwards, and others get their version.
    """

    def __init__(self) -> None:
        self._by_digest: dict[str, Clinic] = {}
        self._last: dict[ClinicId, StoredClinic] = {}

    def read(
        self, connection: Connection, clinic: ClinicId, *, to_write: bool = False
    ) -> StoredClinic | None:
        """Return a clinic, None when there is no such clinic.

        Args:
            to_write: Nobody else may change the settings until the transaction ends.
        """
        identifying = _IDENTIFYING_TO_WRITE if to_write else _IDENTIFYING
        found = identifying.rows(connection, {"clinic": clinic})
        if not found:
            return None
        [(version, digest)] = found
        known = self.known(version, digest)
        if known is not None:
            return known
        version, digest, settings = connection.execute(_SETTINGS, {"clinic": clinic}).one()
        self._remember(digest, clinic_from(json.loads(settings)).clinic)
        return self.known(version, digest)

    def known(self, version: int, digest: str) -> StoredClinic | None:
        """Return the clinic with these settings, None when they were not parsed yet."""
        clinic = self._by_digest.get(digest)
        if clinic is None:
            return None
        last = self._last.get(clinic.id)
        if last is None or last.clinic is not clinic or last.version != version:
            last = self._last[clinic.id] = StoredClinic(clinic=clinic, version=version)
        return last

    def last_known(self, clinic: ClinicId) -> StoredClinic | None:
        """Return a clinic as it was when it was read last; None if it never was."""
        return self._last.get(clinic)

    def _remember(self, digest: str, clinic: Clinic) -> None:
        if len(self._by_digest) >= _MOST_PARSED:
            self._by_digest.clear()
            self._last.clear()
        self._by_digest[digest] = clinic


def write_clinic(connection: Connection, clinic: Clinic, *, seen: int) -> None:
    """Write settings, as the next version.

    Args:
        seen: The version that the change was decided on; 0 where there was no clinic.

    Raises:
        InvalidInput: the clinic holds what a clinic file refuses; it could not be read again.
        Collided: somebody else has changed the settings since then.
    """
    settings = json.dumps(document_of(clinic), ensure_ascii=False, separators=(",", ":"))
    assert clinic_from(json.loads(settings)).clinic == clinic, "settings are lost on the way"
    row = {
        "id": clinic.id,
        "settings": settings,
        "digest": hashlib.sha256(settings.encode()).hexdigest(),
        "version": seen + 1,
    }
    if seen == 0:
        connection.execute(insert(table), row)
    elif not connection.execute(_NEXT, {**row, "the_clinic": clinic.id, "seen": seen}).rowcount:
        raise Collided("somebody else has changed the settings meanwhile")
    calendars = [
        *(provider_calendar(provider.id) for provider in clinic.providers),
        *(resource_calendar(resource.id) for resource in clinic.resources),
    ]
    kind_of(connection.dialect).add_calendars(connection, clinic.id, calendars)
