"""Whoever watches a browser: nothing it does may leave this machine, nor fail unseen."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Route

from tests.browser.serving import HOST

#: What Chromium notes of answers that are the test's own business: those with an error status, and
#: pages that may not be shown in a frame.
_NOTED = (
    "Failed to load resource: the server responded with a status of",
    "Framing 'http://127.0.0.1",
    "Refused to frame",
)

#: What is no fault: the browser goes to another page and waits no longer, or may not show a page in
#: a frame.
_GIVEN_UP = ("net::ERR_ABORTED", "net::ERR_BLOCKED_BY_RESPONSE")


class Watch:
    """Notes what should not happen in a context.

    Attributes:
        seen: Each thing in words; empty if all is well.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[str] = []
        context.route("**/*", self._let_through)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"error: {error.error}"))
        context.on("requestfailed", self._failed)

    def _let_through(self, route: Route) -> None:
        address = route.request.url
        if address.startswith(f"http://{HOST}:"):
            route.continue_()
        else:
            self.seen.append(f"a request to {address}")
            route.abort()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_NOTED):
            self.seen.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure not in _GIVEN_UP:
            self.seen.append(f"no answer: {request.method} {request.url} {request.failure}")
