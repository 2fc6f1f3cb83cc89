"""Keep the gettext catalogues in step with the texts in code and templates.

A folder with a `locale` folder in it has catalogues: for all texts in its modules and templates.
Without arguments each catalogue gets the texts that are new, untranslated, and loses those that
are gone. With `--check` nothing is written; what is missing is told, and the status is 1.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent

METHODS = [("**.py", "python"), ("**/templates/**", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**": {"newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "translatable": None}

#: The language of the code: its catalogue holds only what shall read otherwise than there.
ENGLISH = "en"

WIDTH = 98

#: What a text is filled in with.
NAME = re.compile(r"%\((\w+)\)")


def template(folder: Path) -> Catalog:
    """Return all texts of a folder, without those of a folder within it that has its own."""
    inner = [each.parent for each in folder.glob("*/**/locale")]
    found = Catalog()
    for name, _, text, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        if not any((folder / name).is_relative_to(other) for other in inner):
            found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def catalogues(root: Path) -> Iterator[tuple[Path, Catalog]]:
    """Yield each catalogue's file with all the texts that it should hold."""
    for locale in sorted(root.glob("**/locale")):
        texts = template(locale.parent)
        for file in sorted(locale.glob("*.po")):
            yield file, texts


def read(file: Path) -> Catalog:
    """Return the catalogue that a file holds."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.stem)


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as it stands in its file: without dates, which would always differ."""
    stream = BytesIO()
    write_po(
        stream, catalog, width=WIDTH, omit_header=True, sort_by_file=True, include_lineno=False
    )
    return HEADER.format(catalog=catalog).encode() + stream.getvalue()


HEADER = """\
msgid ""
msgstr ""
"Language: {catalog.locale}\\n"
"Plural-Forms: {catalog.plural_forms}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def updated(file: Path, texts: Catalog) -> bytes:
    """Return a catalogue with the texts that are new, and without those that are gone."""
    catalog = read(file)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if file.stem == ENGLISH:
        for text in [text for text in catalog if not any(as_forms(text.string))]:
            catalog.delete(text.id, text.context)
    return written(catalog)


def faults(file: Path, texts: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue."""
    catalog = read(file)
    wanted = {(text.id, text.context) for text in texts if text.id}
    kept = {(text.id, text.context): text for text in catalog if text.id}
    if file.stem != ENGLISH:
        yield from (f"{id_!r} is missing" for id_, _ in wanted - kept.keys())
    yield from (f"{id_!r} is used nowhere" for id_, _ in kept.keys() - wanted)
    yield from (f"{text.id!r} is marked obsolete" for text in catalog.obsolete.values())
    for text in kept.values():
        if text.fuzzy:
            yield f"{text.id!r} is fuzzy"
        yield from untranslated(text)
        yield from (f"{text.id!r}: {error}" for error in text.check(catalog))


def untranslated(text: Message) -> Iterator[str]:
    """Yield why a text is not a whole translation: it is empty, or names other things."""
    ids, strings = as_forms(text.id), as_forms(text.string)
    if not all(strings):
        yield f"{text.id!r} is not translated"
    elif any(names(string) != names(ids[-1]) for string in strings):
        yield f"{text.id!r}: the translation names other things"


def as_forms(text: object) -> tuple[str, ...]:
    """Return the forms of a text, one, or singular and plural; an empty one for none."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def names(text: str) -> set[str]:
    """Return what a text is filled in with: `clinic` for `%(clinic)s`."""
    return set(NAME.findall(text))


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the catalogues, or check them; 1 if anything is wrong with them, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; tell what is wrong")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT / "src")
    given = parser.parse_args(arguments)
    wrong = 0
    for file, texts in catalogues(given.root):
        if not given.check:
            file.write_bytes(updated(file, texts))
        for fault in sorted(faults(file, texts)):
            print(f"{file.relative_to(given.root)}: {fault}")
            wrong = 1
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
