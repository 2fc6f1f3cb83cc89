"""CSV files with a header, as tables of texts: UTF-8, with or without a byte order mark.

Rows may hold what belongs to patients, and so may a header that is none: nothing is quoted.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from webtidbok.adapters.files.raw import bytes_of, place_in, text_of
from webtidbok.adapters.files.reader import Table
from webtidbok.errors import Fault, InvalidInput

_Record = tuple[int, list[str]]


def rows_of(path: Path, columns: Sequence[str], faults: list[Fault]) -> Iterator[Table]:
    """Yield each row as a table of its cells that are not blank, numbered by its line.

    Rows that cannot be read are noted in `faults` and left out; blank lines are no rows.

    Args:
        columns: What the header must hold, in any order and nothing else.
        faults: Where faults are noted, also those of the tables.

    Raises:
        InvalidInput: the file cannot be read, or its header is not as it must be.
    """
    records = _records_of(path, faults)
    line, header = next(records, (1, []))
    if wrong := list(_faults_in(header, columns, place_in(path, line))):
        raise InvalidInput([*faults, *wrong])
    for line, cells in records:
        place = place_in(path, line)
        if len(cells) != len(header):
            reason = f"has {len(cells)} cells, and the header has {len(header)}"
            faults.append(Fault("row", place, reason))
            continue
        content = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
        yield Table(content, place=place, faults=faults, number=line)


def _records_of(path: Path, faults: list[Fault]) -> Iterator[_Record]:
    """Yield the records that are not blank, each with its first line's number."""
    text = text_of(path, bytes_of(path), encoding="utf-8-sig")
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # what follows cannot be told apart
            faults.append(Fault("row", place_in(path, line), "cannot be read as CSV"))
            return
        if cells:
            yield line, cells


def _faults_in(header: list[str], columns: Sequence[str], place: str) -> Iterator[Fault]:
    for column in columns:
        count = header.count(column)
        if count != 1:
            reason = "stands more than once in the header" if count else "is not in the header"
            yield Fault(column, place, reason)
    for number, name in enumerate(header, 1):
        if name not in columns:
            yield Fault("header", place, f"column {number} is none of {', '.join(columns)}")
