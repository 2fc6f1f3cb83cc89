"""Texts that stand in a file as they are sent, so that a change of words is seen as one."""

import os
from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"


def golden(name: str, texts: Iterable[str]) -> tuple[str, str]:
    """Return what stands in a golden file, and what should.

    With WEBTIDBOK_WRITE_GOLDEN=1 it is written anew; then read what has changed.
    """
    file, text = _FOLDER / name, "\n".join(texts)
    if os.environ.get("WEBTIDBOK_WRITE_GOLDEN"):
        file.write_text(text, "utf-8")
    return file.read_text("utf-8"), text
