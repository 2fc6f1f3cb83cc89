"""Several sites behind one server: each has a port of its own, so browsers keep them apart."""

import socket
from collections.abc import Callable, Mapping, Sequence

import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

#: Only this machine gets in.
HOST = "127.0.0.1"

#: How long a browser that holds on to its connection may keep the end waiting.
_GRACE_SECONDS = 1


def open_door(port: int) -> socket.socket:
    """Return a socket at a port of this machine; at any free one if that is taken."""
    try:
        return socket.create_server((HOST, port))
    except OSError:
        return socket.create_server((HOST, 0))


def address_of(door: socket.socket) -> str:
    """Return the address of what is behind a door: `http://127.0.0.1:8420`."""
    return f"http://{HOST}:{door.getsockname()[1]}"


def serve(
    sites: Mapping[str, ASGIApp], doors: Sequence[socket.socket], *, opened: Callable[[], object]
) -> None:
    """Serve until SIGTERM or Ctrl-C; whatever handles these is called afterwards.

    Args:
        sites: What is behind each door, by its address.
        opened: Called once everybody may come in.
    """
    config = uvicorn.Config(
        _Sites(sites),
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    _Server(config, opened).run(list(doors))


class _Server(uvicorn.Server):
    """Says when it has begun."""

    def __init__(self, config: uvicorn.Config, opened: Callable[[], object]) -> None:
        super().__init__(config)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._opened()


class _Sites:
    """Asks the site behind the door at which somebody came in.

    The name of the host must be the one we gave: a page elsewhere that gives our address another
    name gets no answer.
    """

    def __init__(self, sites: Mapping[str, ASGIApp]) -> None:
        self._behind = {
            int(address.rpartition(":")[2]): TrustedHostMiddleware(site, [HOST])
            for address, site in sites.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._behind[scope["server"][1]](scope, receive, send)
