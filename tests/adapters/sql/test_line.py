"""Threads of one process that want to write to one file wait for each other, not for luck."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from webtidbok.adapters.sql.line import Line, line_at
from webtidbok.adapters.sql.names import named
from webtidbok.adapters.sql.transactions import Outcome, OwnTransactions
from webtidbok.errors import StoreUnavailable, TryAgain
from webtidbok.model.instants import SECOND

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


def test_who_writes_waits_for_a_turn_and_who_need_not_write_does_not(engine: Engine) -> None:
    transactions = OwnTransactions(engine, patience=SHORT)
    worked: list[str] = []

    def work(_: Connection) -> Outcome[str]:
        worked.append("done")
        return Outcome("written", keep=True)

    with line_at(engine).turn(SHORT):
        with pytest.raises(StoreUnavailable):
            transactions.run(work)
        assert transactions.run(work, look=lambda _: Outcome("seen", keep=False)) == "seen"
    assert worked == []
    assert transactions.run(work) == "written"
