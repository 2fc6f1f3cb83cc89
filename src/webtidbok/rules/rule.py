"""Rules about times: each is a set of starts, and the reason for being outside it (R17)."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs

from webtidbok.rules.refusal import Refusal
from webtidbok.slots.starts import EVER, Starts, contains, hull, meet


class Rule(Protocol):
    """One condition on the start of a visit, bound to its facts when made.

    Whoever writes one promises, and `webtidbok.testing` checks: the starts are sorted, lie in
    the span, and do not depend on where it is cut; there is a refusal exactly for the starts
    outside.
    """

    def starts(self, span: range) -> Starts:
        """Return the starts in `span`, a stretch of minutes, that the rule admits."""

    def refusals(self, start: int) -> Sequence[Refusal]:
        """Return every reason of this rule against `start`. Asked only for starts outside."""


@attrs.frozen
class Between:
    """Admits one stretch: every minute from `first` up to, not including, `until`."""

    first: int
    until: int
    refusal: Refusal

    def starts(self, span: range) -> Starts:
        """Return the part of the stretch that lies in `span`."""
        stretch = range(max(span.start, self.first), min(span.stop, self.until))
        return (stretch,) if stretch else ()

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - the same for all
        """Return the one reason there is."""
        return (self.refusal,)


@attrs.frozen
class Nothing:
    """Admits no start at all, for one reason or several."""

    reasons: tuple[Refusal, ...]

    def starts(self, span: range) -> Starts:  # noqa: ARG002 - the same for all
        """Return no starts."""
        return ()

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - the same for all
        """Return all the reasons."""
        return self.reasons


@attrs.frozen
class Admitting:
    """As another rule, but admits one more start, if `also` admits it."""

    rule: Rule
    also: Rule
    start: int

    def starts(self, span: range) -> Starts:
        """Return what the rule admits in `span`, with the one start more."""
        starts = self.rule.starts(span)
        if self.start not in span or contains(starts, self.start):
            return starts
        one = range(self.start, self.start + 1)
        if not self.also.starts(one):
            return starts
        return sorted([*starts, one], key=lambda run: run.start)

    def refusals(self, start: int) -> Sequence[Refusal]:
        """Return the rule's own reasons."""
        return self.rule.refusals(start)


def intersection(rules: Iterable[Rule], starts: Starts) -> Starts:
    """Return those of `starts` that every rule admits.

    Each rule is asked only about the stretch that the rules before it left, so put the ones
    first that cost little and leave little.
    """
    for rule in rules:
        if not starts:
            break
        admitted = rule.starts(hull(starts))
        whole = len(starts) == 1 and starts[0].step == 1  # then the hull holds nothing else
        starts = admitted if whole else meet(starts, admitted)
    return starts


def reasons_against(rules: Iterable[Rule], start: int) -> list[Refusal]:
    """Return every reason of every rule against `start`, each once; nothing if all admit it."""
    moment = range(start, start + 1)
    found: list[Refusal] = []
    for rule in rules:
        if not rule.starts(moment):
            found += [reason for reason in rule.refusals(start) if reason not in found]
    return found


#: A stretch that holds every start: what a search narrows.
EVERY_START: Starts = (EVER,)
