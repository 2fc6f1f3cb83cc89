"""Who judges a race sees what is wrong: each fault is made by hand, and reported."""

from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from tests.torture.asking import Answered, Asked, Told, ask
from tests.torture.judging import wrongs
from tests.torture.scene import SLOTS, a_book, the_clinic
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.schema import create_schema


def a_race(engine: Engine) -> Told:
    """Let one book two visits, move one of them, and be refused."""
    book, told = a_book(engine), Told()
    book.add_clinic(the_clinic())
    first = Asked(
        key="first", what="book", provider=SLOTS[0].provider, start=SLOTS[0].start.isoformat()
    )
    second = attrs.evolve(first, key="second", start=SLOTS[1].start.isoformat(), place=2)
    answers = [answered(book_answer := ask(book, first), told, first)]
    answers.append(answered(ask(book, second), told, second))
    move = Asked(
        key="move", what="rebook", token=book_answer.token, start=SLOTS[2].start.isoformat()
    )
    answers.append(answered(ask(book, move), told, move))
    late = attrs.evolve(second, key="late", place=3)
    answers.append(answered(ask(book, late), told, late))
    assert [each.outcome for each in answers] == ["Booked", "Booked", "Moved", "SlotTaken"]
    return told


def answered(answer: Answered, told: Told, asked: Asked) -> Answered:
    told.asked[asked.key] = asked
    told.answered.append(answer)
    return answer


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One engine is enough here."""
    engine = open_database(str(tmp_path / "judged.db"), create=True)
    create_schema(engine)
    return engine


def test_a_race_without_faults_has_none(engine: Engine) -> None:
    assert wrongs(engine, [a_race(engine)]) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("DELETE FROM wtb_event WHERE key = 'second'", "acknowledged, and lost"),
        ("DELETE FROM wtb_occupied", "occupied"),
        ("DELETE FROM wtb_message WHERE kind = 'moved'", "0 messages for 1 times"),
        ("DELETE FROM wtb_journal WHERE event = 'second'", "the journal of"),
        ("UPDATE wtb_event SET key = 'late' WHERE key = 'second'", "refused, and stored"),
        ("UPDATE wtb_event SET key = 'nobodys' WHERE key = 'second'", "nobody asked"),
        ("UPDATE wtb_event SET appointment = 'x' WHERE key = 'second'", "another's"),
    ],
)
def test_each_fault_is_seen(fault: str, says: str, engine: Engine) -> None:
    told = a_race(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(fault)

    assert any(says in each for each in wrongs(engine, [told]))
    engine.dispose()


def test_a_link_that_is_given_twice_is_seen(engine: Engine) -> None:
    told = a_race(engine)
    told.answered.append(told.answered[0])

    assert any("was given 2 times" in each for each in wrongs(engine, [told]))
    engine.dispose()
