"""A host's own watch list, served from the outbox (R28)."""

from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.ports.watch_list import WatchList


class WatchListMessenger(Messenger):
    """Puts cancelled visits on a list that cannot take part in the store's transaction.

    Give it to the dispatcher for `Channel.WATCH_LIST`, with `Desk.watch_list_by_outbox` set.

    Args:
        watch_list: The host's. An entry may come twice; a visit is cancelled once, so the list
            drops the second with the same clinic and appointment.
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._watch_list = watch_list

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        self._watch_list.add(entry_of(outgoing))


def entry_of(outgoing: Outgoing) -> WatchListEntry:
    """Return the entry that a message of the channel stands for."""
    message = outgoing.message
    return WatchListEntry(
        clinic=message.clinic,
        appointment=message.appointment,
        patient=outgoing.appointment.patient,
        at=message.written_at,
        comment=message.comment,
    )
