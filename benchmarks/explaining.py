"""P13: explaining one time beside searching its day."""

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.library import Library, read
from benchmarks.rounds import compared
from benchmarks.sizes import ZONE
from benchmarks.workload import CHECK_UP, THE_CLINIC
from webtidbok import Wishes
from webtidbok.model.instants import moment_of
from webtidbok.model.wall_clock import local_date


def explaining(library: Library, rounds: int) -> Iterator[Figure]:
    """P13: why one time is not free, to a search of that one day."""
    book = library.book(keeps=False)
    visit = library.workload.visits[len(library.workload.visits) // 2]
    start = moment_of(visit.start)
    assert book.explain(THE_CLINIC, CHECK_UP, start, provider=visit.provider).reasons
    day = local_date(start, ZONE)
    wishes = Wishes(first=day, last=day)
    times = compared(
        lambda: book.explain(THE_CLINIC, CHECK_UP, start, provider=visit.provider),
        lambda: read(book.search(THE_CLINIC, CHECK_UP, wishes)),
        rounds=rounds,
        clock=library.clock,
    )
    yield Figure(
        id="P13",
        size=library.workload.size.name,
        engine=library.kind,
        value=times.ratio,
        goal=Goal(2, 1),
        note=f"explain {times.ours * 1e3:.3g} ms, search {times.other * 1e3:.3g} ms",
    )
