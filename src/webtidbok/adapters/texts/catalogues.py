"""Texts in several languages: plain English in the code, the others in gettext catalogues.

A catalogue is a file `sv.po` in a folder. It is read as it is, so that whoever wants other words
writes a file and compiles nothing.
"""

import re
from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from webtidbok.errors import Fault, InvalidInput

_ENGLISH = "en"

#: What the `%` operator fills in, or makes a sign of.
_FILLED_IN = re.compile(r"%%|%\(\w+\)[sd]")


def translatable(text: str) -> str:
    """Return `text` as it is: it goes into the catalogues, and is translated where it is used."""
    return text


class Catalogues:
    """The catalogues of one folder, each read once, maybe with another folder's laid over it.

    What a catalogue does not hold is answered in English, as it stands in the code; so is all of
    a language that has no catalogue. English needs one only to say something else.

    Args:
        folder: With a file for each language: `sv.po`, `en.po`.
        replaced_by: A host's folder with such files. A text that is there is used instead of
            ours; one that is empty or not there stays. It may hold further languages.

    Raises:
        InvalidInput: a file of the host's is not a catalogue; a text of it names something that
            the text it replaces does not, such as `%(clinc)s`; or a `%` that is only a sign is
            not written `%%`. All such faults are named.
    """

    def __init__(self, folder: Traversable, *, replaced_by: Path | None = None) -> None:
        self._by_language: dict[str, NullTranslations] = {
            language: _translations(_read(file, language)) for language, file in _files(folder)
        }
        faults: list[Fault] = []
        for language, file in _files(replaced_by) if replaced_by else ():
            self._lay_over(language, file, faults)
        if faults:
            raise InvalidInput(faults)
        self._english = self._by_language.get(_ENGLISH, NullTranslations())

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have texts of their own; English is always among them."""
        return frozenset({_ENGLISH, *self._by_language})

    def of(self, language: str) -> NullTranslations:
        """Return the texts of a language, such as `sv`; in English if there are none."""
        return self._by_language.get(language, self._english)

    def _lay_over(self, language: str, file: Traversable, faults: list[Fault]) -> None:
        try:
            catalog = _read(file, language)
        except (OSError, ValueError) as error:
            faults.append(Fault("catalogue", file.name, f"cannot be read: {_reason(error)}"))
            return
        faults.extend(_faults_of(catalog, file.name))
        over = _translations(catalog)
        if under := self._by_language.get(language):
            over.add_fallback(under)
        self._by_language[language] = over


def _files(folder: Traversable) -> Iterable[tuple[str, Traversable]]:
    """Return each language of a folder with its file."""
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [(file.name.removesuffix(".po"), file) for file in files if file.name.endswith(".po")]


def _read(file: Traversable, language: str) -> Catalog:
    """Return a catalogue.

    Raises:
        OSError: there is no such file.
        ValueError: it is not a catalogue in UTF-8, or not one of a language.
    """
    try:
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=language, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(str(error)) from None
    if catalog.locale is None:
        raise ValueError("is not named after a language")
    return catalog


def _reason(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)


def _translations(catalog: Catalog) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _faults_of(catalog: Catalog, name: str) -> Iterable[Fault]:
    """Yield the texts that cannot be filled in as those they replace."""
    for message, errors in catalog.check():
        for error in errors:
            yield Fault(f'text "{message.id}"', f"{name} line {message.lineno}", str(error))
    for message in catalog:
        if message.id and any(map(_has_lone_percent, _forms(message.string))):
            reason = "holds a % that stands for nothing: write %%"
            yield Fault(f'text "{message.id}"', f"{name} line {message.lineno}", reason)


def _forms(string: object) -> Iterable[str]:
    """Return a text, or its singular and plurals; nothing for none."""
    forms = string if isinstance(string, list | tuple) else (string,)
    return [str(form) for form in forms if form]


def _has_lone_percent(text: str) -> bool:
    return "%" in _FILLED_IN.sub("", text)
