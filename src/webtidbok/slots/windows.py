"""From a provider's blocks to the windows in which visits may start (R14a, R14b).

A provider's blocks are sorted and never overlap (R7), so a visit that runs over the end of its
block can only go on in the block that follows, and may if that one is eligible, begins at that very
minute and names the same resource, or none as well. Such a chain has one end for all of its
blocks. Walking backwards, the end of a block's chain is known from the block after it, and one walk
finds the windows of all.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

from webtidbok.model.ids import KindId, ResourceId

_start = attrgetter("start")


class Block(NamedTuple):
    """A stretch of a provider's working time, `[start, end)`, in minutes since 1970-01-01T00:00Z.

    A plain tuple, checked nowhere: a clinic has hundreds of thousands, all made from valid values
    of the model. `end` lies after `start`: an empty block does not exist (R14).

    Attributes:
        resource: The resource on which the block is laid, None if on none.
    """

    start: int
    end: int
    kind: KindId
    resource: ResourceId | None = None


def windows(
    blocks: Sequence[Block], eligible: Callable[[Block], bool], *, duration: int, interval: int
) -> dict[ResourceId | None, list[range]]:
    """Return the starts at which a visit lies in eligible blocks, per resource that they name.

    Each eligible block gives at most one range: its starts, on the grid counted from its own first
    minute (R14a), whose visit `[start, start + duration)` it holds, alone or together with the
    blocks of its chain (R14b). Under None stand the starts in blocks that name no resource. The
    ranges of a resource are a set of starts as `slots.starts` has it; a resource without starts is
    left out.

    Args:
        blocks: Of one provider, sorted by start, not overlapping.
        eligible: Whether the type is offered in the block (R14).
        duration: Minutes of the visit itself, without the times before and after (R12a).
        interval: Minutes from one start of a grid to the next.

    Raises:
        ValueError: `duration` or `interval` is zero or negative.
    """
    if duration <= 0 or interval <= 0:
        raise ValueError(f"a visit of {duration} minutes each {interval} minutes cannot be")
    found: dict[ResourceId | None, list[range]] = {}
    later: Block | None = None
    chain_end = 0
    for block in filter(eligible, reversed(blocks)):
        if later is None or not _goes_on(block, later):
            chain_end = block.end
        later = block
        if starts := range(block.start, min(block.end, chain_end - duration + 1), interval):
            found.setdefault(block.resource, []).append(starts)
    for ranges in found.values():
        ranges.reverse()
    return found


def _goes_on(block: Block, later: Block) -> bool:
    """Return whether a visit may run on from `block` into `later`, if both are eligible (R14b)."""
    return block.end == later.start and block.resource == later.resource


def _place_of(blocks: Sequence[Block], start: int) -> int | None:
    place = bisect_right(blocks, start, key=_start) - 1
    return place if place >= 0 and start < blocks[place].end else None


def block_at(blocks: Sequence[Block], start: int) -> Block | None:
    """Return the block in which the minute `start` lies, or None; by bisection.

    Args:
        blocks: Of one provider, sorted by start, not overlapping.
    """
    place = _place_of(blocks, start)
    return None if place is None else blocks[place]


def run_from(blocks: Sequence[Block], start: int, until: int) -> list[Block]:
    """Return the blocks, eligible or not, over which a visit `[start, until)` would lie.

    First the block in which `start` lies, then those that follow it without a gap and name the
    same resource, or none as it does, up to the one that reaches `until`. If the last of them ends
    before `until`, the visit does not fit. Empty if `start` lies in no block.

    Args:
        blocks: Of one provider, sorted by start, not overlapping.
    """
    place = _place_of(blocks, start)
    if place is None:
        return []
    run = [blocks[place]]
    while run[-1].end < until:
        place += 1
        if place == len(blocks) or not _goes_on(run[-1], blocks[place]):
            break
        run.append(blocks[place])
    return run
