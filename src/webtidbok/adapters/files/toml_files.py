"""Files of settings: TOML in UTF-8."""

import tomllib
from codecs import BOM_UTF8
from pathlib import Path

from webtidbok.adapters.files.raw import bytes_of, text_of, unreadable


def toml_at(path: Path) -> dict[str, object]:
    """Return the document that a file holds.

    Raises:
        InvalidInput: the file cannot be read, or is not TOML in UTF-8 without a byte order mark.
    """
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
