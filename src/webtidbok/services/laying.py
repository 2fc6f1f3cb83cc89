"""Staff lay times: what is in the way, and what gives way (R24a)."""

from datetime import datetime
from typing import TypeVar

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.event import Event, Happening, WayIn
from webtidbok.model.hold import HoldId
from webtidbok.model.ids import AppointmentId, RequestKey
from webtidbok.model.occupied import Overlap
from webtidbok.model.text import TEXT_MOST, clean_text
from webtidbok.ports.store import Change, State
from webtidbok.services.desk import Desk
from webtidbok.services.giving_way import holds_in_the_way
from webtidbok.services.outcomes import OverlapsPatients
from webtidbok.services.overlapping import meet, settled
from webtidbok.services.requests import fresh_key

A = TypeVar("A")


def staff_name(by: str) -> str:
    """Return who it is, as the host names its staff: at most 200 characters (R40).

    Raises:
        InvalidValue: it is too long, or holds what no text may.
    """
    return clean_text(by, field="by", most=TEXT_MOST)


def _reason(text: str) -> str:
    return clean_text(text, field="reason", most=TEXT_MOST)


@attrs.frozen(kw_only=True)
class Knowingly:
    """Who lays a time, and over whose times it may lie.

    Attributes:
        by: As the host names its staff.
        over: The appointments of patients that the time is knowingly laid over.
        reason: Why it is laid over them.

    Raises:
        InvalidValue: a text is longer than 200 characters, or holds what no text may.
    """

    by: str = attrs.field(converter=staff_name)
    over: frozenset[AppointmentId] = frozenset()
    reason: str = attrs.field(default="", converter=_reason)


@attrs.frozen(kw_only=True)
class Laid:
    """What laying a time over others brings with it.

    Attributes:
        overlays: The patients' appointments under it, as they were.
        released: The same, no longer exclusive.
        regained: Those that nothing overlaps any more.
    """

    overlays: tuple[Appointment, ...]
    released: tuple[Appointment, ...]
    regained: tuple[Appointment, ...]
    overlaps: tuple[Overlap, ...]
    dropped_overlaps: tuple[Overlap, ...]
    dropped_holds: tuple[HoldId, ...]
    events: tuple[Event, ...]

    def joined_to(self, change: Change[A]) -> Change[A]:
        """Return `change` with all of this."""
        return attrs.evolve(
            change,
            appointments=(*change.appointments, *self.released, *self.regained),
            overlaps=self.overlaps,
            dropped_overlaps=self.dropped_overlaps,
            dropped_holds=self.dropped_holds,
            events=(*change.events, *self.events),
        )


def laid(
    desk: Desk, state: State, taker: Appointment, knowingly: Knowingly, now: datetime
) -> Laid | OverlapsPatients:
    """Return what comes of staff's `taker` being where it is, or whose times are in its way.

    Staff may overlap staff. A time that a patient chose must be named; then the pair is
    recorded and its rows lose exclusivity. Holds give way, and their owners are told *taken*.
    """
    under = tuple(
        each
        for each in state.appointments.values()
        if each.id != taker.id and each.chosen_by_patient and meet(each, taker)
    )
    unnamed = tuple(each for each in under if each.id not in knowingly.over)
    if unnamed:
        return OverlapsPatients(unnamed)
    before = settled(state, taker)
    known = {(pair.patients, pair.staffs) for pair in state.overlaps}
    new = [each for each in under if (each.id, taker.id) not in known]
    return Laid(
        overlays=under,
        released=tuple(attrs.evolve(each, exclusive=False) for each in under if each.exclusive),
        regained=before.regained,
        overlaps=tuple(_overlap(each, taker, knowingly, now) for each in new),
        dropped_overlaps=before.dropped,
        dropped_holds=holds_in_the_way(state, taker),
        events=tuple(_overlaid(desk, each, taker, knowingly, now) for each in new),
    )


def _overlap(
    under: Appointment, taker: Appointment, knowingly: Knowingly, now: datetime
) -> Overlap:
    return Overlap(
        patients=under.id, staffs=taker.id, by=knowingly.by, reason=knowingly.reason, at=now
    )


def _overlaid(
    desk: Desk, under: Appointment, taker: Appointment, knowingly: Knowingly, now: datetime
) -> Event:
    event = staff_event(under, Happening.OVERLAID, fresh_key(desk), knowingly.by, now)
    return attrs.evolve(event, before=under.placement, facts={"overlaid_by": taker.id})


def staff_event(
    appointment: Appointment,
    what: Happening,
    key: RequestKey,
    by: str,
    now: datetime,
    *,
    before: Appointment | None = None,
    fingerprint: str = "",
) -> Event:
    """Return the event of something that staff did."""
    return Event(
        key=key,
        fingerprint=fingerprint,
        clinic=appointment.clinic,
        appointment=appointment.id,
        revision=appointment.revision,
        what=what,
        at=now,
        way=WayIn.STAFF,
        by=by,
        type=appointment.type,
        origin=appointment.origin,
        before=before.placement if before else None,
        after=None if appointment.is_cancelled else appointment.placement,
    )
