"""Times that staff knowingly laid over those of patients (R24a)."""

from collections.abc import Mapping

import attrs

from webtidbok.model.appointment import Appointment
from webtidbok.model.ids import AppointmentId
from webtidbok.model.occupied import Overlap, occupied_by
from webtidbok.ports.store import State


@attrs.frozen(kw_only=True)
class Settled:
    """What becomes of overlaps when an appointment changes.

    Attributes:
        dropped: Overlaps that are no more.
        regained: Appointments of patients that nothing overlaps any more, exclusive again.
    """

    dropped: tuple[Overlap, ...]
    regained: tuple[Appointment, ...]


def settled(state: State, changed: Appointment) -> Settled:
    """Return what becomes of the overlaps that `changed`, as it is from now on, took part in.

    An overlap ends when the two no longer meet, or when the patient's time is no longer one that
    a patient chose. A patient's time regains exclusivity with the end of its last overlap.
    """
    now = {**state.appointments, changed.id: changed}
    ended = [pair for pair in state.overlaps if changed.id in _ids(pair) and not _stands(pair, now)]
    left = [pair for pair in state.overlaps if pair not in ended]
    freed = {pair.patients for pair in ended} - {pair.patients for pair in left}
    return Settled(
        dropped=tuple(ended),
        regained=tuple(
            attrs.evolve(now[id_], exclusive=True)
            for id_ in sorted(freed - {changed.id})
            if now[id_].chosen_by_patient and not now[id_].is_cancelled
        ),
    )


def _ids(pair: Overlap) -> tuple[AppointmentId, AppointmentId]:
    return pair.patients, pair.staffs


def _stands(pair: Overlap, now: Mapping[AppointmentId, Appointment]) -> bool:
    patients, staffs = now[pair.patients], now[pair.staffs]
    return patients.chosen_by_patient and meet(patients, staffs)


def meet(one: Appointment, other: Appointment) -> bool:
    """Return whether two appointments occupy a moment of the same provider or resource."""
    return any(
        a.calendar == b.calendar and a.span.overlaps(b.span)
        for a in occupied_by(one)
        for b in occupied_by(other)
    )
