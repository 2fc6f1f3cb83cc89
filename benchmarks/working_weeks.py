"""Two working weeks of a provider, drawn by lot: the template that then rotates."""

from itertools import pairwise
from random import Random

from webtidbok.model.ids import KindId, ResourceId, TemplateId
from webtidbok.model.schedule import BlockKind, DayBlock, Template

VISIT = KindId("visit")
ACUTE = KindId("acute")

KINDS = (
    BlockKind(id=VISIT, name="Visits", web_bookable=True),
    BlockKind(id=ACUTE, name="Acute", web_bookable=True),
    BlockKind(id=KindId("child"), name="Children", web_bookable=True, exclusive=True),
    BlockKind(id=KindId("phone"), name="Telephone"),
    BlockKind(id=KindId("lab"), name="Laboratory"),
)

_WORKING_DAYS = 5
_OPENS, _CLOSES, _HALF_HOUR = 8 * 60, 17 * 60, 30
_LUNCH = range(12 * 60, 12 * 60 + 30)


def drawn_template(id: TemplateId, room: ResourceId | None, lot: Random) -> Template:  # noqa: A002 - the domain's word
    """Return two weeks of three to five blocks a day; those that touch are never of one kind."""
    weeks = tuple(
        (*(_drawn_day(room, lot) for _ in range(_WORKING_DAYS)), (), ()) for _ in range(2)
    )
    return Template(id=id, weeks=weeks)


def _drawn_day(room: ResourceId | None, lot: Random) -> tuple[DayBlock, ...]:
    opens = _OPENS + lot.choice((0, 0, _HALF_HOUR))
    closes = _CLOSES - lot.choice((0, 0, _HALF_HOUR))
    inside = range(opens + 2 * _HALF_HOUR, closes - _HALF_HOUR, _HALF_HOUR)
    edges = [opens, *sorted(lot.sample(inside, lot.randint(2, 4))), closes]
    blocks: list[DayBlock] = []
    for edge, next_edge in pairwise(edges):
        kind = _drawn_kind(blocks[-1].kind if blocks else None, lot)
        start, until = _around_lunch(edge, next_edge)
        if start < until:
            blocks.append(DayBlock(start=start, until=until, kind=kind, resource=room))
    return tuple(blocks)


def _drawn_kind(before: KindId | None, lot: Random) -> KindId:
    """Draw a kind other than the one before; every second block is for visits, if it can be."""
    if before != VISIT and (before is None or lot.random() < 1 / 2):
        return VISIT
    return lot.choice([kind.id for kind in KINDS if kind.id != before])


def _around_lunch(start: int, until: int) -> tuple[int, int]:
    """Cut lunch off one end of a block that reaches into it."""
    if start < _LUNCH.start < until:
        return start, _LUNCH.start if until <= _LUNCH.stop else until
    return (_LUNCH.stop, until) if start == _LUNCH.start else (start, until)
