"""What the script `webtidbok` runs; knows nothing yet of what the extra `cli` brings."""

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb

from webtidbok.cli.faults import INTERRUPTED, Status
from webtidbok.errors import MissingExtra

#: What the extra `cli` brings.
_NEEDED = ("click", "rich", "sqlalchemy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status.

    Nobody sees a traceback: it may hold a patient's values.

    Args:
        arguments: Without the program's name; None: those of the process.
    """
    _make_writable()
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_writing()
        return Status.DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
        sys.stderr.write(f"webtidbok: {_mistake(error)}\n")
        return Status.NO_ANSWER
    return status


def _run(arguments: Sequence[str]) -> int:
    if any(find_spec(name) is None for name in _NEEDED):
        sys.stderr.write(f"webtidbok: {MissingExtra('cli')}\n")
        return Status.BAD_INPUT
    from webtidbok.cli.program import run

    return run(arguments)


def _mistake(error: Exception) -> str:
    """Return what is known of a mistake of ours, without any value: its kind and its place."""
    frames = extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name} line {frames[-1].lineno}" if frames else ""
    return f"stopped by a mistake of its own ({type(error).__name__}{where}); please report it"


def _make_writable() -> None:
    """Let a terminal that lacks a letter show another one, and a closed output take all."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _stop_writing() -> None:
    """Send what is still to be written nowhere: nobody reads it any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # standard output is no file of the system's
        return
    finally:
        os.close(nowhere)
