"""Requests that may come twice (R22)."""

import hashlib
import json
from collections.abc import Mapping

from webtidbok.errors import RequestKeyReused
from webtidbok.model.event import Event
from webtidbok.model.ids import RequestKey
from webtidbok.model.text import TEXT_MOST, required_text
from webtidbok.services.desk import Desk

_ENCODER = json.JSONEncoder(sort_keys=True)


def fingerprint(use_case: str, content: Mapping[str, object]) -> str:
    """Return the hash of a request's parsed content, to tell a repeat from another request."""
    text = _ENCODER.encode([use_case, content])
    return hashlib.sha256(text.encode()).hexdigest()


def check_same(earlier: Event, mark: str) -> None:
    """Check that a request which came before had the same content.

    Raises:
        RequestKeyReused: it had other content.
    """
    if earlier.fingerprint != mark:
        raise RequestKeyReused


def checked_key(key: RequestKey) -> RequestKey:
    """Return a key that a host or a page gave, as text of 1 to 200 characters (R40).

    Raises:
        InvalidValue: it is empty, too long, or holds what no text may.
    """
    return RequestKey(required_text(key, field="key", most=TEXT_MOST))


def key_of(desk: Desk, given: RequestKey | None) -> RequestKey:
    """Return the key that was given, checked; without one, a fresh one.

    Raises:
        InvalidValue: what was given is no key.
    """
    return fresh_key(desk) if given is None else checked_key(given)


def fresh_key(desk: Desk) -> RequestKey:
    """Return a key for a request that will not be repeated."""
    return RequestKey(desk.new_id())
