"""All that a store holds of one clinic, as of one moment, in orders that can be read side by side.

Each stream is sorted by whom its rows belong to, so that whoever compares them reads them together
and never has to hold a whole table. Ids are sorted by code point, as Python sorts them.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Protocol

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening
from webtidbok.model.hold import Hold
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, PatientId, RequestKey
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.outbox import Delivery


class Taker(Enum):
    """What time is taken by."""

    APPOINTMENT = "appointment"
    HOLD = "hold"
    ABSENCE = "absence"


@attrs.frozen(kw_only=True)
class Taken:
    """One stretch of one calendar, with what its holder is.

    Attributes:
        row: An absence's is not exclusive.
        chosen_by_patient: The holder is an appointment whose time a patient chose.
        laid_at: Of an absence, the version to which laying it, or changing it, raised its
            calendar; None where versions are not what keeps R24.
    """

    taker: Taker
    row: Occupied
    chosen_by_patient: bool = False
    laid_at: int | None = None


@attrs.frozen(kw_only=True)
class Journaled:
    """Why a calendar's version was raised.

    Attributes:
        event: The event of the change; empty where it had none, as when an absence is laid.
        what: What the history says that happened; None without an event, or where it is gone.
    """

    calendar: CalendarId
    version: int
    event: RequestKey
    what: Happening | None


class Snapshot(Protocol):
    """A clinic's rows as of one moment, whatever is written meanwhile.

    Streams may be read side by side, and left before their end. A clinic that is not there has
    none. Any method may raise `StoreUnavailable`.
    """

    def appointments(self) -> Iterator[Appointment]:
        """Yield the appointments by id, cancelled ones too."""

    def holds(self) -> Iterator[Hold]:
        """Yield the holds by id, expired ones too."""

    def absences(self) -> Iterator[Absence]:
        """Yield the absences by id."""

    def rows_of(self, taker: Taker) -> Iterator[Occupied]:
        """Yield the rows of one kind of holder, by holder, then by calendar, then by start.

        What is stored in pieces that touch comes as one. A store that keeps no rows of absences
        yields what they take.
        """

    def taken(self) -> Iterator[Taken]:
        """Yield the rows of all holders by calendar, then by start, then by holder."""

    def events(self) -> Iterator[Event]:
        """Yield the events about appointments, by appointment, then as they were stored."""

    def deliveries(self) -> Iterator[Delivery]:
        """Yield the outbox by appointment, then as it was written."""

    def overlaps(self) -> Iterator[Overlap]:
        """Yield the overlaps that stand by the patient's appointment, then by the staff's."""

    def ways_in(self) -> Iterator[AppointmentId]:
        """Yield where links and codes lead, by appointment; one that has several, each time."""

    def patients(self) -> Iterator[tuple[PersonalIdentityNumber, PatientId]]:
        """Yield the numbers of our own register, as they are kept, in order, and whose they are.

        A host's register cannot be listed: then nothing comes.
        """

    def versions(self) -> Mapping[CalendarId, int]:
        """Return the versions of the calendars; none where versions are not what keeps R24.

        A calendar that nothing has touched is missing, or stands at 0.
        """

    def journal(self) -> Iterator[Journaled]:
        """Yield what raised the versions, by calendar, then by version."""

    def version_of(self, calendar: CalendarId, event: RequestKey) -> int | None:
        """Return the version to which an event raised a calendar; None if it raised none."""

    def appointment(self, appointment: AppointmentId) -> Appointment | None:
        """Return an appointment, or None."""

    def history_of(self, appointment: AppointmentId) -> Iterator[Event]:
        """Yield the events of one appointment as they were stored."""

    def overlaps_of(self, appointment: AppointmentId) -> tuple[Overlap, ...]:
        """Return the overlaps that an appointment takes part in, in no order of their own."""

    def occupied_in(self, calendar: CalendarId, span: TimeSpan) -> tuple[Occupied, ...]:
        """Return what overlaps `span` in a calendar, absences apart, by end, then by holder."""
