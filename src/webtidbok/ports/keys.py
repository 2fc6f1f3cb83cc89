"""The installation's keys, under which codes and callers are kept (R29b, R21b)."""

from collections.abc import Sequence
from typing import Protocol


class Keys(Protocol):
    """The secrets of an installation. Asked only when a code or a caller comes up."""

    def keys(self) -> Sequence[bytes]:
        """Return the keys: the first one writes, all of them are tried when reading.

        At least one; each of 16 bytes or more. To change keys, put a new one first.

        Raises:
            MissingKey: there is none, and none can be made.
        """
