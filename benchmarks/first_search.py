"""A whole small program: it reads a clinic file and searches a week. For P15.

It needs nothing but the core, and is run as a script, so that nothing else is imported.
"""

import sys
from datetime import UTC, date, datetime

from webtidbok import Desk, WebBook, Wishes
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness


def search(clinic_file: str) -> int:
    """Return how many times are free for the first type in a week."""
    store = MemoryStore()
    clock = StandingClock(datetime(2026, 11, 30, 7, tzinfo=UTC))
    book = WebBook(Desk(store=store, records=store, clock=clock, randomness=SystemRandomness()))
    read = read_clinic(clinic_file)
    book.add_clinic(read.clinic, absences=read.absences)
    wishes = Wishes(first=date(2026, 12, 7), last=date(2026, 12, 13))
    return len(list(book.search(read.clinic.id, read.clinic.types[0].id, wishes).slots))


if __name__ == "__main__":
    assert search(sys.argv[1]), "something is free"
