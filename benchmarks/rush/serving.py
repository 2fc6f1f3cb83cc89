"""The pages of an installation, served by uvicorn: `python -m benchmarks.rush.serving URL PORT`."""

import sys
from collections.abc import Mapping
from typing import Any

import uvicorn

from webtidbok import Desk, WebBook
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.sql.throttle import SqlThrottle
from webtidbok.adapters.system import SystemClock, SystemRandomness
from webtidbok.web.app import create_app
from webtidbok.web.site import Site

#: Every patient comes from an address of their own: here it stands in a header.
WHO = "x-patient"

_KEY = b"0123456789abcdef0123456789abcdef"


def serve(url: str, port: int) -> None:
    """Serve until the process is ended."""
    engine = open_database(url)
    store = SqlStore.from_engine(engine)
    desk = Desk(
        store=store,
        records=store,
        clock=SystemClock(),
        randomness=SystemRandomness(),
        keys=FixedKeys(_KEY),
        throttle=SqlThrottle.from_engine(engine),
    )
    app = create_app(WebBook(desk), Site(caller=_who))
    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def _who(scope: Mapping[str, Any]) -> str | None:
    return next((value.decode() for name, value in scope["headers"] if name == WHO.encode()), None)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
