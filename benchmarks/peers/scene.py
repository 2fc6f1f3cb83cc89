"""A workload as peers can take it: no rooms, no kinds of block."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from benchmarks.oracle import Free
from benchmarks.workload import CHECK_UP, Workload, blocks_of_days
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import minute_of


def write_scene(workload: Workload, database: str, file: Path) -> None:
    """Write a scene.

    In a peer's favour only the blocks that can be searched are in it, and the time of a room that a
    provider works in stands as the provider's own. Providers are numbers; times are minutes since
    1970.
    """
    wanted = workload.clinic.type(CHECK_UP)
    place = {provider: number for number, provider in enumerate(wanted.providers)}
    blocks = [
        (place[provider], start, end)
        for provider, start, end, block in blocks_of_days(workload)
        if block.kind in wanted.block_filter
    ]
    now = workload.now + workload.clinic.web_booking.minimum_notice
    scene = {
        "database": database,
        "providers": len(place),
        "days": workload.size.days,
        "earliest": minute_of(now),
        "minutes": wanted.duration_minutes,
        "interval": wanted.interval_minutes,
        "blocks": blocks,
        "busy": _busy(workload, place),
    }
    file.write_text(json.dumps(scene))


def _busy(workload: Workload, place: Mapping[ProviderId, int]) -> list[tuple[int, int, int]]:
    """Return each provider's visits and absences, and the visits of others in the same room."""
    workers = defaultdict(set)
    for visit in workload.visits:
        if visit.room is not None:
            workers[visit.room].add(visit.provider)
    busy = {(place[away.provider], away.start, away.end) for away in workload.aways}
    for visit in workload.visits:
        everybody = {visit.provider} if visit.room is None else workers[visit.room]
        busy.update((place[each], visit.start, visit.end) for each in everybody)
    return sorted(busy)


def as_numbers(free: list[Free]) -> list[list[int]]:
    """Return free times as peers answer: start and provider, sorted."""
    providers = sorted({provider for _, provider, _ in free})
    place = {provider: int(provider.removeprefix("p")) for provider in providers}
    return sorted([start, place[provider]] for start, provider, _ in free)
