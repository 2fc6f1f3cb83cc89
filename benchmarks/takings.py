"""Free times that staff take and give back, to see what a change costs those who search."""

from random import Random

from benchmarks.library import Library
from benchmarks.workload import THE_CLINIC, Visit
from webtidbok import AppointmentId, Knowingly, Placement, Slot, StaffBooked, StaffBooking
from webtidbok.model.instants import minute_of

_WHO = "benchmark"


class Takings:
    """Takes free times of a library, one at a time, here and there."""

    def __init__(self, library: Library) -> None:
        self._book = library.book(keeps=False)
        free = list(library.search(self._book).slots)
        Random("takings").shuffle(free)
        self._free = free
        self._laid: list[AppointmentId] = []
        self.taken: list[Visit] = []

    def take_one(self) -> None:
        """Book one free time that does not meet those that were taken before."""
        while True:
            slot = self._free.pop()
            visit = _visit(slot)
            if not any(_meet(visit, other) for other in self.taken):
                break
        self._laid.append(self._lay(slot.placement))
        self.taken.append(visit)

    def give_back(self) -> None:
        """Cancel all that was taken."""
        for appointment in self._laid:
            self._book.staff_cancel(THE_CLINIC, appointment, by=_WHO)
        self._laid.clear()
        self.taken.clear()

    def _lay(self, placement: Placement) -> AppointmentId:
        booking = StaffBooking(
            clinic=THE_CLINIC,
            provider=placement.provider,
            resource=placement.resource,
            span=placement.span,
            knowingly=Knowingly(by=_WHO),
        )
        answer = self._book.staff_book(booking)
        assert isinstance(answer, StaffBooked), "the time is free"
        return answer.appointment.id


def _visit(slot: Slot) -> Visit:
    start = minute_of(slot.start)
    return Visit(slot.provider, slot.resource, start, start + slot.minutes)


def _meet(one: Visit, other: Visit) -> bool:
    shares = one.provider == other.provider or (one.room is not None and one.room == other.room)
    return shares and one.start < other.end and other.start < one.end
