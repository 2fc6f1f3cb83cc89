"""Our end of a peer's process."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

#: Made by `make bench-peers`.
PYTHON = Path(".venv/peers/bin/python")


@attrs.frozen
class Side:
    """A peer that answers."""

    process: "subprocess.Popen[str]"

    def ask(self, *command: object) -> tuple[float, Any]:
        """Return the seconds that a command took over there, and its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        said = self.hear()
        return said["seconds"], said["answer"]

    def hear(self) -> Any:  # noqa: ANN401 - JSON
        """Return what it says next."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the peer has fallen silent"
        return json.loads(line)


@contextmanager
def a_side(module: str, scene: Path) -> Iterator[Side]:
    """Give a peer in a process of its own, once it has stored a scene."""
    process = subprocess.Popen(  # noqa: S603 - our own words
        [PYTHON, "-m", f"benchmarks.peers.{module}", scene],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        side = Side(process)
        assert side.hear() == "ready"
        yield side
    finally:
        process.kill()
        process.wait()
