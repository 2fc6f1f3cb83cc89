"""A provider of SMS over HTTP that takes what it gets, or does whatever else a test wants it to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl

import attrs

from tests.adapters.servers import HOST

#: What is answered to the fields of an SMS: a status; or None, and the connection is cut instead.
Fate = Callable[[dict[str, object]], int | None]


@attrs.frozen(kw_only=True)
class Posted:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    fields: dict[str, object]


@attrs.define
class Provider:
    """What a provider has got, whatever it answered.

    Attributes:
        ends: Whether its answers are as long as they say.
    """

    fate: Fate = lambda _: 200
    ends: bool = True
    posted: list[Posted] = attrs.field(factory=list)

    def took(self, request: Posted) -> int | None:
        self.posted.append(request)
        return self.fate(request.fields)


@contextmanager
def sms_server(provider: Provider) -> Iterator[str]:
    """Run a provider, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = self.headers["Content-Type"] == "application/json"
            fields = json.loads(body) if is_json else dict(parse_qsl(body, strict_parsing=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = provider.took(Posted(path=self.path, headers=headers, fields=fields))
            if status is not None:
                self.send_response(status)
                self.send_header("Content-Length", "0" if provider.ends else "1000")
                self.send_header("Location", "/elsewhere")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/sms"
        finally:
            server.shutdown()
            thread.join()
