# ruff: noqa: D102 - the port says it, and help() shows that
"""A watch list in memory."""

from collections.abc import Sequence

from webtidbok.adapters.memory.journal import Journal
from webtidbok.model.ids import ClinicId
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.watch_list import WatchList


class MemoryWatchList(WatchList):
    """Keeps entries for as long as the process lives; a `MemoryStore` can take them back."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._entries: list[WatchListEntry] = []

    def add(self, entry: WatchListEntry) -> None:
        self.journal.append(self._entries, entry)

    def entries(self, clinic: ClinicId) -> Sequence[WatchListEntry]:
        """Return the clinic's entries, in the order they came."""
        return tuple(entry for entry in self._entries if entry.clinic == clinic)
