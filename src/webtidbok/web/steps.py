"""Steps: what a form must bring along from the page before, signed, and good for some time.

The pages keep no state and set no cookie, so what has been chosen so far travels in the form or
in the address. The signature says that we wrote it, for this purpose, and when it ends; the rules
are asked again all the same. A step is not secret to whoever holds it, and never holds what a
patient typed.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from webtidbok.services.desk import Desk

_DOMAIN = "webtidbok web step 1 "
_UNTIL = "until"

#: Longer than any that we write.
_MOST = 2000


class StaleStep(Exception):
    """A step is missing, has ended, was written for another purpose, or not by us."""


class EndedStep(StaleStep):
    """A step is ours and for this purpose, and has ended.

    Nothing may be done by it; what it holds may be shown once more, to be asked about again.

    Attributes:
        content: As it was written.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self.content = content


class Steps:
    """Writes and reads the steps of an installation, under its keys.

    The first key signs; every one is good for reading, so steps survive a change of keys.

    Args:
        lifetime: A step is good up to, not including, the moment when it is that old.
    """

    def __init__(self, desk: Desk, lifetime: timedelta) -> None:
        self._desk = desk
        self._lifetime = lifetime

    def written(
        self, purpose: str, content: Mapping[str, Any], *, lifetime: timedelta | None = None
    ) -> str:
        """Return a step: letters, digits, `-`, `_` and `.`, for a form or an address.

        Args:
            content: Plain values, as JSON has them; not `until`.
            lifetime: If it is to end earlier than others.
        """
        ends = self._desk.now() + min(self._lifetime, lifetime or self._lifetime)
        until = int(ends.timestamp())
        text = self._serializer(purpose).dumps({**content, _UNTIL: until})
        assert isinstance(text, str), "safe for addresses"
        return text

    def read(self, purpose: str, text: str) -> dict[str, Any]:
        """Return the content of a step.

        Raises:
            EndedStep: it is good no more.
            StaleStep: it is not good.
        """
        if not text or len(text) > _MOST:
            raise StaleStep
        try:
            content = self._serializer(purpose).loads(text)
        except BadData:
            raise StaleStep from None
        assert isinstance(content, dict), "we wrote it"
        if self._desk.now().timestamp() >= content.pop(_UNTIL):
            raise EndedStep(content)
        return content

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        oldest_first = list(self._desk.all_keys())[::-1]
        return URLSafeSerializer(
            oldest_first,
            salt=_DOMAIN + purpose,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
