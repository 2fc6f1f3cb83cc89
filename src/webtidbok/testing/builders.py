"""Builders that hide what does not matter: a small clinic, and what can happen there.

Each takes what a test wants to say, and any field of the value by its name. Times are times on
the wall of the test clinic: `an_appointment("first", "09:00", "09:30")` is on `A_MONDAY`.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.changeable import Origin
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.ids import (
    AbsenceId,
    AppointmentId,
    CalendarId,
    ClinicId,
    KindId,
    MessageId,
    PatientId,
    ProviderId,
    RequestKey,
    ResourceId,
    TemplateId,
    TypeId,
    provider_calendar,
    resource_calendar,
)
from webtidbok.model.message import Channel, Message, MessageKind
from webtidbok.model.occupied import Overlap
from webtidbok.model.patient import Contact, Patient, PatientDetails
from webtidbok.model.schedule import BlockKind, DayBlock, Period, Template
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.wall_clock import instant_on, parse_wall_minutes
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.testing.identity_numbers import an_identity_number

THE_CLINIC = ClinicId("test-clinic")
ZONE = ZoneInfo("Europe/Stockholm")
ANNA = ProviderId("anna")
BO = ProviderId("bo")
CHAIR_1 = ResourceId("chair-1")
CHAIR_2 = ResourceId("chair-2")
VISITS = KindId("visits")
CHECK_UP = TypeId("check-up")
FILLING = TypeId("filling")

ANNAS = provider_calendar(ANNA)
BOS = provider_calendar(BO)
CHAIR_1S = resource_calendar(CHAIR_1)
CHAIR_2S = resource_calendar(CHAIR_2)
ALL_CALENDARS = (ANNAS, BOS, CHAIR_1S, CHAIR_2S)

#: The day on which things happen unless a test says otherwise.
A_MONDAY = date(2026, 12, 7)


def at(clock: str, day: date = A_MONDAY) -> datetime:
    """Return the instant at which the test clinic's clocks show `clock` (HH:MM) on `day`."""
    return instant_on(day, parse_wall_minutes(clock), ZONE)


def between(start: str, until: str, day: date = A_MONDAY) -> TimeSpan:
    """Return the span between two times on the test clinic's wall."""
    return TimeSpan(at(start, day), at(until, day))


#: The present unless a test says otherwise: a week before `A_MONDAY`.
NOW = at("08:00", date(2026, 11, 30))


def a_block(start: str = "08:00", until: str = "17:00", **changes: Any) -> DayBlock:
    """Return a block of web-bookable time."""
    block = DayBlock(start=parse_wall_minutes(start), until=parse_wall_minutes(until), kind=VISITS)
    return attrs.evolve(block, **changes)


def a_week(*blocks: DayBlock) -> tuple[tuple[DayBlock, ...], ...]:
    """Return a template's week with the same blocks from Monday to Friday."""
    return (*(blocks for _ in range(5)), (), ())


def a_template(id: str = "weekdays", *blocks: DayBlock) -> Template:  # noqa: A002 - the domain's word
    """Return a cycle of one week: `blocks` from Monday to Friday, else 8-12 and 13-17."""
    default = (a_block("08:00", "12:00"), a_block("13:00", "17:00"))
    return Template(id=TemplateId(id), weeks=(a_week(*(blocks or default)),))


def a_period(provider: ProviderId = ANNA, template: str = "weekdays", **changes: Any) -> Period:
    """Return a template applied to a provider for 2026 and 2027."""
    period = Period(
        provider=provider,
        template=TemplateId(template),
        anchor=date(2026, 1, 5),
        first=date(2026, 1, 1),
        last=date(2027, 12, 31),
    )
    return attrs.evolve(period, **changes)


def a_type(id: str = CHECK_UP, **changes: Any) -> BookableType:  # noqa: A002 - the domain's word
    """Return a visit of 30 minutes with Anna or Bo, every half hour, without resources."""
    check_up = BookableType(
        id=TypeId(id),
        name=id.capitalize(),
        duration_minutes=30,
        interval_minutes=30,
        providers=(ANNA, BO),
    )
    return attrs.evolve(check_up, **changes)


def a_web_booking(**changes: Any) -> WebBooking:
    """Return settings with all three functions on and no limits but a horizon of a year."""
    settings = WebBooking(new_bookings=True, rebookings=True, cancellations=True, horizon_months=12)
    return attrs.evolve(settings, **changes)


def a_clinic(id: str = THE_CLINIC, **changes: Any) -> Clinic:  # noqa: A002 - the domain's word
    """Return the test clinic: Anna and Bo, two chairs, web-bookable weekdays, two types.

    A check-up takes 30 minutes and no chair; a filling 45 minutes, every quarter, in a chair.
    """
    clinic = Clinic(
        id=ClinicId(id),
        name="The test clinic",
        time_zone=ZONE,
        phone="+4681234567",
        web_booking=a_web_booking(),
        block_kinds=(BlockKind(id=VISITS, name="Visits", web_bookable=True),),
        providers=(Provider(id=ANNA, name="Anna"), Provider(id=BO, name="Bo")),
        resources=(Resource(id=CHAIR_1, name="Chair 1"), Resource(id=CHAIR_2, name="Chair 2")),
        templates=(a_template(),),
        periods=(a_period(ANNA), a_period(BO)),
        types=(
            a_type(),
            a_type(
                FILLING,
                duration_minutes=45,
                interval_minutes=15,
                resources=(CHAIR_1, CHAIR_2),
            ),
        ),
    )
    return attrs.evolve(clinic, **changes)


def a_mobile(place: int = 5) -> MobileNumber:
    """Return one of the numbers kept for fiction: 070-174 06 05 to 99, so 5 to 99."""
    return MobileNumber(f"+467017406{place:02}")


def some_details(place: int = 1, **changes: Any) -> PatientDetails:
    """Return what the patient in this place types; each place, 1 to 94, is another person."""
    details = PatientDetails(
        identity_number=an_identity_number(place),
        first_name=f"Test{place}",
        last_name="Testsson",
        mobile=a_mobile(place + 5),
    )
    return attrs.evolve(details, **changes)


def a_patient(id: str = "p1", place: int = 1, **changes: Any) -> Patient:  # noqa: A002
    """Return a patient; each place, 1 to 300, is another person."""
    patient = Patient(
        id=PatientId(id),
        identity_number=an_identity_number(place),
        first_name=f"Test{place}",
        last_name="Testsson",
    )
    return attrs.evolve(patient, **changes)


def a_contact(**changes: Any) -> Contact:
    """Return a contact with a mobile and an e-mail, both channels ticked."""
    contact = Contact(
        mobile=a_mobile(),
        email=EmailAddress("test@example.com"),
        accepts_sms=True,
        accepts_email=True,
    )
    return attrs.evolve(contact, **changes)


def a_placement(start: str = "09:00", until: str = "09:30", **changes: Any) -> Placement:
    """Return where a visit is: with Anna, in no chair. `day` is A_MONDAY unless given."""
    span = between(start, until, changes.pop("day", A_MONDAY))
    return attrs.evolve(Placement(provider=ANNA, resource=None, span=span), **changes)


def _split(changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is said of the placement and what is said of the rest."""
    placed = ("day", "provider", "resource", "span")
    inside = {name: changes[name] for name in placed if name in changes}
    return inside, {name: changes[name] for name in changes if name not in inside}


def an_appointment(
    id: str = "a1",  # noqa: A002 - the domain's word
    start: str = "09:00",
    until: str = "09:30",
    **changes: Any,
) -> Appointment:
    """Return an exclusive one that a patient booked on the web, with Anna and in no chair.

    Fields of its placement, and its `day`, can be given as its own.
    """
    inside, rest = _split(changes)
    appointment = Appointment(
        id=AppointmentId(id),
        clinic=THE_CLINIC,
        placement=a_placement(start, until, **inside),
        origin=Origin.WEB,
        type=CHECK_UP,
        chosen_by_patient=True,
        exclusive=True,
    )
    return attrs.evolve(appointment, **rest)


def staffs(
    id: str = "s1",  # noqa: A002 - the domain's word
    start: str = "09:00",
    until: str = "09:30",
    **changes: Any,
) -> Appointment:
    """Return an appointment that staff made: not exclusive."""
    of_staff = {"origin": Origin.STAFF, "chosen_by_patient": False, "exclusive": False}
    return an_appointment(id, start, until, **(of_staff | changes))


def a_hold(
    id: str = "h1",  # noqa: A002 - the domain's word
    start: str = "09:00",
    until: str = "09:30",
    **changes: Any,
) -> Hold:
    """Return a hold made at `NOW` for ten minutes, with Anna and in no chair."""
    inside, rest = _split(changes)
    hold = Hold(
        id=HoldId(id),
        clinic=THE_CLINIC,
        type=CHECK_UP,
        placement=a_placement(start, until, **inside),
        made_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
    )
    return attrs.evolve(hold, **rest)


def an_absence(
    id: str = "away",  # noqa: A002 - the domain's word
    start: str = "09:00",
    until: str = "09:30",
    *,
    calendar: CalendarId = ANNAS,
    day: date = A_MONDAY,
    **changes: Any,
) -> Absence:
    """Return an absence of Anna's."""
    absence = Absence(
        id=AbsenceId(id), clinic=THE_CLINIC, calendar=calendar, span=between(start, until, day)
    )
    return attrs.evolve(absence, **changes)


def an_overlap(patients: str = "a1", staffs: str = "s1", **changes: Any) -> Overlap:
    """Return the record of staff's appointment laid over a patient's."""
    overlap = Overlap(
        patients=AppointmentId(patients),
        staffs=AppointmentId(staffs),
        by="reception",
        reason="in pain",
        at=NOW,
    )
    return attrs.evolve(overlap, **changes)


def an_event(key: str = "k1", appointment: str | None = None, **changes: Any) -> Event:
    """Return the event of a booking on the web, at `NOW`."""
    event = Event(
        key=RequestKey(key),
        clinic=THE_CLINIC,
        appointment=None if appointment is None else AppointmentId(appointment),
        what=Happening.BOOKED,
        at=NOW,
        way=WayIn.WEB,
    )
    return attrs.evolve(event, **changes)


def a_message(id: str = "m1", appointment: str = "a1", **changes: Any) -> Message:  # noqa: A002
    """Return an unsent confirmation by SMS with a link."""
    message = Message(
        id=MessageId(id),
        clinic=THE_CLINIC,
        appointment=AppointmentId(appointment),
        kind=MessageKind.CONFIRMATION,
        channel=Channel.SMS,
        address=a_mobile().e164,
        language="sv",
        placement=a_placement(),
        token=f"token-of-{id}",
        sequence=1,
        written_at=NOW,
    )
    return attrs.evolve(message, **changes)


def a_watch_list_entry(appointment: str = "a1", **changes: Any) -> WatchListEntry:
    """Return the entry of a patient who cancelled, without a comment."""
    entry = WatchListEntry(
        clinic=THE_CLINIC, appointment=AppointmentId(appointment), patient=None, at=NOW
    )
    return attrs.evolve(entry, **changes)
