"""Holds that give way: expired ones to whoever wants their time, all of them to staff (R21)."""

from collections.abc import Callable
from datetime import datetime

from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.occupied import Occupied, occupied_by
from webtidbok.ports.store import State


def expired_in_the_way(
    state: State, taker: Appointment | Hold, now: datetime
) -> tuple[HoldId, ...]:
    """Return the expired holds whose rows lie where `taker` is to be, each once."""
    return _holds_in_the_way(state, taker, lambda row: not row.is_live(now))


def holds_in_the_way(state: State, taker: Appointment) -> tuple[HoldId, ...]:
    """Return the holds, live or not, that lie where staff lay a time: they give way (R24a)."""
    return _holds_in_the_way(state, taker, lambda row: row.expires_at is not None)


def _holds_in_the_way(
    state: State, taker: Appointment | Hold, gives_way: Callable[[Occupied], bool]
) -> tuple[HoldId, ...]:
    gone = [row for row in state.occupied if gives_way(row)]
    mine = occupied_by(taker) if gone else ()
    holders = (
        HoldId(row.holder)
        for row in gone
        if any(row.calendar == one.calendar and row.span.overlaps(one.span) for one in mine)
    )
    return tuple(dict.fromkeys(holders))
