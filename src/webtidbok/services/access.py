"""The ways in to a visit: a link, or a number and code (R29). Nobody gets in by an id."""

from datetime import datetime
from typing import TypeAlias

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.appointment import Appointment
from webtidbok.model.codes import LinkToken, LookupCode
from webtidbok.model.event import WayIn
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.services.desk import Desk
from webtidbok.services.limits import Counter


@attrs.frozen
class ByLink:
    """With the token of a link from a message or from the receipt (R29a)."""

    token: LinkToken


@attrs.frozen(kw_only=True)
class ByCard:
    """With an identity number and the code of a card, as typed (R29b).

    Attributes:
        caller: Who asks, for the limits: the client address, say. None: no limits.
    """

    identity_number: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)
    caller: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class CardShown:
    """With a number and code that were right a short while ago (R29b).

    For a host that asks for them once and remembers, signed and for some minutes, what they led
    to: `card_shown` makes it. It says that they were right, and nothing checks that: what patients
    send never becomes one. It is good as long as the card is: a new code ends it with the old.

    Attributes:
        code_hashes: What the store may have of the code that was typed, one for each key.
    """

    clinic: ClinicId
    appointment: AppointmentId
    code_hashes: tuple[str, ...] = attrs.field(repr=False)


Access: TypeAlias = ByLink | ByCard | CardShown


def way_of(access: Access) -> WayIn:
    """Return the way in, as the history has it."""
    return WayIn.LINK if isinstance(access, ByLink) else WayIn.CARD


def find(desk: Desk, access: Access, *, now: datetime) -> Appointment | None:
    """Return the appointment that somebody has a way in to; None for every failure alike.

    The appointment may be cancelled, or have begun. A failed look-up by card counts against the
    limits; over them every try fails until the window ends, also a right one. Links do not count.
    """
    if isinstance(access, ByLink):
        return desk.store.find_by_link(access.token.hash)
    if isinstance(access, CardShown):
        return desk.store.find_with_code(access.clinic, access.appointment, access.code_hashes)
    return _find_by_card(desk, access, now)


def card_shown(desk: Desk, card: ByCard, appointment: Appointment) -> CardShown:
    """Return what to remember of a card that has just led to this appointment.

    Raises:
        InvalidValue: the code is none, so that it led nowhere.
    """
    hashes = _hashes(desk, LookupCode.parse(card.code))
    return CardShown(clinic=appointment.clinic, appointment=appointment.id, code_hashes=hashes)


def _find_by_card(desk: Desk, access: ByCard, now: datetime) -> Appointment | None:
    number, code = _parsed(access, now)
    counter = Counter(desk=desk, caller=access.caller, now=now)
    failures = counter.of_failure(number)
    is_over = counter.is_over(failures)
    # The same work whatever is wrong, so that the time taken tells nothing.
    hashes = _hashes(desk, code or _NO_CODE)
    found = desk.store.find_by_code(number or _NOBODY, hashes)
    if is_over:
        return None
    if found is None or number is None or code is None:
        counter.record(failures)
        return None
    return found


def _parsed(
    access: ByCard, now: datetime
) -> tuple[PersonalIdentityNumber | None, LookupCode | None]:
    try:
        number = PersonalIdentityNumber.parse(access.identity_number, on=now.date())
    except InvalidValue:
        number = None
    try:
        code = LookupCode.parse(access.code)
    except InvalidValue:
        code = None
    return number, code


def _hashes(desk: Desk, code: LookupCode) -> tuple[str, ...]:
    return tuple(code.keyed_hash(key) for key in desk.all_keys())


#: Looked up where what was typed is no number or no code; nobody has either.
_NOBODY = PersonalIdentityNumber("180001010016")
_NO_CODE = LookupCode.from_bytes(bytes(5))
