"""All rows of one clinic, and how they are looked up."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import AbsenceId, AppointmentId, CalendarId, MessageId, RequestKey
from webtidbok.model.instants import EPOCH
from webtidbok.model.message import Message
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.timespan import TimeSpan


@attrs.frozen(kw_only=True)
class Sending:
    """How it goes with the sending of a message, beside the message itself."""

    tries: int = 0
    due_at: datetime = EPOCH
    lease: str | None = None
    leased_until: datetime | None = None
    error: str = ""


@attrs.define
class Shelf:
    """The rows of one clinic. Events and messages stand in the order they were stored.

    Attributes:
        occupied: By calendar, then by holder.
        overlaps: By the patient's appointment and the staff's.
        journal: Of each calendar, the event of each change of what occupies it or is away, or
            nothing; as many as its version says.
        laid_at: To which version of its calendar an absence was laid or changed.
        sendings: Of messages that somebody has claimed.
    """

    appointments: dict[AppointmentId, Appointment] = attrs.field(factory=dict)
    holds: dict[HoldId, Hold] = attrs.field(factory=dict)
    occupied: dict[CalendarId, dict[str, Occupied]] = attrs.field(factory=dict)
    absences: dict[AbsenceId, Absence] = attrs.field(factory=dict)
    overlaps: dict[tuple[AppointmentId, AppointmentId], Overlap] = attrs.field(factory=dict)
    codes: dict[AppointmentId, str] = attrs.field(factory=dict)
    events: dict[RequestKey, Event] = attrs.field(factory=dict)
    messages: dict[MessageId, Message] = attrs.field(factory=dict)
    sendings: dict[MessageId, Sending] = attrs.field(factory=dict)
    journal: dict[CalendarId, list[RequestKey]] = attrs.field(factory=dict)
    laid_at: dict[AbsenceId, int] = attrs.field(factory=dict)

    def occupied_in(
        self, calendars: Iterable[CalendarId], span: TimeSpan | None = None
    ) -> Iterator[Occupied]:
        """Yield the rows that overlap `span`, or all, by calendar, then by end, then by holder."""
        for calendar in sorted(set(calendars)):
            rows = self.occupied.get(calendar, {}).values()
            yield from sorted(
                (row for row in rows if span is None or row.span.overlaps(span)),
                key=lambda row: (row.span.end, row.holder),
            )

    def absences_in(
        self, span: TimeSpan | None = None, calendars: Collection[CalendarId] | None = None
    ) -> Iterator[Absence]:
        """Yield absences that overlap `span`, of some calendars or all, by start, then by id."""
        for absence in sorted(
            self.absences.values(), key=lambda absence: (absence.span.start, absence.id)
        ):
            if (span is None or absence.span.overlaps(span)) and (
                calendars is None or absence.calendar in calendars
            ):
                yield absence

    def overlaps_of(self, appointments: Collection[AppointmentId]) -> list[Overlap]:
        """Return the overlaps that any of `appointments` takes part in."""
        return [
            overlap
            for overlap in self.overlaps.values()
            if overlap.patients in appointments or overlap.staffs in appointments
        ]
