"""A browser that knows no more than it takes to book: requests, forms, hidden fields."""

import asyncio
import html
import re
from collections.abc import Callable, Mapping
from time import perf_counter
from urllib.parse import urlencode

import attrs

from benchmarks.rush.serving import WHO

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_TIME = re.compile(r'<button name="time" value="([^"]+)"')


@attrs.frozen
class Page:
    """What came back."""

    status: int
    location: str
    text: str

    @property
    def heading(self) -> str:
        """What the page is called."""
        found = _HEADING.search(self.text)
        return html.unescape(found[1]).strip() if found else ""

    @property
    def times(self) -> list[str]:
        """The times that can be pressed."""
        return [html.unescape(value) for value in _TIME.findall(self.text)]

    @property
    def hidden(self) -> dict[str, str]:
        """What a form of the page brings along: of all of them, the last."""
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(self.text)}


class Browser:
    """One patient's browser, with one connection.

    Args:
        took: Is told how many seconds each request took.
    """

    def __init__(self, port: int, who: str, took: Callable[[float], object]) -> None:
        self._port = port
        self._who = who
        self._took = took
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, path: str) -> Page:
        """Go to a page, and where it sends us."""
        page = await self._ask(f"GET {path}", b"")
        return await self.open(page.location) if page.location else page

    async def send(self, path: str, form: Mapping[str, str]) -> Page:
        """Send a form, and go where that sends us."""
        page = await self._ask(f"POST {path}", urlencode(form).encode())
        return await self.open(page.location) if page.location else page

    async def close(self) -> None:
        """Leave."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()

    async def _ask(self, line: str, body: bytes) -> Page:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        assert self._reader is not None
        began = perf_counter()
        lines = [f"{line} HTTP/1.1", "Host: localhost", f"{WHO}: {self._who}"]
        if line.startswith("POST"):
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join([*lines, "\r\n"]).encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (each.partition(": ") for each in head[1:])
        }
        content = await self._reader.readexactly(int(headers.get("content-length", "0")))
        self._took(perf_counter() - began)
        return Page(int(head[0].split()[1]), headers.get("location", ""), content.decode())
