"""What a run says besides its figures; figures alone go to standard output."""

import sys


def say(text: str) -> None:
    """Say something about how it goes."""
    print(f"# {text}", file=sys.stderr, flush=True)
