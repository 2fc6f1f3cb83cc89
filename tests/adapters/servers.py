"""Servers on this machine, for messengers to meet: each on a free port, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

HOST = "127.0.0.1"

#: Makes a server that answers.
Start = Callable[[], Awaitable[asyncio.Server]]

_PATIENCE_SECONDS = 30


@contextmanager
def serving(start: Start) -> Iterator[int]:
    """Run a server, and yield its port. At the end whoever is still served is waited for."""
    running: Future[tuple[int, Callable[[], object]]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(start, running)))
    thread.start()
    port, stop = running.result(_PATIENCE_SECONDS)
    try:
        yield port
    finally:
        stop()
        thread.join()


async def _serve(start: Start, running: Future[tuple[int, Callable[[], object]]]) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    server = await start()
    port: int = server.sockets[0].getsockname()[1]
    running.set_result((port, partial(loop.call_soon_threadsafe, stopping.set)))
    await stopping.wait()
    server.close()
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=_PATIENCE_SECONDS)


@contextmanager
def silence() -> Iterator[int]:
    """Take connections, and never say a word."""
    with socket.create_server((HOST, 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def nobody() -> Iterator[int]:
    """Yield a port on which nobody listens."""
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    yield port
