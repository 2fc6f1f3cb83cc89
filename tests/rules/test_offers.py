"""R16: what a search found, as a sequence: it equals the plain list of its slots."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.glue import search
from tests.rules.asking import a_question, of_days, offers
from tests.strategies import FEWER, World, worlds
from webtidbok.model.ids import ProviderId, TemplateId
from webtidbok.model.instants import DAY, minute_of
from webtidbok.model.schedule import Template
from webtidbok.model.slot import Slot
from webtidbok.model.wall_clock import local_date
from webtidbok.rules import offers as module
from webtidbok.rules.offers import Offers
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    BO,
    ZONE,
    a_block,
    a_clinic,
    a_period,
    a_template,
    a_type,
    at,
)

WEEK = of_days(A_MONDAY, A_MONDAY + 6 * DAY)
MONDAYS = offers(
    a_question(a_clinic(templates=(a_template("weekdays", a_block("08:00", "09:30")),)))
)
NOTHING = offers(a_question(a_clinic(periods=())))


def in_order(slots: Sequence[Slot], world: World) -> list[Slot]:
    order = world.providers
    return sorted(slots, key=lambda slot: (slot.start, order.index(slot.provider)))


def places(size: int) -> st.SearchStrategy[int]:
    return st.integers(-size - 2, size + 2)


def test_slots_come_earliest_first_then_by_the_order_of_providers_r16() -> None:
    assert [(slot.start, slot.provider) for slot in MONDAYS] == [
        (at(clock), provider) for clock in ("08:00", "08:30", "09:00") for provider in (ANNA, BO)
    ]


def test_the_order_of_providers_is_the_one_they_are_asked_in_r16() -> None:
    found = offers(a_question(providers=(BO, ANNA)))

    assert [slot.provider for slot in found[:4]] == [BO, ANNA, BO, ANNA]


def test_nothing_found_is_an_empty_sequence_r16() -> None:
    assert len(NOTHING) == 0
    assert not NOTHING
    assert list(NOTHING) == []
    assert NOTHING.days() == []
    assert NOTHING.first_start() is None
    assert list(NOTHING.folded()) == []
    assert NOTHING.offers(ANNA, 0) is None


def test_the_first_free_time_is_told_r16() -> None:
    assert MONDAYS.first_start() == minute_of(at("08:00"))
    with_the_second_provider = MONDAYS.after(minute_of(at("08:00")), ANNA)
    assert with_the_second_provider.first_start() == minute_of(at("08:00"))


@pytest.mark.parametrize("place", [6, -7, 99])
def test_beyond_its_ends_there_is_no_offer(place: int) -> None:
    with pytest.raises(IndexError, match="index out of range"):
        MONDAYS[place]


def test_offers_equal_a_list_of_the_same_slots_and_nothing_else() -> None:
    assert list(MONDAYS) == MONDAYS
    assert list(MONDAYS)[1:] != MONDAYS
    assert MONDAYS != "slots"
    assert MONDAYS != 6
    with pytest.raises(TypeError, match="unhashable"):
        hash(MONDAYS)


def test_the_slot_of_a_provider_at_a_start_is_found_r17() -> None:
    eight = minute_of(at("08:00"))

    assert MONDAYS.offers(BO, eight) == MONDAYS[1]
    assert MONDAYS.offers(BO, eight + 5) is None
    assert MONDAYS.offers(ProviderId("nobody"), eight) is None


def test_days_that_have_slots_are_told_r16() -> None:
    closed = a_clinic(closed_days=frozenset({A_MONDAY + 2 * DAY}))

    assert offers(a_question(closed), span=WEEK).days() == [
        A_MONDAY + days * DAY for days in (0, 1, 3, 4)
    ]


def test_a_long_day_is_one_day_and_its_minutes_are_not_counted_one_by_one_r16() -> None:
    night = date(2026, 10, 25)
    template = Template(id=TemplateId("daily"), weeks=(((a_block("00:00", "24:00"),),) * 7,))
    clinic = a_clinic(
        templates=(template,),
        periods=(a_period(ANNA, "daily"),),
        types=(a_type(duration_minutes=5, interval_minutes=5),),
    )

    found = offers(a_question(clinic, now=at("08:00", date(2026, 10, 1))), span=of_days(night))

    assert len(found) == 25 * 12
    assert found.days() == [night]


def test_a_page_goes_on_after_a_providers_slot_r16() -> None:
    half_past = minute_of(at("08:30"))

    assert MONDAYS.after(half_past, ANNA) == MONDAYS[3:]
    assert MONDAYS.after(half_past, BO) == MONDAYS[4:]
    assert MONDAYS.after(half_past) == MONDAYS[4:]
    assert MONDAYS.after(half_past, ProviderId("nobody")) == MONDAYS[4:]
    assert MONDAYS.after(half_past - 1) == MONDAYS[2:]
    assert MONDAYS.after(minute_of(at("09:00")), BO) == []


def test_offers_are_found_among_any_starts_r16() -> None:
    eight = minute_of(at("08:00"))
    apart = [range(eight - 5, eight + 5), range(eight + 60, eight + 61)]

    assert MONDAYS.among(apart) == [*MONDAYS[:2], *MONDAYS[4:]]
    assert MONDAYS.among([range(eight, eight + 90, 60)]) == [*MONDAYS[:2], *MONDAYS[4:]]
    assert MONDAYS.among([range(eight, eight + 90, 40)]) == MONDAYS[:2]
    assert MONDAYS.among([range(eight + 1, eight + 30)]) == []
    assert MONDAYS.among([]) == []


def test_the_same_time_with_several_providers_is_folded_into_one_row_r16() -> None:
    rows = list(MONDAYS.folded())

    assert [row.start for row in rows] == [at("08:00"), at("08:30"), at("09:00")]
    assert [[slot.provider for slot in row.slots] for row in rows] == [[ANNA, BO]] * 3


@FEWER
@given(worlds(), st.data())
def test_offers_behave_as_the_plain_list_of_their_slots_r16(
    world: World, data: st.DataObject
) -> None:
    found = search(world)
    plain = list(found)

    assert_same_sequence(found, plain, data)
    assert in_order(plain, world) == plain
    assert found.first_start() == (minute_of(plain[0].start) if plain else None)
    zone = world.clinic.time_zone
    assert found.days() == sorted({local_date(slot.start, zone) for slot in plain})
    assert [(row.start, list(row.slots)) for row in found.folded()] == [
        (start, list(slots)) for start, slots in groupby(plain, key=lambda slot: slot.start)
    ]


def assert_same_sequence(found: Offers, plain: list[Slot], data: st.DataObject) -> None:
    assert len(found) == len(plain)
    assert found[::-1] == plain[::-1]
    place = data.draw(places(len(plain)))
    if -len(plain) <= place < len(plain):
        assert found[place] == plain[place]
        assert plain[place] in found
    else:
        with pytest.raises(IndexError):
            found[place]
    some = data.draw(st.slices(len(plain)) | slices(len(plain)))
    assert found[some] == plain[some]


def slices(size: int) -> st.SearchStrategy[Any]:
    """Slices that reach beyond the ends too."""
    ends = st.none() | places(size)
    steps = st.none() | st.integers(-3, 3).filter(bool)
    return st.builds(slice, ends, ends, steps)


@FEWER
@given(worlds(), st.data())
def test_pages_read_with_after_are_the_whole_r16(world: World, data: st.DataObject) -> None:
    found = search(world)
    size = data.draw(st.integers(max(1, len(found) // 7), 9 + len(found) // 3))
    pages: list[Slot] = []
    left = found
    while left:
        pages += left[:size]
        left = found.after(minute_of(pages[-1].start), pages[-1].provider)

    assert pages == found
    if pages:
        last_of_a_start = found.after(minute_of(pages[0].start))
        assert last_of_a_start == [slot for slot in pages if slot.start > pages[0].start]


def test_a_local_date_is_that_of_the_clinic_r14d() -> None:
    template = a_template("weekdays", a_block("00:00", "00:30"))

    found = offers(a_question(a_clinic(templates=(template,))), span=of_days())

    assert found.days() == [A_MONDAY]
    assert found[0].start.date() == A_MONDAY - DAY
    assert found[0].start.astimezone(ZONE).date() == A_MONDAY


def test_of_nights_with_one_time_each_all_are_told_r14d_r16() -> None:
    template = a_template("weekdays", a_block("00:00", "00:30"))
    question = a_question(a_clinic(templates=(template,)), providers=(ANNA,))

    found = offers(question, span=WEEK)

    assert found.days() == [A_MONDAY + days * DAY for days in range(5)]


def test_a_slice_makes_no_slots_unless_it_leaves_some_out_r16() -> None:
    assert isinstance(MONDAYS[1:3], Offers)
    assert isinstance(MONDAYS[1:3:1], Offers)
    assert isinstance(MONDAYS[::2], list)


def test_of_very_many_moments_the_old_ones_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = list(MONDAYS)
    monkeypatch.setattr(module, "_MOST_MOMENTS", 2)
    monkeypatch.setattr(module, "_MOMENTS", type(module._MOMENTS)())

    assert list(MONDAYS) == slots
    assert len(module._MOMENTS) <= 2
