import pickle

import pytest

from webtidbok.errors import (
    DeliveryFailure,
    PermanentFailure,
    TemporaryFailure,
    WebtidbokError,
)

FAILURES = pytest.mark.parametrize("failure", [TemporaryFailure, PermanentFailure])


@FAILURES
@pytest.mark.parametrize("kind", ["SMTPServerDisconnected", "smtp-550", "x.509", "_Private"])
def test_a_failure_of_delivery_is_the_name_of_its_kind(
    failure: type[DeliveryFailure], kind: str
) -> None:
    error = failure(kind)

    assert isinstance(error, WebtidbokError)
    assert (error.kind, str(error)) == (kind, kind)
    assert pickle.loads(pickle.dumps(error)).kind == kind


@FAILURES
@pytest.mark.parametrize(
    "text",
    ["", "550 no such user", "anna@example.com", "+46701740605", "0701740605", "Åsa", "a" * 81],
)
def test_what_a_server_said_is_no_kind(failure: type[DeliveryFailure], text: str) -> None:
    with pytest.raises(ValueError, match="kind of a failure") as caught:
        failure(text)

    assert not text or text not in str(caught.value)


@FAILURES
def test_a_failure_tells_of_an_error_by_its_class_alone(failure: type[DeliveryFailure]) -> None:
    assert failure.of(ConnectionRefusedError("anna@example.com")).kind == "ConnectionRefusedError"
    assert failure.of(type("Åsa", (Exception,), {})()).kind == "Exception"
