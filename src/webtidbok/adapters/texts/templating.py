"""Templates in a patient's language: ours, or a host's of the same name; all put in is escaped."""

from gettext import NullTranslations
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined


def templates_of(package: str, words: NullTranslations, *, replaced_by: Path | None) -> Environment:
    """Return the templates of a package, with the words of one language.

    A name that nobody fills in is an error, and not empty.

    Args:
        package: Its folder `templates` has ours.
        replaced_by: A host's folder; a template there is used instead of ours of that name.
    """
    theirs = [FileSystemLoader(replaced_by)] if replaced_by else []
    environment = Environment(
        loader=ChoiceLoader([*theirs, PackageLoader(package)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # by the extension
    return environment
