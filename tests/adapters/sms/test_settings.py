from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.adapters.sms.settings import BasicLogin, Body, Header, SenderId, SmsGateway
from webtidbok.errors import InvalidValue

SENDER = SenderId("Solbacken")


@pytest.mark.parametrize("text", ["Solbacken", "A", "1a", "Tandklinik1", "+46701740605"])
def test_a_sender_is_a_name_or_a_number(text: str) -> None:
    assert SenderId(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tandkliniken",
        "1234",
        "Ån",
        "Sol backen",
        "Sol-backen",
        "0701740605",
        "+0701740605",
        "a\n",
    ],
)
def test_another_sender_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="sender"):
        SenderId(text)


@given(text=st.text(max_size=14))
def test_a_sender_is_never_longer_than_phones_show(text: str) -> None:
    try:
        SenderId(text)
    except InvalidValue:
        return
    assert text.isascii()
    assert len(text) <= 11 or text.startswith("+")
    assert text.isalnum() or text[1:].isdigit()


@pytest.mark.parametrize(
    "address",
    ["https://sms.example.com/v1/send", "http://127.0.0.1:8000/sms", "http://localhost/sms"],
)
def test_the_way_is_protected_or_short(address: str) -> None:
    assert SmsGateway(address=address, sender=SENDER).address == address


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://sms.example.com/send"},
        {"address": "http://localhost.example.com/send"},
        {"address": "http://127.0.0.1@sms.example.com/"},
        {"address": "https://boka:secret@sms.example.com/"},
        {"address": "https://sms.example.com/?to=1"},
        {"address": "http://localhost/?to=1"},
        {"address": "ftp://sms.example.com"},
        {"to_field": "message"},
        {"text_field": ""},
        {"reference_field": "from"},
        {"further": {"to": "1"}},
        {"to_as_list": True},
    ],
)
def test_a_gateway_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"address": "https://sms.example.com/"} | wrong
    with pytest.raises(InvalidValue) as caught:
        SmsGateway(sender=SENDER, **given)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("wrong", [{"plus": "+46"}, {"timeout_seconds": 0}])
def test_other_values_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SmsGateway(address="https://sms.example.com/", sender=SENDER, **wrong)


@pytest.mark.parametrize(
    ("name", "secret"),
    [("", "a"), ("X Key", "a"), ("X:", "a"), ("X-Key", ""), ("X-Key", "a\r\nB: c"), ("X-Key", "å")],
)
def test_a_header_that_cannot_be_is_refused(name: str, secret: str) -> None:
    with pytest.raises(InvalidValue):
        Header(name, secret)


def test_no_secret_is_shown() -> None:
    for login in (BasicLogin("boka", "secret"), Header("X-Key", "secret")):
        gateway = SmsGateway(
            address="https://sms.example.com/", sender=SENDER, body=Body.JSON, login=login
        )
        assert "secret" not in repr(gateway)
