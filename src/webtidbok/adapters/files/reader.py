"""Reading the tables of a file whole: all that is wrong is noted, nothing is guessed (R40).

A `Table` is read key by key. A key that is missing or wrong is noted as a fault and a stand-in is
answered, so that reading goes on; what is made of a table with a fault is thrown away. A key that
nobody has asked for is unknown, and that is a fault as well.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from webtidbok.adapters.files.forms import IDENTIFIER, Form, WrongForm, printable, reason_of, shown
from webtidbok.errors import Fault

_T = TypeVar("_T")
_D = TypeVar("_D")


class Table:
    """One table of a file, and the place where it stands.

    Args:
        content: The table's keys with what stands there.
        place: For the faults; empty for the whole file.
        faults: Where faults are noted; shared by the tables of one file.
        number: Which one of its list it is, from 1 on.
    """

    def __init__(
        self, content: Mapping[str, object], *, place: str, faults: list[Fault], number: int = 0
    ) -> None:
        self.place = place
        self.number = number
        self._content = content
        self._faults = faults
        self._asked: set[str] = set()
        self._wrong: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def required(self, key: str, form: Form[_T]) -> _T:
        """Return the value of a key that must be there."""
        if key in self:
            return self._parsed(key, form, form.blank)
        self.note(key, "is missing")
        return form.blank

    def optional(self, key: str, form: Form[_T], default: _D) -> _T | _D:
        """Return the value of a key that may be left out, and then means `default`."""
        return self._parsed(key, form, default) if key in self else default

    def table(self, key: str, read: Callable[["Table"], _T], default: _D) -> _T | _D:
        """Return what `read` makes of a table within this one; without one, `default`."""
        if key not in self:
            return default
        content = self._parsed(key, _TABLE, None)
        if content is None:
            return default
        made = self._within(content, key).made(read)
        return default if made is None else made

    def required_table(self, key: str, read: Callable[["Table"], _T]) -> _T | None:
        """Return as `table` does, for a table that must be there; None where it has faults."""
        if key not in self:
            self.note(key, "is missing")
        return self.table(key, read, None)

    def tables(self, key: str, read: Callable[["Table"], _T | None]) -> tuple[_T, ...]:
        """Return what `read` makes of each table of a list; without a list, nothing.

        Left out are tables with faults, and those of which `read` makes nothing.
        """
        made = (table.made(read) for table in self._each(key))
        return tuple(one for one in made if one is not None)

    def required_tables(self, key: str, read: Callable[["Table"], _T]) -> tuple[_T, ...]:
        """Return as `tables` does, for a list that must be there, but may be empty."""
        if key not in self:
            self.note(key, "is missing")
        return self.tables(key, read)

    def ends(self, first: str, last: str, form: Form[_T]) -> tuple[_T | None, _T | None]:
        """Return two ends, both inclusive, either of which may be left out."""
        start, end = self.optional(first, form, None), self.optional(last, form, None)
        if self.is_sound(first, last) and end < start:  # type: ignore[operator] # neither is None
            self.note(last, f"lies before {first}")
        return start, end

    def only_one_of(self, *keys: str) -> str | None:
        """Return which one of `keys` is there; that none or several are is a fault."""
        there = [key for key in keys if key in self]
        if len(there) == 1:
            return there[0]
        self._asked.update(there)
        field = there[1] if there else keys[0]
        self.note(field, f"exactly one of {', '.join(keys)} must stand here")
        return None

    def is_sound(self, *keys: str) -> bool:
        """Return whether all of `keys` are there and nothing wrong with them was noted."""
        return self._wrong.isdisjoint(keys) and all(key in self for key in keys)

    def ids(self, key: str) -> frozenset[str]:
        """Return the ids of a list of tables, those of tables with other faults too.

        An id that stands twice is a fault, noted at the later one.
        """
        found: set[str] = set()
        for table in self._each(key, noting=False):
            id_ = table.own_id()
            if id_ in found:
                table.note("id", "stands more than once")
            if id_ is not None:
                found.add(id_)
        return frozenset(found)

    def own_id(self) -> str | None:
        """Return the table's id; None when it has none that could be read."""
        try:
            return IDENTIFIER.parse(self._content.get("id"))
        except ValueError:
            return None

    def made(self, read: Callable[["Table"], _T]) -> _T | None:
        """Return what `read` makes of this table, or None where that has faults.

        What a constructor refuses is noted too, unless it was made of stand-ins.
        """
        before = len(self._faults)
        made = None
        try:
            made = read(self)
        except ValueError as error:
            if len(self._faults) == before:
                self.note(getattr(error, "field", ""), reason_of(error))
        for key in self._content:
            if key not in self._asked:
                self.note(printable(key), "is not a known key")
        return made if len(self._faults) == before else None

    def note(self, field: str, reason: str) -> None:
        """Note that something is wrong with a key of this table."""
        self._wrong.add(field)
        self._faults.append(Fault(field, self.place, reason))

    def note_all(self, faults: Iterable[Fault]) -> None:
        """Note faults that have places of their own."""
        self._faults.extend(faults)

    def _parsed(self, key: str, form: Form[_T], otherwise: _D) -> _T | _D:
        self._asked.add(key)
        try:
            return form.parse(self._content[key])
        except ValueError as error:
            self.note(key, reason_of(error))
            return otherwise

    def _each(self, key: str, *, noting: bool = True) -> Iterable["Table"]:
        """Yield the tables of a list."""
        self._asked.add(key)
        listed = self._content.get(key, ())
        if not isinstance(listed, list | tuple):
            if noting:
                self.note(key, "is not a list of tables")
            return
        for number, content in enumerate(listed, 1):
            if isinstance(content, Mapping):
                yield self._within(content, f"{key} {number}", number)
            elif noting:
                self.note(key, f"item {number} is not a table")

    def _within(self, content: Mapping[str, object], name: str, number: int = 0) -> "Table":
        table = Table(content, place=name, faults=self._faults, number=number)
        id_ = table.own_id()
        parts = (self.place, name, "" if id_ is None else shown(id_))
        table.place = " ".join(filter(None, parts))
        return table


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WrongForm("is not a table")
    return value


_TABLE: Form[Mapping[str, object] | None] = Form(_table, None)
