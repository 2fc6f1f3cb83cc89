"""Which messages a change brings, and the links in them (R20, R29, R35)."""

from datetime import datetime

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import MessageId
from webtidbok.model.message import Channel, Message, MessageKind
from webtidbok.ports.store import Link
from webtidbok.rules.changes import is_open
from webtidbok.services.desk import Desk

_TOKEN_BYTES = 16


@attrs.frozen(kw_only=True)
class Post:
    """Messages, and the links whose tokens they carry."""

    messages: tuple[Message, ...] = ()
    links: tuple[Link, ...] = ()


def new_token(desk: Desk) -> LinkToken:
    """Return a link token that nobody can guess."""
    return LinkToken.from_bytes(desk.randomness.random_bytes(_TOKEN_BYTES))


def post(
    desk: Desk, clinic: Clinic, appointment: Appointment, kind: MessageKind, *, now: datetime
) -> Post:
    """Return the messages that tell of a change, by the channels ticked; maybe none (R20).

    Each message has a link token of its own, if the patient can do something with it (R29).
    """
    contact = appointment.contact
    addresses: list[tuple[Channel, str]] = []
    if contact.accepts_sms and contact.mobile is not None:
        addresses.append((Channel.SMS, contact.mobile.e164))
    if contact.accepts_email and contact.email is not None:
        addresses.append((Channel.EMAIL, contact.email.address))
    return post_to(desk, clinic, appointment, kind, addresses, now=now)


def post_to(
    desk: Desk,
    clinic: Clinic,
    appointment: Appointment,
    kind: MessageKind,
    addresses: list[tuple[Channel, str]],
    *,
    now: datetime,
) -> Post:
    """Return one message for each address."""
    with_link = carries_way_in(clinic, appointment)
    messages, links = [], []
    for channel, address in addresses:
        token = new_token(desk) if with_link else None
        if token is not None:
            links.append(Link(token.hash, appointment.id))
        messages.append(
            Message(
                id=MessageId(desk.new_id()),
                clinic=clinic.id,
                appointment=appointment.id,
                kind=kind,
                channel=channel,
                address=address,
                language=appointment.language,
                placement=appointment.placement,
                token=token.token if token else "",
                sequence=appointment.revision,
                written_at=now,
            )
        )
    return Post(messages=tuple(messages), links=tuple(links))


def carries_way_in(clinic: Clinic, appointment: Appointment) -> bool:
    """Return whether a message about the appointment carries a link, or a card a code (R29).

    Only if at least one of rebooking and cancelling is on for that appointment.
    """
    if appointment.is_cancelled:
        return False
    return any(is_open(clinic, appointment, action) for action in Action)
