"""A search is one range of one index, which holds all that is asked (design 7)."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, event

from webtidbok.adapters.sql.store import SqlStore
from webtidbok.model.ids import AppointmentId, CalendarId
from webtidbok.model.instants import DAY, EPOCH, MINUTE, SECOND, minute_after, minute_of
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Code
from webtidbok.testing.builders import (
    ALL_CALENDARS,
    ANNAS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_placement,
    an_appointment,
    at,
)
from webtidbok.testing.store_scenes import ALWAYS, put, rows_of

THE_INDEX = "USING COVERING INDEX ix_wtb_occupied_search"
BETWEEN_ENDS = "(clinic=? AND calendar=? AND ends>? AND ends<?)"


@pytest.mark.parametrize("besides", [(), ("a1", "a2")])
@pytest.mark.parametrize("calendars", [1, 3, 100])
def test_a_search_reads_one_covering_index_between_two_ends(
    engine: Engine, calendars: int, besides: tuple[str, ...]
) -> None:
    store = SqlStore.from_engine(engine)
    said = listen(engine)
    names = [CalendarId(f"c{number}") for number in range(calendars)]
    assert list(store.busy(THE_CLINIC, names, ALWAYS, now=NOW, besides=besides)) == []
    sql, facts = said[-1]

    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", facts)
        first, *others = (row.detail for row in rows)
    assert first == f"SEARCH wtb_occupied {THE_INDEX} {BETWEEN_ENDS}"
    lists = ("LIST SUBQUERY", "SCAN anon_", "SCAN json_each")  # of what is asked for: no sorting
    assert all(each.startswith(lists) for each in others), others


def listen(engine: Engine) -> list[tuple[str, tuple[object, ...]]]:
    """Return a list that fills with what is said to the driver."""
    said: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(*what: object) -> None:
        said.append((str(what[2]), what[3]))  # type: ignore[arg-type]

    return said


def test_the_second_lock_reads_the_same_index_between_two_ends(engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN INSERT INTO wtb_occupied"
            " VALUES ('c', 'hold', 'h', 'k', 0, 1, 2, 1, 1)"
        )
        plan = [row.detail for row in rows]
    assert all("USING INDEX ix_wtb_occupied_search" in step for step in plan if "other" in step)


def test_a_search_is_one_query_whatever_the_number_of_calendars(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"))
    said = listen(engine)

    list(store.busy(THE_CLINIC, ALL_CALENDARS, ALWAYS, now=NOW))

    assert [sql.split()[0] for sql, _ in said] == ["SELECT"]


def test_whether_an_appointment_has_a_code_is_one_query(engine: Engine) -> None:
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1"), Code("code", AppointmentId("a1")))
    said = listen(engine)

    assert store.find_with_code(THE_CLINIC, AppointmentId("a1"), ["code", "older"]) is not None

    assert [sql.split()[0] for sql, _ in said] == ["SELECT"]


@pytest.mark.parametrize("since", [EPOCH, EPOCH + DAY, EPOCH + 2 * DAY, at("09:00")])
@pytest.mark.parametrize("seconds", [1, 59, 60, -1, -59, -60, -61])
def test_minutes_are_rounded_outwards_also_before_1970(
    engine: Engine, since: datetime, seconds: int
) -> None:
    span = TimeSpan(since + seconds * SECOND, since + (seconds + 61) * SECOND)
    store = SqlStore.from_engine(engine)
    put(store, a_clinic(), an_appointment("a1", placement=a_placement(span=span)))

    for around in (TimeSpan(since - 9 * MINUTE, since + 9 * MINUTE), TimeSpan(since, since + DAY)):
        found = rows_of(store.busy(THE_CLINIC, [ANNAS], around, now=NOW))
        whole = [(ANNAS, minute_of(span.start), minute_after(span.end))]
        assert found == (whole if span.overlaps(around) else [])


def test_the_longest_row_that_reaches_into_a_search_after_1970_is_rounded_too(
    engine: Engine,
) -> None:
    until = EPOCH + DAY + SECOND
    store = SqlStore.from_engine(engine)
    visit = an_appointment("a1", placement=a_placement(span=TimeSpan(until - DAY, until)))
    put(store, a_clinic(), visit)

    searched = TimeSpan(EPOCH + DAY, EPOCH + 2 * DAY)
    assert rows_of(store.busy(THE_CLINIC, [ANNAS], searched, now=NOW)) == [
        (ANNAS, 0, DAY // MINUTE + 1)
    ]
