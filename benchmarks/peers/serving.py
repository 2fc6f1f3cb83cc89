"""How a peer answers from a process of its own, in an environment of its own.

Standard library alone: nothing of ours is installed there.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

#: A scene: blocks, busy times and bookings as lists of numbers (`benchmarks.peers.scene`).
Scene = Mapping[str, Any]


def scene() -> Scene:
    """Return the scene whose file the process was given."""
    read: Scene = json.loads(Path(sys.argv[1]).read_text())
    return read


def serve(answers: Mapping[str, Callable[..., object]]) -> None:
    """Answer each line, a command with its arguments, with what it took and what came of it."""
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        began = perf_counter()
        answer = answers[name](*arguments)
        print(json.dumps({"seconds": perf_counter() - began, "answer": answer}), flush=True)
