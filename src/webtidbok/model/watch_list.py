"""The watch list: where a cancelled visit lands for staff to follow up (R28)."""

from datetime import datetime

import attrs

from webtidbok.model.ids import AppointmentId, ClinicId, PatientId
from webtidbok.model.instants import instant


@attrs.frozen(kw_only=True)
class WatchListEntry:
    """A patient who cancelled, with the comment that staff read."""

    clinic: ClinicId
    appointment: AppointmentId
    patient: PatientId | None
    at: datetime = attrs.field(converter=instant)
    comment: str = attrs.field(default="", repr=False)
