"""The catalogues of what is written to patients: messages, calendar files and cards."""

from importlib.resources import files
from pathlib import Path

from webtidbok.adapters.texts.catalogues import Catalogues


def message_catalogues(replaced_by: Path | None = None) -> Catalogues:
    """Return our texts in each language.

    Args:
        replaced_by: A host's folder with other words for some of them (`Catalogues`).

    Raises:
        InvalidInput: a file of the host's has faults.
    """
    return Catalogues(files(__package__) / "locale", replaced_by=replaced_by)
