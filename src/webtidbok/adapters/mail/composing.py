"""From a letter to a mail: its headers, its text in two forms, and the visit for a calendar.

What stands in a header is ours, the clinic's, or an address of a strict form: never what a patient
typed. Python's own check lets an encoded line break through (`=?UTF-8?Q?=0A?=`), and with it a
header of the sender's choice, so none of our texts may hold the beginning of an encoded word.
"""

import hashlib
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from webtidbok.adapters.mail.layout import html, plain
from webtidbok.adapters.texts.calendar_file import message_file, method_of
from webtidbok.adapters.texts.letter import letter_of
from webtidbok.adapters.texts.telling import Telling
from webtidbok.model.contact import EmailAddress

#: ASCII to the last byte, for servers on the way that know nothing else.
_POLICY = SMTP.clone(cte_type="7bit")

_ENCODED_WORD = "=?"
_NOT_PRINTED = ("Cc", "Cs", "Zl", "Zp")


def composed(telling: Telling, *, sender: EmailAddress) -> EmailMessage:
    """Return a message as a mail. Composed again it has the same id, date and content.

    Args:
        sender: Where it comes from; answers go to the clinic's own address, if it has one.

    Raises:
        InvalidValue: the message's address, or the clinic's, is no e-mail address.
    """
    outgoing, letter = telling.outgoing, letter_of(telling)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(outgoing.clinic.name, sender)
    mail["To"] = _address("", EmailAddress(outgoing.message.address))
    if outgoing.clinic.email:
        mail["Reply-To"] = _address("", EmailAddress(outgoing.clinic.email))
    mail["Subject"] = as_header(letter.subject)
    mail["Date"] = outgoing.message.written_at
    mail["Message-ID"] = message_id(outgoing.repeat_key, sender)
    mail["Auto-Submitted"] = "auto-generated"  # so that no absent receiver answers it
    mail.set_content(plain(letter))
    mail.add_alternative(html(letter), subtype="html")
    mail.add_alternative(
        message_file(outgoing, telling.words, sender=sender).decode(),
        subtype="calendar",
        params={"method": method_of(outgoing)},
    )
    mail["Content-Language"] = as_header(letter.language)  # last: parts take what begins so
    return mail


def message_id(repeat_key: str, sender: EmailAddress) -> str:
    """Return the id that all sendings of a message have, and no other message."""
    name = hashlib.sha256(repeat_key.encode()).hexdigest()[:32]
    return f"<{name}@{_domain(sender)}>"


def as_header(text: str) -> str:
    """Return `text` on one line, and without the beginning of an encoded word."""
    printed = (
        " " if unicodedata.category(character) in _NOT_PRINTED else character for character in text
    )
    return "".join(printed).replace(_ENCODED_WORD, "= ?").strip()


def _address(name: str, address: EmailAddress) -> Address:
    return Address(as_header(name), addr_spec=address.address)


def _domain(address: EmailAddress) -> str:
    return address.address.rpartition("@")[2]
