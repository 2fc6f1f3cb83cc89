"""Messages as lines of a file, for trying out and for tests: whole, with address and link."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from webtidbok.errors import TemporaryFailure
from webtidbok.model.instants import MINUTE
from webtidbok.ports.messenger import Messenger, Outgoing

_OWNER_ONLY = 0o600


class MailboxFile(Messenger):
    """Appends each message to a file as one JSON object, on disk before `send` returns.

    A message that stands there already is dropped: also one that another process wrote, or this
    one in an earlier life. A line that a crash has torn is passed over. On Windows processes
    do not wait for each other; there a file is for one process.

    The file is made readable by its owner only: it holds addresses and links.

    Args:
        path: Its folder must be there.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._lock = Lock()
        self._there: set[str] = set()
        self._read_until = 0

    def make(self) -> None:
        """Make the file if it is not there, to see at once whether messages can go to it.

        Raises:
            OSError: they cannot.
        """
        with _opened(self._path):
            pass

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        try:
            with self._lock, _opened(self._path) as file:
                begins = self._read_new(file)
                if outgoing.repeat_key not in self._there:
                    _append(file, begins + _line(outgoing))
        except OSError as error:
            raise TemporaryFailure.of(error) from None

    def _read_new(self, file: BinaryIO) -> bytes:
        """Read what others have written; return what must stand before the next line."""
        file.seek(self._read_until)
        new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._there.update(map(_key_in, whole.splitlines()))
        self._read_until += len(whole)
        return b"" if len(whole) == len(new) else b"\n"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read and append, alone."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
    with os.fdopen(handle, "a+b") as file:
        _wait_for_others(handle)  # until the file is closed
        yield file


def _wait_for_others(handle: int) -> None:
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not on every system

        fcntl.flock(handle, fcntl.LOCK_EX)


def _append(file: BinaryIO, line: bytes) -> None:
    file.write(line)
    file.flush()
    os.fsync(file.fileno())


def _line(outgoing: Outgoing) -> bytes:
    message, span = outgoing.message, outgoing.message.placement.span
    facts = {
        "key": outgoing.repeat_key,
        "clinic": message.clinic,
        "appointment": message.appointment,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "address": message.address,
        "language": message.language,
        "start": span.start.isoformat().replace("+00:00", "Z"),
        "minutes": (span.end - span.start) // MINUTE,
        "token": message.token,
        "comment": message.comment,
        "sequence": message.sequence,
    }
    return json.dumps(facts).encode() + b"\n"


def _key_in(line: bytes) -> str:
    """Return the key that a line holds; nothing if it holds none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("key", "")) if isinstance(found, dict) else ""
