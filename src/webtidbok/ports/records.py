"""What staff look up afterwards: the day, the history, the watch list (section 10)."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event
from webtidbok.model.ids import AppointmentId, ClinicId, PatientId
from webtidbok.model.message import Message
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.snapshot import Snapshot


class Records(Protocol):
    """What a store holds, for looking at. Nothing here changes anything.

    Any method may raise `StoreUnavailable`. A clinic that is not there has no records.
    """

    def clinic_ids(self) -> Sequence[ClinicId]:
        """Return the clinics of the installation, in order of their ids."""

    def appointment(self, clinic: ClinicId, appointment: AppointmentId) -> Appointment:
        """Return an appointment, also a cancelled one.

        Raises:
            UnknownAppointment: the clinic has no such appointment.
        """

    def appointments(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Appointment]:
        """Yield the appointments whose visit overlaps `span`, or all, by start, then by id.

        Cancelled ones too.
        """

    def patient(self, clinic: ClinicId, patient: PatientId) -> Patient:
        """Return a patient.

        Raises:
            UnknownPatient: the clinic's register has no such patient.
        """

    def history(
        self,
        clinic: ClinicId,
        appointment: AppointmentId | None = None,
        *,
        first: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Yield the events of an appointment, or of the clinic, in the order they were stored.

        Args:
            first: Only events at this moment or later.
            until: Only events before this moment.
        """

    def watch_list(self, clinic: ClinicId) -> Iterator[WatchListEntry]:
        """Yield the entries of the watch list in the order they came."""

    def messages(self, clinic: ClinicId) -> Iterator[Message]:
        """Yield the outbox, sent and void messages too, in the order they were written."""

    def absences(self, clinic: ClinicId, span: TimeSpan | None = None) -> Iterator[Absence]:
        """Yield the absences that overlap `span`, or all, by start, then by id."""

    def occupied(self, clinic: ClinicId) -> Iterator[Occupied]:
        """Yield all occupied rows, by calendar, then by end, then by holder."""

    def overlaps(self, clinic: ClinicId) -> Iterator[Overlap]:
        """Yield the overlaps that staff made knowingly and that still stand, in any order."""

    def snapshot(self, clinic: ClinicId) -> AbstractContextManager[Snapshot]:
        """Give all that a clinic holds as of one moment, to be compared; see `Snapshot`.

        A store that has joined a host's transaction sees what that transaction sees: one moment
        only where its isolation makes it so.
        """
