"""Messages in whole, as they are told: the kinds, the languages, what may be done."""

from datetime import datetime
from typing import Any

import attrs

from tests.adapters.outgoing import outgoing
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.adapters.texts.telling import Teller, Telling
from webtidbok.model.addresses import Addresses
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.instants import DAY
from webtidbok.model.message import MessageKind
from webtidbok.testing.builders import a_clinic, at

TOKEN = LinkToken.from_bytes(bytes(range(7, 23)))
ADDRESSES = Addresses("https://boka.solbacken.example")
CATALOGUES = message_catalogues()

SOLBACKEN = a_clinic(
    name="Solbackens Tandklinik",
    phone="08-465 004 10",
    address="Solbacken 1, 123 45 Provstad",
    email="info@example.com",
)
ANSTRAND = a_clinic(
    name="Tandvården vid Ån",
    phone="070-174 06 05",
    address="Åpromenaden 4, 123 45 Provstad",
    email="anstrand@example.com",
)

START = at("09:00")
BOTH = frozenset(Action)

#: The kinds of messages to patients; only the last has no link.
KINDS = (
    MessageKind.CONFIRMATION,
    MessageKind.MOVED,
    MessageKind.MOVED_BY_STAFF,
    MessageKind.RECALL,
    MessageKind.CANCELLED,
)


def telling(
    kind: MessageKind = MessageKind.CONFIRMATION,
    *,
    clinic: Clinic = SOLBACKEN,
    actions: frozenset[Action] = BOTH,
    deadline: datetime = START - DAY,
    addresses: Addresses = ADDRESSES,
    **changes: Any,
) -> Telling:
    """Return a message about a visit on Monday 7 December at 09.00, as it is told."""
    token = "" if kind is MessageKind.CANCELLED else TOKEN.token
    told: dict[str, Any] = {"kind": kind, "token": token} | changes
    sent = outgoing(**told)
    may = actions if sent.message.token else frozenset()
    last = deadline if may else None
    return Teller(catalogues=CATALOGUES, addresses=addresses).telling(
        attrs.evolve(sent, clinic=clinic, actions=may, deadline=last)
    )
