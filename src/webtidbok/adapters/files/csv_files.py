"""Patients, appointments and recalls from CSV files (`interfaces.md`, section 2).

Each file is checked whole. Faults name the line, and never what a patient's row holds.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import attrs

from webtidbok.adapters.files.csv_rows import rows_of
from webtidbok.adapters.files.forms import (
    IDENTIFIER,
    MOMENT,
    WRITTEN_MINUTES,
    Form,
    choice,
    instant_of,
    one_of,
    shown,
    some_text,
    text,
)
from webtidbok.adapters.files.reader import Table
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, PatientId, ProviderId, ResourceId, TypeId
from webtidbok.model.instants import MINUTE, instant
from webtidbok.model.message import Channel
from webtidbok.model.patient import Patient
from webtidbok.model.text import MESSAGE_MOST, NAME_MOST
from webtidbok.model.timespan import TimeSpan

PATIENT_COLUMNS = ("patient_id", "identity_number", "first_name", "last_name", "mobile", "email")
APPOINTMENT_COLUMNS = (
    "appointment_id",
    "start_local",
    "minutes",
    "provider",
    "resource",
    "patient_id",
    "origin",
    "treatment",
    "note",
)
RECALL_COLUMNS = ("patient_id", "type", "provider", "start_local", "channel")

_T = TypeVar("_T")

_EMAIL: Form[EmailAddress | None] = Form(lambda value: EmailAddress.parse(str(value)), None)
_A_NUMBER = PersonalIdentityNumber("199201012383")  # nobody's; stands in for a faulty one


@attrs.frozen(kw_only=True)
class RecallRow:
    """One visit that staff set, as a row of a file of recalls.

    Attributes:
        line: Where the row begins in the file, for the result of its row.
        start: The instant that the row's wall time means (R6a).
        channel: SMS, e-mail or card.
    """

    line: int
    patient: PatientId
    type: TypeId
    provider: ProviderId
    start: datetime = attrs.field(converter=instant)
    channel: Channel


def read_patients(path: str | Path, clinic: Clinic, *, on: date) -> tuple[Patient, ...]:
    """Return the patients of a file, in its order.

    Their contacts are staff's own, so they are verified; that patients accept messages is not
    in the file.

    Args:
        path: The file.
        clinic: National mobile numbers are read as of its country (R38).
        on: The reference date for identity numbers: nobody is born after it (R37).

    Raises:
        InvalidInput: with all faults of the file. A repeated `patient_id` or identity number is
            one.
    """
    faults: list[Fault] = []
    ids, people = _Once("patient_id"), _Once("identity_number")

    def patient_in(row: Table) -> Patient:
        id_ = row.required("patient_id", IDENTIFIER)
        number = row.required("identity_number", _identity_number(on))
        ids.note_repeated(row, id_)
        people.note_repeated(row, number)
        return Patient(
            id=PatientId(id_),
            identity_number=number,
            first_name=row.required("first_name", some_text(NAME_MOST)),
            last_name=row.required("last_name", some_text(NAME_MOST)),
            mobile=row.optional("mobile", _mobile_number(clinic.country), None),
            email=row.optional("email", _EMAIL, None),
        )

    rows = rows_of(Path(path), PATIENT_COLUMNS, faults)
    patients = [patient for row in rows if (patient := row.made(patient_in))]
    return _sound(patients, faults)


def read_appointments(
    path: str | Path, clinic: Clinic, *, patients: Collection[PatientId] | None
) -> tuple[Appointment, ...]:
    """Return the appointments of a file, in its order; each occupies exactly its span (R12a).

    Where `treatment` is a type's id, the appointment has that type and its treatment; else it
    has none, and keeps the text. A WEB row is exclusive, for a patient chose its time (R24a).

    Args:
        path: The file.
        clinic: Whose appointments they are.
        patients: Who may be named. None: `patient_id` is the host's own, unchecked, maybe empty.

    Raises:
        InvalidInput: with all faults of the file. A WEB row that overlaps another one, whatever
            its origin, on its provider or its resource, is one; both are named.
    """
    faults: list[Fault] = []
    ids, known = _Once("appointment_id"), _Known.of(clinic)
    named = None if patients is None else one_of(frozenset(patients), "patient")

    def appointment_in(row: Table) -> tuple[Table, Appointment]:
        id_ = row.required("appointment_id", IDENTIFIER)
        ids.note_repeated(row, id_)
        origin = row.required("origin", choice(Origin))
        type_, treatment = _treatment_in(row, clinic)
        return row, Appointment(
            id=AppointmentId(id_),
            clinic=clinic.id,
            placement=_placement_in(row, known),
            origin=origin,
            type=type_,
            patient=_patient_in(row, named),
            treatment=treatment,
            note=row.optional("note", text(MESSAGE_MOST), ""),
            language=clinic.languages[0],
            chosen_by_patient=origin is Origin.WEB,
            exclusive=origin is Origin.WEB,
        )

    rows = rows_of(Path(path), APPOINTMENT_COLUMNS, faults)
    found = [made for row in rows if (made := row.made(appointment_in))]
    _note_overlaps(found)
    return _sound([appointment for _, appointment in found], faults)


def read_recalls(path: str | Path, clinic: Clinic) -> tuple[RecallRow, ...]:
    """Return the recalls of a file, in its order.

    Whether the patients are known, and the times free, is not asked here.

    Raises:
        InvalidInput: with all faults of the file.
    """
    faults: list[Fault] = []
    known = _Known.of(clinic)

    def recall_in(row: Table) -> RecallRow:
        return RecallRow(
            line=row.number,
            patient=PatientId(row.required("patient_id", IDENTIFIER)),
            type=TypeId(row.required("type", known.types)),
            provider=ProviderId(row.required("provider", known.providers)),
            start=instant_of(row.required("start_local", MOMENT), known.zone),
            channel=row.required("channel", choice(Channel, but={Channel.WATCH_LIST})),
        )

    rows = rows_of(Path(path), RECALL_COLUMNS, faults)
    return _sound([recall for row in rows if (recall := row.made(recall_in))], faults)


def _identity_number(on: date) -> Form[PersonalIdentityNumber]:
    return Form(lambda value: PersonalIdentityNumber.parse(str(value), on=on), _A_NUMBER)


def _mobile_number(country: str) -> Form[MobileNumber | None]:
    return Form(lambda value: MobileNumber.parse(str(value), country=country), None)


def _sound(found: Sequence[_T], faults: Sequence[Fault]) -> tuple[_T, ...]:
    if faults:
        raise InvalidInput(faults)
    return tuple(found)


@attrs.frozen
class _Known:
    """What rows may name: the clinic's providers, resources and bookable types."""

    zone: ZoneInfo
    providers: Form[str]
    resources: Form[str]
    types: Form[str]

    @classmethod
    def of(cls, clinic: Clinic) -> "_Known":
        return cls(
            clinic.time_zone,
            one_of({str(provider.id) for provider in clinic.providers}, "provider"),
            one_of({str(resource.id) for resource in clinic.resources}, "resource"),
            one_of({str(bookable.id) for bookable in clinic.types}, "bookable type"),
        )


class _Once:
    """What may stand only once in a column."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._lines: dict[Hashable, int] = {}

    def note_repeated(self, row: Table, value: Hashable) -> None:
        """Note it if a row before has the same value; its line is named, not the value."""
        if row.is_sound(self._column):
            line = self._lines.setdefault(value, row.number)
            if line != row.number:
                row.note(self._column, f"stands on line {line} before")


def _placement_in(row: Table, known: _Known) -> Placement:
    start = instant_of(row.required("start_local", MOMENT), known.zone)
    minutes = row.required("minutes", WRITTEN_MINUTES)
    resource = row.optional("resource", known.resources, None)
    return Placement(
        provider=ProviderId(row.required("provider", known.providers)),
        resource=None if resource is None else ResourceId(resource),
        span=TimeSpan(start, start + minutes * MINUTE),
    )


def _patient_in(row: Table, patients: Form[str] | None) -> PatientId | None:
    if patients is not None:
        return PatientId(row.required("patient_id", patients))
    id_ = row.optional("patient_id", IDENTIFIER, None)
    return None if id_ is None else PatientId(id_)


def _treatment_in(row: Table, clinic: Clinic) -> tuple[TypeId | None, str]:
    """Return the type that the treatment means, if any, and the treatment in words."""
    treatment = row.optional("treatment", text(), "")
    for bookable in clinic.types:
        if bookable.id == treatment:
            return bookable.id, bookable.treatment
    return None, treatment


def _note_overlaps(rows: Sequence[tuple[Table, Appointment]]) -> None:
    """Note each pair of rows that overlap and of which at least one is a patient's (R24)."""
    for one, other in sorted(_overlapping_pairs([appointment for _, appointment in rows])):
        if rows[other][1].origin is not Origin.WEB:  # then it is the other one, else the later
            one, other = other, one  # noqa: PLW2901
        (row, web), (earlier, overlapped) = rows[other], rows[one]
        names = f"{shown(web.id)} (WEB) overlaps {shown(overlapped.id)}"
        row.note("start_local", f"{names} on line {earlier.number}")


def _overlapping_pairs(appointments: Sequence[Appointment]) -> set[tuple[int, int]]:
    """Return the places of each two that share time on a calendar, if one is a patient's."""
    pairs = set()
    for places in _by_calendar(appointments):
        begun: list[int] = []  # not over when the next one begins
        for place in sorted(places, key=lambda place: appointments[place].span):
            taker = appointments[place]
            begun = [other for other in begun if appointments[other].span.end > taker.span.start]
            for other in begun:
                if Origin.WEB in {taker.origin, appointments[other].origin}:
                    pairs.add((min(place, other), max(place, other)))
            begun.append(place)
    return pairs


def _by_calendar(appointments: Sequence[Appointment]) -> Iterable[list[int]]:
    """Return, for each calendar, the places of the appointments that it has."""
    places: dict[CalendarId, list[int]] = {}
    for place, appointment in enumerate(appointments):
        for calendar in appointment.placement.calendars:
            places.setdefault(calendar, []).append(place)
    return places.values()
