"""The watch list: ours, or the host's own (R28)."""

from typing import Protocol

from webtidbok.model.watch_list import WatchListEntry


class WatchList(Protocol):
    """Where cancelled visits land for staff to follow up.

    Called inside the store's transaction. A list that cannot take part in it is served through
    the outbox instead: see `services.desk.Desk.watch_list_by_outbox`.
    """

    def add(self, entry: WatchListEntry) -> None:
        """Put an entry last on the list."""
