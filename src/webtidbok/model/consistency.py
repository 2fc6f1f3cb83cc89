"""What can be wrong between the parts of a clinic, although each part is right by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, islice
from math import lcm
from typing import TYPE_CHECKING

from webtidbok.errors import Fault
from webtidbok.model.schedule import WEEKDAYS, DayBlock, first_overlap

if TYPE_CHECKING:
    from webtidbok.model.clinic import Clinic
    from webtidbok.model.ids import ProviderId
    from webtidbok.model.schedule import Period


def faults_of(clinic: Clinic) -> list[Fault]:
    """Return all that is inconsistent in `clinic`; nothing for a clinic that can exist.

    Overlaps of blocks (R7) are looked for only when all that is named is there.
    """
    faults = [*_repeated_ids(clinic), *_unknown_names(clinic)]
    return faults or list(_overlapping_periods(clinic))


def _repeated_ids(clinic: Clinic) -> Iterator[Fault]:
    for table, things in (
        ("block_kind", clinic.block_kinds),
        ("provider", clinic.providers),
        ("resource", clinic.resources),
        ("template", clinic.templates),
        ("bookable_type", clinic.types),
    ):
        counts = Counter(str(thing.id) for thing in things)
        for id_, count in counts.items():
            if count > 1:
                yield Fault("id", f'{table} "{id_}"', "stands more than once")
    days = Counter((override.provider, override.day) for override in clinic.day_overrides)
    for (provider, day), count in days.items():
        if count > 1:
            yield Fault("date", f'day_override "{provider}" {day}', "stands more than once")


def _unknown_names(clinic: Clinic) -> Iterator[Fault]:
    providers = {str(provider.id) for provider in clinic.providers}
    resources = {str(resource.id) for resource in clinic.resources}
    kinds = {str(kind.id) for kind in clinic.block_kinds}
    templates = {str(template.id) for template in clinic.templates}
    for visit in clinic.types:
        place = f'bookable_type "{visit.id}"'
        yield from _missing("providers", place, visit.providers, providers)
        yield from _missing("resources", place, visit.resources, resources)
        yield from _missing("block_filter", place, sorted(visit.block_filter), kinds)
    for template in clinic.templates:
        blocks = [block for week in template.weeks for day in week for block in day]
        yield from _unknown_in_blocks(f'template "{template.id}"', blocks, kinds, resources)
    for number, period in enumerate(clinic.periods, 1):
        place = f"schedule {number}"
        yield from _missing("provider", place, [period.provider], providers)
        yield from _missing("template", place, [period.template], templates)
    for override in clinic.day_overrides:
        place = f'day_override "{override.provider}" {override.day}'
        yield from _missing("provider", place, [override.provider], providers)
        yield from _unknown_in_blocks(place, override.blocks, kinds, resources)


def _unknown_in_blocks(
    place: str, blocks: Iterable[DayBlock], kinds: set[str], resources: set[str]
) -> Iterator[Fault]:
    blocks = list(blocks)
    named = dict.fromkeys(block.resource for block in blocks if block.resource is not None)
    yield from _missing("kind", place, dict.fromkeys(block.kind for block in blocks), kinds)
    yield from _missing("resource", place, named, resources)


def _missing(field: str, place: str, named: Iterable[str], there: set[str]) -> Iterator[Fault]:
    for name in named:
        if name not in there:
            yield Fault(field, place, f'there is no "{name}"')


def _overlapping_periods(clinic: Clinic) -> Iterator[Fault]:
    by_provider: dict[str, list[Period]] = {}
    for period in clinic.periods:
        by_provider.setdefault(period.provider, []).append(period)
    overridden = {(override.provider, override.day) for override in clinic.day_overrides}
    for periods in by_provider.values():
        for one, other in combinations(periods, 2):
            yield from _clash(clinic, one, other, overridden)


def _clash(
    clinic: Clinic, one: Period, other: Period, overridden: set[tuple[ProviderId, date]]
) -> Iterator[Fault]:
    """Yield the first day of two periods of one provider on which their blocks overlap."""
    clashes = [
        (day, clash)
        for days, clash in _clashing_days(clinic, one, other)
        for day in islice(_working(days, clinic, one.provider, overridden), 1)
    ]
    if clashes:
        day, clash = min(clashes)
        yield Fault(
            "template",
            f'schedule of "{one.provider}" on {day}',
            f'of "{one.template}" and "{other.template}", {clash[0]} and {clash[1]} overlap',
        )


def _clashing_days(
    clinic: Clinic, one: Period, other: Period
) -> Iterator[tuple[Iterator[date], tuple[DayBlock, DayBlock]]]:
    """Yield two blocks that overlap, with the days on which they do, for each day of a cycle.

    Two templates together repeat themselves, so only one cycle is looked through, however long
    the periods last.
    """
    [mine] = [each for each in clinic.templates if each.id == one.template]
    [others] = [each for each in clinic.templates if each.id == other.template]
    first = max(one.first, other.first).toordinal()
    until = min(one.last, other.last).toordinal() + 1
    cycle = len(WEEKDAYS) * lcm(len(mine.weeks), len(others.weeks))
    for place in range(first, min(first + cycle, until)):
        day = date.fromordinal(place)
        blocks = [*mine.blocks_on(day, one.anchor), *others.blocks_on(day, other.anchor)]
        if clash := first_overlap(blocks):
            yield map(date.fromordinal, range(place, until, cycle)), clash


def _working(
    days: Iterable[date],
    clinic: Clinic,
    provider: ProviderId,
    overridden: set[tuple[ProviderId, date]],
) -> Iterator[date]:
    """Yield the days on which templates count: neither closed nor overridden."""
    for day in days:
        if day not in clinic.closed_days and (provider, day) not in overridden:
            yield day
