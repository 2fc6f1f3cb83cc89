"""Eight processes want the same hundred slots (R24)."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import attrs
from sqlalchemy import Engine

from tests.torture.asking import Answered, Asked, Told, ask
from tests.torture.crew import PROCESSES, Crew, counted, orders
from tests.torture.judging import wrongs
from tests.torture.scene import SLOTS, a_book, the_clinic
from tests.torture.sizes import Size, both_legs

#: Visits whose links every worker has.
_SHARED = 4


def book_shared(engine: Engine) -> list[Answered]:
    """Open the clinic, and book what all will move."""
    book = a_book(engine)
    book.add_clinic(the_clinic())
    slots = SLOTS[:: len(SLOTS) // _SHARED]
    return [
        ask(
            book,
            Asked(
                key=f"shared-{place}",
                what="book",
                provider=slot.provider,
                start=slot.start.isoformat(),
                place=50 + place,
            ),
        )
        for place, slot in enumerate(slots)
    ]


#: Changes that touch calendars they did not foresee may meet; in a short leg that is a few times.
_FEW_CIRCLES = 5


@both_legs
def test_nothing_is_held_twice_and_nothing_acknowledged_is_missing(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    shared = book_shared(engine)
    crew = Crew(
        orders(
            database,
            tmp_path,
            seed=seed,
            attempts=size.attempts,
            seconds=size.seconds,
            shared=tuple(each.token for each in shared),
        )
    )
    told = raced(crew, size, tell)
    circles = deadlocks(engine)
    tell(f"{circles} deadlocks")

    assert wrongs(engine, told, [each.key for each in shared]) == []
    # Each is mended by a repeat, and makes everybody wait for a second. A few may happen.
    assert circles <= _FEW_CIRCLES + size.attempts / 1_000


@both_legs
def test_clocks_an_hour_apart_do_no_harm(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    shared = book_shared(engine)
    same = orders(database, tmp_path, seed=seed, attempts=size.attempts // 10, seconds=size.seconds)
    hour = timedelta(hours=1)
    apart = [attrs.evolve(each, ahead=(place % 3 - 1) * hour) for place, each in enumerate(same)]
    told = raced(Crew(apart), size, tell)

    assert wrongs(engine, told, [each.key for each in shared]) == []


@both_legs
def test_an_answer_lost_after_commit_is_had_by_asking_again(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    shared = book_shared(engine)
    crew = Crew(
        orders(
            database,
            tmp_path,
            seed=seed,
            attempts=size.attempts // 5,
            seconds=size.seconds,
            shared=tuple(each.token for each in shared),
            loses_answers=True,
            bears_outages=True,
        )
    )
    told = raced(crew, size, tell)
    lost = sum(each.lost for each in told)
    tell(f"{lost} answers lost")

    assert lost > 0
    assert wrongs(engine, told, [each.key for each in shared]) == []


@both_legs
def test_each_slot_has_exactly_one_winner(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    slots = len(SLOTS) if size.is_long else len(SLOTS) // 5
    a_book(engine).add_clinic(the_clinic())
    crew = Crew(
        orders(
            database,
            tmp_path,
            seed=seed,
            attempts=PROCESSES * slots,
            seconds=size.seconds,
            only_books=slots,
        )
    )
    told = raced(crew, size, tell)

    assert wrongs(engine, told) == []
    won = [(each.provider, each.start) for one in told for each in one.answered if each.is_done]
    assert sorted(won) == sorted((slot.provider, slot.start.isoformat()) for slot in SLOTS[:slots])
    assert counted(told).keys() <= {"Booked", "SlotTaken"}


def deadlocks(engine: Engine) -> int:
    """Return how often two waited for each other."""
    if engine.dialect.name == "sqlite":
        return 0
    counted_by_server = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(counted_by_server).scalar_one())


def raced(crew: Crew, size: Size, tell: Callable[[str], None]) -> list[Told]:
    """Let them race to the end, and say what came of it."""
    began = time.monotonic()
    with crew.at_work():
        crew.wait(size.seconds + 60)
    told = crew.told()
    answers = sum(len(each.answered) for each in told)
    tell(f"{answers} attempts in {time.monotonic() - began:.0f} s, {counted(told)}")
    assert answers > 0
    return told
