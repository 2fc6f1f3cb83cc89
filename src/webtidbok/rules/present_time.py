"""A rebooking changes the time: the present start is not offered (R26)."""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from webtidbok.model.instants import minute_of
from webtidbok.rules.question import Question
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import Rule
from webtidbok.slots.starts import Starts


@attrs.frozen(kw_only=True)
class PresentTime:
    """The visit starts then already."""

    code: ClassVar[str] = "present-time"
    setting: str = ""


@attrs.frozen
class AnotherTime:
    """Admits every start but one."""

    present: int

    def starts(self, span: range) -> Starts:
        """Return the minutes of `span` before and after the present start."""
        if self.present not in span:
            return (span,) if span else ()
        parts = range(span.start, self.present), range(self.present + 1, span.stop)
        return [part for part in parts if part]

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - there is but one
        """Return that the visit starts then already."""
        return (PresentTime(),)


def another_time(question: Question) -> Rule | None:
    """Return the rule for a visit that is moved; None for a new booking."""
    if question.moving is None:
        return None
    return AnotherTime(minute_of(question.moving.span.start))
