"""Addresses within the pages, whatever path they are mounted under."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

import attrs

from webtidbok.model.addresses import FILES, segment_of


@attrs.frozen
class Paths:
    """Writes the addresses of one request's links and forms.

    Attributes:
        root: The path that the pages are mounted under; empty at the top.
        language: The language that the address of the request chose; it goes along.
    """

    root: str
    language: str | None = None

    def to(self, *ids: str, **query: object) -> str:
        """Return the path of a page of a clinic, `/solbacken/undersokning?from=2026-12-01`.

        Args:
            query: What is None or empty is left out.
        """
        return self._path(map(segment_of, ids), query)

    def own(self, *segments: str, **query: object) -> str:
        """Return the path of a page that is no clinic's own, `/kort`; as `to` otherwise."""
        return self._path(map(_quoted, segments), query)

    def _path(self, segments: Iterable[str], query: Mapping[str, object]) -> str:
        path = "".join(f"/{segment}" for segment in segments) or "/"
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        if self.language is not None:
            asked.setdefault("lang", self.language)
        return self.root + path + _query(asked)

    def static(self, name: str, mark: str) -> str:
        """Return the path of a file."""
        return f"{self.root}/{FILES}/{mark}/{quote(name)}"


def _quoted(segment: str) -> str:
    return quote(segment, safe="")


def _query(asked: Mapping[str, object]) -> str:
    return f"?{urlencode(asked)}" if asked else ""
