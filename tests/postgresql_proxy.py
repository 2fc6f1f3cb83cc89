"""A wire between the tests and PostgreSQL on which one can count, and which one can cut."""

import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL


class Proxy:
    """Passes everything on.

    Attributes:
        url: Where the clients are to connect.
        round_trips: How often a client has said something and the server has answered.
        cut_before, cut_after: When a client says this, its connection is cut, before the server
            hears it or after the server has answered, so that the answer is lost.
    """

    def __init__(self, server: URL) -> None:
        self._server = server
        self._folder = tempfile.TemporaryDirectory(prefix="webtidbok-wire-")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self._folder.name, ".s.PGSQL.5432")))
        self._listener.listen(64)
        self.url = server.set(host=None, port=None, query={"host": self._folder.name})
        self.round_trips = 0
        self.cut_before = b""
        self.cut_after = b""
        self._is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._is_open = False
        self._listener.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        while self._is_open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = self._connected()
        state = _Wire()
        back = threading.Thread(target=self._answer, args=(server, client, state), daemon=True)
        back.start()
        while said := _received(client):
            if state.has_answered:
                state.has_answered = False
                self.round_trips += 1
            if self.cut_before and self.cut_before in said:
                break
            if self.cut_after and self.cut_after in said:
                state.loses_answer = True
            server.sendall(said)
        for end in (client, server):
            _hang_up(end)
        back.join(timeout=5)
        for end in (client, server):
            end.close()

    def _answer(self, server: socket.socket, client: socket.socket, state: "_Wire") -> None:
        while said := _received(server):
            state.has_answered = True
            if state.loses_answer:
                break
            try:
                client.sendall(said)
            except OSError:
                break
        _hang_up(client)

    def _connected(self) -> socket.socket:
        host = str(self._server.query.get("host") or self._server.host or "localhost")
        port = self._server.port or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(f"{host}/.s.PGSQL.{port}")
        return connected


class _Wire:
    """How it stands between one client and the server."""

    def __init__(self) -> None:
        self.has_answered = True
        self.loses_answer = False


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(1 << 16)
    except OSError:
        return b""


def _hang_up(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
