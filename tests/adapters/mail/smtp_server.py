"""A mail server that takes what it gets, or does whatever else a test wants it to."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.adapters.mail.mails import ReadMail
from tests.adapters.servers import HOST, serving

#: Made for these tests alone, with its key.
CERTIFICATE = Path(__file__).parent / "localhost.pem"

USER, PASSWORD = "boka", "a password"

#: What is answered about an address, a line of SMTP; or None, and the connection is cut.
Fate = Callable[[str], str | None]


def taken(_: str) -> str | None:
    """Take every mail."""
    return "250 OK"


@attrs.frozen(kw_only=True)
class Handed:
    """A mail that a server was handed, whatever it answered."""

    mail: ReadMail
    sender: str
    receiver: str
    login: str | None
    over_tls: bool


@attrs.define
class Mailbox:
    """What a server has got, and how it answers.

    Attributes:
        at_receiver: Asked when the receiver is named.
        at_mail: Asked when the whole mail is there.
        at_end: Asked when the client says farewell.
    """

    at_receiver: Fate = taken
    at_mail: Fate = taken
    at_end: Fate = lambda _: "221 bye"
    handed: list[Handed] = attrs.field(factory=list)

    @property
    def mails(self) -> list[ReadMail]:
        return [each.mail for each in self.handed]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        answer = _said(server, self.at_receiver(address))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        (receiver,) = envelope.rcpt_tos
        who: object = session.auth_data
        self.handed.append(
            Handed(
                mail=ReadMail(envelope.content),
                sender=envelope.mail_from or "",
                receiver=receiver,
                login=who.login.decode() if isinstance(who, LoginPassword) else None,
                over_tls=_is_protected(server),
            )
        )
        return _said(server, self.at_mail(receiver))

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, __: Envelope
    ) -> str:
        return _said(server, self.at_end(""))


def _is_protected(server: SMTP) -> bool:
    return bool(server.transport and server.transport.get_extra_info("ssl_object"))


def _said(server: SMTP, answer: str | None) -> str:
    """Return an answer; without one the connection is cut, and nobody hears what is returned."""
    if answer is None:
        assert isinstance(server.transport, asyncio.WriteTransport)
        server.transport.abort()
    return answer or "421 gone"


@contextmanager
def mail_server(
    mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any
) -> Iterator[int]:
    """Run a server; with `tls` the way to it is protected from the first byte."""

    async def start() -> asyncio.Server:
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            return SMTP(mailbox, loop=loop, hostname="test", **options)

        return await loop.create_server(session, HOST, 0, ssl=tls)

    with serving(start) as port:
        yield port


def only_with_password(_: SMTP, __: Session, ___: Envelope, ____: str, data: object) -> AuthResult:
    """Let in who knows the password."""
    assert isinstance(data, LoginPassword)
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right, auth_data=data)


def server_context() -> ssl.SSLContext:
    """Return what the server shows of itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_context() -> ssl.SSLContext:
    """Return what trusts the server."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
