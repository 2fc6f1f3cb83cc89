"""Running the command in this process, and the clinic of `examples/` to run it on."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from webtidbok.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "clinic"

#: An object, as programs are told.
Told: TypeAlias = dict[str, Any]

#: A Monday morning, when the example clinic's schedule begins.
NOW = ("--now", "2026-11-30T08:00")

#: Nobody's, and not in the example's register.
DETAILS: dict[str, object] = {
    "identity_number": "199201012383",
    "first_name": "Alma",
    "last_name": "Zetterlund",
    "mobile": "070-174 06 99",
    "email": "alma@example.com",
    "message": "kommer med rullstol",
    "accepts_sms": True,
    "accepts_email": False,
}


@attrs.frozen(kw_only=True)
class Result:
    """How a run ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[Told]:
        """What programs read: one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> Told:
        """The only object."""
        (one,) = self.objects
        return one

    @property
    def codes(self) -> list[str]:
        """The codes of the reasons."""
        return [reason["code"] for reason in self.object["reasons"]]

    @property
    def fields(self) -> list[str]:
        """The fields with faults."""
        assert self.object["outcome"] == "invalid"
        assert self.status == 2
        return [fault["field"] for fault in self.object["faults"]]


def run(*arguments: object, stdin: str | bytes = "") -> Result:
    """Run `webtidbok` with these arguments."""
    raw = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(raw))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main([str(each) for each in arguments])
    finally:
        sys.stdin = before
    return Result(status=int(status), out=_written(out), err=_written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def details(**changes: object) -> str:
    """Return a patient's details as JSON, with changes."""
    return json.dumps(DETAILS | changes)


def slots(database: Path, type_: str, *more: object, first: str = "2026-12-01") -> list[Told]:
    """Return the free times of a type, until the summer."""
    wanted = ("--type", type_, "--from", first, "--to", "2027-06-30")
    found = run("slots", database, *wanted, *NOW, "--json", *more)
    assert (found.status, found.err) == (0, "")
    return found.objects


def book(database: Path, slot: Told, *more: object, **changes: object) -> Result:
    """Book a free time of the example's examination."""
    wanted = ("--type", "undersokning", "--provider", slot["provider"], "--at", slot["start"])
    now = () if "--now" in more else NOW
    return run("book", database, *wanted, *now, "--json", *more, stdin=details(**changes))
