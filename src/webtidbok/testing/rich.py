"""Values with every field set to something, so that no store forgets one."""

from datetime import date, timedelta

import attrs

from webtidbok.model.age import Ages
from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic
from webtidbok.model.contact import EmailAddress
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.ids import KindId, PatientId
from webtidbok.model.message import Channel, Message, MessageKind
from webtidbok.model.patient import Patient
from webtidbok.model.schedule import BlockKind, DayOverride, Template
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHAIR_1,
    CHAIR_2,
    CHECK_UP,
    FILLING,
    NOW,
    VISITS,
    a_block,
    a_clinic,
    a_contact,
    a_message,
    a_mobile,
    a_patient,
    a_period,
    a_placement,
    a_template,
    a_type,
    a_web_booking,
    a_week,
    an_appointment,
    an_event,
    at,
)

URGENT = KindId("urgent")


def a_rich_clinic(id: str = "rich-clinic") -> Clinic:  # noqa: A002 - the domain's word
    """Return a clinic that uses every setting."""
    empty_week = a_week()
    fortnight = Template(
        id=a_template("fortnight").id,
        weeks=(a_week(a_block("08:00", "12:00", resource=CHAIR_1)), empty_week),
    )
    return a_clinic(
        id,
        name="Åsnens tandvård & mun",
        email="post@example.com",
        address="Storgatan 1, 123 45 Ön",
        languages=("sv", "en"),
        web_booking=a_web_booking(
            cancellations=False,
            change_limit=WorkingDaysBefore(2, by=12 * 60),
            minimum_notice=timedelta(hours=3),
            max_rebookings=2,
            max_open_bookings=1,
            hold_time=timedelta(minutes=7),
            changeable=Changeable({Origin.WEB: frozenset({Action.REBOOK})}),
            frame_ancestors=("https://example.com",),
        ),
        block_kinds=(
            *a_clinic().block_kinds,
            BlockKind(id=URGENT, name="Akut", web_bookable=True, exclusive=True),
        ),
        templates=(a_template(), fortnight),
        periods=(a_period(ANNA), a_period(BO, "fortnight", last=date(2026, 12, 31))),
        day_overrides=(
            DayOverride(
                provider=ANNA,
                day=A_MONDAY,
                blocks=(a_block("18:00", "24:00", kind=URGENT, resource=CHAIR_2),),
            ),
            DayOverride(provider=BO, day=A_MONDAY, blocks=()),
        ),
        closed_days=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
        types=(_a_rich_type(), a_type(FILLING, change_limit=HoursBefore(5))),
    )


def _a_rich_type() -> BookableType:
    return a_type(
        CHECK_UP,
        name="Undersökning",
        treatment="101",
        before_minutes=5,
        after_minutes=10,
        providers=(BO, ANNA),
        resources=(CHAIR_2, CHAIR_1),
        block_filter=frozenset({VISITS, URGENT}),
        ages=Ages.ADULTS,
        age_from=24,
        age_to=99,
        patients=Patients.EXISTING,
        offered_for_new_bookings=False,
        bookable_from=date(2026, 12, 1),
        bookable_until=date(2027, 5, 31),
        minimum_notice=timedelta(minutes=90),
        change_limit=DaysBefore(1, by=18 * 60),
        changeable=Changeable({Origin.STAFF: frozenset({Action.CANCEL})}),
        public_label="Besök",
        price_text="från 1 000 kr",
        description="Ett besök – med åäö och “citat”.",
        order=3,
    )


def a_rich_patient(id: str = "p-rich", place: int = 200) -> Patient:  # noqa: A002
    """Return a patient of whom everything is known."""
    return a_patient(
        id,
        place,
        first_name="Åsa-Märta",
        last_name="O'Test von 测试",
        mobile=a_mobile(42),
        email=EmailAddress("asa+test@example.com"),
        mobile_verified=False,
        email_verified=False,
        accepts_sms=True,
        accepts_email=True,
    )


def a_rich_appointment(id: str = "a-rich", **changes: object) -> Appointment:  # noqa: A002
    """Return an appointment of which everything is known, cancelled at last."""
    appointment = an_appointment(
        id,
        "14:00",
        "14:45",
        provider=BO,
        resource=CHAIR_2,
        before_minutes=5,
        after_minutes=10,
        origin=Origin.RECALL,
        type=FILLING,
        patient=PatientId("p-rich"),
        treatment="302",
        note="Ring först; “nål”.",
        booking_text="Hej!\nDet ilar i 3:an, höger.",
        contact=a_contact(),
        first_name="Åsa",
        differs_from_register=True,
        language="en",
        rebookings=2,
        revision=7,
        cancelled_at=NOW + timedelta(seconds=3),
    )
    return attrs.evolve(appointment, **changes)  # type: ignore[arg-type] # checked by attrs


def a_rich_event(key: str = "k-rich", appointment: str = "a-rich") -> Event:
    """Return an event of which everything is known."""
    return an_event(
        key,
        appointment,
        fingerprint="0f" * 32,
        revision=7,
        what=Happening.REBOOKED,
        at=at("13:37") + timedelta(seconds=59),
        way=WayIn.LINK,
        by="reception",
        type=FILLING,
        origin=Origin.RECALL,
        before=a_placement("09:00", "09:45"),
        after=a_placement("14:00", "14:45", provider=BO, resource=CHAIR_2),
        facts={"reason": "too-late-to-change", "flag": "ja, åäö"},
    )


def a_rich_message(id: str = "m-rich", appointment: str = "a-rich") -> Message:  # noqa: A002
    """Return a message of which everything is known."""
    return a_message(
        id,
        appointment,
        kind=MessageKind.WATCH,
        channel=Channel.WATCH_LIST,
        language="en",
        placement=a_placement("14:00", "14:45", provider=BO, resource=CHAIR_2),
        sequence=7,
        comment="Sjuk.\nTyvärr!",
        written_at=NOW + timedelta(seconds=1),
    )
