"""The days on which a clinic is closed, for counting working days (R2b)."""

from datetime import date
from typing import Protocol

from webtidbok.model.ids import ClinicId


class ClosureCalendar(Protocol):
    """Tells working days where a clinic's own closed days are not the whole truth.

    Answers from memory: it is asked about one day at a time, in the middle of a decision.
    """

    def is_working_day(self, clinic: ClinicId, day: date) -> bool:
        """Return whether `day` counts as a working day. Some day of every year must."""
