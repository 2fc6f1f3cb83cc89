"""Folders of catalogues, written for a test."""

from collections.abc import Mapping
from pathlib import Path

_HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

"""


def catalogue(texts: Mapping[str, str]) -> str:
    """Return a catalogue that says these texts; keys and values hold no quotes."""
    entries = [f'{_flag(id_)}msgid "{id_}"\nmsgstr "{text}"\n' for id_, text in texts.items()]
    return _HEAD + "\n".join(entries)


def folder_of(path: Path, **languages: Mapping[str, str]) -> Path:
    """Return a new folder with a catalogue for each language."""
    path.mkdir(parents=True)
    for language, texts in languages.items():
        (path / f"{language}.po").write_text(catalogue(texts), "utf-8")
    return path


def _flag(id_: str) -> str:
    return "#, python-format\n" if "%(" in id_ else ""
