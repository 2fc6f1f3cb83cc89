"""The same search as somebody at home in numpy would write it: boards of ticks, and prefix sums."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.bare import Fetch
from benchmarks.library import Library
from benchmarks.oracle import Free, starts_of
from benchmarks.workload import CHECK_UP
from webtidbok.model.ids import ProviderId, ResourceId, provider_calendar, resource_calendar
from webtidbok.model.instants import TICK_MINUTES, minute_of

_TICK_SECONDS = 60 * TICK_MINUTES

#: A free time, ready to be shown.
Shown = tuple[datetime, ProviderId, ResourceId | None]


class NumpySearch:
    """Finds what is free from the driver's rows.

    The starts at which a visit fits into blocks are worked out beforehand, as the library keeps
    them too; what is timed is the fetch, the rows becoming arrays, and the answer.
    """

    def __init__(self, library: Library, fetch: Fetch) -> None:
        self._fetch = fetch
        wanted = library.workload.clinic.type(CHECK_UP)
        now = library.workload.now + library.workload.clinic.web_booking.minimum_notice
        rank = {provider: place for place, provider in enumerate(wanted.providers)}
        starts = [
            (start, rank[provider], provider, rooms)
            for provider, start, rooms in starts_of(library.workload, wanted)
            if start >= minute_of(now)
        ]
        starts.sort(key=lambda each: each[:2])
        rooms = sorted({room for *_, places in starts for room in places})
        self._calendars = {
            name: place
            for place, name in enumerate(
                [*map(provider_calendar, wanted.providers), *map(resource_calendar, rooms)]
            )
        }
        self._providers = np.array(wanted.providers, dtype=object)
        self._rooms = np.array([*rooms, None], dtype=object)
        self._first = starts[0][0] // TICK_MINUTES - 288
        self._ticks = starts[-1][0] // TICK_MINUTES - self._first + 2 * 288
        self._at = np.array([start // TICK_MINUTES - self._first for start, *_ in starts])
        self._moments = np.array([start * 60 for start, *_ in starts]).astype("datetime64[s]")
        self._who = np.array([place for _, place, *_ in starts])
        where = {room: place for place, room in enumerate(rooms)}
        self._room = np.array([where[each[0]] if each else -1 for *_, each in starts])
        self._needed = wanted.duration_minutes // TICK_MINUTES

    def search(self) -> list[Shown]:
        """Return every free time, earliest first."""
        free = self._is_free(self._board(self._fetch()))
        return list(
            zip(
                self._moments[free].tolist(),
                self._providers[self._who[free]].tolist(),
                self._rooms[self._room[free]].tolist(),
                strict=True,
            )
        )

    def _board(self, rows: Sequence[tuple[Any, ...]]) -> Any:  # noqa: ANN401 - an array
        """Return, for each calendar, how many ticks before each one are busy."""
        count, place = len(rows), self._calendars
        calendar = np.fromiter((place[name] for name, _, _ in rows), np.int64, count)
        start = np.fromiter((start for _, start, _ in rows), np.int64, count)
        end = np.fromiter((end for _, _, end in rows), np.int64, count)
        first = np.clip(start // _TICK_SECONDS - self._first, 0, self._ticks)
        last = np.clip(-(-end // _TICK_SECONDS) - self._first, 0, self._ticks)
        width = self._ticks + 1
        size = len(place) * width
        edges = np.bincount(calendar * width + first, minlength=size)
        edges -= np.bincount(calendar * width + last, minlength=size)
        busy = np.cumsum(edges.reshape(len(place), width), axis=1) > 0
        before: Any = np.zeros((len(place), width + 1), np.int32)
        np.cumsum(busy, axis=1, out=before[:, 1:])
        return before

    def _is_free(self, before: Any) -> Any:  # noqa: ANN401 - arrays
        begin, until = self._at, self._at + self._needed
        free = before[self._who, until] == before[self._who, begin]
        room = len(self._providers) + self._room
        in_room = self._room >= 0
        free[in_room] &= (
            before[room[in_room], until[in_room]] == before[room[in_room], begin[in_room]]
        )
        return free


def as_free(shown: Sequence[Shown]) -> list[Free]:
    """Return what was found as the oracle has it."""
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 - numpy knows no zones
    return [
        (int((start - epoch).total_seconds()) // 60, provider, room)
        for start, provider, room in shown
    ]
