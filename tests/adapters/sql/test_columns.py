"""Instants keep their offset on every engine (design 7)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis.strategies import datetimes, timezones
from sqlalchemy import Column, Dialect, MetaData, Table, create_engine, select
from sqlalchemy.dialects import postgresql, sqlite

from webtidbok.adapters.sql.columns import Instant
from webtidbok.model.instants import instant

SQLITE: Dialect = sqlite.dialect()
POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

any_moment = datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 - of no zone yet
    max_value=datetime(9999, 12, 28),  # noqa: DTZ001
    timezones=timezones(),
)


def _kept(moment: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - the driver's
    return Instant().bind_processor(dialect)(moment)


def _read(value: object, dialect: Dialect) -> datetime | None:
    return Instant().result_processor(dialect, None)(value)


@given(moment=any_moment)
def test_a_moment_comes_back_in_utc_to_the_second(moment: datetime) -> None:
    kept = _kept(moment, SQLITE)

    assert _read(kept, SQLITE) == instant(moment)


@given(one=any_moment, other=any_moment)
def test_what_is_kept_sorts_as_moments_do(one: datetime, other: datetime) -> None:
    kept = [str(_kept(moment, SQLITE)) for moment in (one, other)]

    assert (kept[0] < kept[1]) == (instant(one) < instant(other))


def test_the_text_says_that_it_is_utc() -> None:
    summer = datetime(2027, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))

    assert _kept(summer, SQLITE) == "2027-07-01T07:30:00Z"


def test_postgresql_keeps_a_moment_as_its_own_type() -> None:
    moment = datetime(2027, 7, 1, 7, 30, tzinfo=UTC)

    assert _kept(moment, POSTGRESQL) == moment
    assert "WITH TIME ZONE" in str(Instant().compile(dialect=POSTGRESQL))
    in_its_zone = moment.astimezone(timezone(timedelta(hours=2)))
    back = _read(in_its_zone, POSTGRESQL)
    assert back is not None
    assert back.tzinfo is UTC


def test_nothing_stays_nothing() -> None:
    for dialect in (SQLITE, POSTGRESQL):
        assert _kept(None, dialect) is None
        assert _read(None, dialect) is None


def test_a_moment_through_a_table_comes_back_in_utc() -> None:
    table = Table("moments", MetaData(), Column("at", Instant))
    summer = datetime(2027, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    with create_engine("sqlite://").begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(at=summer))

        back = connection.execute(select(table.c.at).where(table.c.at >= summer)).scalar_one()

    assert back == summer
    assert back.utcoffset() == timedelta()
