"""Slots: offers that are nobody's yet."""

from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from webtidbok.model.appointment import Placement
from webtidbok.model.ids import ProviderId, ResourceId
from webtidbok.model.instants import MINUTE
from webtidbok.model.timespan import TimeSpan


class Slot(NamedTuple):
    """A free time: when, for how long, with whom and where.

    A plain tuple, checked nowhere: a search may find tens of thousands, and anything more costs
    as much as reading the rows that they were found in.

    Attributes:
        start: In UTC.
        minutes: Elapsed minutes of the visit itself.
        resource: The first one, in the type's order, that is free; None if the visit has none.
    """

    start: datetime
    minutes: int
    provider: ProviderId
    resource: ResourceId | None

    @property
    def end(self) -> datetime:
        """The moment at which the visit is over, in UTC."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def placement(self) -> Placement:
        """Where and when a visit in this slot is."""
        span = TimeSpan(self.start, self.start + self.minutes * MINUTE)
        return Placement(provider=self.provider, resource=self.resource, span=span)


@attrs.frozen(kw_only=True)
class SlotsAtOnce:
    """One time at which one or more providers are free: slots folded by time (R16)."""

    start: datetime
    slots: tuple[Slot, ...]
