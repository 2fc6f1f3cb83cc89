"""Holds: slots kept for minutes while their owner fills in the form (R21)."""

from datetime import datetime
from typing import NewType

import attrs

from webtidbok.model.appointment import Placement
from webtidbok.model.ids import ClinicId, TypeId
from webtidbok.model.instants import MINUTE, instant
from webtidbok.model.timespan import TimeSpan

#: The hash of the token that owns a hold: all that is kept of it.
HoldId = NewType("HoldId", str)


@attrs.frozen(kw_only=True)
class Hold:
    """A slot that is kept for the owner of a token until `expires_at`.

    Gone by comparison with the clock: at `expires_at` itself it is as none.
    """

    id: HoldId
    clinic: ClinicId
    type: TypeId
    placement: Placement
    before_minutes: int = 0
    after_minutes: int = 0
    made_at: datetime = attrs.field(converter=instant)
    expires_at: datetime = attrs.field(converter=instant)

    @property
    def occupied_span(self) -> TimeSpan:
        """The visit with the time before and after it (R12a)."""
        return self.placement.span.widened(
            before=self.before_minutes * MINUTE, after=self.after_minutes * MINUTE
        )

    def is_live(self, now: datetime) -> bool:
        """Return whether the slot is still kept at `now`."""
        return now < self.expires_at
