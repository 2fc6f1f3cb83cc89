"""Measure and draw the charts of `docs/explanation/performance.md`: how cost grows, on SQLite."""

from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.bare import fetch_of
from benchmarks.charts.drawing import Chart, Line
from benchmarks.history import with_history
from benchmarks.library import SQLITE, Library, read
from benchmarks.rounds import OWN_WORK, Way, compared
from benchmarks.saying import say
from benchmarks.shelf import Shelf, a_shelf
from benchmarks.sizes import LARGE
from benchmarks.workload import CHECK_UP

_FOLDER = Path("docs/explanation")
_ROUNDS = 9
_PROVIDERS = (5, 10, 20, 30, 40, 50)
_DAYS = (30, 60, 120, 180, 270, 365)
_HISTORY = (10_000, 30_000, 100_000, 300_000, 1_000_000)

_SEARCH, _AGAIN, _FETCH = "search", "again, nothing changed", "bare fetch"


def main() -> None:
    """Draw all charts."""
    with a_shelf() as shelf:
        large = shelf.library(LARGE, SQLITE)
        _draw("search-by-providers", _by_providers(large))
        _draw("search-by-days", _by_days(large))
        _draw("search-by-history", _by_history(shelf))


def _draw(name: str, chart: Chart) -> None:
    (_FOLDER / f"{name}.svg").write_text(chart.svg())
    say(f"{name}: {chart.title}")


def _by_providers(library: Library) -> Chart:
    everybody = library.workload.clinic.type(CHECK_UP).providers

    def ways(count: int) -> tuple[Way, Way, Way]:
        asked = everybody[:count]
        fresh, kept = library.book(keeps=False), library.book(keeps=True)
        return (
            lambda: read(library.search(fresh, providers=asked)),
            lambda: read(library.search(kept, providers=asked)),
            fetch_of(library, providers=asked),
        )

    return Chart(
        title="A year of free times, by providers",
        along="providers who are asked",
        lines=_lines(_PROVIDERS, ways),
    )


def _by_days(library: Library) -> Chart:
    def ways(days: int) -> tuple[Way, Way, Way]:
        fresh, kept = library.book(keeps=False), library.book(keeps=True)
        return (
            lambda: read(library.search(fresh, days=days)),
            lambda: read(library.search(kept, days=days)),
            fetch_of(library, days=days),
        )

    return Chart(
        title="Free times of fifty providers, by days",
        along="days that are searched",
        lines=_lines(_DAYS, ways),
    )


def _by_history(shelf: Shelf) -> Chart:
    def ways(rows: int) -> tuple[Way, Way, Way]:
        library = with_history(shelf, SQLITE, rows)
        fresh, kept = library.book(keeps=False), library.book(keeps=True)
        return (
            lambda: read(library.search(fresh)),
            lambda: read(library.search(kept)),
            fetch_of(library),
        )

    return Chart(
        title="Two months of five providers, by what is stored",
        along="rows stored, nearly all of them history",
        lines=_lines(_HISTORY, ways),
        is_logarithmic=True,
    )


def _lines(places: Iterable[int], ways: Callable[[int], tuple[Way, Way, Way]]) -> list[Line]:
    """Return a line for each way; all are timed beside the fetch."""
    found: dict[str, list[tuple[float, float]]] = {_SEARCH: [], _AGAIN: [], _FETCH: []}
    for place in places:
        search, again, fetch = ways(place)
        one = compared(search, fetch, rounds=_ROUNDS, clock=OWN_WORK)
        other = compared(again, fetch, rounds=_ROUNDS, clock=OWN_WORK)
        found[_SEARCH].append((place, one.ours * 1e3))
        found[_AGAIN].append((place, other.ours * 1e3))
        found[_FETCH].append((place, one.other * 1e3))
    return [Line(name, points) for name, points in found.items()]


if __name__ == "__main__":
    main()
