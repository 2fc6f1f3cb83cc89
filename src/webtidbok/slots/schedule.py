"""A clinic's schedule in instants: blocks and the windows in which visits may start (R6, R14).

Wall-clock blocks become minutes in pages of some weeks, each when it is first asked about, and
are kept: a schedule belongs to one version of a clinic's settings and never changes. Windows are
compiled from them for each provider and kind of visit, over all pages asked about so far.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import attrs

from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ProviderId, ResourceId
from webtidbok.model.instants import minute_of, moment_of
from webtidbok.model.schedule import DayBlock, Period, Template
from webtidbok.model.wall_clock import local_date, midnight, minute_on
from webtidbok.slots.starts import EVER, Starts, within
from webtidbok.slots.windows import Block, block_at, run_from, windows

#: Days of a page. A visit may run from one page into the next one, but no farther.
_PAGE_DAYS = 32


@attrs.frozen(cache_hash=True)
class Fit:
    """What a visit needs of blocks: which are eligible for it (R14), and how it fits in them.

    Attributes:
        kinds: The eligible kinds of block.
        resources: A block that names a resource must name one of these. Empty: any.
        duration: Minutes of the visit itself.
        interval: Minutes from one start of a grid to the next.
    """

    kinds: frozenset[KindId]
    resources: frozenset[ResourceId]
    duration: int
    interval: int

    def admits(self, block: Block) -> bool:
        """Return whether `block` is eligible."""
        if block.kind not in self.kinds:
            return False
        return block.resource is None or not self.resources or block.resource in self.resources


@attrs.frozen
class _Compiled:
    """The windows of one provider for one fit.

    Attributes:
        span: They are all that start in it.
        windows: By the resource that the blocks name.
    """

    span: range
    windows: Mapping[ResourceId | None, Starts]

    def holds(self, span: range) -> bool:
        return self.span.start <= span.start and span.stop <= self.span.stop


class Schedule:
    """The working time of a clinic's providers, in minutes since 1970-01-01T00:00Z."""

    def __init__(self, clinic: Clinic) -> None:
        """Take the schedule of `clinic`; nothing is worked out yet."""
        self._zone = clinic.time_zone
        self._closed = clinic.closed_days
        self._templates: dict[str, Template] = {t.id: t for t in clinic.templates}
        self._periods: dict[ProviderId, list[Period]] = {}
        for period in clinic.periods:
            self._periods.setdefault(period.provider, []).append(period)
        self._overrides = {(o.provider, o.day): o.blocks for o in clinic.day_overrides}
        self._reach = self._pages_in_use()
        self._blocks: dict[tuple[ProviderId, int], list[Block]] = {}
        self._compiled: dict[tuple[ProviderId, Fit], _Compiled] = {}

    def _pages_in_use(self) -> range:
        periods = [period for each in self._periods.values() for period in each]
        days = [day for period in periods for day in (period.first, period.last)]
        days += [day for _, day in self._overrides]
        if not days:
            return range(0)
        return range(_page_of(min(days)), _page_of(max(days)) + 1)

    def windows(
        self, provider: ProviderId, fit: Fit, span: range
    ) -> dict[ResourceId | None, Starts]:
        """Return the starts in `span` at which a visit fits in eligible blocks of a provider.

        By the resource that the blocks name, None where they name none; a resource without
        starts is left out.
        """
        compiled = self._compiled.get((provider, fit))
        if compiled is None or not compiled.holds(span):
            wider = span if compiled is None else _hull(span, compiled.span)
            compiled = self._compiled[provider, fit] = self._compile(provider, fit, wider)
        cut = {resource: within(starts, span) for resource, starts in compiled.windows.items()}
        return {resource: starts for resource, starts in cut.items() if starts}

    def block_at(self, provider: ProviderId, minute: int) -> Block | None:
        """Return the provider's block that holds `minute`, or None."""
        page = self._page_at(minute)
        return block_at(self._blocks_of(provider, page), minute) if page in self._reach else None

    def run_from(self, provider: ProviderId, start: int, until: int) -> list[Block]:
        """Return the blocks, eligible or not, that a visit from `start` to `until` runs over.

        See `slots.windows.run_from`.
        """
        return run_from(self._blocks_in(provider, range(start, until)), start, until)

    def is_covered(self, provider: ProviderId, start: int, end: int) -> bool:
        """Return whether blocks, of whatever kind and resource, hold every minute of a time."""
        reached = start
        for block in self._blocks_in(provider, range(start, end)):
            if block.start <= reached < block.end:
                reached = block.end
        return reached >= end

    def is_working_time(self, minute: int) -> bool:
        """Return whether any provider has a block, of whatever kind, at `minute`."""
        providers = {*self._periods, *(provider for provider, _ in self._overrides)}
        return any(self.block_at(provider, minute) for provider in providers)

    def _pages(self, span: range) -> range:
        if not span:
            return range(0)
        first, last = (self._page_at(minute) for minute in (span.start, span.stop - 1))
        return range(max(first, self._reach.start), min(last + 1, self._reach.stop))

    def _page_at(self, minute: int) -> int:
        """Return the page of a minute; one beyond the schedule's for those beyond all dates."""
        try:
            return _page_of(local_date(moment_of(minute), self._zone))
        except OverflowError:
            return self._reach.start - 1 if minute < 0 else self._reach.stop

    def _blocks_in(self, provider: ProviderId, span: range) -> Sequence[Block]:
        pages = [self._blocks_of(provider, page) for page in self._pages(span)]
        if len(pages) == 1:
            return pages[0]
        return [block for blocks in pages for block in blocks]

    def _blocks_of(self, provider: ProviderId, page: int) -> list[Block]:
        blocks = self._blocks.get((provider, page))
        if blocks is None:
            blocks = self._blocks[provider, page] = list(self._work_out(provider, page))
        return blocks

    def _work_out(self, provider: ProviderId, page: int) -> Iterator[Block]:
        for day in map(date.fromordinal, _days_of(page)):
            for block in sorted(self._blocks_on(provider, day)):
                start = minute_on(day, block.start, self._zone)
                end = minute_on(day, block.until, self._zone)
                if start < end:  # not so in the hour that the clocks skip
                    yield Block(start, end, block.kind, block.resource)

    def _blocks_on(self, provider: ProviderId, day: date) -> list[DayBlock]:
        if day in self._closed:
            return []
        if (provider, day) in self._overrides:
            return list(self._overrides[provider, day])
        return [
            block
            for period in self._periods.get(provider, ())
            if day in period
            for block in self._templates[period.template].blocks_on(day, period.anchor)
        ]

    def _compile(self, provider: ProviderId, fit: Fit, span: range) -> _Compiled:
        """Return the windows of all pages that `span` has a part in."""
        pages = self._pages(span)
        covered = range(self._beginning_of(pages.start), self._beginning_of(pages.stop))
        following = range(pages.start, min(pages.stop + 1, self._reach.stop))
        found = windows(
            [block for page in following for block in self._blocks_of(provider, page)],
            fit.admits,
            duration=fit.duration,
            interval=fit.interval,
        )
        return _Compiled(covered, {r: within(starts, covered) for r, starts in found.items()})

    def _beginning_of(self, page: int) -> int:
        """Return the first minute of a page; beyond the pages in use, the ends of all time."""
        if page <= self._reach.start:
            return EVER.start
        if page >= self._reach.stop:
            return EVER.stop
        return minute_of(midnight(date.fromordinal(_days_of(page).start), self._zone))


def _hull(one: range, other: range) -> range:
    return range(min(one.start, other.start), max(one.stop, other.stop))


def _page_of(day: date) -> int:
    return day.toordinal() // _PAGE_DAYS


def _days_of(page: int) -> range:
    first = max(page * _PAGE_DAYS, date.min.toordinal())
    return range(first, min((page + 1) * _PAGE_DAYS, date.max.toordinal()))
