"""Steps are ours, for one purpose, and end."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.model.instants import SECOND
from webtidbok.services.desk import Desk
from webtidbok.testing.builders import NOW
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.web.steps import StaleStep, Steps

OLD, NEW = b"the key of last year, long enough", b"the key of this year, long enough"
HOUR = timedelta(hours=1)

contents = st.dictionaries(
    st.text().filter(lambda name: name != "until"),
    st.none() | st.integers() | st.text(),
    max_size=5,
)


def steps(clock: StandingClock | None = None, *keys: bytes) -> Steps:
    store = MemoryStore()
    desk = Desk(
        store=store,
        records=store,
        clock=clock or StandingClock(NOW),
        randomness=CountedRandomness(),
        keys=FixedKeys(*(keys or (NEW,))),
    )
    return Steps(desk, HOUR)


@given(content=contents)
def test_what_is_written_is_read(content: dict[str, Any]) -> None:
    assert steps().read("book", steps().written("book", content)) == content


def test_a_step_is_good_until_it_is_as_old_as_it_may_be() -> None:
    clock = StandingClock(NOW)
    there = steps(clock)
    step = there.written("book", {"start": 1})

    clock.stand_at(NOW + HOUR - SECOND)
    assert there.read("book", step) == {"start": 1}
    clock.stand_at(NOW + HOUR)
    with pytest.raises(StaleStep):
        there.read("book", step)


def test_a_step_of_one_purpose_is_none_of_another() -> None:
    step = steps().written("book", {})

    with pytest.raises(StaleStep):
        steps().read("cancel", step)


def test_while_keys_change_both_are_good_and_the_old_one_then_is_not() -> None:
    before = steps(None, OLD).written("book", {"start": 1})

    assert steps(None, NEW, OLD).read("book", before) == {"start": 1}
    assert steps(None, NEW).read("book", steps(None, NEW, OLD).written("book", {})) == {}
    with pytest.raises(StaleStep):
        steps(None, NEW).read("book", before)


@given(text=st.text() | st.text("abcdefgh.-_0123", min_size=1))
def test_what_we_did_not_write_is_no_step(text: str) -> None:
    with pytest.raises(StaleStep):
        steps().read("book", text)


@given(data=st.data(), content=contents)
def test_a_step_with_any_letter_changed_is_none(
    data: st.DataObject, content: dict[str, Any]
) -> None:
    there = steps()
    step = there.written("book", content)
    place = data.draw(st.integers(0, len(step) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda each: each != step[place]))
    changed = step[:place] + letter + step[place + 1 :]

    try:
        assert there.read("book", changed) == content, "only unused bits at the end were changed"
    except StaleStep:
        return
    assert place == len(step) - 1


def test_a_text_as_long_as_a_book_is_not_even_tried() -> None:
    with pytest.raises(StaleStep):
        steps().read("book", "a" * 100_000)
