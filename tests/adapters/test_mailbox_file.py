import json
import stat
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.adapters.outgoing import outgoing
from webtidbok.adapters.mailbox_file import MailboxFile
from webtidbok.errors import TemporaryFailure
from webtidbok.testing.builders import a_mobile
from webtidbok.testing.store_races import at_once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mailbox"


def keys_in(path: Path) -> list[str]:
    return [json.loads(line)["key"] for line in path.read_text().splitlines()]


def test_a_message_is_a_line_with_all_that_a_receiver_needs(path: Path) -> None:
    MailboxFile(path).send(outgoing(comment="Åäö.\nRad två"))

    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "key": "test-clinic/m1",
        "clinic": "test-clinic",
        "appointment": "a1",
        "kind": "confirmation",
        "channel": "sms",
        "address": a_mobile().e164,
        "language": "sv",
        "start": "2026-12-07T08:00:00Z",
        "minutes": 30,
        "token": "token-of-m1",
        "comment": "Åäö.\nRad två",
        "sequence": 1,
    }


def test_lines_stand_in_the_order_in_which_messages_came(path: Path) -> None:
    for id_ in ("m2", "m1", "m3"):
        MailboxFile(path).send(outgoing(id_))

    assert keys_in(path) == ["test-clinic/m2", "test-clinic/m1", "test-clinic/m3"]


def test_a_message_that_comes_again_is_dropped(path: Path) -> None:
    """Also when another has written it, or this one in an earlier life."""
    first, other = MailboxFile(path), MailboxFile(path)
    for mailbox in (first, first, other, MailboxFile(path)):
        mailbox.send(outgoing("m1"))
    other.send(outgoing("m2"))
    first.send(outgoing("m2"))

    assert keys_in(path) == ["test-clinic/m1", "test-clinic/m2"]


@pytest.mark.parametrize("torn", ['{"key": "test-clinic/m1", "cl', "\0\0\0", "\xff"])
def test_a_torn_line_is_passed_over_and_its_message_written_again(path: Path, torn: str) -> None:
    MailboxFile(path).send(outgoing("m0"))
    with path.open("ab") as file:
        file.write(torn.encode("latin-1"))
    mailbox = MailboxFile(path)
    mailbox.send(outgoing("m1"))
    mailbox.send(outgoing("m1"))

    MailboxFile(path).send(outgoing("m0"))

    whole, *_, last = path.read_bytes().splitlines()
    assert [json.loads(line)["key"] for line in (whole, last)] == [
        "test-clinic/m0",
        "test-clinic/m1",
    ]
    assert len(path.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("line", ["[]", "3", "{}", '{"key": []}'])
def test_a_strange_line_is_passed_over(path: Path, line: str) -> None:
    path.write_text(f"{line}\n")
    MailboxFile(path).send(outgoing("m1"))

    assert len(path.read_text().splitlines()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_only_its_owner_can_read_the_file(path: Path) -> None:
    MailboxFile(path).make()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b""


def test_a_file_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "nowhere" / "mailbox"):
        with pytest.raises(TemporaryFailure) as caught:
            MailboxFile(wrong).send(outgoing())
        assert str(tmp_path) not in str(caught.value)
        with pytest.raises(OSError, match=r"\[Errno"):
            MailboxFile(wrong).make()


def test_threads_write_a_message_once(path: Path) -> None:
    mailbox = MailboxFile(path)
    at_once(lambda number: mailbox.send(outgoing(f"m{number // 2}")))

    assert sorted(keys_in(path)) == [f"test-clinic/m{number}" for number in range(4)]


def write_all(path: str) -> None:
    mailbox = MailboxFile(path)
    for number in range(50):
        mailbox.send(outgoing(f"m{number}"))


@pytest.mark.skipif(sys.platform == "win32", reason="a file is for one process there")
def test_processes_write_a_message_once(path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        pool.map(write_all, [str(path)] * 2)

    assert sorted(keys_in(path)) == sorted(f"test-clinic/m{number}" for number in range(50))
