"""Messages on their way, for the tests of messengers."""

from typing import Any

from webtidbok.model.changeable import Origin
from webtidbok.ports.messenger import Outgoing
from webtidbok.testing.builders import a_clinic, a_message, an_appointment


def outgoing(id: str = "m1", **changes: Any) -> Outgoing:  # noqa: A002 - the domain's word
    """Return a message with its clinic and its appointment."""
    message = a_message(id, **changes)
    appointment = an_appointment(message.appointment, origin=Origin.WEB)
    return Outgoing(message=message, clinic=a_clinic(), appointment=appointment)
