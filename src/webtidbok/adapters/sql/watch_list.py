"""Our own watch list, in the same database."""

from sqlalchemy import Connection, insert

from webtidbok.adapters.sql.errors import driver_errors_as_ours
from webtidbok.adapters.sql.rows import watch_list_row
from webtidbok.adapters.sql.tables import watch_list as table
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.watch_list import WatchList


class SqlWatchList(WatchList):
    """Keeps entries on a connection, in whatever transaction it is in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: WatchListEntry) -> None:  # noqa: D102 - the port says it
        with driver_errors_as_ours():
            self._connection.execute(insert(table), watch_list_row(entry))
