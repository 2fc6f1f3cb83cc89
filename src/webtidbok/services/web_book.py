"""The web appointment book: one object with every use case, for hosts to embed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    ClinicId,
    PatientId,
    ProviderId,
    RequestKey,
    ResourceId,
    TypeId,
)
from webtidbok.model.patient import Patient, PatientDetails
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.wall_clock import local_date
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.rules import change_limit
from webtidbok.rules.question import PatientFacts
from webtidbok.services.access import Access, ByCard, CardShown, card_shown, find
from webtidbok.services.desk import Desk
from webtidbok.services.lazily import Lazily

if TYPE_CHECKING:
    from webtidbok.services import (
        absences,
        booking,
        cancelling,
        contacts,
        details,
        explaining,
        holding,
        outcomes,
        rebooking,
        recalling,
        reporting,
        searching,
        settings,
        showing,
        staff,
        still_open,
        verifying,
    )
else:
    absences = Lazily("absences")
    booking = Lazily("booking")
    cancelling = Lazily("cancelling")
    contacts = Lazily("contacts")
    details = Lazily("details")
    explaining = Lazily("explaining")
    holding = Lazily("holding")
    outcomes = Lazily("outcomes")
    rebooking = Lazily("rebooking")
    recalling = Lazily("recalling")
    reporting = Lazily("reporting")
    searching = Lazily("searching")
    settings = Lazily("settings")
    showing = Lazily("showing")
    staff = Lazily("staff")
    still_open = Lazily("still_open")
    verifying = Lazily("verifying")


@attrs.frozen
class WebBook:
    """The web appointment book of an installation, over a host's store, clock and policies.

    All of these are at the desk (`services.desk.Desk`).

    Every answer is a value that lists its outcomes; what is raised stands with each use case.
    One object serves all clinics and may be used from several threads if its ports may.

    A joined SQL store, which works in the host's own transaction, is made for each transaction,
    and so is the book around it: that costs nothing.
    """

    desk: Desk

    # Clinics

    def add_clinic(
        self,
        clinic: Clinic,
        *,
        absences: Sequence[Absence] = (),
        patients: Sequence[Patient] = (),
        appointments: Sequence[Appointment] = (),
    ) -> Clinic:
        """See `services.settings.add_clinic`."""
        return settings.add_clinic(
            self.desk, clinic, absences=absences, patients=patients, appointments=appointments
        )

    def change_settings(self, clinic: Clinic) -> Clinic:
        """See `services.settings.change_settings`."""
        return settings.change_settings(self.desk, clinic)

    def clinic(self, clinic: ClinicId) -> Clinic:
        """Return a clinic with its present settings.

        Raises:
            UnknownClinic: there is no such clinic.
        """
        return self.desk.store.clinic(clinic).clinic

    # Patients

    def search(
        self,
        clinic: ClinicId,
        type: TypeId,  # noqa: A002 - the domain's word
        wishes: searching.Wishes,
        *,
        providers: Sequence[ProviderId] | None = None,
        patient: PatientFacts | None = None,
        hold: HoldId | None = None,
    ) -> searching.Found:
        """See `services.searching.search`."""
        return searching.search(
            self.desk, clinic, type, wishes, providers=providers, patient=patient, hold=hold
        )

    def explain(
        self,
        clinic: ClinicId,
        type: TypeId,  # noqa: A002 - the domain's word
        start: datetime,
        *,
        provider: ProviderId | None = None,
        patient: PatientFacts | None = None,
        hold: HoldId | None = None,
    ) -> explaining.Explanation:
        """See `services.explaining.explain`."""
        return explaining.explain(
            self.desk, clinic, type, start, provider=provider, patient=patient, hold=hold
        )

    def details(self, clinic: ClinicId, given: Mapping[str, object]) -> PatientDetails:
        """Return what a patient typed, checked, read as today at the clinic.

        Raises:
            InvalidInput: with all faults (`services.details.parse_details`).
            UnknownClinic: there is no such clinic.
        """
        there = self.clinic(clinic)
        today = local_date(self.desk.now(), there.time_zone)
        return details.parse_details(given, on=today, country=there.country)

    def hold(
        self, request: holding.HoldRequest
    ) -> outcomes.Held | outcomes.SlotTaken | outcomes.Refused:
        """See `services.holding.hold`."""
        return holding.hold(self.desk, request)

    def kept(self, clinic: ClinicId, token: LinkToken) -> Hold | None:
        """See `services.holding.kept`."""
        return holding.kept(self.desk, clinic, token)

    def release(self, clinic: ClinicId, token: LinkToken, *, caller: str | None = None) -> bool:
        """See `services.holding.release`."""
        return holding.release(self.desk, clinic, token, caller=caller)

    def book(self, wanted: booking.Booking) -> booking.Outcome:
        """See `services.booking.book`."""
        return booking.book(self.desk, wanted)

    def show(self, access: Access) -> showing.Outcome:
        """See `services.showing.show`."""
        return showing.show(self.desk, access)

    def card_shown(self, card: ByCard, appointment: Appointment) -> CardShown:
        """See `services.access.card_shown`."""
        return card_shown(self.desk, card, appointment)

    def search_other_times(
        self, access: Access, wishes: searching.Wishes
    ) -> searching.Found | outcomes.NoSuchVisit:
        """Return the times to which a visit may be moved (`services.searching`)."""
        appointment = find(self.desk, access, now=self.desk.now())
        if appointment is None:
            return outcomes.NoSuchVisit()
        return searching.search_other_times(self.desk, appointment, wishes)

    def rebook(
        self,
        access: Access,
        start: datetime,
        *,
        key: RequestKey | None = None,
        revision: int | None = None,
        alternatives: bool = False,
    ) -> rebooking.Outcome:
        """See `services.rebooking.rebook`."""
        return rebooking.rebook(
            self.desk, access, start, key=key, revision=revision, alternatives=alternatives
        )

    def cancel(
        self,
        access: Access,
        *,
        comment: str = "",
        key: RequestKey | None = None,
        revision: int | None = None,
    ) -> cancelling.Outcome:
        """See `services.cancelling.cancel`."""
        return cancelling.cancel(self.desk, access, comment=comment, key=key, revision=revision)

    # Staff

    def recall(self, request: recalling.RecallRequest) -> recalling.Outcome:
        """See `services.recalling.recall`."""
        return recalling.recall(self.desk, request)

    def recall_all(
        self,
        requests: Iterable[recalling.RecallRequest],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[recalling.Row]:
        """See `services.recalling.recall_all`."""
        return recalling.recall_all(self.desk, requests, progress=progress)

    def issue_code(
        self, clinic: ClinicId, appointment: AppointmentId, *, by: str
    ) -> outcomes.CodeIssued:
        """See `services.recalling.issue_code`."""
        return recalling.issue_code(self.desk, clinic, appointment, by=by)

    def staff_book(self, wanted: staff.StaffBooking) -> staff.BookOutcome:
        """See `services.staff.staff_book`."""
        return staff.staff_book(self.desk, wanted)

    def staff_move(self, move: staff.StaffMove) -> staff.MoveOutcome:
        """See `services.staff.staff_move`."""
        return staff.staff_move(self.desk, move)

    def staff_cancel(
        self,
        clinic: ClinicId,
        appointment: AppointmentId,
        *,
        by: str,
        revision: int | None = None,
    ) -> staff.CancelOutcome:
        """See `services.staff.staff_cancel`."""
        return staff.staff_cancel(self.desk, clinic, appointment, by=by, revision=revision)

    def lay_absence(
        self,
        clinic: ClinicId,
        of: ProviderId | ResourceId,
        span: TimeSpan,
        *,
        is_resource: bool = False,
        reason: str = "",
    ) -> outcomes.AbsenceLaid:
        """See `services.absences.lay_absence`."""
        return absences.lay_absence(
            self.desk, clinic, of, span, is_resource=is_resource, reason=reason
        )

    def remove_absence(self, clinic: ClinicId, absence: AbsenceId) -> None:
        """See `services.absences.remove_absence`."""
        absences.remove_absence(self.desk, clinic, absence)

    def confirm_contacts(
        self, clinic: ClinicId, patient: PatientId, *, mobile: bool = False, email: bool = False
    ) -> Patient:
        """See `services.contacts.confirm_contacts`."""
        return contacts.confirm_contacts(self.desk, clinic, patient, mobile=mobile, email=email)

    # Following up

    def deadline_for(self, appointment: Appointment) -> datetime:
        """Return the last moment at which its patient may change an appointment, in UTC (R2b)."""
        clinic = self.clinic(appointment.clinic)
        working_day = self.desk.working_day(clinic)
        return change_limit.deadline_for(appointment, clinic, working_day)

    def still_open(self, appointment: Appointment) -> still_open.StillOpen:
        """See `services.still_open`; of now, by the clinic's present settings."""
        clinic = self.clinic(appointment.clinic)
        return still_open.still_open(self.desk, clinic, appointment, now=self.desk.now())

    def orphans(self, clinic: ClinicId) -> Iterator[Appointment]:
        """See `services.absences.orphans`."""
        return absences.orphans(self.desk, clinic)

    def history(
        self, clinic: ClinicId, appointment: AppointmentId | None = None
    ) -> Iterator[Event]:
        """Yield what happened, to one appointment or in the clinic, in the order it was stored."""
        return self.desk.records.history(clinic, appointment)

    def watch_list(self, clinic: ClinicId) -> Iterator[WatchListEntry]:
        """Yield the entries of our own watch list in the order they came (R28)."""
        return self.desk.records.watch_list(clinic)

    def report(
        self,
        clinic: ClinicId,
        first: date,
        last: date,
        *,
        is_open: Callable[[datetime], bool] | None = None,
    ) -> reporting.Report:
        """See `services.reporting.report`."""
        return reporting.report(self.desk, clinic, first, last, is_open=is_open)

    def verify(self, clinic: ClinicId) -> Iterator[verifying.Broken]:
        """See `services.verifying.verify`."""
        return verifying.verify(self.desk.records, clinic)
