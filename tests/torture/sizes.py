"""How much of an attack: a short leg with all other tests, a long one for `make torture`."""

import os

import attrs
import pytest


@attrs.frozen
class Size:
    """How much there is of it, and how long it may last."""

    attempts: int
    seconds: float

    @property
    def is_long(self) -> bool:
        """Whether there is time."""
        return self.seconds > 60


#: So many attempts on each engine, unless told otherwise.
ATTEMPTS = int(os.environ.get("WEBTIDBOK_TORTURE_ATTEMPTS") or 100_000)

both_legs = pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(160, 30), id="short"),
        pytest.param(Size(ATTEMPTS, 3_600), id="long", marks=pytest.mark.torture),
    ],
)
