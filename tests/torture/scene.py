"""Where the torture takes place: five mornings of two providers who share two chairs."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import attrs
from sqlalchemy import Engine, func, select

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.standing_clock import StandingClock
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.ports.clock import Clock
from webtidbok.ports.store import Store
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    CHAIR_1,
    CHAIR_2,
    CHECK_UP,
    FILLING,
    NOW,
    THE_CLINIC,
    a_block,
    a_clinic,
    a_template,
    a_type,
    at,
)

#: No one waits longer than this for the other seven.
PATIENCE = timedelta(seconds=60)


@attrs.frozen
class Slot:
    """One of the hundred: a check-up with somebody at some time."""

    provider: ProviderId
    start: datetime


#: Two providers, five mornings, ten check-ups each.
SLOTS = tuple(
    Slot(provider, at("08:00", A_MONDAY + day * DAY) + number * 30 * MINUTE)
    for provider in (ANNA, BO)
    for day in range(5)
    for number in range(10)
)


def the_clinic(id: str = THE_CLINIC) -> Clinic:  # noqa: A002 - the domain's word
    """Return a clinic whose mornings hold just the hundred check-ups, each in one of two chairs."""
    chairs = (CHAIR_1, CHAIR_2)
    return a_clinic(
        id,
        templates=(a_template("weekdays", a_block("08:00", "13:00")),),
        types=(
            a_type(CHECK_UP, resources=chairs),
            a_type(FILLING, duration_minutes=45, interval_minutes=15, resources=chairs),
        ),
    )


def a_book(engine: Engine, clock: Clock | None = None, store: Store | None = None) -> WebBook:
    """Return a book on a database of ours."""
    kept = SqlStore.from_engine(engine, patience=PATIENCE)
    return WebBook(
        Desk(
            store=store or kept,
            records=kept,
            clock=clock or StandingClock(NOW),
            randomness=SystemRandomness(),
        )
    )


def a_token() -> LinkToken:
    """Return a token for a hold, made by who asks, so that asking again is asking for the same."""
    return LinkToken.from_bytes(SystemRandomness().random_bytes(16))


#: What is counted; the patients are in `wtb_patient`.
_COUNTED = {
    table.name: table
    for table in tables.metadata.sorted_tables
    if "clinic" in table.c and table is not tables.clinic
}


def rows_in(engine: Engine, clinic: str) -> dict[str, int]:
    """Return how many rows each table has of a clinic, and how often its calendars were raised."""
    with engine.connect() as connection:
        counted = {
            name: connection.execute(
                select(func.count()).select_from(table).where(table.c.clinic == clinic)
            ).scalar_one()
            for name, table in _COUNTED.items()
        }
        raised = select(func.sum(tables.calendar.c.version)).where(
            tables.calendar.c.clinic == clinic
        )
        sent = (
            select(func.count())
            .select_from(tables.message)
            .where(tables.message.c.clinic == clinic, tables.message.c.state != "unsent")
        )
        counted["raised"] = connection.execute(raised).scalar_one() or 0
        counted["settled"] = connection.execute(sent).scalar_one()
    return counted


def gaps_in_journals(engine: Engine) -> Iterator[str]:
    """Yield what is wrong between the calendars' versions and their journals."""
    with engine.connect() as connection:
        versions: Mapping[tuple[str, str], int] = {
            (row.clinic, row.calendar): row.version
            for row in connection.execute(select(tables.calendar))
        }
        journal: dict[tuple[str, str], list[int]] = {}
        rows = select(tables.journal).order_by(tables.journal.c.version)
        for row in connection.execute(rows):
            journal.setdefault((row.clinic, row.calendar), []).append(row.version)
    for calendar in versions.keys() | journal.keys():
        written = journal.get(calendar, [])
        if written != list(range(1, versions.get(calendar, 0) + 1)):
            yield f"the journal of {calendar} does not lead to {versions.get(calendar)}"
