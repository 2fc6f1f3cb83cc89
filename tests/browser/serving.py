"""The pages on this machine, with a clock that the test moves, and somebody else's site around."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"


class Sites:
    """Two origins behind one server. What each shows is set anew for each test.

    Attributes:
        pages: The application under test.
        around: What the other origin shows.
    """

    def __init__(self) -> None:
        self.pages: ASGIApp = HTMLResponse("nothing yet")
        self.around: ASGIApp = HTMLResponse("nothing yet")
        self._doors = [socket.create_server((HOST, 0)) for _ in range(2)]
        self.ports = [door.getsockname()[1] for door in self._doors]

    @property
    def address(self) -> str:
        """The origin of the pages."""
        return f"http://{HOST}:{self.ports[0]}"

    @property
    def address_around(self) -> str:
        """The origin of the site around them."""
        return f"http://{HOST}:{self.ports[1]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the site whose door it is."""
        is_pages = scope["server"][1] == self.ports[0]
        await (self.pages if is_pages else self.around)(scope, receive, send)

    @contextmanager
    def served(self) -> Iterator["Sites"]:
        """Serve them in a thread for a while."""
        config = uvicorn.Config(
            self, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=[self._doors], name="sites")
        thread.start()
        try:
            yield self
        finally:
            server.should_exit = True
            thread.join()
