"""Rows and the values that they stand for, both ways. Keys of a row are names of columns."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.changeable import Origin
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.hold import Hold
from webtidbok.model.message import Channel, Message, MessageKind, MessageState
from webtidbok.model.occupied import Overlap
from webtidbok.model.patient import Contact
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry

_ENCODER = json.JSONEncoder(ensure_ascii=False)

#: A row to be written.
Row = dict[str, object]

#: A row that was read. What a column holds is known to the database, not to the type checker.
Read = Mapping[Any, Any]


def appointment_row(appointment: Appointment) -> Row:
    """Return the row of an appointment."""
    return {
        "clinic": appointment.clinic,
        "id": appointment.id,
        **placement_row(appointment.placement),
        "before_minutes": appointment.before_minutes,
        "after_minutes": appointment.after_minutes,
        "origin": appointment.origin.value,
        "type": appointment.type,
        "patient": appointment.patient,
        "treatment": appointment.treatment,
        "note": appointment.note,
        "booking_text": appointment.booking_text,
        **contact_row(appointment.contact),
        "first_name": appointment.first_name,
        "differs_from_register": appointment.differs_from_register,
        "language": appointment.language,
        "chosen_by_patient": appointment.chosen_by_patient,
        "exclusive": appointment.exclusive,
        "rebookings": appointment.rebookings,
        "revision": appointment.revision,
        "cancelled_at": appointment.cancelled_at,
    }


def appointment_of(row: Read) -> Appointment:
    """Return the appointment of a row."""
    return Appointment(
        id=row["id"],
        clinic=row["clinic"],
        placement=placement_of(row),
        before_minutes=row["before_minutes"],
        after_minutes=row["after_minutes"],
        origin=Origin(row["origin"]),
        type=row["type"],
        patient=row["patient"],
        treatment=row["treatment"],
        note=row["note"],
        booking_text=row["booking_text"],
        contact=contact_of(row),
        first_name=row["first_name"],
        differs_from_register=row["differs_from_register"],
        language=row["language"],
        chosen_by_patient=row["chosen_by_patient"],
        exclusive=row["exclusive"],
        rebookings=row["rebookings"],
        revision=row["revision"],
        cancelled_at=row["cancelled_at"],
    )


def hold_row(hold: Hold) -> Row:
    """Return the row of a hold."""
    return {
        "clinic": hold.clinic,
        "id": hold.id,
        "type": hold.type,
        **placement_row(hold.placement),
        "before_minutes": hold.before_minutes,
        "after_minutes": hold.after_minutes,
        "made_at": hold.made_at,
        "expires_at": hold.expires_at,
    }


def hold_of(row: Read) -> Hold:
    """Return the hold of a row."""
    return Hold(
        id=row["id"],
        clinic=row["clinic"],
        type=row["type"],
        placement=placement_of(row),
        before_minutes=row["before_minutes"],
        after_minutes=row["after_minutes"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
    )


def absence_row(absence: Absence) -> Row:
    """Return the row of an absence."""
    return {
        "clinic": absence.clinic,
        "id": absence.id,
        "calendar": absence.calendar,
        "starts": absence.span.start,
        "ends": absence.span.end,
        "reason": absence.reason,
    }


def absence_of(row: Read) -> Absence:
    """Return the absence of a row."""
    return Absence(
        id=row["id"],
        clinic=row["clinic"],
        calendar=row["calendar"],
        span=TimeSpan(row["starts"], row["ends"]),
        reason=row["reason"],
    )


def overlap_row(clinic: str, overlap: Overlap) -> Row:
    """Return the row of an overlap."""
    return {
        "clinic": clinic,
        "patients": overlap.patients,
        "staffs": overlap.staffs,
        "by": overlap.by,
        "reason": overlap.reason,
        "at": overlap.at,
    }


def overlap_of(row: Read) -> Overlap:
    """Return the overlap of a row."""
    return Overlap(
        patients=row["patients"],
        staffs=row["staffs"],
        by=row["by"],
        reason=row["reason"],
        at=row["at"],
    )


def event_row(event: Event) -> Row:
    """Return the row of an event; the database numbers it."""
    return {
        "clinic": event.clinic,
        "key": event.key,
        "fingerprint": event.fingerprint,
        "appointment": event.appointment,
        "revision": event.revision,
        "what": event.what.value,
        "at": event.at,
        "way": event.way.value,
        "by": event.by,
        "type": event.type,
        "origin": None if event.origin is None else event.origin.value,
        **placement_row(event.before, "before_"),
        **placement_row(event.after, "after_"),
        "facts": _ENCODER.encode(dict(event.facts)),
    }


def event_of(row: Read) -> Event:
    """Return the event of a row."""
    return Event(
        key=row["key"],
        fingerprint=row["fingerprint"],
        clinic=row["clinic"],
        appointment=row["appointment"],
        revision=row["revision"],
        what=Happening(row["what"]),
        at=row["at"],
        way=WayIn(row["way"]),
        by=row["by"],
        type=row["type"],
        origin=None if row["origin"] is None else Origin(row["origin"]),
        before=optional_placement_of(row, "before_"),
        after=optional_placement_of(row, "after_"),
        facts=json.loads(row["facts"]),
    )


def message_row(message: Message) -> Row:
    """Return the row of a message; the database numbers it."""
    return {
        "clinic": message.clinic,
        "id": message.id,
        "appointment": message.appointment,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "address": message.address,
        "language": message.language,
        **placement_row(message.placement),
        "token": message.token,
        "sequence": message.sequence,
        "comment": message.comment,
        "written_at": message.written_at,
        "state": message.state.value,
    }


def message_of(row: Read) -> Message:
    """Return the message of a row."""
    return Message(
        id=row["id"],
        clinic=row["clinic"],
        appointment=row["appointment"],
        kind=MessageKind(row["kind"]),
        channel=Channel(row["channel"]),
        address=row["address"],
        language=row["language"],
        placement=placement_of(row),
        token=row["token"],
        sequence=row["sequence"],
        comment=row["comment"],
        written_at=row["written_at"],
        state=MessageState(row["state"]),
    )


def watch_list_row(entry: WatchListEntry) -> Row:
    """Return the row of an entry; the database numbers it."""
    return {
        "clinic": entry.clinic,
        "appointment": entry.appointment,
        "patient": entry.patient,
        "at": entry.at,
        "comment": entry.comment,
    }


def watch_list_entry_of(row: Read) -> WatchListEntry:
    """Return the entry of a row."""
    return WatchListEntry(
        clinic=row["clinic"],
        appointment=row["appointment"],
        patient=row["patient"],
        at=row["at"],
        comment=row["comment"],
    )


def placement_row(placement: Placement | None, prefix: str = "") -> Row:
    """Return the columns of a placement, all empty for None."""
    if placement is None:
        return dict.fromkeys(
            f"{prefix}{name}" for name in ("provider", "resource", "starts", "ends")
        )
    return {
        f"{prefix}provider": placement.provider,
        f"{prefix}resource": placement.resource,
        f"{prefix}starts": placement.span.start,
        f"{prefix}ends": placement.span.end,
    }


def placement_of(row: Read, prefix: str = "") -> Placement:
    """Return the placement in a row."""
    starts: datetime = row[f"{prefix}starts"]
    return Placement(
        provider=row[f"{prefix}provider"],
        resource=row[f"{prefix}resource"],
        span=TimeSpan(starts, row[f"{prefix}ends"]),
    )


def optional_placement_of(row: Read, prefix: str) -> Placement | None:
    """Return the placement in a row, None where its columns are empty."""
    return None if row[f"{prefix}provider"] is None else placement_of(row, prefix)


def contact_row(contact: Contact) -> Row:
    """Return the columns of a contact."""
    return {
        **reach_row(contact.mobile, contact.email),
        "accepts_sms": contact.accepts_sms,
        "accepts_email": contact.accepts_email,
    }


def contact_of(row: Read) -> Contact:
    """Return the contact in a row."""
    return Contact(
        mobile=mobile_of(row),
        email=email_of(row),
        accepts_sms=row["accepts_sms"],
        accepts_email=row["accepts_email"],
    )


def reach_row(mobile: MobileNumber | None, email: EmailAddress | None) -> Row:
    """Return the columns of a mobile number and an e-mail address."""
    return {
        "mobile": None if mobile is None else mobile.e164,
        "email": None if email is None else email.address,
    }


def mobile_of(row: Read) -> MobileNumber | None:
    """Return the mobile number in a row."""
    return None if row["mobile"] is None else MobileNumber(row["mobile"])


def email_of(row: Read) -> EmailAddress | None:
    """Return the e-mail address in a row."""
    return None if row["email"] is None else EmailAddress(row["email"])
