"""The database refuses a time over an exclusive one, also from a writer that goes round us."""

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from webtidbok.adapters.sql.store import SqlStore
from webtidbok.errors import OverlapsExclusive
from webtidbok.model.ids import AppointmentId
from webtidbok.model.instants import SECOND
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import Change, State
from webtidbok.testing.builders import (
    ANNAS,
    BOS,
    NOW,
    THE_CLINIC,
    a_clinic,
    a_placement,
    an_absence,
    an_appointment,
    at,
    staffs,
)
from webtidbok.testing.store_scenes import a_change, a_scope, put, rows_of

INSERT = text(
    "INSERT INTO wtb_occupied (clinic, kind, holder, calendar, piece, starts, ends, exclusive)"
    " VALUES (:clinic, :kind, :holder, :calendar, 0, :starts, :ends, :exclusive)"
)


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """A store in which a patient has Anna's time from 9 to 10."""
    store = SqlStore.from_engine(engine)
    put(store, a_clinic())
    put(store, an_appointment("web", "09:00", "10:00"))
    return store


@pytest.fixture
def insert(engine: Engine, store: SqlStore) -> Callable[..., None]:  # noqa: ARG001
    """Write a row of occupied time with a statement of one's own."""

    def write(start: str, until: str, **changes: object) -> None:
        row = {
            "clinic": THE_CLINIC,
            "kind": "appointment",
            "holder": "stranger",
            "calendar": ANNAS,
            "starts": int(at(start).timestamp()),
            "ends": int(at(until).timestamp()),
            "exclusive": 0,
        }
        with engine.begin() as connection:
            connection.execute(INSERT, row | changes)

    return write


@pytest.mark.parametrize(
    ("start", "until"),
    [("09:00", "10:00"), ("08:00", "09:05"), ("09:55", "11:00"), ("08:00", "11:00")],
)
def test_an_insert_that_goes_round_us_is_refused(
    insert: Callable[..., None], start: str, until: str
) -> None:
    with pytest.raises(IntegrityError, match="overlaps an exclusive time"):
        insert(start, until)


def test_an_exclusive_insert_over_staffs_time_is_refused(
    store: SqlStore, insert: Callable[..., None]
) -> None:
    put(store, staffs("staff", "13:00", "14:00"))

    insert("13:30", "14:00")
    with pytest.raises(IntegrityError, match="overlaps an exclusive time"):
        insert("13:30", "14:00", holder="third", exclusive=1)


def test_what_only_touches_or_lies_elsewhere_is_not_refused(insert: Callable[..., None]) -> None:
    insert("08:00", "09:00", holder="before")
    insert("10:00", "11:00", holder="after")
    insert("09:00", "10:00", calendar=BOS)
    insert("09:00", "10:00", clinic="other-clinic")
    insert("09:00", "10:00", kind="absence")


def test_an_update_that_goes_round_us_is_refused(
    engine: Engine, store: SqlStore, insert: Callable[..., None]
) -> None:
    insert("10:00", "11:00")
    put(store, staffs("staff", "10:30", "11:00"))

    for change in ("starts = starts - 1", "exclusive = 1"):
        with (
            pytest.raises(IntegrityError, match="overlaps an exclusive time"),
            engine.begin() as connection,
        ):
            connection.exec_driver_sql(
                f"UPDATE wtb_occupied SET {change} WHERE holder = 'stranger'"
            )


def test_no_row_is_longer_than_a_day(insert: Callable[..., None]) -> None:
    starts = int(at("12:00").timestamp())
    with pytest.raises(IntegrityError, match="within_a_day"):
        insert("12:00", "13:00", ends=starts + 86_401)
    insert("12:00", "13:00", ends=starts + 86_400)


def test_decide_is_asked_again_when_the_lock_speaks(store: SqlStore) -> None:
    seen: list[State] = []

    def decide(state: State) -> Change[str] | str:
        seen.append(state)
        return "taken" if len(seen) > 1 else a_change(an_appointment("late", "09:30", "10:30"))

    assert store.transact(a_scope(), decide) == "taken"
    assert [len(state.occupied) for state in seen] == [1, 1]


def test_a_change_that_stays_wrong_is_raised_after_three_tries(store: SqlStore) -> None:
    asked: list[State] = []

    def decide(state: State) -> Change[str] | str:
        asked.append(state)
        return a_change(an_appointment("late", "09:30", "10:30"))

    with pytest.raises(OverlapsExclusive):
        store.transact(a_scope(), decide)
    assert len(asked) == 3


def test_two_visits_change_places_in_one_change(store: SqlStore) -> None:
    put(store, an_appointment("other", "10:00", "11:00"))
    first, second = store.appointments(THE_CLINIC)

    put(
        store,
        first.changed(placement=second.placement),
        second.changed(placement=first.placement),
    )

    assert [visit.id for visit in store.appointments(THE_CLINIC)] == ["other", "web"]
    assert [row.holder for row in store.occupied(THE_CLINIC)] == ["other", "web"]


def test_a_move_over_its_own_old_time_is_in_place(store: SqlStore) -> None:
    (visit,) = store.appointments(THE_CLINIC)

    put(store, visit.changed(placement=a_placement("09:30", "10:30")))

    (row,) = store.occupied(THE_CLINIC)
    assert row.span == TimeSpan(at("09:30"), at("10:30"))


@pytest.mark.parametrize("days", [1, 2, 7])
def test_a_time_of_days_is_kept_in_pieces_and_guarded_to_its_last_second(
    store: SqlStore, days: int
) -> None:
    span = TimeSpan(at("11:00"), at("11:00") + timedelta(days=days) + SECOND)
    long = attrs.evolve(an_appointment("long"), placement=attrs.evolve(a_placement(), span=span))
    put(store, long)
    last = attrs.evolve(
        an_appointment("last"),
        placement=attrs.evolve(a_placement(), span=TimeSpan(span.end - SECOND, span.end)),
    )
    after = attrs.evolve(
        last,
        id=AppointmentId("after"),
        placement=attrs.evolve(
            last.placement, span=TimeSpan(span.end, span.end + timedelta(minutes=5))
        ),
    )

    with pytest.raises(OverlapsExclusive):
        put(store, last)
    put(store, after)

    occupied = {row.holder: row.span for row in store.occupied(THE_CLINIC)}
    assert occupied["long"] == span
    pieces = rows_of(store.busy(THE_CLINIC, [ANNAS], span, now=NOW))
    assert len(pieces) == days + 1
    put(store, long.changed(cancelled_at=NOW))
    assert {row.holder for row in store.occupied(THE_CLINIC)} == {"web", "after"}


def test_an_absence_of_weeks_is_read_through_its_middle(store: SqlStore) -> None:
    away = TimeSpan(at("00:00"), at("00:00") + timedelta(days=30))
    put(store, attrs.evolve(an_absence("away"), calendar=BOS, span=away))
    middle = TimeSpan(away.start + timedelta(days=15), away.start + timedelta(days=15, minutes=1))

    (row,) = store.busy(THE_CLINIC, [BOS], middle, now=NOW)

    assert row.calendar == BOS
    state = store.transact(a_scope(span=middle), lambda state: state)
    assert [absence.id for absence in state.absences] == ["away"]
