from typing import Any

import pytest

from tests.adapters.mail.mails import SENDER
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.errors import InvalidValue


@pytest.mark.parametrize(
    ("security", "port"), [(Security.STARTTLS, 587), (Security.TLS, 465), (Security.NONE, 25)]
)
def test_the_port_is_the_usual_one(security: Security, port: int) -> None:
    assert MailServer(host="localhost", sender=SENDER, security=security).port == port
    assert MailServer(host="localhost", sender=SENDER, security=security, port=2525).port == 2525


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"user": "boka"}, "password"),
        ({"password": "secret"}, "password"),
        ({"user": "boka", "password": "secret", "security": Security.NONE}, "security"),
    ],
)
def test_a_password_is_neither_alone_nor_unprotected(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        MailServer(host="localhost", sender=SENDER, **wrong)

    assert caught.value.field == field
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("wrong", [{"port": 0}, {"port": 65536}, {"timeout_seconds": 0}])
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MailServer(host="localhost", sender=SENDER, **wrong)


def test_the_login_is_not_shown() -> None:
    shown = repr(MailServer(host="localhost", sender=SENDER, user="boka", password="secret"))

    assert "secret" not in shown
    assert "boka'" not in shown
