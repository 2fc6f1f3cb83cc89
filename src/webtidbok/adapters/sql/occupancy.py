"""Occupied time as it is written. `tables` holds the theory, `busy` what is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.tables import ABSENCE, APPOINTMENT, DAY_SECONDS, HOLD
from webtidbok.adapters.sql.tables import occupied as table
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.model.instants import EPOCH, SECOND, instant
from webtidbok.model.occupied import occupied_by
from webtidbok.model.timespan import TimeSpan

_HOLDERS_AT_ONCE = 500


class Place(NamedTuple):
    """Which row it is, within a clinic."""

    kind: str
    holder: str
    calendar: CalendarId
    piece: int


class Taken(NamedTuple):
    """What stands in the row."""

    starts: int
    ends: int
    exclusive: bool
    expires: int | None


Rows = Mapping[Place, Taken]


def seconds_of(moment: datetime) -> int:
    """Return the whole seconds from 1970-01-01T00:00Z to `moment`."""
    return (instant(moment) - EPOCH) // SECOND


def moment_at(seconds: int) -> datetime:
    """Return the instant that lies `seconds` after 1970-01-01T00:00Z."""
    return EPOCH + seconds * SECOND


def kind_of_taker(taker: Appointment | Hold | Absence) -> str:
    """Return what the rows of `taker` are there for."""
    if isinstance(taker, Absence):
        return ABSENCE
    return HOLD if isinstance(taker, Hold) else APPOINTMENT


def rows_of(takers: Iterable[Appointment | Hold | Absence]) -> Rows:
    """Return the rows that `takers` take; a cancelled appointment takes none."""
    return {
        Place(kind_of_taker(taker), taker.id, calendar, piece): Taken(
            starts, ends, exclusive, expires
        )
        for taker in takers
        for calendar, span, exclusive, expires in _stretches(taker)
        for piece, starts, ends in _pieces(span)
    }


def _stretches(
    taker: Appointment | Hold | Absence,
) -> Iterator[tuple[CalendarId, TimeSpan, bool, int | None]]:
    if isinstance(taker, Absence):
        yield taker.calendar, taker.span, False, None
        return
    for row in occupied_by(taker):
        expires = None if row.expires_at is None else seconds_of(row.expires_at)
        yield row.calendar, row.span, row.exclusive, expires


def _pieces(span: TimeSpan) -> Iterator[tuple[int, int, int]]:
    """Yield the number, the start and the end of each piece; 0 for one that is whole."""
    starts, ends = seconds_of(span.start), seconds_of(span.end)
    if ends - starts <= DAY_SECONDS:
        yield 0, starts, ends
        return
    for number, begins in enumerate(range(starts, ends, DAY_SECONDS), start=1):
        yield number, begins, min(begins + DAY_SECONDS, ends)


def stored_rows(
    connection: Connection, clinic: ClinicId, holders: Mapping[str, Sequence[str]]
) -> Rows:
    """Return the rows of some holders, whose ids are given by kind."""
    found = {}
    for kind, ids in holders.items():
        for first in range(0, len(ids), _HOLDERS_AT_ONCE):
            some = ids[first : first + _HOLDERS_AT_ONCE]
            facts = {"clinic": clinic, "kind": kind, "holders": some}
            for row in _STORED.rows(connection, facts):
                found[Place(*row[:4])] = Taken(*row[4:])
    return found


def replace_rows(connection: Connection, clinic: ClinicId, old: Rows, new: Rows) -> None:
    """Write `new` in place of `old`.

    What goes, goes before anything comes, so that the second lock judges only the outcome. A
    row that changes is updated where it stands when it is its holder's alone that change, and is
    no piece: then nothing can be in its way that is about to leave.
    """
    gone = old.keys() - new.keys()
    come = new.keys() - old.keys()
    changed = {place for place in old.keys() & new.keys() if old[place] != new[place]}
    is_alone = len({(place.kind, place.holder) for place in changed | come}) == 1
    if not is_alone or any(place.piece for place in changed):
        gone, come, changed = gone | changed, come | changed, set()
    for statement, places, rows in (
        (_GOES, gone, old),
        (_CHANGES, changed, new),
        (_COMES, come, new),
    ):
        if places:
            facts = [_facts(clinic, place, rows[place]) for place in sorted(places)]
            statement.write(connection, *facts)


def _facts(clinic: ClinicId, place: Place, taken: Taken) -> dict[str, object]:
    return {"the_clinic": clinic, **dict(zip(_IN_FACTS, (*place, *taken), strict=True))}


_KEY = ("clinic", "kind", "holder", "calendar", "piece")
_VALUES = ("starts", "ends", "exclusive", "expires")
_IN_FACTS = (*(f"the_{name}" for name in Place._fields), *Taken._fields)

_STORED = Prepared(
    select(*(table.c[name] for name in (*_KEY[1:], *_VALUES))).where(
        table.c.clinic == bindparam("clinic"),
        table.c.kind == bindparam("kind"),
        table.c.holder.in_(bindparam("holders", expanding=True)),
    )
)
_IS_THE_ROW = [table.c[name] == bindparam(f"the_{name}") for name in _KEY]
_NEW: dict[str, Any] = {name: bindparam(name) for name in _VALUES}
_GOES = Prepared(delete(table).where(*_IS_THE_ROW))
_CHANGES = Prepared(update(table).where(*_IS_THE_ROW).values(_NEW))
_COMES = Prepared(
    insert(table).inline().values({name: bindparam(f"the_{name}") for name in _KEY} | _NEW)
)
