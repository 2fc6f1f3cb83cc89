"""A clinic file: TOML in UTF-8."""

from pathlib import Path

from webtidbok.adapters.files.clinic_document import ClinicFile, clinic_from
from webtidbok.adapters.files.toml_files import toml_at


def read_clinic(path: str | Path) -> ClinicFile:
    """Return what the clinic file at `path` says.

    Raises:
        InvalidInput: the file cannot be read, is not TOML in UTF-8, or has other faults; with all
            of them.
    """
    return clinic_from(toml_at(Path(path)))
