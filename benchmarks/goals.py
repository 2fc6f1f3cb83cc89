"""What each figure must be and what it aims at: the table of `docs/explanation/performance.md`."""

from benchmarks.figures import Goal
from benchmarks.library import POSTGRESQL
from benchmarks.sizes import SMALL


def whole_search(size: str, engine: str) -> Goal:
    """P1: a search through the public API, to the bare fetch of the same rows."""
    if engine == POSTGRESQL:
        return Goal(2.2, 1.5)
    return Goal(1.8, 1.3) if size == SMALL.name else Goal(1.5, 1.15)


def same_again(size: str, engine: str) -> Goal:
    """P2: the same search again, nothing changed, to that fetch."""
    goal = Goal(0.4, 0.15) if size == SMALL.name else Goal(0.10, 0.05)
    return goal.times(1.5) if engine == POSTGRESQL else goal


def after_a_booking(size: str, engine: str) -> Goal | None:
    """P3: again after one booking anywhere, to that fetch."""
    if size == SMALL.name:
        return None
    return Goal(0.15, 0.08).times(1.5 if engine == POSTGRESQL else 1)


def first_free(size: str, engine: str) -> Goal | None:  # noqa: ARG001 - the same on both
    """P4: the first twenty free times, to the fetch of the whole horizon."""
    return {"large": Goal(0.04, 0.02), "chain": Goal(0.10, 0.05)}.get(size)


def booking(scene: str, engine: str) -> Goal:
    """P9 and P10: bookings or attempts a second, to a bare driver that stores the same rows."""
    must = 0.3 if engine == POSTGRESQL and scene != "fight" else 0.25
    return Goal(must, 0.5, at_least=True)
