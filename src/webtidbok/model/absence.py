"""Absences of providers and resources (R6b)."""

import attrs

from webtidbok.model.ids import AbsenceId, CalendarId, ClinicId
from webtidbok.model.timespan import TimeSpan


@attrs.frozen(kw_only=True)
class Absence:
    """Time in which a provider or a resource is away: busy, but no block or grid moves.

    Attributes:
        calendar: The provider's or the resource's.
        reason: For staff only.
    """

    id: AbsenceId
    clinic: ClinicId
    calendar: CalendarId
    span: TimeSpan
    reason: str = ""
