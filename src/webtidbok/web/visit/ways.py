"""The ways to a visit: the link in its address, or a card that was shown a while ago (R29).

Who shows a card gets an address for the sitting: a step (`web.steps`) that names the visit. It
holds neither number nor code: of the code, what the store has of it, so that a new code ends the
sitting. Else it ends after half an hour, and lives no longer for being used.
"""

from datetime import timedelta

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.addresses import CARD, LINK
from webtidbok.model.appointment import Appointment
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.services.access import ByCard, ByLink, CardShown
from webtidbok.web.steps import StaleStep
from webtidbok.web.visitor import Visitor

SITTING = timedelta(minutes=30)

_SHOWN = "card shown"


@attrs.frozen
class Way:
    """A way to a visit, and where its pages are within our addresses."""

    access: ByLink | CardShown = attrs.field(repr=False)
    segments: tuple[str, str] = attrs.field(repr=False)

    @property
    def is_by_card(self) -> bool:
        """Whether it ends with the sitting."""
        return isinstance(self.access, CardShown)


def way_after(visitor: Visitor, card: ByCard, visit: Appointment) -> Way:
    """Return the way of whoever has just shown the card of a visit."""
    shown = visitor.book.card_shown(card, visit)
    content = {"clinic": shown.clinic, "visit": shown.appointment, "codes": shown.code_hashes}
    sitting = visitor.steps.written(_SHOWN, content, lifetime=SITTING)
    return Way(shown, (CARD, sitting))


def way_in(visitor: Visitor) -> Way | None:
    """Return the way that the address of a request is; None if it is none, or no more."""
    return _by_link(visitor) if "token" in visitor.request.path_params else _after_card(visitor)


def _by_link(visitor: Visitor) -> Way | None:
    token = visitor.segment("token")
    try:
        return Way(ByLink(LinkToken(token)), (LINK, token))
    except InvalidValue:
        return None


def _after_card(visitor: Visitor) -> Way | None:
    sitting = visitor.segment("sitting")
    try:
        content = visitor.steps.read(_SHOWN, sitting)
    except StaleStep:
        return None
    shown = CardShown(
        clinic=ClinicId(content["clinic"]),
        appointment=AppointmentId(content["visit"]),
        code_hashes=tuple(content["codes"]),
    )
    return Way(shown, (CARD, sitting))
