"""Answers go to standard output, for programs or for people; what went wrong, to standard error.

Programs get one JSON object a line, in ASCII, so that no encoding can spoil it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from webtidbok.cli.answers import fault_json
from webtidbok.cli.faults import Status, faults_in

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from webtidbok.errors import Fault, WebtidbokError

#: Where nobody reads on a terminal, tables are as wide as they need to be.
_WIDE = 240

_UNAVAILABLE = (
    "the store gave no answer; what was asked may or may not have been done"
    " (asking again with the same --key tells)"
)


@attrs.frozen
class Speaker:
    """Tells answers.

    Attributes:
        as_json: To programs; else to people.
    """

    as_json: bool

    def tell(
        self, answer: Mapping[str, object], shown: Callable[[], Iterable[RenderableType]]
    ) -> None:
        """Tell one answer.

        Args:
            answer: For programs.
            shown: Makes the same for people.
        """
        if self.as_json:
            self.line(json.dumps(answer))
        else:
            self.show(shown())

    def tell_rows(
        self,
        rows: Iterable[Mapping[str, object]],
        shown: Callable[[], Iterable[RenderableType]],
    ) -> None:
        """Tell many things: an object each to programs, one table to people."""
        if self.as_json:
            for row in rows:
                self.line(json.dumps(row))
        else:
            self.show(shown())

    def show(self, shown: Iterable[RenderableType]) -> None:
        """Show something to people."""
        console = _console()
        with console.capture() as captured:  # by itself, rich ends with 1 when a pipe is closed
            for each in shown:
                console.print(each, soft_wrap=isinstance(each, str))
        sys.stdout.write(captured.get())

    def line(self, text: str) -> None:
        """Write one line."""
        sys.stdout.write(f"{text}\n")

    def warn(self, text: str) -> None:
        """Say something beside the answer."""
        sys.stderr.write(f"{text}\n")

    def tell_error(self, error: WebtidbokError) -> Status:
        """Tell what was wrong with the input, or that no answer came; return the exit status."""
        faults = faults_in(error)
        answer: dict[str, object] = {"outcome": "unavailable"}
        lines = [f"webtidbok: {_UNAVAILABLE}"]
        if faults:
            answer = {"outcome": "invalid", "faults": [fault_json(fault) for fault in faults]}
            lines = [_shown(fault) for fault in faults]
        if self.as_json:
            self.line(json.dumps(answer))
        else:
            self.warn("\n".join(lines))
        return Status.BAD_INPUT if faults else Status.NO_ANSWER


def _shown(fault: Fault) -> str:
    if not fault.place or fault.place == f"--{fault.field}":
        return f"{fault.place or fault.field} {fault.reason}"
    return f"{fault.place}: {fault.field} {fault.reason}"


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDE
    return Console(
        file=sys.stdout, markup=False, emoji=False, highlight=False, width=width, safe_box=True
    )
