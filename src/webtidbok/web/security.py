"""The guard before the pages: what it lets in, and what every answer carries.

Plain ASGI, outermost, so that nothing is answered without it, not even an error.
"""

import re
from collections.abc import Awaitable, Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: All that our forms can hold, with room to spare.
BODY_MOST_BYTES = 16 * 1024

FORM = "application/x-www-form-urlencoded"

_SAME_SITE = ("same-origin", "none")

#: A site as it may stand in a policy: nothing in it can end a directive or begin another.
_SITE = re.compile(r"https?://[A-Za-z0-9.*\[\]:-]+")

_CONTENT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors "
)

_HEADERS = {
    "Content-Security-Policy": f"{_CONTENT}'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def framed_by(sites: Iterable[str]) -> dict[str, str]:
    """Return the headers of a page that these sites may show in a frame, and no others."""
    allowed = [site for site in sites if _SITE.fullmatch(site)]
    if not allowed:
        return {}
    return {"Content-Security-Policy": _CONTENT + " ".join(["'self'", *allowed])}


class Guard:
    """Refuses what no page of ours sends, and puts the headers on every answer.

    Args:
        refused: Answers a request that is refused, with the page for a status.
        origin: Where the pages are for the world, if the host said: `https://boka.example.com`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        refused: Callable[[Scope, int], Awaitable[Response]],
        origin: str | None = None,
    ) -> None:
        self._app = app
        self._refused = refused
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        status = self._fault(scope["method"], Headers(scope=scope))
        if status is None and scope["method"] == "POST":
            body = await _read(receive)
            if body is not None:
                await self._app(scope, _once(body, receive), guarded)
                return
            status = 413
        if status is None:
            await self._app(scope, receive, guarded)
            return
        response = await self._refused(scope, status)
        await response(scope, receive, guarded)

    def _fault(self, method: str, headers: Headers) -> int | None:
        """Return the status with which a request is refused before its body is read."""
        if method != "POST":
            return None
        if not self._is_from_here(headers):
            return 403
        if headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
            return 415
        length = headers.get("content-length", "0")
        is_length = length.isascii() and length.isdigit() and len(length) < len("1000000000")
        return None if is_length and int(length) <= BODY_MOST_BYTES else 413

    def _is_from_here(self, headers: Headers) -> bool:
        """Return whether a form was sent from a page of ours; `null` is foreign.

        Browsers name the origin with every form. Behind a proxy we may not know whether the world
        reaches us by TLS, so the scheme is compared only with an address that the host gave.
        """
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in _SAME_SITE
        host = headers.get("host", "").lower()
        here = {f"https://{host}", f"http://{host}"} if host else set()
        return origin.lower() in here | {self._origin}


def origin_of(address: str) -> str:
    """Return the origin of an address: its scheme, host and port, in small letters."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}".lower()


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request; None if it is too long, having read little more than fits."""
    body = b""
    while len(body) <= BODY_MOST_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body if len(body) <= BODY_MOST_BYTES else None
    return None


def _once(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read, once, and then whatever else comes."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
