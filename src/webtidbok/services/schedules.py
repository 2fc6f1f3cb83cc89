"""Schedules worked out once for each version of a clinic's settings."""

from threading import Lock

from webtidbok.model.ids import ClinicId
from webtidbok.ports.store import StoredClinic
from webtidbok.slots.schedule import Schedule


class Schedules:
    """Keeps the schedule of each clinic's newest settings. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[ClinicId, tuple[int, Schedule]] = {}
        self._lock = Lock()

    def of(self, stored: StoredClinic) -> Schedule:
        """Return the schedule of these settings, from before if they are the same version."""
        with self._lock:
            kept = self._kept.get(stored.clinic.id)
            if kept is None or kept[0] != stored.version:
                kept = stored.version, Schedule(stored.clinic)
                self._kept[stored.clinic.id] = kept
            return kept[1]
