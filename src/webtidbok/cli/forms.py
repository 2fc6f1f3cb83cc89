"""What the command line is given: arguments, a patient's details, a link. Nothing is ever quoted.

Details and links come from a file or from standard input, never from arguments: those show in
lists of processes and in the shell's history.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

import attrs

from webtidbok.adapters.files.forms import DATE, reason_of
from webtidbok.cli.faults import faults_in
from webtidbok.cli.local_time import parse_local, parse_start
from webtidbok.errors import Fault, InvalidInput, NotFound
from webtidbok.model.codes import LinkToken
from webtidbok.model.instants import EPOCH
from webtidbok.model.text import TEXT_MOST, required_text

T = TypeVar("T")
B = TypeVar("B")

#: The most that is read of details or of a link, in bytes.
INPUT_MOST = 64 * 1024

_STANDARD_INPUT = "standard input"


@attrs.frozen
class Given:
    """Reads what was given, field by field, and gathers what is wrong with it.

    What is answered for a field with a fault only stands in for it: `finish` raises.
    """

    faults: list[Fault] = attrs.field(factory=list)

    def take(self, field: str, parse: Callable[[], T], blank: B, *, place: str = "") -> T | B:
        """Return what `parse` answers; `blank`, and a fault, if it raises that there is none."""
        place = place or f"--{field}"
        try:
            return parse()
        except InvalidInput as error:
            self.faults.extend(attrs.evolve(f, place=f.place or place) for f in error.faults)
        except NotFound as error:
            self.faults.extend(faults_in(error))
        except ValueError as error:
            self.faults.append(Fault(field, place, reason_of(error)))
        return blank

    def start(self, text: str) -> datetime:
        """Return what `--at` says, on the wall or with an offset."""
        return self.take("at", lambda: parse_start(text), EPOCH)

    def now(self, text: str | None) -> datetime | None:
        """Return what `--now` says, on the wall or with an offset; None without it."""
        return None if text is None else self.take("now", lambda: parse_local(text), None)

    def period(self, first: str, last: str) -> tuple[date, date]:
        """Return the dates of `--from` and `--to`, both inclusive."""
        begin = self.take("from", lambda: DATE.parse(first), date.min)
        end = self.take("to", lambda: DATE.parse(last), date.max)
        if begin > end:
            self.faults.append(Fault("from", "--from", "lies after --to"))
        return begin, end

    def name(self, field: str, text: str) -> str:
        """Return a short text that may not be empty."""
        return self.take(field, lambda: required_text(text, field=field, most=TEXT_MOST), "?")

    def link(self, path: str | None) -> LinkToken:
        """Return the token that a file or standard input holds, bare or in an address."""
        source = _source(path, "--link-file")
        blank = LinkToken.from_bytes(bytes(16))
        return self.take("link", lambda: LinkToken.parse(_text(path)), blank, place=source)

    def details(self, path: str | None, parse: Callable[[dict[str, object]], T]) -> T | None:
        """Return what `parse` makes of the details in a file or in standard input."""
        source = _source(path, "--patient")
        return self.take("details", lambda: parse(_object(_text(path))), None, place=source)

    def finish(self) -> None:
        """Raise all faults, if there are any."""
        if self.faults:
            raise InvalidInput(self.faults)


def _source(path: str | None, option: str) -> str:
    return _STANDARD_INPUT if path is None else option


def _text(path: str | None) -> str:
    """Return the text of a file, or of standard input.

    Raises:
        ValueError: it cannot be read, is too large or not UTF-8.
    """
    try:
        raw = _raw(path)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    if len(raw) > INPUT_MOST:
        raise ValueError(f"is larger than {INPUT_MOST} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None


def _raw(path: str | None) -> bytes:
    if path is None:
        return b"" if sys.stdin is None else _whole(sys.stdin.buffer)
    with Path(path).open("rb") as file:
        return _whole(file)


def _whole(stream: BinaryIO) -> bytes:
    """Return all that there is, but no more than one byte too much."""
    return stream.read(INPUT_MOST + 1)


def _object(text: str) -> dict[str, object]:
    """Return a JSON object.

    Raises:
        ValueError: `text` is something else.
    """
    if not text.strip():
        raise ValueError("are missing")
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _Repeated:
        raise ValueError("hold a field twice") from None
    except (ValueError, RecursionError):
        raise ValueError("are not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("are not a JSON object")  # noqa: TRY004 - what was given is wrong
    return found


class _Repeated(Exception):
    """A field stands twice: which one is meant cannot be told."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated
    return found
