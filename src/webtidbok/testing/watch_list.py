"""The contract of a watch list."""

from collections.abc import Sequence
from datetime import timedelta

from webtidbok.model.ids import PatientId
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.watch_list import WatchList
from webtidbok.testing.builders import NOW, a_watch_list_entry


class WatchListContract:
    """Subclass it in your tests, give it an empty `watch_list` and say how it is read.

    That an entry and its cancellation are stored together is a promise of the store with its
    list: `StoreContract` asks for it.
    """

    def entries_of(self, watch_list: WatchList) -> Sequence[WatchListEntry]:
        """Return the test clinic's entries in their order; the port itself only writes."""
        raise NotImplementedError

    def test_entries_stand_as_they_were_added(self, watch_list: WatchList) -> None:
        """With all that is said in them."""
        entry = a_watch_list_entry(patient=PatientId("p1"), comment="Sjuk.\nHör av mig, åäö.")
        watch_list.add(entry)

        assert list(self.entries_of(watch_list)) == [entry]

    def test_an_entry_goes_last(self, watch_list: WatchList) -> None:
        """Whatever the clock says."""
        entries = [
            a_watch_list_entry("a2"),
            a_watch_list_entry("a1", at=NOW - timedelta(days=1)),
            a_watch_list_entry("a3"),
        ]
        for entry in entries:
            watch_list.add(entry)

        assert list(self.entries_of(watch_list)) == entries
