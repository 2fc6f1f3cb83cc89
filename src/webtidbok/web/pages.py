"""Pages: templates, texts and files, ours with a brand's on top, and how they become HTML."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment

from webtidbok.adapters.texts.catalogues import Catalogues
from webtidbok.adapters.texts.languages import own_name
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.adapters.texts.templating import templates_of
from webtidbok.web import slugs
from webtidbok.web.site import Site
from webtidbok.web.static_files import StaticFiles

#: Ours, in the order in which they are chosen if nothing else says which.
OUR_LANGUAGES = ("sv", "en")


class Pages:
    """Everything that pages are made of, read once, when the host starts.

    Attributes:
        messages: The texts of what is written to patients; a calendar file has some of them.

    Raises:
        InvalidInput: a catalogue of the brand has faults.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.static = StaticFiles(site.folder("static"))
        ours = files("webtidbok.web") / "locale"
        self.messages = message_catalogues()
        self._texts = Catalogues(ours, replaced_by=site.folder("locale"))
        self._environments = {
            language: self._environment(language) for language in self._texts.languages
        }

    def has(self, language: str) -> bool:
        """Return whether there are texts in a language."""
        return language in self._environments

    def text(self, text: str, language: str, **facts: object) -> str:
        """Return a text in a language, filled in with facts: plain text, not HTML."""
        translated = self._texts.of(language).gettext(text)
        return translated % facts if facts else translated

    def html(self, template: str, language: str, context: Mapping[str, Any]) -> str:
        """Return a page. All that is put into it is escaped."""
        return self._environments[language].get_template(template).render(context)

    def _environment(self, language: str) -> Environment:
        environment = templates_of(
            "webtidbok.web",
            self._texts.of(language),
            replaced_by=self.site.folder("templates"),
        )
        environment.filters.update(tel=dialled, language_name=own_name)
        environment.globals["slugs"] = slugs
        return environment


def dialled(phone: str) -> str:
    """Return a telephone number as a link dials it: `070-174 06 05` as `0701740605`."""
    return "".join(letter for letter in phone if letter in "+0123456789")
