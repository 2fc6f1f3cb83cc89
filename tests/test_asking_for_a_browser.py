"""The browser tests say what they need, before anything else."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def pytest_told(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--collect-only", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_without_a_browser_it_is_said_what_to_install() -> None:
    told = pytest_told("tests/browser", WEBTIDBOK_CHROMIUM="/nowhere/chromium")

    assert told.returncode == 4
    assert "apt-get install chromium libatomic1" in told.stderr
    assert "Traceback" not in told.stderr
