"""The tables on PostgreSQL: the second lock, the index, what errors tell, and moments."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import attrs
import psycopg
import pytest
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.exc import IntegrityError

from tests.adapters.sql.test_leaks import assert_tells_nothing, canary
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.errors import Collided, driver_errors_as_ours
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import OverlapsExclusive, StoreUnavailable, WebtidbokError, WrongSchema
from webtidbok.model.ids import CalendarId
from webtidbok.model.instants import SECOND
from webtidbok.model.timespan import TimeSpan
from webtidbok.testing.builders import (
    ANNAS,
    BOS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_hold,
    a_patient,
    a_placement,
    an_absence,
    an_appointment,
    an_event,
    at,
    staffs,
)
from webtidbok.testing.store_scenes import a_scope, put, rows_of

INSERT = text(
    "INSERT INTO wtb_occupied (clinic, kind, holder, calendar, piece, starts, ends, exclusive)"
    " VALUES (:clinic, :kind, :holder, :calendar, 0, :starts, :ends, :exclusive)"
)
LOCK = "ex_wtb_occupied_exclusive"


@pytest.fixture
def store(postgresql: Engine) -> SqlStore:
    """A store in which a patient has Anna's time from 9 to 10."""
    store = SqlStore.from_engine(postgresql)
    put(store, a_clinic())
    put(store, an_appointment("web", "09:00", "10:00"))
    return store


@pytest.fixture
def insert(postgresql: Engine, store: SqlStore) -> Callable[..., None]:  # noqa: ARG001
    """Write a row of occupied time with a statement of one's own."""

    def write(start: str, until: str, **changes: object) -> None:
        row = {
            "clinic": THE_CLINIC,
            "kind": "appointment",
            "holder": "stranger",
            "calendar": ANNAS,
            "starts": int(at(start).timestamp()),
            "ends": int(at(until).timestamp()),
            "exclusive": False,
        }
        with postgresql.begin() as connection:
            connection.execute(INSERT, row | changes)

    return write


@pytest.mark.parametrize(
    ("start", "until"),
    [("09:00", "10:00"), ("08:00", "09:05"), ("09:55", "11:00"), ("08:00", "11:00")],
)
def test_an_insert_that_goes_round_us_is_refused(
    insert: Callable[..., None], start: str, until: str
) -> None:
    with pytest.raises(IntegrityError, match=LOCK):
        insert(start, until)


def test_an_exclusive_insert_over_staffs_time_is_refused(
    store: SqlStore, insert: Callable[..., None]
) -> None:
    put(store, staffs("staff", "13:00", "14:00"))

    insert("13:30", "14:00")
    with pytest.raises(IntegrityError, match=LOCK):
        insert("13:30", "14:00", holder="third", exclusive=True)


def test_what_only_touches_or_lies_elsewhere_is_not_refused(insert: Callable[..., None]) -> None:
    insert("08:00", "09:00", holder="before")
    insert("10:00", "11:00", holder="after")
    insert("09:00", "10:00", calendar=BOS)
    insert("09:00", "10:00", clinic="other-clinic")
    insert("09:00", "10:00", kind="absence")


def test_an_update_that_goes_round_us_is_refused(
    postgresql: Engine, store: SqlStore, insert: Callable[..., None]
) -> None:
    insert("10:00", "11:00")
    put(store, staffs("staff", "10:30", "11:00"))

    for change in ("starts = starts - 1", "exclusive = true"):
        with pytest.raises(IntegrityError, match=LOCK), postgresql.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE wtb_occupied SET {change} WHERE holder = 'stranger'"
            )


@pytest.mark.parametrize("hours", [1, 13, 30])
def test_a_visit_of_days_is_moved_over_its_own_pieces(store: SqlStore, hours: int) -> None:
    span = TimeSpan(at("11:00"), at("11:00") + timedelta(days=3))
    long = attrs.evolve(an_appointment("long"), placement=attrs.evolve(a_placement(), span=span))
    put(store, long)
    later = TimeSpan(span.start + timedelta(hours=hours), span.end + timedelta(hours=hours))

    put(store, long.changed(placement=attrs.evolve(long.placement, span=later)))

    assert later in [row.span for row in store.occupied(THE_CLINIC)]


@pytest.mark.parametrize("is_short", [True, False])
def test_each_broken_rule_of_a_table_has_an_error_that_tells_nothing(
    postgresql: Engine, store: SqlStore, is_short: bool
) -> None:
    """A key, the second lock; PostgreSQL's DETAIL shows the row."""
    put(store, canary("p1"))
    store = SqlStore.from_engine(postgresql)
    if not is_short:
        store._at_once = None
    with pytest.raises(Collided) as caught:
        put(store, a_patient("p3", place=9), canary("p2"))
    assert_tells_nothing(caught.value, canary().identity_number.kept)

    with pytest.raises(OverlapsExclusive) as overlap:
        put(store, an_appointment("over", first_name=canary().first_name))
    assert_tells_nothing(overlap.value)


BAD_ROWS = {
    "unique": "INSERT INTO wtb_patient SELECT clinic, 'p2', identity_number, :canary, :canary,"
    " NULL, NULL, true, true, true, true, 1 FROM wtb_patient",
    "not null": "INSERT INTO wtb_absence VALUES ('c', 'a', NULL, now(), now(), :canary)",
    "check": "INSERT INTO wtb_absence VALUES ('c', 'a', 'k', now(), now(), :canary)",
    "foreign key": "INSERT INTO wtb_link VALUES (:canary, 'c', :canary)",
}
BAD_DATA = {
    "no number": "INSERT INTO wtb_alembic_version VALUES (CAST(:canary AS integer))",
    "no moment": "SELECT CAST(:canary AS timestamptz)",
    "no json": "SELECT CAST(:canary AS json)",
    "a NUL": "SELECT CAST(:canary || chr(0) AS text)",
    "no table": 'SELECT * FROM "Kanariefågel"',
    "no column": 'SELECT "Kanariefågel" FROM wtb_alembic_version',
    "a raised error": "DO $$ BEGIN RAISE EXCEPTION 'Kanariefågel'; END $$",
}


@pytest.mark.parametrize("name", [*BAD_ROWS, *BAD_DATA])
def test_what_postgresql_says_of_a_row_is_not_passed_on(
    postgresql: Engine, store: SqlStore, name: str
) -> None:
    put(store, canary("p1"))
    statement = text((BAD_ROWS | BAD_DATA)[name])
    facts = {"canary": canary().first_name} if ":canary" in statement.text else {}
    with postgresql.connect() as connection:
        with pytest.raises(WebtidbokError) as caught, driver_errors_as_ours():
            connection.execute(statement, facts)
        connection.rollback()

    assert type(caught.value) is (Collided if name in BAD_ROWS else StoreUnavailable)
    assert_tells_nothing(caught.value, canary().identity_number.kept)


@pytest.mark.parametrize("spoiler", ["\0", "\ud800"])
@pytest.mark.parametrize("is_short", [True, False])
def test_what_cannot_be_text_tells_nothing(store: SqlStore, spoiler: str, is_short: bool) -> None:
    """Refused at the edge long before; what a host gives may still hold it."""
    if not is_short:
        store._at_once = None
    spoiled = f"Kanariefågel{spoiler}"
    visit = attrs.evolve(an_appointment("a1", "14:00", "14:30"), note=spoiled)
    with pytest.raises(StoreUnavailable) as caught:
        put(store, visit)
    assert_tells_nothing(caught.value)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/St_Johns"])
@pytest.mark.parametrize("is_short", [True, False])
def test_moments_keep_their_offset_whatever_the_session_thinks(
    postgresql_url: str, store: SqlStore, zone: str, is_short: bool
) -> None:
    url = make_url(postgresql_url).update_query_dict({"options": f"-c timezone={zone}"})
    engine = open_database(url.render_as_string(hide_password=False))
    far = SqlStore.from_engine(engine)
    if not is_short:
        far._at_once = None
    visit, held = an_appointment("a1", "14:00", "14:30"), a_hold("h1", "15:00", "15:30")
    put(far, visit, held, an_absence("away", "16:00", "17:00"), an_event("k1", "a1"))

    for one in (store, far):
        state = one.transact(a_scope(hold=held.id), lambda state: state)
        assert (state.hold, state.absences) == (held, (an_absence("away", "16:00", "17:00"),))
        assert one.appointment(THE_CLINIC, visit.id).placement == visit.placement
        assert next(one.history(THE_CLINIC)).at.utcoffset() == timedelta()
    engine.dispose()


def test_seconds_after_2038_fit_as_those_before(store: SqlStore) -> None:
    """A search's bounds are too large for a number of four bytes then."""
    last = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
    for moment in (last - SECOND, last, last + SECOND):
        span = TimeSpan(moment - timedelta(hours=1), moment)
        assert list(store.busy(THE_CLINIC, [ANNAS], span, now=NOW)) == []
        assert store.transact(a_scope(span=span), lambda state: state).occupied == ()


FILL = f"""
INSERT INTO wtb_occupied (clinic, kind, holder, calendar, piece, starts, ends, exclusive)
SELECT '{THE_CLINIC}', 'absence', number || '-' || name, 'c' || name, 0,
  1800000000 - number * 9000, 1800000900 - number * 9000, false
FROM generate_series(1, 400) AS number, generate_series(0, 29) AS name
"""
A_WEEK = TimeSpan(datetime(2027, 1, 8, tzinfo=UTC), datetime(2027, 1, 16, tzinfo=UTC))


@pytest.mark.parametrize("besides", [(), ("a1", "a2")])
@pytest.mark.parametrize("calendars", [1, 3, 30])
def test_a_search_is_one_range_of_one_index_for_each_calendar(
    postgresql: Engine, store: SqlStore, calendars: int, besides: tuple[str, ...]
) -> None:
    with postgresql.begin() as connection:
        connection.exec_driver_sql(FILL)
        connection.exec_driver_sql("ANALYZE wtb_occupied")
    said: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        postgresql, "before_cursor_execute", lambda *what: said.append((str(what[2]), what[3]))
    )
    names = [CalendarId(f"c{number}") for number in range(calendars)]
    assert len(rows_of(store.busy(THE_CLINIC, names, A_WEEK, now=NOW, besides=besides))) > 10
    ((sql, facts),) = said

    with postgresql.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        plan = "\n".join(
            row[0]
            for row in psycopg.RawCursor(driver)
            .execute(f"EXPLAIN {sql}".encode(), facts)
            .fetchall()
        )
    assert "ix_wtb_occupied_search" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert all(name in condition for name in ("clinic", "calendar", "ends >", "ends <"))
    assert "wtb_occupied.ends" not in "".join(_sort_keys(plan)), "the index has the order"


def test_tables_are_created_in_the_hosts_transaction(empty_postgresql_url: str) -> None:
    engine = open_database(empty_postgresql_url)
    with engine.connect() as connection:
        create_schema(connection)
        connection.rollback()
    with pytest.raises(WrongSchema):
        SqlStore.from_engine(engine).clinic_ids()
    with engine.begin() as connection:
        create_schema(connection)
    create_schema(engine)

    assert SqlStore.from_engine(engine).clinic_ids() == ()
    engine.dispose()


def _sort_keys(plan: str) -> list[str]:
    return [line for line in plan.splitlines() if "Sort Key" in line]
