"""The patient's pages, for a host to mount."""

from typing import TYPE_CHECKING

from webtidbok.adapters.extras import needs
from webtidbok.services.web_book import WebBook
from webtidbok.web.site import Site

with needs("web"):
    from webtidbok.web.application import Application

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def create_app(book: WebBook, site: Site | None = None) -> "ASGIApp":
    """Return the pages of an installation, for all its clinics.

    The application keeps no state: any number of processes may serve it, and it may be mounted
    under any path. What a site's pages are made of is read once, so a host whose store joins its
    transactions may make an application for each request. It needs the desk's keys, under which
    it signs what forms bring along.

    Raises:
        MissingKey: the desk has no keys.
        InvalidInput: a catalogue of the site's brand has faults.
    """
    book.desk.all_keys()
    return Application(book, site or Site()).guarded()
