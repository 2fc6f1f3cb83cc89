"""What a host decides about the pages, beside what each clinic decides for itself."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs

from webtidbok.model.addresses import Addresses

#: Answers who asks, for the limits, from the ASGI scope of a request; None: nobody is limited.
Caller = Callable[[Mapping[str, Any]], str | None]


def client_address(scope: Mapping[str, Any]) -> str | None:
    """Return the client address that the server gives; None over a local socket (R21b).

    No forwarded header is read: anybody can send one. A server behind a proxy is told which proxy
    to believe (uvicorn: `--forwarded-allow-ips`), or the host answers by a function of its own.
    """
    client = scope.get("client")
    return client[0] if client else None


@attrs.frozen(kw_only=True)
class Site:
    """The settings of the pages.

    Attributes:
        addresses: Where the pages are for the world. None: where the request says that it went,
            which is right unless a proxy hides the name of the host or that it speaks TLS.
        brand: A folder whose files replace ours one by one, by their names: `templates/*.html`,
            `static/*`, and in `locale/sv.po` single texts. `static/brand.css` comes on top of
            our style: it gives the variables at the top of `static/pages.css` other colours.
        caller: Who asks, for the limits (R21b).
        step_lifetime: How long a form that was shown may be sent.
    """

    addresses: Addresses | None = None
    brand: Path | None = None
    caller: Caller = client_address
    step_lifetime: timedelta = timedelta(hours=2)

    def folder(self, name: str) -> Path | None:
        """Return a folder of the brand, if there is one."""
        found = self.brand / name if self.brand else None
        return found if found and found.is_dir() else None
