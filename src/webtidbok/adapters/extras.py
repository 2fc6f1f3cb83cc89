"""What is said when an optional part is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

from webtidbok.errors import MissingExtra


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Let the imports within tell which extra to install.

    Raises:
        MissingExtra: something that `extra` brings is not installed.
    """
    try:
        yield
    except ModuleNotFoundError:
        raise MissingExtra(extra) from None
