"""Occupied time as it is read for decisions, and whole. `tables` holds the theory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    select,
)

from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.occupancy import moment_at, seconds_of
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.tables import ABSENCE, DAY_SECONDS
from webtidbok.adapters.sql.tables import occupied as table
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.model.occupied import Occupied
from webtidbok.model.timespan import TimeSpan

_NOT_ABSENT = table.c.kind != ABSENCE

#: What rows must be that overlap a span of a scope, absences apart.
OCCUPIED_IN_SPAN = (
    table.c.clinic == wanted("clinic"),
    table.c.calendar.in_(wanted("calendars", expanding=True)),
    table.c.ends > bindparam("first", type_=BigInteger),
    table.c.ends < bindparam("until", type_=BigInteger) + DAY_SECONDS,
    table.c.starts < bindparam("until", type_=BigInteger),
    _NOT_ABSENT,
)


def occupied_in(
    connection: Connection, clinic: ClinicId, calendars: Sequence[CalendarId], span: TimeSpan
) -> tuple[Occupied, ...]:
    """Return what overlaps `span`, absences apart, whole; by calendar, then by end, by holder."""
    rows = _IN_PIECES.rows(connection, _span_facts(clinic, calendars, span))
    wholes = _wholes(connection, clinic, sorted({holder for _, holder, piece, *_ in rows if piece}))
    found = {}
    for calendar, holder, _, *taken in rows:
        place = calendar, holder
        found[place] = wholes.get(place) or occupied_by(calendar, holder, *taken)
    return in_order(found.values())


def in_order(rows: Iterable[Occupied]) -> tuple[Occupied, ...]:
    """Return occupied time as `State` has it."""
    return tuple(sorted(rows, key=lambda row: (row.calendar, row.span.end, row.holder)))


def all_occupied(connection: Connection, clinic: ClinicId) -> Iterator[Occupied]:
    """Yield all that is occupied, absences apart, whole; by calendar, by end, by holder."""
    statement = _WHOLE.order_by(table.c.calendar, _ENDS, table.c.holder)
    options = {"yield_per": 500}
    with connection.execute(statement, {"clinic": clinic}, execution_options=options) as rows:
        for row in rows:
            yield _occupied(row)


def _span_facts(
    clinic: ClinicId, calendars: Sequence[CalendarId], span: TimeSpan
) -> dict[str, object]:
    return {
        "clinic": clinic,
        "calendars": list(calendars),
        "first": seconds_of(span.start),
        "until": seconds_of(span.end),
    }


def _wholes(
    connection: Connection, clinic: ClinicId, holders: list[str]
) -> dict[tuple[str, str], Occupied]:
    """Return, put together, what was written in pieces."""
    if not holders:
        return {}
    rows = connection.execute(
        _WHOLE.where(table.c.holder.in_(bindparam("holders", expanding=True))),
        {"clinic": clinic, "holders": holders},
    )
    return {(row.calendar, row.holder): _occupied(row) for row in rows}


def _occupied(row: Row[Any]) -> Occupied:
    return occupied_by(row.calendar, row.holder, row.starts, row.ends, row.exclusive, row.expires)


def occupied_by(
    calendar: CalendarId,
    holder: str,
    starts: int,
    ends: int,
    exclusive: int,
    expires: int | None,
) -> Occupied:
    """Return what stands in a row's columns."""
    return Occupied(
        calendar=calendar,
        holder=holder,
        span=TimeSpan(moment_at(starts), moment_at(ends)),
        exclusive=bool(exclusive),
        expires_at=None if expires is None else moment_at(expires),
    )


_IN_PIECES = Prepared(
    select(
        table.c.calendar,
        table.c.holder,
        table.c.piece,
        table.c.starts,
        table.c.ends,
        table.c.exclusive,
        table.c.expires,
    ).where(*OCCUPIED_IN_SPAN)
)

_ENDS = func.max(table.c.ends)
_TAKER = (table.c.calendar, table.c.kind, table.c.holder, table.c.exclusive, table.c.expires)
_WHOLE: Select[Any] = (
    select(*_TAKER, func.min(table.c.starts).label("starts"), _ENDS.label("ends"))
    .where(table.c.clinic == wanted("clinic"), _NOT_ABSENT)
    .group_by(*_TAKER)
)
