# ruff: noqa: D102 - the port says it, and help() shows that
"""The installation's keys: given by the host, or kept in a file.

No error and no `repr` here holds a byte of a key.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp

from webtidbok.errors import MissingKey
from webtidbok.ports.keys import Keys

_SHORTEST_KEY_BYTES = 16
_NEW_KEY_BYTES = 32
_OTHERS_MAY_READ_OR_WRITE = 0o077


class FixedKeys(Keys):
    """Keys that the host hands over, the one that writes first.

    Raises:
        ValueError: a key is shorter than 16 bytes.
    """

    def __init__(self, *keys: bytes) -> None:
        if any(len(key) < _SHORTEST_KEY_BYTES for key in keys):
            raise ValueError(f"a key is shorter than {_SHORTEST_KEY_BYTES} bytes")
        self._keys = keys

    def keys(self) -> Sequence[bytes]:
        if not self._keys:
            raise MissingKey("no key was given")
        return self._keys


class KeyFile(Keys):
    """Keys in a file that only its owner may read: one a line as hex digits, the first writes.

    The file is made with one new key when the keys are first asked for and it is not there. It
    appears whole: of two processes that make it at once, both end up with the same key. What was
    read is remembered; a changed file is seen by the next process.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._keys: tuple[bytes, ...] = ()

    def keys(self) -> Sequence[bytes]:
        if not self._keys:
            try:
                self._keys = self._read()
            except OSError as error:
                raise MissingKey(f"the key file {self._path}: {error.strerror}") from error
        return self._keys

    def _read(self) -> tuple[bytes, ...]:
        try:
            text = self._text()
        except FileNotFoundError:
            self._make()
            text = self._text()
        keys = tuple(_parsed(line) for line in text.splitlines() if line.strip())
        if not keys or not all(keys):
            raise MissingKey(
                f"the key file {self._path} does not hold one key a line, each of"
                f" {2 * _SHORTEST_KEY_BYTES} hex digits or more"
            )
        return keys

    def _text(self) -> str:
        with self._path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _OTHERS_MAY_READ_OR_WRITE:
                raise MissingKey(
                    f"the key file {self._path} is open to others than its owner: chmod 600"
                )
            return file.read().decode("ascii", errors="replace")

    def _make(self) -> None:
        """Make the file whole, unless somebody else has just done so."""
        handle, name = mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(f"{secrets.token_hex(_NEW_KEY_BYTES)}\n")
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, never replaces what is there.
            os.link(name, self._path)
        except FileExistsError:
            return
        finally:
            Path(name).unlink()


def _parsed(line: str) -> bytes:
    """Return the key that a line holds; nothing if it holds none."""
    try:
        key = bytes.fromhex(line)
    except ValueError:
        return b""
    return key if len(key) >= _SHORTEST_KEY_BYTES else b""
