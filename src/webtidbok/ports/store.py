"""Where the appointments of an installation are kept, and the one door for changing them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    CalendarId,
    ClinicId,
    PatientId,
    RequestKey,
)
from webtidbok.model.instants import instant, minute_after, minute_of
from webtidbok.model.message import Message
from webtidbok.model.occupied import Occupied, Overlap
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


@attrs.frozen(kw_only=True)
class StoredClinic:
    """A clinic as the store has it.

    Attributes:
        version: Rises with every change of the settings; what was worked out from the settings
            holds as long as it is the same.
    """

    clinic: Clinic
    version: int


@attrs.frozen(kw_only=True)
class Scope:
    """What a change may look at and touch. What is left out is not read.

    Attributes:
        now: The present, once for the whole use case; tells live holds from expired ones.
        calendars, span: Occupied time and absences are read for these calendars within `span`.
        appointment: The one to be changed; its overlaps, and the appointments that it overlaps
            knowingly, are read with it.
        holders: Read the appointments behind the occupied time too (staff's changes).
        identity_number, patient: The patient, by number or by id; at most one of them.
        request: The key of the request, to find what it did the first time.
        hold: The caller's hold, if it has one.
        absence: The absence to be changed.
    """

    clinic: ClinicId
    now: datetime = attrs.field(converter=instant)
    calendars: tuple[CalendarId, ...] = ()
    span: TimeSpan | None = None
    appointment: AppointmentId | None = None
    holders: bool = False
    identity_number: PersonalIdentityNumber | None = attrs.field(default=None, repr=False)
    patient: PatientId | None = None
    request: RequestKey | None = None
    hold: HoldId | None = None
    absence: AbsenceId | None = None


@attrs.frozen(kw_only=True)
class State:
    """What the store read for a scope, all at one moment.

    Attributes:
        clinic: None when there is no such clinic.
        occupied: By calendar, then by end; expired holds too, so that who wants their time can
            drop them. One row for each stretch, whole, though it reaches outside the span.
        absences: In the scope's calendars and span, and the scope's own; by start.
        appointments: The scope's own, those it overlaps knowingly, and with `holders` those
            behind `occupied`; by id.
        overlaps: All that the scope's own appointment takes part in, and all of the
            appointments that these name; with `holders` those of `appointments` as well. In no
            order of their own.
        patient: None when unknown.
        open_bookings: Of that patient: origin WEB, not cancelled, start after now, this clinic.
        hold: The scope's own; also when it has expired.
        earlier: What the same request did before (R22); its appointment is among the others.
    """

    clinic: StoredClinic | None
    occupied: tuple[Occupied, ...] = ()
    absences: tuple[Absence, ...] = ()
    appointments: Mapping[AppointmentId, Appointment] = attrs.field(factory=dict)
    overlaps: tuple[Overlap, ...] = ()
    patient: Patient | None = None
    open_bookings: int = 0
    hold: Hold | None = None
    earlier: Event | None = None


@attrs.frozen
class Link:
    """A way in to an appointment: the hash of a token (R29a)."""

    token_hash: str
    appointment: AppointmentId


@attrs.frozen
class Code:
    """A way in to an appointment for whoever knows the identity number (R29b).

    An appointment has at most one; a new one ends the old.
    """

    code_hash: str
    appointment: AppointmentId


@attrs.frozen(kw_only=True)
class Change(Generic[A_co]):
    """All that one use case writes, as one value.

    What an appointment or a hold occupies follows from it (`model.occupied.occupied_by`) and is
    replaced with it.

    Attributes:
        answer: What the use case answers once this is stored.
        clinic: New settings, or a new clinic.
        patients, appointments, holds, absences: As they are from now on, new or changed.
        dropped_holds, dropped_absences, dropped_overlaps: Gone from now on.
        void_messages_of: Their unsent messages are void from now on, before `messages` come.
    """

    answer: A_co
    clinic: Clinic | None = None
    patients: tuple[Patient, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    holds: tuple[Hold, ...] = ()
    dropped_holds: tuple[HoldId, ...] = ()
    absences: tuple[Absence, ...] = ()
    dropped_absences: tuple[AbsenceId, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    dropped_overlaps: tuple[Overlap, ...] = ()
    links: tuple[Link, ...] = ()
    codes: tuple[Code, ...] = ()
    events: tuple[Event, ...] = ()
    void_messages_of: tuple[AppointmentId, ...] = ()
    messages: tuple[Message, ...] = ()
    watch_list: tuple[WatchListEntry, ...] = ()


class BusyTime(NamedTuple):
    """When one calendar is busy, as two columns: a pair for each row would cost more than it says.

    Attributes:
        starts, ends: Of each stretch, in minutes since 1970-01-01T00:00Z, rounded outwards; by
            end. Stretches may overlap, reach outside the span that was asked about, and one
            absence or appointment may come in pieces.
        until: When the first of the holds among them expires; None where there is none.
    """

    calendar: CalendarId
    starts: Sequence[int]
    ends: Sequence[int]
    until: datetime | None = None


@attrs.frozen(kw_only=True)
class Standing:
    """A clinic's settings and the versions of its calendars, all at one moment.

    Attributes:
        versions: Each rises with every change of what is occupied in the calendar, held or
            absent; expiry is none. A calendar that was never touched may be left out.
    """

    stored: StoredClinic
    versions: Mapping[CalendarId, int]


def columns_of(spans: Iterable[TimeSpan]) -> tuple[list[int], list[int]]:
    """Return the starts and the ends of stretches of one calendar as `BusyTime` has them."""
    by_end = sorted(spans, key=lambda span: span.end)
    return (
        [minute_of(span.start) for span in by_end],
        [minute_after(span.end) for span in by_end],
    )


class Store(Protocol):
    """Where the appointments of an installation are kept.

    Every adapter promises, and `webtidbok.testing` checks, that a change is stored whole or not
    at all, and that what `decide` saw still holds when its change is stored, also when two
    processes come at once. No method reaches another clinic's rows, the two look-ups apart.
    An id that no database can keep, as one with NUL in it, is of nothing that is there.
    Any method may raise `StoreUnavailable`.
    """

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        """Store what `decide` answers for the state of `scope`, and return the answer.

        `decide` is pure and may be called again on newer state. Whatever is not a `Change` is
        returned as it is and nothing is stored.

        Raises:
            OverlapsExclusive: the change lays a time over an exclusive one; nothing is stored.
                Our mistake, or a writer that went round us.
            UnknownClinic: the change is for a clinic that is not there and does not come with it.
            ValueError: the change cannot be, and nothing is stored: it holds a row of another
                clinic than the scope's, or uses a request key, a link or a patient's number that
                is in use. A store that meets the latter as a key of its database may raise
                `StoreUnavailable` instead.
            StoreUnavailable: no answer came; the change may or may not be stored.
        """

    def clinic(self, clinic: ClinicId) -> StoredClinic:
        """Return a clinic.

        Raises:
            UnknownClinic: there is no such clinic.
        """

    def last_known(self, clinic: ClinicId) -> StoredClinic:
        """Return a clinic as this store knew it last; what stands now may be newer.

        Enough to work out what to ask of `transact`, whose state tells what stands. A store that
        has to look for its clinics need not do so for one that it has seen before.

        Raises:
            UnknownClinic: there is no such clinic.
        """
        return self.clinic(clinic)

    def standing(self, clinic: ClinicId) -> Standing | None:  # noqa: ARG002 - see below
        """Return how a clinic stands, so that what was read before can be used again.

        As long as the settings are the same object and a calendar has the same version, `busy`
        yields the same for it, but for holds that expire. The same versions may come as the
        same mapping, which tells sooner that nothing has changed.

        None where that cannot be promised: in a transaction that may see what is never stored,
        and by a store that counts no versions, which need not have this method.

        Raises:
            UnknownClinic: there is no such clinic.
        """
        return None

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        """Yield when calendars are busy within `span`: occupied, held or absent.

        One query, whatever the number of calendars, and one moment. Expired holds do not count,
        nor what the holders in `besides` take. A calendar that is not busy is left out; the
        others come one at a time, in the order of their ids as text.
        """

    def hold(self, clinic: ClinicId, hold: HoldId) -> Hold | None:
        """Return a hold, also when it has expired but nobody has dropped it; or None."""

    def find_by_link(self, token_hash: str) -> Appointment | None:
        """Return the appointment, of whatever clinic, that a link leads to; or None (R29a)."""

    def find_by_code(
        self, identity_number: PersonalIdentityNumber, code_hashes: Sequence[str]
    ) -> Appointment | None:
        """Return the appointment, of whatever clinic, of that patient with one of these codes.

        Asks the same of the store whether or not the number is known (R29b).
        """

    def find_with_code(
        self, clinic: ClinicId, appointment: AppointmentId, code_hashes: Sequence[str]
    ) -> Appointment | None:
        """Return an appointment while its code is one of these; or None (R29b).

        One query: the pages of a visit ask this each time, for whoever has shown a card.
        """
