"""Requests that may come twice (R22)."""

import hashlib
import json
from collections.abc import Mapping

from webtidbok.errors import RequestKeyReused
from webtidbok.model.event import Event
from webtidbok.model.ids import RequestKey
from webtidbok.services.desk import Desk

#: The longest request key, in characters.
KEY_MOST = 200


def fingerprint(use_case: str, content: Mapping[str, object]) -> str:
    """Return the hash of a request's parsed content, to tell a repeat from another request."""
    text = json.dumps([use_case, content], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_same(earlier: Event, mark: str) -> None:
    """Check that a request which came before had the same content.

    Raises:
        RequestKeyReused: it had other content.
    """
    if earlier.fingerprint != mark:
        raise RequestKeyReused


def fresh_key(desk: Desk) -> RequestKey:
    """Return a key for a request that will not be repeated."""
    return RequestKey(desk.new_id())
