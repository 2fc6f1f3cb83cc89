"""The same request many times, from many processes at once (R22)."""

from collections import Counter
from collections.abc import Callable
from multiprocessing.pool import Pool
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from tests.torture.asking import Answered, Asked, ask
from tests.torture.crew import PROCESSES, context
from tests.torture.scene import SLOTS, a_book, the_clinic
from tests.torture.sizes import Size
from webtidbok.adapters.sql.engines import open_database
from webtidbok.errors import RequestKeyReused
from webtidbok.model.event import Happening
from webtidbok.testing.builders import THE_CLINIC

TIMES = 20

some_rounds = pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(1, 30), id="short"),
        pytest.param(Size(50, 300), id="long", marks=pytest.mark.torture),
    ],
)


@attrs.frozen
class Repeated:
    """A request, and another one under the same key."""

    database: str
    asked: Asked
    other: Asked


def repeat(repeated: Repeated) -> tuple[Answered, bool]:
    """Ask, and ask for something else with the same key; return whether that was refused."""
    engine = open_database(repeated.database)
    book = a_book(engine)
    answer = ask(book, repeated.asked)
    try:
        ask(book, repeated.other)
    except RequestKeyReused:
        return answer, True
    finally:
        engine.dispose()
    return answer, False


@some_rounds
def test_one_visit_one_message_and_answers_that_differ_in_the_link_alone(
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,  # noqa: ARG001 - the database is there
    tell: Callable[[str], None],
) -> None:
    book = a_book(engine)
    book.add_clinic(the_clinic())
    pool: Pool
    with context().Pool(PROCESSES) as pool:
        for number in range(size.attempts):
            slot, other = SLOTS[number], SLOTS[-1 - number]
            asked = Asked(
                key=f"the-key-{number}",
                what="book",
                provider=slot.provider,
                start=slot.start.isoformat(),
                place=number % 90 + 1,
            )
            otherwise = attrs.evolve(asked, provider=other.provider, start=other.start.isoformat())
            repeated = Repeated(database, asked, otherwise)
            answers = pool.map(repeat, [repeated] * TIMES, chunksize=1)

            assert all(is_refused for _, is_refused in answers)
            alike = {attrs.evolve(each, token="", is_repeat=False) for each, _ in answers}
            assert len(alike) == 1
            assert Counter(bool(each.token) for each, _ in answers) == {True: 1, False: TIMES - 1}
    history = list(book.history(THE_CLINIC))
    assert [event.what for event in history] == [Happening.BOOKED] * size.attempts
    assert len(list(book.desk.records.messages(THE_CLINIC))) == size.attempts
    assert list(book.verify(THE_CLINIC)) == []
    tell(f"{size.attempts} requests {TIMES} times from {PROCESSES} processes")
