"""A visit as an iCalendar file (RFC 5545): for a mail, and to be taken home from a page.

A visit has one UID for its life, and a SEQUENCE that rises with every change, so that a calendar
which has it moves it, or takes it away, instead of showing it twice. Nothing in the file tells
what the visit is for, or leads to it: calendars are shared.
"""

import hashlib
from datetime import datetime
from gettext import NullTranslations

from icalendar import CLASS, STATUS, TRANSP, Calendar, Event, vCalAddress

from webtidbok.adapters.texts.catalogues import translatable
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.contact import EmailAddress
from webtidbok.model.message import MessageKind
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.messenger import Outgoing

MEDIA_TYPE = "text/calendar"

_PRODUCT = "-//webtidbok//webtidbok//EN"

_SUMMARY = translatable("Visit to %(clinic)s")
_DESCRIPTION = translatable("If something comes up, call us on %(phone)s.")


def visit_file(
    appointment: Appointment, clinic: Clinic, words: NullTranslations, *, now: datetime
) -> bytes:
    """Return the visit for a calendar of whoever asks, as it is at `now` (METHOD:PUBLISH)."""
    event = _event(
        appointment, clinic, words, span=appointment.span, sequence=appointment.revision, at=now
    )
    event.status = STATUS.CANCELLED if appointment.is_cancelled else STATUS.CONFIRMED
    return _calendar("PUBLISH", event)


def message_file(outgoing: Outgoing, words: NullTranslations, *, sender: EmailAddress) -> bytes:
    """Return what a message tells, for the calendar of its receiver (RFC 5546).

    METHOD is REQUEST, or CANCEL for a visit that is cancelled. No answer is asked for: the visit
    is booked.

    Args:
        sender: The address that the mail comes from; calendars tell by it whose visit it is.
    """
    message = outgoing.message
    event = _event(
        outgoing.appointment,
        outgoing.clinic,
        words,
        span=message.placement.span,
        sequence=message.sequence,
        at=message.written_at,
    )
    event.organizer = vCalAddress.new(sender.address, cn=outgoing.clinic.name)
    event.attendees = [
        vCalAddress.new(message.address, partstat="ACCEPTED", role="REQ-PARTICIPANT", rsvp=False)
    ]
    is_cancelled = message.kind is MessageKind.CANCELLED
    event.status = STATUS.CANCELLED if is_cancelled else STATUS.CONFIRMED
    return _calendar(method_of(outgoing), event)


def method_of(outgoing: Outgoing) -> str:
    """Return the METHOD of a message's file, which its media type names too."""
    return "CANCEL" if outgoing.message.kind is MessageKind.CANCELLED else "REQUEST"


def _event(
    appointment: Appointment,
    clinic: Clinic,
    words: NullTranslations,
    *,
    span: TimeSpan,
    sequence: int,
    at: datetime,
) -> Event:
    """Return what all files of a visit have in common; times are in UTC, which needs no rules."""
    return Event.new(
        uid=_uid(appointment),
        sequence=sequence,
        stamp=at,
        start=span.start,
        end=span.end,
        summary=words.gettext(_SUMMARY) % {"clinic": clinic.name},
        description=words.gettext(_DESCRIPTION) % {"phone": clinic.phone},
        location=", ".join(filter(None, (clinic.name, clinic.address))),
        classification=CLASS.PRIVATE,
        transparency=TRANSP.OPAQUE,
    )


def _uid(appointment: Appointment) -> str:
    """Return a name that no other visit has, here or elsewhere, and that tells nothing."""
    name = f"{appointment.clinic}\0{appointment.id}".encode()
    return f"{hashlib.sha256(name).hexdigest()[:32]}@webtidbok"


def _calendar(method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file
