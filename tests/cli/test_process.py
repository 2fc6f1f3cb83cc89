"""The script as a process of its own: pipes, missing packages, mistakes of ours, Ctrl-C."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import NOW, details, run, slots
from webtidbok.cli import program

WHOLE = ("--type", "undersokning", "--from", "2026-12-01", "--to", "2027-03-30", *NOW)


def command(*arguments: object) -> list[str]:
    code = "import sys; from webtidbok.cli.main import main; sys.exit(main())"
    return [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]


def process(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), input=stdin, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_whole_story_in_processes_of_their_own(database: Path) -> None:
    slot = slots(database, "undersokning")[0]
    wanted = ("--type", "undersokning", "--provider", slot["provider"], "--at", slot["start"])

    booked = process("book", database, *wanted, *NOW, stdin=details())
    taken = process("book", database, *wanted, *NOW, stdin=details())

    assert (booked.returncode, taken.returncode) == (0, 1)
    assert booked.stderr == taken.stderr == ""
    link = booked.stdout.split("link: ")[1]
    assert process("show", database, *NOW, stdin=link).returncode == 0
    assert process("show", database, *NOW, stdin="x").returncode == 2


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("arguments", [("slots", *WHOLE), ("history",), ("history", "--help")])
def test_a_closed_pipe_ends_the_run_quietly(
    database: Path, arguments: tuple[str, ...], form: tuple[str, ...]
) -> None:
    name, *options = arguments
    running = subprocess.Popen(
        command(name, database, *options, *form), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()

    assert (running.wait(timeout=60), said) == (0, b"")


def test_a_reader_who_leaves_after_one_line_has_got_it(database: Path) -> None:
    running = subprocess.Popen(
        command("history", database, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stderr is not None
    first = running.stdout.readline()
    running.stdout.close()

    assert first.startswith(b'{"what": "imported"')
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(timeout=60) == 0


def test_a_closed_output_is_no_mistake(database: Path) -> None:
    shell = ("bash", "-c", '"$@" >&-', "bash", *command("verify", database))

    ended = subprocess.run(shell, stderr=subprocess.PIPE, check=False, timeout=60)

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_terminal_without_our_letters_gets_others(database: Path) -> None:
    ended = subprocess.run(
        command("history", database),
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 0
    assert ended.stdout.isascii()


@pytest.mark.parametrize("missing", ["click", "rich", "sqlalchemy"])
def test_a_missing_package_is_told_with_what_to_install(missing: str, database: Path) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from webtidbok.cli.main import main; sys.exit(main())"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code, "verify", str(database)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert 'pip install "webtidbok[cli]"' in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_help_needs_neither_the_database_nor_what_draws_tables() -> None:
    code = (
        "import sys; from webtidbok.cli.main import main; status = main(['--help'])\n"
        "sys.exit(status or any(name in sys.modules for name in ('sqlalchemy', 'rich')))"
    )

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert ended.returncode == 0
    assert b"watch-list" in ended.stdout


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt(arguments)

    monkeypatch.setattr(program, "run", interrupted)

    ended = run("show", "x.db")

    assert (ended.status, ended.out, ended.err) == (130, "", "")


def test_a_mistake_of_ours_shows_neither_traceback_nor_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(arguments: object) -> int:
        raise KeyError("CANARY", arguments)

    monkeypatch.setattr(program, "run", fail)

    ended = run("verify", "CANARY")

    assert (ended.status, ended.out) == (3, "")
    assert "KeyError" in ended.err
    assert "CANARY" not in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_broken_pipe_within_a_run_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: object) -> int:
        raise BrokenPipeError(arguments)

    monkeypatch.setattr(program, "run", fail)
    monkeypatch.setattr(os, "dup2", lambda *_: None)

    assert run("verify", "x") == run("verify", "y")
    assert run("verify", "x").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing",),
        ("slots",),
        ("slots", "x.db", "--first", "0"),
        ("book", "x.db", "--identity-number=CANARY"),
        ("cancel", "x.db", "CANARY", "CANARY"),
    ],
)
def test_a_wrong_call_ends_with_2_and_repeats_no_value(arguments: tuple[str, ...]) -> None:
    wrong = run(*arguments)

    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err
    assert "CANARY" not in wrong.err


def test_the_version_is_told() -> None:
    told = run("--version")

    assert told.status == 0
    assert "0.1.0" in told.out


def test_on_a_terminal_a_bar_shows_how_far_a_run_is_and_answers_stay_clean(
    database: Path, tmp_path: Path
) -> None:
    rows = "".join(f"P01,revision,ek,2027-02-{day:02}T13:00,sms\n" for day in range(1, 9))
    (tmp_path / "recalls.csv").write_text(
        f"patient_id,type,provider,start_local,channel\n{rows}", "utf-8"
    )
    ours, its = pty.openpty()
    with subprocess.Popen(
        command("recall", database, "--file", tmp_path / "recalls.csv", *NOW, "--json"),
        stdout=subprocess.PIPE,
        stderr=its,
        env={"TERM": "xterm"},
    ) as running:
        os.close(its)
        assert running.stdout is not None
        answers = running.stdout.read().splitlines()
    shown = os.read(ours, 100_000)
    os.close(ours)

    assert [json.loads(answer)["line"] for answer in answers] == [*range(2, 10)]
    assert b"recalls" in shown
    assert b"\x1b" in shown
