"""A clinic file: TOML in UTF-8."""

import tomllib
from codecs import BOM_UTF8
from pathlib import Path

from webtidbok.adapters.files.clinic_document import ClinicFile, clinic_from
from webtidbok.adapters.files.raw import bytes_of, text_of, unreadable


def read_clinic(path: str | Path) -> ClinicFile:
    """Return what the clinic file at `path` says.

    Raises:
        InvalidInput: the file cannot be read, is not TOML in UTF-8, or has other faults; with all
            of them.
    """
    return clinic_from(_document_at(Path(path)))


def _document_at(path: Path) -> dict[str, object]:
    raw = bytes_of(path)
    if raw.startswith(BOM_UTF8):
        raise unreadable(path, "begins with a byte order mark; save it as UTF-8 without one")
    text = text_of(path, raw)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise unreadable(path, "is nested too deeply") from None
    except ValueError as error:  # a fault of TOML's, or a number or date out of bounds
        raise unreadable(path, f"is not TOML: {error}") from None
