"""From a messengers file to what sends messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from webtidbok.adapters.files.messengers_file import read_messengers
from webtidbok.cli.words import teller_given
from webtidbok.model.message import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webtidbok.model.addresses import Addresses
    from webtidbok.ports.messenger import Messenger


def messengers_in(path: str, addresses: Addresses | None) -> Mapping[Channel, Messenger]:
    """Return a messenger for each channel that a messengers file names.

    Raises:
        InvalidInput: the file has faults, or the installation has no base address.
        MissingExtra: what a channel needs is not installed.
    """
    settings = read_messengers(path, os.environ)
    found: dict[Channel, Messenger] = {}
    if settings.mail:
        from webtidbok.adapters.mail.smtp import SmtpMessenger

        found[Channel.EMAIL] = SmtpMessenger(settings.mail, teller_given(addresses))
    if settings.sms:
        from webtidbok.adapters.sms.http import HttpSms

        found[Channel.SMS] = HttpSms(settings.sms, teller_given(addresses))
    return found
