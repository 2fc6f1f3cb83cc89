"""What nobody can guess: tokens, codes and ids."""

from typing import Protocol


class Randomness(Protocol):
    """Bytes that nobody can guess, from the operating system or made up in tests."""

    def random_bytes(self, count: int) -> bytes:
        """Return `count` fresh bytes."""
