"""libres, as a host would use it: allocations with a raster of five minutes.

It has no search of its own; what is free is joined here from its `free_slots`.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from libres import new_scheduler, registry
from libres.db.models import Allocation, ReservedSlot
from sqlalchemy import insert

from benchmarks.peers.serving import Scene, scene, serve

_RASTER = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = 7 * 24 * 60
_AT_ONCE = 5_000


class LibresSide:
    """A clinic in libres, one resource a provider."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        context = registry.register_context("benchmark")
        context.set_setting("dsn", scene["database"])
        self._schedulers = [
            new_scheduler(context, f"provider{number}", timezone="Europe/Stockholm")
            for number in range(scene["providers"])
        ]
        self._schedulers[0].setup_database()
        self._schedulers[0].commit()
        self._store()
        starts = [start for _, start, _ in scene["blocks"]]
        self._first, self._until = min(starts), max(starts) + _WEEK

    def all(self) -> int:
        """Return how many times are free."""
        return len(self.answer())

    def answer(self) -> list[tuple[int, int]]:
        """Return every free time."""
        return sorted(self._free(self._first, self._until))

    def first(self, count: int) -> list[tuple[int, int]]:
        """Return the first free times: looked for week by week."""
        found: list[tuple[int, int]] = []
        for week in range(self._first - self._first % 1440, self._until, _WEEK):
            found += sorted(self._free(week, week + _WEEK))
            if len(found) >= count:
                break
        return found[:count]

    def book(self, start: int, provider: int) -> None:
        """Reserve a time and approve it."""
        scheduler = self._schedulers[provider]
        dates = (_moment(start), _moment(start + self._scene["minutes"]))
        scheduler.approve_reservations(scheduler.reserve(email="test@example.com", dates=dates))
        scheduler.commit()

    def _free(self, first: int, until: int) -> Iterator[tuple[int, int]]:
        for number, scheduler in enumerate(self._schedulers):
            scheduler.session.expire_all()
            there = scheduler.allocations_in_range(_moment(first), _moment(until - 1))
            for allocation in there.order_by(Allocation._start):  # noqa: SLF001 - its own way
                free = {_minute(start) for start, _ in allocation.free_slots()}
                for start in sorted(free):
                    if self._is_offered(start, free):
                        yield start, number
        self._schedulers[0].session.rollback()

    def _is_offered(self, start: int, free: set[int]) -> bool:
        ticks = range(start, start + self._scene["minutes"], _RASTER)
        is_on_grid = start % self._scene["interval"] == 0
        return is_on_grid and start >= self._scene["earliest"] and all(t in free for t in ticks)

    def _store(self) -> None:
        session = self._schedulers[0].session
        allocations = defaultdict(list)
        for provider, start, end in self._scene["blocks"]:
            allocation = self._allocation(provider, start, end)
            session.add(allocation)
            allocations[provider].append((start, end, allocation))
        session.flush()
        reserved = list(self._reserved(allocations))
        for first in range(0, len(reserved), _AT_ONCE):
            session.execute(insert(ReservedSlot), reserved[first : first + _AT_ONCE])
        session.commit()
        session.connection().exec_driver_sql("ANALYZE")
        session.commit()

    def _allocation(self, provider: int, start: int, end: int) -> Any:  # noqa: ANN401 - untyped
        resource = self._schedulers[provider].resource
        allocation = Allocation(
            raster=_RASTER, resource=resource, timezone="Europe/Stockholm", partly_available=True
        )
        allocation.start, allocation.end = _moment(start), _moment(end)
        allocation.group, allocation.mirror_of, allocation.quota = uuid.uuid4(), resource, 1
        return allocation

    def _reserved(self, allocations: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401
        """Yield a row for each tick of a block that is busy."""
        busy: dict[int, set[int]] = defaultdict(set)
        for provider, start, end in self._scene["busy"]:
            busy[provider].update(range(start, end, _RASTER))
        for provider, there in allocations.items():
            for start, end, allocation in there:
                for tick in range(start, end, _RASTER):
                    if tick in busy[provider]:
                        yield self._reserved_slot(provider, allocation, tick)

    def _reserved_slot(self, provider: int, allocation: Any, tick: int) -> dict[str, object]:  # noqa: ANN401
        return {
            "resource": self._schedulers[provider].resource,
            "start": _moment(tick),
            "end": _moment(tick + _RASTER) - timedelta(microseconds=1),
            "allocation_id": allocation.id,
            "source_type": "reservation",
            "reservation_token": uuid.uuid4(),
            "source_id": 1,
        }


def _moment(minute: int) -> datetime:
    return _EPOCH + timedelta(minutes=minute)


def _minute(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds()) // 60


if __name__ == "__main__":
    side = LibresSide(scene())
    serve({"all": side.all, "answer": side.answer, "first": side.first, "book": side.book})
