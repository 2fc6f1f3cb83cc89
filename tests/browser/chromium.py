"""Which browser the tests drive, and how it is started."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

#: Names another browser than Debian's.
VARIABLE = "WEBTIDBOK_CHROMIUM"

MISSING = (
    f"The browser tests need Chromium. On Debian: apt-get install chromium libatomic1."
    f" Elsewhere set {VARIABLE} to the program."
)

#: It calls nobody: no look for updates, no lists, no other way round.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Return the program; None if there is none."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen if os.access(chosen, os.X_OK) and Path(chosen).is_file() else None
    return shutil.which("chromium")


def arguments() -> Sequence[str]:
    """Return what it is started with. Its sandbox does not work for root; memory may be small."""
    of_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return (*_QUIET, "--disable-gpu", "--disable-dev-shm-usage", *of_root)
