"""The phones and the mailboxes of all patients: what was sent to them is kept here."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock

import attrs

from examples.demo.filling import Printed
from examples.demo.weeks import ZONE
from webtidbok import LinkToken
from webtidbok.adapters.texts.formats import Formats
from webtidbok.model.addresses import Addresses
from webtidbok.model.message import Channel
from webtidbok.ports.messenger import Messenger, Outgoing


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

    def put_card(self, printed: Printed, addresses: Addresses) -> None:
        """Keep a recall card as it lies in a patient's hand."""
        visit, code = printed.recalled.appointment, printed.recalled.code
        assert code is not None, "a recall may be moved at this clinic"
        lines = (
            f"Välkommen {Formats('sv', ZONE).moment(visit.span.start)}.",
            f"Boka om på {addresses.card}",
            f"Personnummer: {printed.person.identity_number}",
            f"Kod: {code.printed}",
        )
        letter = Letter(
            channel=Channel.CARD,
            to=f"{printed.person.first_name} {printed.person.last_name}",
            at=printed.at,
            text="\n".join(lines),
        )
        self.put(visit.id, letter)

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
    """Puts each message into a mailbox."""

    def __init__(self, mailbox: Mailbox, addresses: Addresses) -> None:
        self._mailbox = mailbox
        self._addresses = addresses

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        message = outgoing.message
        link = self._addresses.visit(LinkToken(message.token)) if message.token else ""
        letter = Letter(
            channel=message.channel,
            to=message.address,
            at=message.written_at,
            subject=message.kind.value,
            text=f"{message.kind.value} {message.placement.span.start} {link}",
        )
        self._mailbox.put(outgoing.repeat_key, letter)
