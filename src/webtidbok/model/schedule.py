"""What a clinic's schedule is made of, in wall-clock time (R5-R7).

`slots.schedule` turns it into instants.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import attrs

from webtidbok.model.ids import KindId, ProviderId, ResourceId, TemplateId
from webtidbok.model.instants import TICK_MINUTES
from webtidbok.model.wall_clock import DAY_MINUTES, WallMinutes, shown_wall_minutes

MONDAY, SATURDAY = 0, 5
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@attrs.frozen(kw_only=True)
class BlockKind:
    """A named kind of working time (R5).

    Attributes:
        web_bookable: Patients may book in blocks of this kind. It earmarks nothing.
        exclusive: Only types whose block filter names the kind are offered there (R10a).
    """

    id: KindId
    name: str
    web_bookable: bool = False
    exclusive: bool = False


def _wall_tick(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if not 0 <= value <= DAY_MINUTES or value % TICK_MINUTES:
        raise ValueError(f"{attribute.name} is {value}, not 0 to 1440 in steps of five minutes")


@attrs.frozen(kw_only=True, order=True)
class DayBlock:
    """A block on some day: from one time on the wall up to, not including, another.

    Raises:
        ValueError: an edge is not a whole tick of five minutes, or `until` not after `start`.
    """

    start: WallMinutes = attrs.field(validator=_wall_tick)
    until: WallMinutes = attrs.field(validator=_wall_tick)
    kind: KindId
    resource: ResourceId | None = attrs.field(default=None, order=False)

    def __attrs_post_init__(self) -> None:
        if self.until <= self.start:
            raise ValueError(f"the block {self} does not end after it starts")

    def __str__(self) -> str:
        return f"{shown_wall_minutes(self.start)}-{shown_wall_minutes(self.until)} {self.kind}"


def first_overlap(blocks: Sequence[DayBlock]) -> tuple[DayBlock, DayBlock] | None:
    """Return the first two blocks of one day that overlap, earliest first, or None."""
    for earlier, later in pairwise(sorted(blocks)):
        if later.start < earlier.until:
            return earlier, later
    return None


def _apart(_: object, __: object, blocks: Sequence[DayBlock]) -> None:
    if clash := first_overlap(blocks):
        raise ValueError("the blocks {} and {} overlap".format(*clash))


@attrs.frozen(kw_only=True)
class Template:
    """A cycle of one or more weeks of blocks (R6).

    Attributes:
        weeks: For each week of the cycle its seven days, Monday first, each with its blocks.

    Raises:
        ValueError: there is no week, a week has not seven days, or blocks of a day overlap (R7).
    """

    id: TemplateId
    weeks: tuple[tuple[tuple[DayBlock, ...], ...], ...]

    def __attrs_post_init__(self) -> None:
        if not self.weeks or any(len(week) != len(WEEKDAYS) for week in self.weeks):
            raise ValueError("a template is one or more weeks of seven days")
        for number, week in enumerate(self.weeks, 1):
            for day, blocks in zip(WEEKDAYS, week, strict=True):
                if clash := first_overlap(blocks):
                    raise ValueError(f"week {number} {day}: {clash[0]} and {clash[1]} overlap")

    def blocks_on(self, day: date, anchor: date) -> tuple[DayBlock, ...]:
        """Return the blocks of `day` when the first week of a cycle begins on `anchor`.

        Weeks are counted both ways from `anchor`, a Monday.
        """
        days = (day - anchor).days
        return self.weeks[days // 7 % len(self.weeks)][days % 7]


def _monday(_: object, __: object, value: date) -> None:
    if value.weekday() != MONDAY:
        raise ValueError(f"the anchor {value} is not a Monday")


@attrs.frozen(kw_only=True)
class Period:
    """A template applied to a provider from `first` to `last`, both inclusive (R6).

    Raises:
        ValueError: `anchor` is not a Monday, or `last` lies before `first`.
    """

    provider: ProviderId
    template: TemplateId
    anchor: date = attrs.field(validator=_monday)
    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the period ends {self.last}, before it begins {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@attrs.frozen(kw_only=True)
class DayOverride:
    """The blocks of one provider on one date, instead of those of the templates; maybe none.

    Raises:
        ValueError: the blocks overlap (R7).
    """

    provider: ProviderId
    day: date
    blocks: tuple[DayBlock, ...] = attrs.field(validator=_apart)
