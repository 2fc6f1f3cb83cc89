"""Mail over SMTP, to a real server that takes it, refuses it, is slow, or goes away."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.adapters.mail.mails import SENDER, mail_telling
from tests.adapters.mail.smtp_server import (
    PASSWORD,
    USER,
    Mailbox,
    client_context,
    mail_server,
    only_with_password,
    server_context,
)
from tests.adapters.servers import nobody, silence
from tests.adapters.texts.tellings import ADDRESSES, CATALOGUES, KINDS, TOKEN
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.adapters.mail.smtp import SmtpMessenger
from webtidbok.adapters.texts.telling import Teller
from webtidbok.errors import DeliveryFailure, InvalidValue, PermanentFailure, TemporaryFailure
from webtidbok.model.message import MessageKind
from webtidbok.ports.messenger import Outgoing
from webtidbok.testing.builders import a_clinic

#: aiosmtpd knows TLS only if it has begun it itself.
BEHIND_TLS: dict[str, Any] = {"authenticator": only_with_password, "auth_require_tls": False}

TELLER = Teller(catalogues=CATALOGUES, addresses=ADDRESSES)


def messenger(port: int, *, tls: ssl.SSLContext | None = None, **settings: Any) -> SmtpMessenger:
    given: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 20} | settings
    server = MailServer(host="127.0.0.1", port=port, sender=SENDER, **given)
    return SmtpMessenger(server, TELLER, tls=tls or client_context())


def mail(kind: MessageKind = MessageKind.CONFIRMATION, **changes: Any) -> Outgoing:
    return mail_telling(kind, **changes).outgoing


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@contextmanager
def failing(kind: type[DeliveryFailure], name: str) -> Iterator[None]:
    """Expect a failure of that name, which shows nothing of the message."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.kind == name
    assert caught.value.__suppress_context__
    assert "example.com" not in str(caught.value)


# A server that takes mail


def test_a_mail_arrives_in_all_its_forms(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        messenger(port).send(mail())

    (came,) = mailbox.mails
    assert mailbox.handed[0].receiver == "test@example.com"
    assert mailbox.handed[0].sender == SENDER.address
    assert came.mail["Subject"] == "Din tid måndag 7 december kl. 09.00 är bokad"
    assert ADDRESSES.visit(TOKEN) in came.text
    assert ADDRESSES.visit(TOKEN) in came.html
    assert came.calendar["method"] == "REQUEST"


def test_the_visit_moves_in_the_calendar_and_then_leaves_it(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        sending = messenger(port)
        for number, kind in enumerate(KINDS, 1):
            sending.send(mail(kind, id=f"m{number}", sequence=number))

    events = [came.event for came in mailbox.mails]
    assert len({event.uid for event in events}) == 1
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert [event["status"] for event in events] == 4 * ["CONFIRMED"] + ["CANCELLED"]


def test_a_repeat_has_the_same_id(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port:
        for _ in range(2):
            messenger(port).send(mail())

    first, second = (came.mail["Message-ID"] for came in mailbox.mails)
    assert first == second


def test_the_way_is_protected_before_anybody_logs_in(mailbox: Mailbox) -> None:
    options: dict[str, Any] = {"require_starttls": True, "authenticator": only_with_password}
    with mail_server(mailbox, tls_context=server_context(), **options) as port:
        messenger(port, security=Security.STARTTLS, user=USER, password=PASSWORD).send(mail())

    (handed,) = mailbox.handed
    assert (handed.login, handed.over_tls) == (USER, True)


def test_the_way_can_be_protected_from_the_first_byte(mailbox: Mailbox) -> None:
    with mail_server(mailbox, tls=server_context(), **BEHIND_TLS) as port:
        messenger(port, security=Security.TLS, user=USER, password=PASSWORD).send(mail())

    (handed,) = mailbox.handed
    assert (handed.login, handed.over_tls) == (USER, True)


# A server whose way cannot be trusted, or that lets nobody in


def test_a_server_that_nobody_vouches_for_gets_no_mail(mailbox: Mailbox) -> None:
    strict = ssl.create_default_context()
    failed = failing(TemporaryFailure, "SSLCertVerificationError")
    with mail_server(mailbox, tls=server_context()) as port, failed:
        messenger(port, security=Security.TLS, tls=strict).send(mail())

    assert mailbox.mails == []


def test_a_server_without_tls_gets_no_mail_where_it_is_asked_for(mailbox: Mailbox) -> None:
    with mail_server(mailbox) as port, failing(TemporaryFailure, "SMTPNotSupportedError"):
        messenger(port, security=Security.STARTTLS).send(mail())

    assert mailbox.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_gives_up_no_message(mailbox: Mailbox) -> None:
    with mail_server(mailbox, tls=server_context(), auth_required=True, **BEHIND_TLS) as port:
        with failing(TemporaryFailure, "smtp-535"):
            messenger(port, security=Security.TLS, user=USER, password="wrong").send(mail())
        with failing(TemporaryFailure, "smtp-530"):
            messenger(port, security=Security.TLS).send(mail())

    assert mailbox.mails == []


# A server that refuses


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        ("450 busy: test@example.com", TemporaryFailure, "smtp-450"),
        ("452 full", TemporaryFailure, "smtp-452"),
        ("550 no such user test@example.com", PermanentFailure, "smtp-550"),
        ("553 odd", PermanentFailure, "smtp-553"),
    ],
)
def test_what_is_said_about_the_receiver_decides(
    mailbox: Mailbox, answer: str, kind: type[DeliveryFailure], name: str
) -> None:
    mailbox.at_receiver = lambda _: answer
    with mail_server(mailbox) as port, failing(kind, name):
        messenger(port).send(mail())

    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        ("451 later", TemporaryFailure, "smtp-451"),
        ("552 too large", PermanentFailure, "smtp-552"),
        ("554 spam: test@example.com", PermanentFailure, "smtp-554"),
    ],
)
def test_what_is_said_about_the_mail_decides(
    mailbox: Mailbox, answer: str, kind: type[DeliveryFailure], name: str
) -> None:
    mailbox.at_mail = lambda _: answer
    with mail_server(mailbox) as port, failing(kind, name):
        messenger(port).send(mail())


@pytest.mark.parametrize(
    "address", ["", "Alma <alma@example.com>", "alma@example.com\r\nRCPT TO:<b@x>"]
)
def test_what_is_no_address_is_not_tried(mailbox: Mailbox, address: str) -> None:
    asked: list[str] = []

    def ask(receiver: str) -> str:
        asked.append(receiver)
        return "250 OK"

    mailbox.at_receiver = ask
    with mail_server(mailbox) as port, failing(PermanentFailure, "InvalidValue"):
        messenger(port).send(mail(address=address))

    assert asked == []


def test_a_clinic_whose_own_address_is_wrong_gives_up_no_message(mailbox: Mailbox) -> None:
    """Its settings can be mended; until then the dispatcher counts this as temporary."""
    with mail_server(mailbox) as port, pytest.raises(InvalidValue):
        messenger(port).send(mail(clinic=a_clinic(email="reception")))


# A server that is not there, or not for long


def test_a_server_that_is_down_is_tried_later() -> None:
    with nobody() as port, failing(TemporaryFailure, "ConnectionRefusedError"):
        messenger(port).send(mail())


@pytest.mark.parametrize(
    ("security", "name"),
    [
        (Security.NONE, "SMTPServerDisconnected"),
        (Security.STARTTLS, "SMTPServerDisconnected"),
        (Security.TLS, "TimeoutError"),
    ],
)
def test_a_server_that_says_nothing_is_not_waited_for_long(security: Security, name: str) -> None:
    with silence() as port, failing(TemporaryFailure, name):
        messenger(port, security=security, timeout_seconds=0.2).send(mail())


def test_a_connection_lost_before_the_mail_was_taken_is_temporary(mailbox: Mailbox) -> None:
    mailbox.at_receiver = lambda _: None
    with mail_server(mailbox) as port, failing(TemporaryFailure, "SMTPServerDisconnected"):
        messenger(port).send(mail())


def test_a_connection_lost_after_the_mail_was_handed_over_is_temporary(mailbox: Mailbox) -> None:
    mailbox.at_mail = lambda _: None
    with mail_server(mailbox) as port, failing(TemporaryFailure, "SMTPServerDisconnected"):
        messenger(port).send(mail())

    assert len(mailbox.mails) == 1


def test_a_farewell_that_fails_makes_no_repeat(mailbox: Mailbox) -> None:
    mailbox.at_end = lambda _: None
    with mail_server(mailbox) as port:
        messenger(port).send(mail())

    assert len(mailbox.mails) == 1
