"""A make-believe clinic's own site, which shows the patient's pages in a frame and by a button."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from examples.demo.screens import Screens
from webtidbok import Clinic
from webtidbok.model.addresses import Addresses
from webtidbok.web.embedding import button_code, embed_code


def clinic_site(clinic: Clinic, screens: Screens, addresses: Addresses) -> Starlette:
    """Return the site.

    Args:
        addresses: Of the patient's pages.
    """
    embedded = embed_code(addresses, clinic, language="sv")
    button = button_code(addresses, clinic, language="sv")

    def home(_: Request) -> Response:
        return screens.page("clinic_site.html", clinic=clinic, button=button, embedded=None)

    def book(_: Request) -> Response:
        return screens.page("clinic_site.html", clinic=clinic, button=button, embedded=embedded)

    return Starlette(routes=[Route("/", home), Route("/boka", book), *screens.routes()])
