"""Mails, composed and read back as a receiver's program reads them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import attrs
from icalendar import Calendar, Event

from tests.adapters.texts.tellings import telling
from webtidbok.adapters.texts.telling import Telling
from webtidbok.model.contact import EmailAddress
from webtidbok.model.message import Channel, MessageKind

SENDER = EmailAddress("boka@tid.example.com")


def mail_telling(kind: MessageKind = MessageKind.CONFIRMATION, **changes: Any) -> Telling:
    """Return a message by e-mail, to test@example.com unless said otherwise."""
    by_mail: dict[str, Any] = {"channel": Channel.EMAIL, "address": "test@example.com"}
    return telling(kind, **(by_mail | changes))


@attrs.frozen
class ReadMail:
    """A mail as it came, and its three forms."""

    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        read = message_from_bytes(self.raw, policy=default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    def form(self, media_type: str) -> EmailMessage:
        (found,) = (each for each in self.mail.walk() if each.get_content_type() == media_type)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        return str(self.form("text/plain").get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        return str(self.form("text/html").get_content()).replace("\r\n", "\n")

    @property
    def calendar(self) -> Calendar:
        read = Calendar.from_ical(self.form("text/calendar").get_content())
        assert isinstance(read, Calendar)
        return read

    @property
    def event(self) -> Event:
        (found,) = self.calendar.events
        return found
