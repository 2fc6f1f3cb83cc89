"""The phones and the mailboxes of all patients: what was sent to them is kept here."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from threading import Lock
from typing import Literal

import attrs

from webtidbok.adapters.mail.composing import composed
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.adapters.texts.sms_text import sms_text
from webtidbok.adapters.texts.telling import Teller, Telling
from webtidbok.model.addresses import Addresses
from webtidbok.model.contact import EmailAddress
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger, Outgoing

#: Where the mail comes from.
_SENDER = EmailAddress("boka@example.com")


@attrs.frozen(kw_only=True)
class Letter:
    """Something that reached a patient.

    Attributes:
        to: A telephone number, an e-mail address or, on paper, a name.
        html: The letter as a page, if it has that form too.
    """

    channel: Channel
    to: str
    at: datetime
    subject: str = ""
    text: str
    html: str = ""


class Mailbox:
    """Keeps letters for as long as the demonstration runs. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._letters: dict[str, Letter] = {}

    def put(self, key: str, letter: Letter) -> None:
        """Keep a letter; one that comes again is dropped."""
        with self._lock:
            self._letters.setdefault(key, letter)

    def card(self) -> Letter | None:
        """Return a recall card, if anybody got one."""
        cards = (each for each in self.letters().values() if each.channel is Channel.CARD)
        return next(cards, None)

    def letters(self) -> Mapping[str, Letter]:
        """Return all letters by their keys, the newest first."""
        with self._lock:
            newest_first = sorted(self._letters.items(), key=lambda pair: pair[1].at, reverse=True)
        return dict(newest_first)


class Keeping(Messenger):
    """Puts each message into a mailbox, in the words that SMS and mail have.

    Args:
        addresses: Where the links in them lead.
    """

    def __init__(self, mailbox: Mailbox, addresses: Addresses) -> None:
        self._mailbox = mailbox
        self._teller = Teller(catalogues=message_catalogues(), addresses=addresses)

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        telling = self._teller.telling(outgoing)
        is_mail = outgoing.message.channel is Channel.EMAIL
        self._mailbox.put(outgoing.repeat_key, _mail(telling) if is_mail else _sms(telling))


def _sms(telling: Telling) -> Letter:
    message = telling.outgoing.message
    return Letter(
        channel=message.channel,
        to=message.address,
        at=message.written_at,
        text=sms_text(telling),
    )


def _mail(telling: Telling) -> Letter:
    message, mail = telling.outgoing.message, composed(telling, sender=_SENDER)
    return Letter(
        channel=message.channel,
        to=message.address,
        at=message.written_at,
        subject=str(mail["Subject"]),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: Literal["plain", "html"]) -> str:
    part = mail.get_body((kind,))
    assert part is not None, "every mail has both"
    return str(part.get_content())
