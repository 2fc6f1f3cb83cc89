"""What is said when something goes wrong: politely, without details, and where to turn."""

import logging
import traceback

from starlette.responses import Response

from webtidbok.adapters.texts.catalogues import translatable as _
from webtidbok.errors import InvalidValue, NotFound, StoreUnavailable
from webtidbok.web.steps import StaleStep
from webtidbok.web.visitor import Visitor

logger = logging.getLogger("webtidbok.web")

_NOT_FOUND = 404
_STORE_UNAVAILABLE = 503
_BROKEN = 500

#: By status: the heading, and what it means for whoever reads it.
_TEXTS = {
    400: (
        _("This page cannot be used any more"),
        _("It was open for too long, or something in its address is missing. Please start again."),
    ),
    403: (
        _("The form was sent from another site"),
        _("For your safety we only take forms from our own pages. Please start again."),
    ),
    404: (
        _("There is no such page"),
        _("The address may be mistyped, or the page is gone. Look at the link once more."),
    ),
    405: (
        _("That cannot be done here"),
        _("The page was called in a way that it does not know. Please start again."),
    ),
    413: (
        _("That was too much text"),
        _("The form held more than we can receive. Go back and shorten what you wrote."),
    ),
    415: (
        _("The form could not be read"),
        _("It was sent in a way that we do not know. Please start again."),
    ),
    500: (
        _("Something went wrong with us"),
        _("It is not your fault. Please try again in a while, or phone the clinic."),
    ),
    503: (
        _("We cannot answer right now"),
        _(
            "Please load the page again in a minute. Nothing is done twice. If it still does not"
            " work, phone the clinic."
        ),
    ),
}


def error_page(visitor: Visitor, status: int) -> Response:
    """Return the page for a status, with the clinic's phone number where the clinic is known."""
    heading, text = _TEXTS.get(status, _TEXTS[_BROKEN])
    response = visitor.page("error.html", status=status, heading=heading, text=text)
    if status == _STORE_UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response


def status_of(error: Exception) -> int:
    """Return the status that an error means. One that nobody foresaw is logged.

    The log tells where it happened and of what kind it was. The text of an error may hold what
    somebody typed, so it is not told.
    """
    if isinstance(error, NotFound):
        return _NOT_FOUND
    if isinstance(error, StaleStep | InvalidValue):
        return 400
    if isinstance(error, StoreUnavailable):
        return _STORE_UNAVAILABLE
    logger.error("%s at %s", type(error).__name__, _places(error))
    return _BROKEN


def _places(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return ", ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
