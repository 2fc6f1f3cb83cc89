"""Those who want to write to one SQLite file from one process stand in line for it.

SQLite lets those who wait ask again and again, with longer and longer pauses: whoever comes in
between is luckier than who has waited long, and while all of them sleep nobody writes. Threads of
one process can do better; between processes it stays as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool

from webtidbok.errors import TryAgain


class Line:
    """Lets one at a time have its turn."""

    def __init__(self) -> None:
        """Begin with nobody in line."""
        self._turn = Lock()

    @contextmanager
    def turn(self, patience: timedelta) -> Iterator[None]:
        """Wait for a turn, and have it.

        Raises:
            TryAgain: others took longer than `patience`.
        """
        if not self._turn.acquire(timeout=patience.total_seconds()):
            raise TryAgain("others of this process are writing")
        try:
            yield
        finally:
            self._turn.release()


_LINES: WeakKeyDictionary[Pool, Line] = WeakKeyDictionary()
_NEW_LINE = Lock()


def line_at(engine: Engine) -> Line:
    """Return the line of all who share an engine's connections."""
    with _NEW_LINE:
        return _LINES.setdefault(engine.pool, Line())
