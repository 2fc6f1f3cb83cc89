"""The demonstration as a process of its own."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[3]

#: The last line of what it says.
_LAST = "Ctrl-C ends it"


class Demo:
    """A run of the demonstration, begun when this is made and open when that is done.

    Leaving it as a context ends it, should the test have failed before it did.

    Attributes:
        said: The lines that it printed, once its doors were open.
    """

    def __init__(self, temporary: Path, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "examples.demo", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if _LAST in line:
                return
        raise AssertionError(self.end())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
            self.process.communicate()

    @property
    def addresses(self) -> list[str]:
        """All that it printed, in order."""
        return re.findall(r"https?://\S+", "\n".join(self.said))

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send it a signal; return its status and what it said after that, and of errors."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=30)
        return self.process.returncode, out, errors
