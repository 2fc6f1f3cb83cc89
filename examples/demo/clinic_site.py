"""A make-believe clinic's own site, which shows the patient's pages in a frame and by a button."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from examples.demo.screens import Screens
from webtidbok import Clinic
from webtidbok.model.addresses import Addresses


def clinic_site(clinic: Clinic, screens: Screens, addresses: Addresses) -> Starlette:
    """Return the site.

    Args:
        addresses: Of the patient's pages.
    """
    booking = addresses.booking(clinic.id)
    embedded = f'<iframe src="{booking}" title="Boka tid"></iframe>'
    button = f'<a href="{booking}">Boka tid</a>'

    def home(_: Request) -> Response:
        return screens.page("clinic_site.html", clinic=clinic, button=button, embedded=None)

    def book(_: Request) -> Response:
        return screens.page("clinic_site.html", clinic=clinic, button=button, embedded=embedded)

    return Starlette(routes=[Route("/", home), Route("/boka", book), *screens.routes()])
