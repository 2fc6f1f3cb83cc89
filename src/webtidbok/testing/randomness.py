"""Randomness that comes out the same every time."""

from hashlib import shake_256
from itertools import count

from webtidbok.ports.randomness import Randomness


class CountedRandomness(Randomness):
    """Bytes worked out from a seed and a count: as good as distinct, the same in every run.

    Anybody can guess them; for tests only. Threads may share one.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._count = count()

    def random_bytes(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        return shake_256(f"{self._seed} {next(self._count)}".encode()).digest(count)
