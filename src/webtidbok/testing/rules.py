"""What whoever writes a rule promises (`webtidbok.rules.rule`), checked minute by minute."""

from itertools import pairwise

from webtidbok.rules.rule import Rule, reasons_against
from webtidbok.slots.starts import Starts


def members(starts: Starts) -> list[int]:
    """Return every minute of a set of starts, in its order."""
    return [start for run in starts for start in run]


def assert_keeps_its_promises(rule: Rule, span: range, cut: int) -> None:
    """Check a rule of yours in `span`: cut in two at `cut`, and each of its minutes by itself.

    Raises:
        AssertionError: a promise is broken; its line tells which.
    """
    starts = rule.starts(span)
    admitted = members(starts)

    assert all(starts), "no run is empty"
    assert all(one.stop <= other.start for one, other in pairwise(starts)), "sorted and apart"
    assert all(start in span for start in admitted)
    early, late = range(span.start, cut), range(cut, span.stop)
    assert members(rule.starts(early)) + members(rule.starts(late)) == admitted
    for start in span:
        assert (not rule.starts(range(start, start + 1))) == (start not in admitted)
        assert bool(reasons_against([rule], start)) == (start not in admitted)
    assert not rule.starts(range(cut, cut))
