"""Files as bytes, and how it is said that one cannot be read."""

from pathlib import Path

from webtidbok.errors import Fault, InvalidInput


def bytes_of(path: Path) -> bytes:
    """Return what stands in a file.

    Raises:
        InvalidInput: the file is not there, or may not be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, f"cannot be read: {error.strerror}") from None
    except ValueError:  # a path with a null character
        raise unreadable(path, "cannot be read: it is no path") from None


def text_of(path: Path, raw: bytes, *, encoding: str = "utf-8") -> str:
    """Return the text that `raw`, read from `path`, holds.

    Raises:
        InvalidInput: it is not UTF-8.
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise unreadable(path, "is not UTF-8", line=line) from None


def place_in(path: Path, line: int) -> str:
    """Return the place of a line in a file, for faults."""
    return f"{path.name} line {line}"


def unreadable(path: Path, reason: str, *, line: int | None = None) -> InvalidInput:
    """Return the error that a whole file cannot be read, on `line` if it is known."""
    place = path.name if line is None else place_in(path, line)
    return InvalidInput([Fault("file", place, reason)])
