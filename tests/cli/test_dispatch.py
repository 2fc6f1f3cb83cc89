"""The outbox is sent from the command line: once, or until a signal comes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, NOW, Result, run
from tests.cli.test_process import command
from webtidbok.cli.dispatch_command import _stay, _Stopping
from webtidbok.cli.speaking import Speaker
from webtidbok.errors import StoreUnavailable
from webtidbok.services.dispatching import Dispatched

NOTHING = {"sent": 0, "put_back": 0, "parked": 0, "expired": 0, "overtaken": 0}


def dispatched(result: Result) -> dict[str, int]:
    """Return the counts, which stand last."""
    assert (result.status, result.err) == (0, "")
    last = result.objects[-1]
    assert last.pop("outcome") == "dispatched"
    return last


@pytest.mark.usefixtures("link")
def test_a_confirmation_is_shown_without_address_and_link(database: Path, link: str) -> None:
    result = run("dispatch", database, *NOW)

    line, counts = result.out.splitlines()
    assert line == "confirmation by sms about 2026-12-08T07:30:00Z, with a link"
    assert counts == "sent 1, put back 0, parked 0, expired 0, overtaken 0"
    assert link not in result.out
    assert "+46" not in result.out


@pytest.mark.usefixtures("link")
def test_programs_are_told_the_same(database: Path) -> None:
    first = run("dispatch", database, *NOW, "--json")
    assert first.objects[0]["message"]["kind"] == "confirmation"
    assert dispatched(first) == NOTHING | {"sent": 1}

    assert dispatched(run("dispatch", database, *NOW, "--json")) == NOTHING


@pytest.mark.usefixtures("link")
def test_messages_go_to_a_file_whose_link_opens_the_visit(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "mailbox"
    assert dispatched(run("dispatch", database, *NOW, "--json", "--to-file", file))["sent"] == 1

    (message,) = map(json.loads, file.read_text().splitlines())
    assert message["address"].startswith("+46")
    shown = run("show", database, *NOW, "--json", stdin=message["token"])
    assert shown.object["appointment"]["start"] == message["start"]


@pytest.mark.usefixtures("link")
def test_what_is_too_late_expires(database: Path) -> None:
    late = ("--now", "2026-12-08T08:30")

    assert dispatched(run("dispatch", database, *late, "--json")) == NOTHING | {"expired": 1}


def test_a_file_that_cannot_be_written_is_bad_input(database: Path, tmp_path: Path) -> None:
    result = run("dispatch", database, "--to-file", tmp_path / "no" / "mailbox", "--json")

    assert result.fields == ["to-file"]
    assert not (tmp_path / "no").exists()


def test_a_clock_that_stands_still_cannot_be_waited_by(database: Path) -> None:
    assert run("dispatch", database, *NOW, "--stay", "--json").fields == ["now"]


@pytest.mark.usefixtures("link")
def test_one_clinic_of_several_can_be_chosen(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    text = (EXAMPLE / "clinic.toml").read_text("utf-8")
    ours = text.split('id = "', 1)[1].split('"', 1)[0]
    other.write_text(text.replace(f'id = "{ours}"', 'id = "other"', 1), "utf-8")
    assert run("init", database, "--clinic", other, *NOW).status == 0

    assert run("dispatch", database, *NOW, "--json").fields == ["clinic-id"]
    for clinic, sent in (("other", 0), (ours, 1)):
        result = run("dispatch", database, "--clinic-id", clinic, *NOW, "--json")
        assert dispatched(result)["sent"] == sent
    assert run("dispatch", database, "--clinic-id", "x", "--json").fields == ["clinic-id"]


# Staying


@contextmanager
def staying(database: Path, *options: object) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        command("dispatch", database, "--stay", "--every", 1, "--json", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("link")
def test_one_that_stays_sends_what_comes_and_ends_on_a_signal(
    database: Path, sign: signal.Signals
) -> None:
    with staying(database) as running:
        assert running.stdout is not None
        told = [json.loads(running.stdout.readline()) for _ in range(2)]
        running.send_signal(sign)
        rest, errors = running.communicate(timeout=60)

    assert [set(each) >= {"message"} for each in told] == [True, False]
    assert (rest, errors, running.returncode) == ("", "", 0)


def test_one_that_stays_asks_a_store_again_that_gave_no_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stopping = _Stopping()
    passes = iter([None, Dispatched(), Dispatched(sent=1)])

    def once() -> Dispatched:
        done = next(passes)
        if done is None:
            raise StoreUnavailable
        stopping.asked = done.sent > 0
        return done

    _stay(Speaker(as_json=True), once, 0, stopping)

    said = capsys.readouterr()
    assert said.err == "webtidbok: the store gave no answer; it is asked again\n"
    assert json.loads(said.out) == {"outcome": "dispatched"} | NOTHING | {"sent": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.usefixtures("link")
def test_a_closed_pipe_ends_the_run_and_loses_no_message(database: Path) -> None:
    running = subprocess.Popen(
        command("dispatch", database, *NOW), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    os.close(os.dup(running.stdout.fileno()))
    running.stdout.close()
    assert running.stderr is not None
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(60) == 0

    later = ("--now", "2026-11-30T08:01")
    assert dispatched(run("dispatch", database, *later, "--json"))["sent"] == 1
