"""Does the visit lie in blocks that patients may book, on the grid?

R13, R14, R10.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

import attrs

from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ProviderId, ResourceId
from webtidbok.model.instants import moment_of
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.visit import Visit
from webtidbok.slots.schedule import Schedule
from webtidbok.slots.starts import Starts, within
from webtidbok.slots.windows import Block


@attrs.frozen(kw_only=True)
class NoBlock:
    """The provider has no block at that time."""

    code: ClassVar[str] = "no-block"
    provider: ProviderId
    setting: str = "schedule"


@attrs.frozen(kw_only=True)
class NotWebBookable:
    """The block is of a kind that is not for the web."""

    code: ClassVar[str] = "not-web-bookable"
    kind: KindId
    block_start: datetime
    setting: str = "block_kind.web_bookable"


@attrs.frozen(kw_only=True)
class OutsideBlockFilter:
    """The type's block filter does not name the block's kind (R10)."""

    code: ClassVar[str] = "block-filter"
    kind: KindId
    block_start: datetime
    setting: str = "bookable_type.block_filter"


@attrs.frozen(kw_only=True)
class ExclusiveBlock:
    """The block's kind is only for types whose filter names it (R10a)."""

    code: ClassVar[str] = "exclusive-block"
    kind: KindId
    block_start: datetime
    setting: str = "block_kind.exclusive"


@attrs.frozen(kw_only=True)
class OtherResource:
    """The block lies on a resource that the visit may not use."""

    code: ClassVar[str] = "other-resource"
    resource: ResourceId
    block_start: datetime
    setting: str = "bookable_type.resources"


@attrs.frozen(kw_only=True)
class OffGrid:
    """The start is not on the grid of its block (R14a)."""

    code: ClassVar[str] = "off-grid"
    block_start: datetime
    interval_minutes: int
    setting: str = "bookable_type.interval_minutes"


@attrs.frozen(kw_only=True)
class PastBlockEnd:
    """The visit would last beyond the blocks that it can lie in (R14b)."""

    code: ClassVar[str] = "past-block-end"
    until: datetime
    setting: str = "schedule"


@attrs.frozen
class WebBookableTime:
    """Admits the starts at which the visit lies in eligible blocks of one provider.

    Attributes:
        windows: Those starts, worked out before; of the blocks on one resource or on none.
        is_new: The block filter counts: it is a new booking (R10).
    """

    clinic: Clinic
    schedule: Schedule
    visit: Visit
    provider: ProviderId
    windows: Starts
    is_new: bool

    def starts(self, span: range) -> Starts:
        """Return the starts on the grids of eligible blocks in `span`."""
        return within(self.windows, span)

    def refusals(self, start: int) -> Sequence[Refusal]:
        """Return what keeps the visit out of the blocks that it would run over."""
        until = start + self.visit.duration_minutes
        run = self.schedule.run_from(self.provider, start, until)
        if not run:
            return [NoBlock(provider=self.provider)]
        reasons = [*self._off_grid(run[0], start)]
        for block in run:
            reasons += self._against(block)
        if reaches := self._too_short(run, until):
            reasons.append(reaches)
        return reasons

    def _off_grid(self, block: Block, start: int) -> Iterator[Refusal]:
        interval = self.visit.interval_minutes
        if (start - block.start) % interval:
            yield OffGrid(block_start=moment_of(block.start), interval_minutes=interval)

    def _against(self, block: Block) -> Iterator[Refusal]:
        """Yield why a block is not eligible (R14); nothing for one that is."""
        kind = next(each for each in self.clinic.block_kinds if each.id == block.kind)
        named = self.visit.type.block_filter if self.visit.type else frozenset()
        begins = moment_of(block.start)
        if not kind.web_bookable:
            yield NotWebBookable(kind=kind.id, block_start=begins)
        if self.is_new and named and kind.id not in named:
            yield OutsideBlockFilter(kind=kind.id, block_start=begins)
        if kind.exclusive and kind.id not in named:
            yield ExclusiveBlock(kind=kind.id, block_start=begins)
        resources = self.visit.resources
        if block.resource is not None and resources and block.resource not in resources:
            yield OtherResource(resource=block.resource, block_start=begins)

    def _too_short(self, run: Sequence[Block], until: int) -> PastBlockEnd | None:
        """Return the reason if the visit outlasts its block, or those that it may run on into."""
        fits = self.visit.fit
        end = run[0].end
        for block in run[1:]:
            if not fits.admits(block):
                break
            end = block.end
        return PastBlockEnd(until=moment_of(end)) if end < until else None
