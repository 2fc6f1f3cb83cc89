"""Mail over SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from webtidbok.adapters.extras import needs
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.errors import DeliveryFailure, InvalidValue, PermanentFailure, TemporaryFailure
from webtidbok.model.contact import EmailAddress
from webtidbok.ports.messenger import Messenger, Outgoing

with needs("mail"):
    from webtidbok.adapters.mail.composing import composed
    from webtidbok.adapters.texts.telling import Teller

_NEVER = range(500, 600)


class SmtpMessenger(Messenger):
    """Sends mail, each on a connection of its own.

    The Message-ID is made from `Outgoing.repeat_key`: a repeat can be dropped. What a server says
    for good (5xx) about the receiver or the mail is permanent. All else is temporary: it may be a
    mistake in the settings, for which no patient's message is given up. So is a connection that
    was lost after the mail was handed over: nobody knows if it was taken.

    Args:
        teller: Whose words are sent.
        tls: What the server must show; the system's certificates unless given.
    """

    def __init__(
        self, server: MailServer, teller: Teller, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._teller = teller
        self._tls = tls or ssl.create_default_context()

    def send(self, outgoing: Outgoing) -> None:  # noqa: D102 - the port says it
        receiver = _receiver(outgoing)
        mail = composed(self._teller.telling(outgoing), sender=self._server.sender)
        try:
            self._hand_over(receiver.address, mail.as_bytes())
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from None  # what a server says may quote an address

    def _hand_over(self, address: str, mail: bytes) -> None:
        with self._connected() as connection:
            if self._server.security is Security.STARTTLS:
                connection.starttls(context=self._tls)
            if self._server.user:
                connection.login(self._server.user, self._server.password)
            connection.sendmail(self._server.sender.address, [address], mail)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Connect; once the mail has been taken, a farewell that fails changes nothing."""
        connection = self._connection()
        try:
            yield connection
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
        finally:
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        timeout, name = server.timeout_seconds, server.sender.address.rpartition("@")[2]
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=name,
                timeout=timeout,
                context=self._tls,
            )
        return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout)


def _receiver(outgoing: Outgoing) -> EmailAddress:
    try:
        return EmailAddress(outgoing.message.address)
    except InvalidValue as error:
        raise PermanentFailure.of(error) from None


def _failure(error: Exception) -> DeliveryFailure:
    """Return what an error means, without anything that the server said."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, _),) = error.recipients.values()
        return _refusal(code)
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return TemporaryFailure(f"smtp-{error.smtp_code}")
    return TemporaryFailure.of(error)


def _refusal(code: int) -> DeliveryFailure:
    kind = PermanentFailure if code in _NEVER else TemporaryFailure
    return kind(f"smtp-{code}")
