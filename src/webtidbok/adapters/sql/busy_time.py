"""Busy time as searches read it (`tables` holds the theory of its rows).

A driver makes an object of every value of every row, and that is what a fetch mostly costs. So the
database puts the rows of a calendar together, in the order of the index that it reads anyway: one
range for each calendar, which holds all that is asked, between two ends.

- SQLite puts them into JSON. It promises no order there (before its version 3.44 one could not ask
  for any), but has none other than that of the one index that it reads. A test holds the plan, and
  `slots.free` refuses stretches in another order.
- PostgreSQL would sort all rows to group them. Told to look at one calendar after another, it finds
  the order that it is asked for in the index; and what it puts together it takes in the order in
  which it was found. Asked for an order there, it would sort once more for each column.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import attrs
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    collate,
    func,
    or_,
    select,
    true,
)

from webtidbok.adapters.sql.columns import is_kept, wanted
from webtidbok.adapters.sql.occupancy import moment_at, seconds_of
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.tables import ABSENCE, DAY_SECONDS
from webtidbok.adapters.sql.tables import occupied as table
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import BusyTime

# Databases divide towards zero. Counted from the year 1, no moment is below zero; nor, counted from
# 1970, is any that is mostly searched, and each sum that is spared shows in a search.
_SINCE_YEAR_1_MINUTES = 1_035_593_280


def busy(
    connection: Connection,
    clinic: ClinicId,
    calendars: Collection[CalendarId],
    span: TimeSpan,
    *,
    now: datetime,
    besides: Collection[str],
) -> Iterator[BusyTime]:
    """Yield what `Store.busy` yields."""
    form = _FORMS[connection.dialect.name]
    facts = {
        "clinic": clinic,
        "calendars": form.listed(sorted(filter(is_kept, set(calendars)))),
        "first": seconds_of(span.start),
        "until": seconds_of(span.end),
        "now": seconds_of(now),
        "besides": form.listed(sorted(filter(is_kept, besides))),
    }
    is_since_1970 = seconds_of(span.start) >= DAY_SECONDS  # no row is longer than a day
    asking = form.asking(is_besides=bool(besides), is_since_1970=is_since_1970)
    for calendar, starts, ends, expires in asking.each(connection, facts):
        until = None if expires is None else moment_at(expires)
        yield BusyTime(calendar, form.read(starts), form.read(ends), until)


@attrs.frozen
class _Form:
    """How one kind of database is asked.

    Attributes:
        asking: Makes the statement: with what some holders take left out or not; for rows that all
            start in 1970 or later, or not.
        listed: Makes one value of several.
        read: Reads the numbers of a column.
    """

    asking: Callable[..., Prepared]
    listed: Callable[[list[str]], Any]
    read: Callable[[Any], Sequence[int]]


@cache
def _in_json(*, is_besides: bool, is_since_1970: bool) -> Prepared:
    is_asked = table.c.calendar.in_(_one_by_one("calendars"))
    is_anothers = table.c.holder.not_in(_one_by_one("besides")) if is_besides else None
    return Prepared(
        select(
            table.c.calendar,
            func.json_group_array(_minutes(table.c.starts, is_since_1970=is_since_1970)),
            func.json_group_array(_minutes(table.c.ends, more=59, is_since_1970=is_since_1970)),
            _first_to_expire(table),
        )
        .where(is_asked, *_counting(is_anothers))
        .group_by(table.c.calendar)
        .order_by(table.c.calendar)
    )


def _one_by_one(name: str) -> Select[Any]:
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


@cache
def _in_arrays(*, is_besides: bool, is_since_1970: bool) -> Prepared:
    calendars, besides = (bindparam(name, type_=ARRAY(Text)) for name in ("calendars", "besides"))
    asked = func.unnest(calendars).table_valued("calendar").render_derived(name="asked")
    is_anothers = table.c.holder != func.all(besides) if is_besides else None
    found = (
        select(table.c.starts, table.c.ends, table.c.expires)
        .where(table.c.calendar == asked.c.calendar, *_counting(is_anothers))
        .order_by(table.c.ends)
        .correlate(asked)
        .subquery("found")
    )
    starts = _minutes(found.c.starts, is_since_1970=is_since_1970)
    ends = _minutes(found.c.ends, more=59, is_since_1970=is_since_1970)
    together = select(
        func.array_agg(cast(starts, Integer)).label("starts"),
        func.array_agg(cast(ends, Integer)).label("ends"),
        _first_to_expire(found).label("expires"),
    ).lateral("together")
    return Prepared(
        select(asked.c.calendar, together.c.starts, together.c.ends, together.c.expires)
        .select_from(asked.join(together, true()))
        .where(together.c.starts.is_not(None))
        .order_by(collate(asked.c.calendar, "C"))
    )


def _counting(is_anothers: ColumnElement[bool] | None) -> Iterator[ColumnElement[bool]]:
    """Yield what rows must be that count for a search."""
    yield table.c.clinic == wanted("clinic")
    yield table.c.ends > bindparam("first", type_=BigInteger)
    yield table.c.ends < bindparam("until", type_=BigInteger) + DAY_SECONDS
    yield table.c.starts < bindparam("until", type_=BigInteger)
    yield or_(table.c.expires.is_(None), table.c.expires > bindparam("now", type_=BigInteger))
    if is_anothers is not None:
        yield or_(table.c.kind == ABSENCE, is_anothers)


def _first_to_expire(rows: FromClause) -> ColumnElement[int]:
    # Hardly any row expires, and asking whether it does costs less than comparing it.
    return func.min(rows.c.expires).filter(rows.c.expires.is_not(None))


def _minutes(
    seconds: ColumnElement[int], *, more: int = 0, is_since_1970: bool
) -> ColumnElement[int]:
    """Return seconds, and some more, as minutes, rounded down."""
    if is_since_1970:
        return (seconds + more) // 60 if more else seconds // 60
    return (seconds + (60 * _SINCE_YEAR_1_MINUTES + more)) // 60 - _SINCE_YEAR_1_MINUTES


_FORMS = {
    "sqlite": _Form(_in_json, json.dumps, json.loads),
    "postgresql": _Form(_in_arrays, list, list),
}
