"""SMS over HTTP, to a real provider that takes them, refuses them, is slow, or goes away."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from tests.adapters.servers import nobody, silence
from tests.adapters.sms.sms_server import Posted, Provider, sms_server
from tests.adapters.texts.tellings import ADDRESSES, CATALOGUES, KINDS, telling
from webtidbok.adapters.sms.http import HttpSms
from webtidbok.adapters.sms.settings import BasicLogin, Body, Header, SenderId, SmsGateway
from webtidbok.adapters.texts.sms_text import sms_text
from webtidbok.adapters.texts.telling import Teller
from webtidbok.errors import DeliveryFailure, PermanentFailure, TemporaryFailure
from webtidbok.model.message import MessageKind
from webtidbok.ports.messenger import Outgoing

TELLER = Teller(catalogues=CATALOGUES, addresses=ADDRESSES)
NUMBER = "+46701740605"


@contextmanager
def messenger(address: str, **settings: Any) -> Iterator[HttpSms]:
    gateway = SmsGateway(address=address, sender=SenderId("Solbacken"), **settings)
    with httpx2.Client(timeout=gateway.timeout_seconds, trust_env=False) as client:
        yield HttpSms(gateway, TELLER, client=client)


def sms(kind: MessageKind = MessageKind.CONFIRMATION, **changes: Any) -> Outgoing:
    return telling(kind, **changes).outgoing


def posted(outgoing: Outgoing, **settings: Any) -> Posted:
    """Return what reaches a provider who takes it."""
    provider = Provider()
    with sms_server(provider) as address, messenger(address, **settings) as sending:
        sending.send(outgoing)
    (request,) = provider.posted
    return request


@contextmanager
def failing(kind: type[DeliveryFailure], name: str) -> Iterator[None]:
    """Expect a failure of that name, which shows nothing of the message."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.kind == name
    assert caught.value.__cause__ is None
    assert "4670" not in str(caught.value)


# What is sent


def test_an_sms_arrives_as_it_is_counted() -> None:
    for kind in KINDS:
        request = posted(sms(kind))

        assert request.path == "/sms"
        assert request.fields == {
            "from": "Solbacken",
            "to": NUMBER,
            "message": sms_text(telling(kind)),
        }


def test_the_fields_are_called_what_the_provider_calls_them() -> None:
    request = posted(
        sms(),
        to_field="destination",
        text_field="body",
        sender_field="originator",
        reference_field="reference",
        further={"encoding": "gsm"},
        plus="00",
    )

    assert request.fields == {
        "originator": "Solbacken",
        "destination": "0046701740605",
        "body": sms_text(telling()),
        "reference": sms().repeat_key,
        "encoding": "gsm",
    }


def test_the_fields_may_be_json() -> None:
    request = posted(sms(), body=Body.JSON, to_as_list=True, plus="")

    assert request.fields["to"] == ["46701740605"]
    assert request.fields["message"] == sms_text(telling())


def test_a_repeat_has_the_same_reference_and_no_other_message_has_it() -> None:
    first, again, other = (
        posted(sms(id=id_), reference_field="ref").fields["ref"] for id_ in ("m1", "m1", "m2")
    )

    assert first == again == "test-clinic/m1"
    assert first != other


def test_a_provider_may_ask_for_user_and_password() -> None:
    request = posted(sms(), login=BasicLogin("boka", "lösen"))

    assert request.headers["authorization"] == "Basic " + b64encode("boka:lösen".encode()).decode()


def test_a_provider_may_ask_for_a_secret_in_a_header() -> None:
    assert posted(sms(), login=Header("X-Api-Key", "k")).headers["x-api-key"] == "k"
    bearer = posted(sms(), login=Header("Authorization", "Bearer t"), body=Body.JSON)
    assert bearer.headers["authorization"] == "Bearer t"


# What goes wrong


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_what_is_said_about_a_message_is_for_good(status: int) -> None:
    provider = Provider(lambda _: status)
    with (
        sms_server(provider) as address,
        messenger(address) as sending,
        failing(PermanentFailure, f"http-{status}"),
    ):
        sending.send(sms())

    assert len(provider.posted) == 1


@pytest.mark.parametrize(
    "status", [301, 302, 307, 401, 402, 403, 404, 405, 408, 409, 425, 429, 500, 502, 503, 504]
)
def test_what_the_message_is_no_cause_of_passes(status: int) -> None:
    provider = Provider(lambda _: status)
    with (
        sms_server(provider) as address,
        messenger(address) as sending,
        failing(TemporaryFailure, f"http-{status}"),
    ):
        sending.send(sms())

    assert len(provider.posted) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_yes_is_one(status: int) -> None:
    provider = Provider(lambda _: status)
    with sms_server(provider) as address, messenger(address) as sending:
        sending.send(sms())


def test_a_provider_that_is_down_is_tried_later() -> None:
    with (
        nobody() as port,
        messenger(f"http://127.0.0.1:{port}/sms") as sending,
        failing(TemporaryFailure, "ConnectError"),
    ):
        sending.send(sms())


def test_a_provider_that_says_nothing_is_not_waited_for_long() -> None:
    with (
        silence() as port,
        messenger(f"http://127.0.0.1:{port}/", timeout_seconds=0.2) as sending,
        failing(TemporaryFailure, "ReadTimeout"),
    ):
        sending.send(sms())


def test_a_connection_lost_after_the_message_was_handed_over_is_temporary() -> None:
    provider = Provider(lambda _: None)
    with (
        sms_server(provider) as address,
        messenger(address) as sending,
        failing(TemporaryFailure, "RemoteProtocolError"),
    ):
        sending.send(sms())

    assert len(provider.posted) == 1


def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    provider = Provider(ends=False)
    with sms_server(provider) as address, messenger(address) as sending:
        sending.send(sms())

    assert len(provider.posted) == 1


def test_a_connection_that_was_lost_is_made_anew() -> None:
    answers = iter([200, None, 200])
    provider = Provider(lambda _: next(answers))
    with sms_server(provider) as address, messenger(address) as sending:
        sending.send(sms())
        with failing(TemporaryFailure, "RemoteProtocolError"):
            sending.send(sms())
        sending.send(sms())

    assert len(provider.posted) == 3


@pytest.mark.parametrize("number", ["", "0701740605", "+46701740605\n", "test@example.com"])
def test_what_is_no_number_is_not_tried(number: str) -> None:
    provider = Provider()
    with (
        sms_server(provider) as address,
        messenger(address) as sending,
        failing(PermanentFailure, "InvalidValue"),
    ):
        sending.send(sms(address=number))

    assert provider.posted == []
