"""What the README promises of itself."""

import re
from pathlib import Path

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_quick_start_has_at_most_fifteen_lines() -> None:
    start = README.index("## Quick start")
    found = re.search(r"```python\n(.*?)```", README[start:], re.DOTALL)

    assert found is not None
    assert len([line for line in found[1].splitlines() if line.strip()]) <= 15


def test_it_says_what_it_is_in_five_lines() -> None:
    title, what_it_is, *_ = README.split("\n\n")

    assert title == "# webtidbok"
    assert len(what_it_is.splitlines()) == 5
