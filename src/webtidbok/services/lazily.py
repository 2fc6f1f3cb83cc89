"""Use cases that are imported by whoever is the first to need them.

A search in a process of its own, as on the command line, waits longest for what it imports, and
needs one use case of twenty.
"""

from importlib import import_module


class Lazily:
    """Stands for a module of `webtidbok.services`, which it imports to answer for it."""

    def __init__(self, name: str) -> None:
        self._name = f"{__package__}.{name}"

    def __getattr__(self, name: str) -> object:
        """Return what has that name in the module."""
        found: object = getattr(import_module(self._name), name)
        self.__dict__[name] = found  # from now on it is asked no more
        return found
