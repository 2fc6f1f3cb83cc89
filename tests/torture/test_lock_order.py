"""Staff's changes lock in the order of all, also what their scope did not foresee."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import attrs
from sqlalchemy import Engine

from tests.torture.asking import Asked, ask
from tests.torture.scene import SLOTS, a_book, the_clinic
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.ports.store import A, Change, Scope, State
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import ANNA, ANNAS, BO, BOS, THE_CLINIC

_LOCK = f"SELECT 1 FROM wtb_calendar WHERE clinic = '{THE_CLINIC}' AND calendar = "
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def test_who_waits_for_a_calendar_on_postgresql_holds_none_that_comes_after_it(
    postgresql: Engine,
) -> None:
    book = a_book(postgresql)
    book.add_clinic(the_clinic())
    start = SLOTS[0].start.isoformat()
    made = Asked(key="annas", what="staff-book", provider=ANNA, start=start)
    visit = ask(book, made).appointment
    ask(book, Asked(key="bos", what="staff-book", provider=BO, start=start))
    move = Asked(
        key="move",
        what="staff-move",
        provider=BO,
        start=SLOTS[1].start.isoformat(),
        appointment=visit,
    )

    with postgresql.connect() as connection, ThreadPoolExecutor(1) as other:
        locks = connection.execution_options(isolation_level="AUTOCOMMIT")
        locks.exec_driver_sql("BEGIN")
        locks.exec_driver_sql(f"{_LOCK} '{ANNAS}' FOR UPDATE")
        moved = other.submit(ask, book, move)
        wait_for_somebody_to_wait(postgresql)
        locks.exec_driver_sql(f"{_LOCK} '{BOS}' FOR UPDATE NOWAIT")
        locks.exec_driver_sql("COMMIT")
        assert moved.result().outcome == "Moved"


def wait_for_somebody_to_wait(engine: Engine) -> None:
    latest = time.monotonic() + 10
    while not waiting(engine):
        assert time.monotonic() < latest, "nobody waits"
        time.sleep(0.02)


def waiting(engine: Engine) -> int:
    """Look in a transaction of its own: within one, the same is seen each time."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(_WAITING).scalar_one())


class Interrupted(SqlStore):
    """Something happens right after it has decided for the first time."""

    meanwhile: Callable[[], object] | None = None

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        """Decide, be interrupted, and go on."""

        def decide_slowly(state: State) -> Change[A] | A:
            decided = decide(state)
            if self.meanwhile is not None:
                meanwhile, self.meanwhile = self.meanwhile, None
                meanwhile()
            return decided

        return super().transact(scope, decide_slowly)


def test_a_visit_cancelled_while_staff_free_its_time_on_postgresql_stays_cancelled(
    postgresql: Engine,
) -> None:
    book = a_book(postgresql)
    book.add_clinic(the_clinic())
    start = SLOTS[0].start.isoformat()
    booked = ask(book, Asked(key="booked", what="book", provider=ANNA, start=start))
    over = (booked.appointment,)
    laid = ask(book, Asked(key="laid", what="staff-book", provider=ANNA, start=start, over=over))
    assert laid.is_done
    store = Interrupted.from_engine(postgresql)
    assert isinstance(store, Interrupted)
    cancelled = Asked(key="cancelled", what="cancel", token=booked.token)
    store.meanwhile = lambda: ask(book, cancelled)

    staffs = WebBook(attrs.evolve(book.desk, store=store, records=store))
    ask(staffs, Asked(key="freed", what="staff-cancel", appointment=laid.appointment))

    assert ask(book, attrs.evolve(cancelled, key="again")).revision == 2
    assert list(book.verify(THE_CLINIC)) == []
