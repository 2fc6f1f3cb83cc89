"""The page that shows what reached the patients' phones and mailboxes."""

from zoneinfo import ZoneInfo

import attrs
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from examples.demo.mailbox import Mailbox
from examples.demo.screens import Screens
from webtidbok.adapters.texts.formats import Formats

#: A letter runs nothing and loads nothing; its links open beside it.
_LETTER = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
}


@attrs.frozen
class MailboxScreens:
    """The screens of all patients' phones and mailboxes, on one page."""

    mailbox: Mailbox
    zone: ZoneInfo
    screens: Screens

    def routes(self) -> list[BaseRoute]:
        """Return where each screen is."""
        return [
            Route("/mailbox", self.all),
            Route("/mailbox/{key:path}", self.one),
        ]

    def all(self, _: Request) -> Response:
        """Show everything, the newest first."""
        letters = self.mailbox.letters()
        formats = Formats("en", self.zone)
        return self.screens.page("mailbox.html", letters=letters, formats=formats)

    def one(self, request: Request) -> Response:
        """Show a letter that is a page, as a mail program would."""
        letter = self.mailbox.letters().get(request.path_params["key"])
        if letter is None or not letter.html:
            return HTMLResponse("There is no such letter.", 404)
        return HTMLResponse(letter.html, headers=_LETTER)
