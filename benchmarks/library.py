"""The library as a host has it: a web book over one of its stores, filled with a workload."""

from collections.abc import Sequence
from datetime import date

import attrs
from sqlalchemy import Engine

from benchmarks.oracle import Free, Oracle, Wrong
from benchmarks.rounds import ELAPSED, OWN_WORK, Clock
from benchmarks.sizes import FIRST_DAY
from benchmarks.workload import CHECK_UP, SURGERY, THE_CLINIC, Workload
from webtidbok import Desk, Found, WebBook, Wishes
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.model.instants import DAY, minute_of

SQLITE, POSTGRESQL, MEMORY = "sqlite", "postgresql", "memory"

#: Databases that all figures about databases are taken on.
ENGINES = (SQLITE, POSTGRESQL)


@attrs.frozen(kw_only=True)
class Library:
    """The library over a store that holds a workload.

    Attributes:
        engine: None where the store is in memory.
    """

    workload: Workload
    store: SqlStore | MemoryStore
    engine: Engine | None

    @property
    def kind(self) -> str:
        """Which engine it is, as figures name it."""
        return MEMORY if self.engine is None else self.engine.dialect.name

    @property
    def clock(self) -> Clock:
        """What its work is timed by: a server's is not this process's."""
        return ELAPSED if self.kind == POSTGRESQL else OWN_WORK

    def last_of(self, days: int | None = None) -> date:
        """Return the last of so many days; None: of all that have blocks."""
        return FIRST_DAY + ((self.workload.size.days if days is None else days) - 1) * DAY

    def book(self, *, keeps: bool) -> WebBook:
        """Return a web book of its own.

        Args:
            keeps: It keeps what is free between searches, as long as nothing changes.
        """
        desk = Desk(
            store=self.store,
            records=self.store,
            clock=StandingClock(self.workload.now),
            randomness=SystemRandomness(),
        )
        return WebBook(desk if keeps else attrs.evolve(desk, most_kept=0))

    def search(
        self,
        book: WebBook,
        type: TypeId = CHECK_UP,  # noqa: A002 - the domain's word
        *,
        days: int | None = None,
        providers: Sequence[ProviderId] | None = None,
    ) -> Found:
        """Search the whole horizon, or so many days of it, of all providers or some."""
        wishes = Wishes(first=FIRST_DAY, last=self.last_of(days))
        return book.search(THE_CLINIC, type, wishes, providers=providers)

    def first(self, book: WebBook, count: int) -> Found:
        """Search the first free times."""
        wishes = Wishes(first=FIRST_DAY, last=self.last_of(), page_size=count)
        return book.search(THE_CLINIC, CHECK_UP, wishes)

    def check(self, book: WebBook, oracle: Oracle | None = None) -> int:
        """Return how many times are free, once all is as the oracle says.

        Raises:
            Wrong: it is not.
        """
        oracle = oracle or Oracle(self.workload)
        for wanted in (CHECK_UP, SURGERY):
            self._check_type(book, self.workload.clinic.type(wanted), oracle)
        return len(oracle.free(self.workload.clinic.type(CHECK_UP)))

    def _check_type(self, book: WebBook, wanted: BookableType, oracle: Oracle) -> None:
        ours, theirs = listed(self.search(book, wanted.id)), oracle.free(wanted)
        if ours != theirs:
            raise Wrong(
                f"{self.workload.size.name} {self.kind} {wanted.id}", len(ours), len(theirs)
            )


def read(found: Found) -> int:
    """Look at every slot's start, provider and resource: results are lazy, and this ends that."""
    looked_at = 0
    for slot in found.slots:
        _ = slot.start, slot.provider, slot.resource
        looked_at += 1
    return looked_at


def listed(found: Found) -> list[Free]:
    """Return what was found as the oracle has it."""
    return [(minute_of(slot.start), slot.provider, slot.resource) for slot in found.slots]
