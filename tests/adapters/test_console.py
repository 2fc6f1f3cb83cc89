import json

import pytest

from tests.adapters.outgoing import outgoing
from webtidbok.adapters.console import ConsoleMessenger


def test_a_line_tells_which_how_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    messenger = ConsoleMessenger()
    messenger.send(outgoing("m1"))
    messenger.send(outgoing("m2", token=""))

    assert capsys.readouterr().out.splitlines() == [
        "confirmation by sms about 2026-12-07T08:00:00Z, with a link",
        "confirmation by sms about 2026-12-07T08:00:00Z, without a link",
    ]


def test_programs_are_told_the_same() -> None:
    lines: list[str] = []
    ConsoleMessenger(lines.append, as_json=True).send(outgoing())

    assert [json.loads(line) for line in lines] == [
        {
            "message": {
                "id": "m1",
                "clinic": "test-clinic",
                "kind": "confirmation",
                "channel": "sms",
                "start": "2026-12-07T08:00:00Z",
                "link": True,
            }
        }
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_neither_address_nor_link_is_shown(as_json: bool) -> None:
    lines: list[str] = []
    sent = outgoing(comment="Sjuk.")
    ConsoleMessenger(lines.append, as_json=as_json).send(sent)

    for secret in (sent.message.token, sent.message.address, "Sjuk"):
        assert secret not in "".join(lines)


def test_a_message_that_comes_again_is_dropped() -> None:
    lines: list[str] = []
    messenger = ConsoleMessenger(lines.append)
    for id_ in ("m1", "m2", "m1"):
        messenger.send(outgoing(id_))

    assert len(lines) == 2


def test_a_line_that_could_not_be_written_is_written_next_time() -> None:
    lines: list[str] = []

    def fail(_: str) -> None:
        raise BrokenPipeError

    messenger = ConsoleMessenger(fail)
    with pytest.raises(BrokenPipeError):
        messenger.send(outgoing())
    messenger._write = lines.append
    messenger.send(outgoing())

    assert len(lines) == 1


def test_no_more_is_remembered_than_ten_thousand() -> None:
    messenger = ConsoleMessenger(lambda _: None)
    for number in range(10_050):
        messenger.send(outgoing(f"m{number}"))

    assert len(messenger._shown) == 10_000
