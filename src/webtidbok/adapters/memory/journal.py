"""How changes of plain dicts and lists are taken back, so that they hold whole or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar, runtime_checkable

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """Writes to dicts and lists, and while it is recording remembers how to undo what it wrote."""

    def __init__(self) -> None:
        self._undoing: list[Callable[[], object]] = []
        self._is_recording = False

    def put(self, table: dict[K, V], key: K, value: V) -> None:
        """Put `value` under `key`; what is there already keeps its place in the order."""
        if key in table:
            self._remember(table.__setitem__, key, table[key])
        else:
            self._remember(table.__delitem__, key)
        table[key] = value

    def drop(self, table: dict[K, V], key: K) -> None:
        """Drop what is under `key`; nothing happens if nothing is. An undo puts it back last."""
        if key in table:
            self._remember(table.__setitem__, key, table.pop(key))

    def append(self, rows: list[V], value: V) -> None:
        """Put `value` last."""
        rows.append(value)
        self._remember(rows.pop)

    def _remember(self, undo: Callable[..., object], *facts: object) -> None:
        if self._is_recording:
            self._undoing.append(lambda: undo(*facts))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Undo all that is written inside, last first, if the inside raises anything at all."""
        self._is_recording = True
        try:
            yield
        except BaseException:
            while self._undoing:
                self._undoing.pop()()
            raise
        finally:
            self._undoing.clear()
            self._is_recording = False


@runtime_checkable
class Undoable(Protocol):
    """What a store in memory can take back together with its own rows."""

    journal: Journal
