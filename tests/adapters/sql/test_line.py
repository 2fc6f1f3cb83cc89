"""Threads of one process that want to write to one file wait for each other, not for luck."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.line import Line, line_at
from webtidbok.adapters.sql.names import named
from webtidbok.adapters.sql.transactions import Outcome, OwnTransactions
from webtidbok.errors import TryAgain
from webtidbok.model.instants import MINUTE, SECOND

SHORT = timedelta(milliseconds=20)


def test_one_at_a_time_has_its_turn() -> None:
    line = Line()

    with line.turn(SECOND), pytest.raises(TryAgain), line.turn(SHORT):
        pass
    with line.turn(SHORT):
        pass


def test_a_turn_that_fails_is_over() -> None:
    line = Line()

    with pytest.raises(ZeroDivisionError), line.turn(SHORT):
        _ = 1 / 0
    with line.turn(SHORT):
        pass


def test_whoever_shares_connections_stands_in_the_same_line(engine: Engine) -> None:
    assert line_at(engine) is line_at(engine)
    assert line_at(named(engine, prefix="other_")) is line_at(engine)


def test_threads_that_write_all_come_to_it(engine: Engine) -> None:
    transactions = OwnTransactions(engine, patience=MINUTE)
    at_work: list[int] = []
    most: list[int] = []

    def write(number: int) -> str:
        def work(connection: Connection) -> Outcome[str]:
            at_work.append(number)
            most.append(len(at_work))
            connection.exec_driver_sql(f"INSERT INTO wtb_calendar VALUES ('c', 'k{number}', 1)")
            at_work.remove(number)
            return Outcome("done", keep=True)

        return transactions.run(work)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(write, range(40))) == {"done"}
    assert max(most) == 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wtb_calendar").scalar() == 40
