"""Figures, and what they have to be."""

from collections.abc import Mapping

import attrs


@attrs.frozen
class Goal:
    """What a figure must be at most, or at least, and what it aims at."""

    must: float
    aim: float
    at_least: bool = attrs.field(default=False, kw_only=True)

    def is_met(self, figure: float, *, slack: float = 1) -> bool:
        """Return whether a figure is as it must be, or `slack` times as bad at most."""
        return figure >= self.must / slack if self.at_least else figure <= self.must * slack

    def times(self, factor: float) -> "Goal":
        """Return a goal that is so many times as high."""
        return attrs.evolve(self, must=self.must * factor, aim=self.aim * factor)

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"must={sign}{self.must:g} aim={sign}{self.aim:g}"


@attrs.frozen(kw_only=True)
class Figure:
    """One figure.

    Attributes:
        id: Of the table in `docs/explanation/performance.md`, with a dot before the part.
        goal: None: it is told and not judged.
        note: What it was made of, in absolute terms of this machine.
    """

    id: str
    size: str
    engine: str
    value: float
    unit: str = "x"
    goal: Goal | None = None
    note: str = ""

    def line(self, *, slack: float = 1) -> str:
        """Return the figure as one line."""
        judged = "must=- aim=-" if self.goal is None else str(self.goal)
        what = f"{self.id} {self.size} {self.engine} {self.value:.3g} {self.unit}"
        return f"{what} {judged} {self.verdict(slack=slack)}"

    def verdict(self, *, slack: float = 1) -> str:
        """Return `ok` or `short`; `-` where nothing is judged."""
        if self.goal is None:
            return "-"
        return "ok" if self.goal.is_met(self.value, slack=slack) else "short"

    def as_json(self) -> Mapping[str, object]:
        """Return the figure as JSON."""
        goal = None if self.goal is None else attrs.asdict(self.goal)
        return {**attrs.asdict(self), "goal": goal, "verdict": self.verdict()}
