"""What one patient is about on the booking pages, from the choice of a time to the receipt.

It travels as a step (`web.steps`). From its secret follow the token of the hold and the key of the
request, so a form that is sent twice, or again after going back, is the same wish and not another.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from webtidbok.model.codes import LinkToken
from webtidbok.model.hold import Hold
from webtidbok.model.ids import ClinicId, ProviderId, RequestKey, TypeId
from webtidbok.web.steps import EndedStep, StaleStep
from webtidbok.web.visitor import Visitor

_PURPOSE = "book"
_SECRET_BYTES = 16
_HOLD_PURPOSE = b"webtidbok hold of an errand 1\0"
_KEY_PURPOSE = b"webtidbok request of an errand 1\0"


@attrs.frozen(kw_only=True)
class Wish:
    """The time that was chosen: of which type, with whom, when."""

    type: TypeId
    provider: ProviderId
    start: datetime


@attrs.frozen(kw_only=True)
class Errand:
    """A booking under way.

    Attributes:
        secret: Random; whoever has it may give the hold back or replace it, and no more.
        wish: None until a time is chosen.
    """

    clinic: ClinicId
    secret: bytes = attrs.field(repr=False)
    wish: Wish | None = None

    @property
    def hold_token(self) -> LinkToken:
        """The token that owns the hold: an errand has at most one."""
        return LinkToken.from_bytes(self._digest(_HOLD_PURPOSE)[:_SECRET_BYTES])

    @property
    def key(self) -> RequestKey:
        """The key of the request: the same for each confirmation of this very time (R22)."""
        assert self.wish is not None, "only what was chosen can be confirmed"
        wish = self.wish
        name = f"{wish.start.isoformat()} {wish.provider}\0{wish.type}"
        return RequestKey(self._digest(_KEY_PURPOSE, name.encode()).hex())

    def hold(self, visitor: Visitor) -> Hold | None:
        """Return the hold of the errand, if it is live."""
        return visitor.book.kept(self.clinic, self.hold_token)

    def _digest(self, purpose: bytes, text: bytes = b"") -> bytes:
        return hashlib.sha256(purpose + self.secret + text).digest()


def new_errand(visitor: Visitor, clinic: ClinicId) -> Errand:
    """Return an errand that is nobody's yet. Nothing is stored."""
    return Errand(clinic=clinic, secret=visitor.book.desk.randomness.random_bytes(_SECRET_BYTES))


def step_of(visitor: Visitor, errand: Errand) -> str:
    """Return an errand as a step, for a form or an address."""
    wish = errand.wish
    chosen = [wish.type, wish.provider, wish.start.isoformat()] if wish else []
    secret = base64.urlsafe_b64encode(errand.secret).decode()
    return visitor.steps.written(
        _PURPOSE, {"clinic": errand.clinic, "secret": secret, "wish": chosen}
    )


def errand_in(visitor: Visitor, step: str, clinic: ClinicId) -> Errand:
    """Return the errand of a step.

    Raises:
        StaleStep: the step is not good, or no more, or of another clinic.
    """
    return _errand(visitor.steps.read(_PURPOSE, step), clinic)


def errand_in_form(visitor: Visitor, clinic: ClinicId) -> tuple[Errand, bool]:
    """Return the errand of the form that was sent, and whether its step has ended.

    Raises:
        StaleStep: the step is not good, or of another clinic.
    """
    try:
        return errand_in(visitor, visitor.form.get("step", ""), clinic), False
    except EndedStep as ended:
        return _errand(ended.content, clinic), True


def _errand(content: Mapping[str, Any], clinic: ClinicId) -> Errand:
    if content["clinic"] != clinic:
        raise StaleStep
    return Errand(
        clinic=clinic,
        secret=base64.urlsafe_b64decode(content["secret"]),
        wish=_wish(*content["wish"]) if content["wish"] else None,
    )


def _wish(type_: str, provider: str, start: str) -> Wish:
    return Wish(
        type=TypeId(type_), provider=ProviderId(provider), start=datetime.fromisoformat(start)
    )
