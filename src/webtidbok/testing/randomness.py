"""Randomness that comes out the same every time."""

from collections.abc import Callable
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
        self._drawn = -1

    def random_bytes(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        self._drawn = next(self._count)
        return shake_256(f"{self._seed} {self._drawn}".encode()).digest(count)

    def here(self) -> Callable[[], None]:
        """Return what goes back to this place, from where the same bytes come again."""
        place = self._drawn + 1

        def go_back() -> None:
            self._count = count(place)
            self._drawn = place - 1

        return go_back
