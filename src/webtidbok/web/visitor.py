"""One request, read to the end: who asks for what, in which language."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import attrs
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from webtidbok.adapters.texts.formats import Formats
from webtidbok.errors import UnknownClinic
from webtidbok.model.addresses import LINK, OUR_NAMES, id_in
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import ClinicId
from webtidbok.services.web_book import WebBook
from webtidbok.web.languages import chosen_language
from webtidbok.web.pages import OUR_LANGUAGES, Pages
from webtidbok.web.paths import Paths
from webtidbok.web.security import framed_by
from webtidbok.web.steps import Steps

#: More than any form of ours has.
_MOST_FIELDS = 50


def form_in(body: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent; of one that stands twice, the last.

    What is not text in UTF-8 is read with replacement characters, and the rules about texts say
    what they have against it. A form with more fields than any of ours is read as empty.
    """
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
            encoding="utf-8",
            errors="replace",
        )
    except ValueError:
        return {}
    return dict(pairs)


@attrs.frozen(kw_only=True, slots=False)
class Visitor:
    """Whoever sent a request, and what they sent. Views are functions of it.

    Attributes:
        form: The fields that were sent; empty for a request that only looks.
        languages: The languages that the page is to be had in, the preset first.
        clinic: Whose page it is; None until `at`, and on pages of no clinic.
        framed: Whether the clinic's sites may show the page in a frame (R4).
    """

    request: Request = attrs.field(repr=False)
    book: WebBook = attrs.field(repr=False)
    pages: Pages = attrs.field(repr=False)
    steps: Steps = attrs.field(repr=False)
    form: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    languages: tuple[str, ...] = OUR_LANGUAGES
    clinic: Clinic | None = None
    framed: bool = False

    # What was asked

    @property
    def query(self) -> Mapping[str, str]:
        """What stands in the address after the question mark."""
        return self.request.query_params

    def segment(self, name: str) -> str:
        """Return what a part of the path stands for, by its name in the route."""
        return id_in(str(self.request.path_params[name]))

    @property
    def clinic_of_address(self) -> ClinicId:
        """The clinic that the path begins with, also where no page is.

        Raises:
            UnknownClinic: it begins with something else.
        """
        first = next(iter(self._segments()), "")
        if first in OUR_NAMES:
            raise UnknownClinic(first)
        return ClinicId(id_in(first))

    @property
    def caller(self) -> str | None:
        """Who asks, for the limits (R21b)."""
        return self.pages.site.caller(self.request.scope)

    @cached_property
    def language(self) -> str:
        """The language of the page, as the address says, else as the browser asks."""
        return chosen_language(
            self.languages,
            address=self.query.get("lang"),
            header=self.request.headers.get("accept-language", ""),
        )

    # Where we are

    def at(self, clinic: ClinicId, *, framed: bool = False) -> "Visitor":
        """Return the visitor at a clinic, on pages in its languages.

        Raises:
            UnknownClinic: there is no such clinic.
        """
        there = self.book.clinic(clinic)
        spoken = tuple(each for each in there.languages if self.pages.has(each))
        return attrs.evolve(
            self, clinic=there, languages=spoken or OUR_LANGUAGES[:1], framed=framed
        )

    def at_only_clinic(self) -> "Visitor":
        """Return the visitor at the clinic if there is just one, else where they are."""
        clinics = self.book.desk.records.clinic_ids()
        return self.at(clinics[0]) if len(clinics) == 1 else self

    @cached_property
    def formats(self) -> Formats:
        """How times are written on the page of a clinic."""
        assert self.clinic is not None, "times are those on the wall of a clinic"
        return Formats(self.language, self.clinic.time_zone)

    @property
    def paths(self) -> Paths:
        """The addresses of links and forms on the page."""
        asked = self.query.get("lang")
        return Paths(
            root=self.request.scope.get("root_path", ""),
            language=asked if asked in self.languages else None,
        )

    def visit_address(self, token: LinkToken) -> str:
        """Return the link to a visit, whole, to be kept (R29)."""
        if self.pages.site.addresses is not None:
            return self.pages.site.addresses.visit(token)
        here = self.request.url
        return f"{here.scheme}://{here.netloc}{Paths(root=self.paths.root).own(LINK, token.token)}"

    # What is answered

    def text(self, text: str, **facts: object) -> str:
        """Return a text in the language of the page."""
        return self.pages.text(text, self.language, **facts)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a page."""
        html = self.pages.html(template, self.language, self._surroundings() | context)
        headers = {"Content-Language": self.language, "Vary": "Accept-Language"}
        if self.framed and self.clinic is not None:
            headers |= framed_by(self.clinic.web_booking.frame_ancestors)
        return Response(html, status, headers=headers, media_type="text/html")

    def onward(self, path: str) -> Response:
        """Send the browser on to a page, after a form was dealt with."""
        return RedirectResponse(path, status_code=303)

    def _surroundings(self) -> dict[str, Any]:
        """Return what every template may use."""
        static, paths = self.pages.static, self.paths
        return {
            "clinic": self.clinic,
            "formats": self.formats if self.clinic else None,
            "now": self.book.desk.now(),
            "language": self.language,
            "explicit_language": paths.language,
            "other_languages": list(self._other_languages()),
            "path": paths.to,
            "static": lambda name: paths.static(name, static.mark(name)),
            "has_brand": "brand.css" in static,
        }

    def _other_languages(self) -> Iterable[tuple[str, str]]:
        """Yield the other languages, each with the address of this page in it."""
        if self.request.method == "POST":
            return  # what was sent cannot be asked for by a link
        for language in self.languages:
            if language != self.language:
                asked = {**self.query, "lang": language}
                path = Paths(root=self.paths.root)
                yield language, path.own(*self._segments(), **asked)

    def _segments(self) -> list[str]:
        """Return the parts of the path within the pages; some servers leave out the root."""
        path, root = str(self.request.scope["path"]), self.paths.root
        within = path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else path
        return [segment for segment in within.split("/") if segment]
