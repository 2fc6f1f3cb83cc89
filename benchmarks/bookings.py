"""P9 and P10: booking, beside a bare driver that stores the same rows without asking a rule."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

from benchmarks import goals
from benchmarks.attempts import Wanted
from benchmarks.bare import file_of
from benchmarks.clients import MOST, Crew, Place, Together, Work, a_crew
from benchmarks.figures import Figure
from benchmarks.library import SQLITE, Library
from benchmarks.patients import MOST as MOST_PATIENTS
from benchmarks.workload import OPEN_PROVIDERS, open_times
from webtidbok import ProviderId
from webtidbok.adapters.standing_clock import StandingClock

_ALONE, _APART, _FOUGHT_FOR = 150, 25, 100
SCENES = ("alone", "apart", "fight")


def all_of(library: Library, rounds: int) -> Iterator[Figure]:
    """Yield what booking costs: alone, eight apart, eight who fight for the same times."""
    assert library.engine is not None
    is_file = library.kind == SQLITE
    place = Place(
        url=library.engine.url.render_as_string(hide_password=False),
        file=file_of(library.engine) if is_file else "",
        clinic=library.workload.clinic,
        clock=StandingClock(library.workload.now),
    )
    with a_crew(place) as crew:
        rounds_of = _Rounds(crew)
        for _ in range(rounds):
            for scene in SCENES:
                rounds_of.take(scene)
    for scene in SCENES:
        yield _figure(library, scene, "rate", rounds_of)
        if is_file:
            yield _figure(library, scene, "cpu", rounds_of)


class _Times:
    """Hands out times that nobody has booked, and patients who have booked nothing."""

    def __init__(self) -> None:
        self._free = {provider: open_times() for provider in OPEN_PROVIDERS}
        self._patients = deque(range(MOST_PATIENTS))

    def apart(self, provider: ProviderId, count: int) -> list[Wanted]:
        """Return so many times of one provider, each wanted by another patient."""
        return [self._wanted(provider, at) for at in islice(self._free[provider], count)]

    def fought_for(self, provider: ProviderId, count: int) -> list[list[Wanted]]:
        """Return the same times for each client, wanted by other patients."""
        times = list(islice(self._free[provider], count))
        return [[self._wanted(provider, at) for at in times] for _ in range(MOST)]

    def give_back(self, lost: Sequence[Wanted]) -> None:
        """Let those who got nothing try once more, another time."""
        self._patients.extend(each.patient for each in lost)

    def _wanted(self, provider: ProviderId, start: int) -> Wanted:
        return Wanted(provider, start, self._patients.popleft())


class _Rounds:
    """Lets a crew book, ours and bare in turn."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._times = _Times()
        self.ours: dict[str, list[Together]] = {scene: [] for scene in SCENES}
        self.bare: dict[str, list[Together]] = {scene: [] for scene in SCENES}

    def take(self, scene: str) -> None:
        """Take one turn of each."""
        for is_ours, found in ((True, self.ours), (False, self.bare)):
            wanted = self._wanted(scene)
            together = self._crew.do([Work(is_ours, each) for each in wanted])
            times = {(each.provider, each.start) for client in wanted for each in client}
            assert together.won == len(times), "each time is booked, and once"
            self._times.give_back(together.lost)
            found[scene].append(together)

    def _wanted(self, scene: str) -> list[list[Wanted]]:
        if scene == "alone":
            return [self._times.apart(OPEN_PROVIDERS[0], _ALONE)]
        if scene == "apart":
            return [self._times.apart(provider, _APART) for provider in OPEN_PROVIDERS]
        return self._times.fought_for(OPEN_PROVIDERS[1], _FOUGHT_FOR)


def _figure(library: Library, scene: str, what: str, rounds: _Rounds) -> Figure:
    pairs = list(zip(rounds.ours[scene], rounds.bare[scene], strict=True))
    if what == "rate":
        ratio = median(ours.rate / bare.rate for ours, bare in pairs)
        mine, other = (median(each.rate for each in way) for way in zip(*pairs, strict=True))
        note = f"ours {mine:.0f} attempts a second, bare {other:.0f}"
    else:
        ratio = median(bare.cpu / ours.cpu for ours, bare in pairs)
        mine, other = (median(each.cpu for each in way) for way in zip(*pairs, strict=True))
        note = (
            f"ours {mine * 1e6:.0f} us of the client's own work an attempt, bare {other * 1e6:.0f}"
        )
    return Figure(
        id=f"P10.{scene}.{what}" if library.kind == SQLITE else f"P9.{scene}",
        size=library.workload.size.name,
        engine=library.kind,
        value=ratio,
        goal=goals.booking(scene, library.kind),
        note=note,
    )
