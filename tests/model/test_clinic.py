"""R1, R3, R6, R7: a clinic is one value, whole and consistent, or it is not at all."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import FEW
from webtidbok.errors import InvalidInput, UnknownProvider, UnknownResource, UnknownType
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import KindId, ProviderId, ResourceId, TemplateId, TypeId
from webtidbok.model.instants import DAY
from webtidbok.model.schedule import DayBlock, DayOverride, Template, first_overlap
from webtidbok.testing.builders import (
    ANNA,
    BO,
    CHAIR_1,
    CHECK_UP,
    VISITS,
    a_block,
    a_clinic,
    a_period,
    a_template,
    a_type,
    a_web_booking,
    a_week,
)
from webtidbok.testing.clinics import clinics

MONDAY = date(2026, 10, 19)
MORNING = a_template("mornings", a_block("08:00", "12:00"))
NOON = a_template("noons", a_block("11:00", "14:00"))
AFTERNOON = a_template("afternoons", a_block("12:00", "17:00"))


def faults_of(**changes: Any) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        a_clinic(**changes)
    return [str(fault) for fault in caught.value.faults]


def assert_stands(**changes: Any) -> None:
    assert isinstance(a_clinic(**changes), Clinic)


def on(template: str, first: date, last: date, **changes: Any) -> Mapping[str, Any]:
    return {"template": template, "first": first, "last": last} | changes


def with_periods(*periods: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "templates": (MORNING, NOON, AFTERNOON),
        "periods": tuple(a_period(ANNA, **period) for period in periods),
    } | changes


@pytest.mark.parametrize("function", ["new_bookings", "rebookings", "cancellations"])
def test_the_web_book_is_active_while_any_function_is_on_r1(function: str) -> None:
    off = {"new_bookings": False, "rebookings": False, "cancellations": False}

    assert not a_web_booking(**off).is_active
    assert a_web_booking(**(off | {function: True})).is_active


@pytest.mark.parametrize("name", ["horizon_months", "max_rebookings", "max_open_bookings"])
def test_the_numbers_of_the_settings_are_nought_or_more_r3(name: str) -> None:
    assert attrs.asdict(a_web_booking(**{name: 0}))[name] == 0
    with pytest.raises(ValueError, match=name):
        a_web_booking(**{name: -1})


@pytest.mark.parametrize("name", ["minimum_notice", "hold_time"])
def test_the_times_of_the_settings_are_not_negative_r3_r21(name: str) -> None:
    assert attrs.asdict(a_web_booking(**{name: timedelta()}))[name] == timedelta()
    with pytest.raises(ValueError, match=f"{name} is negative"):
        a_web_booking(**{name: timedelta(seconds=-1)})


def test_what_a_clinic_has_is_found_by_its_id() -> None:
    clinic = a_clinic()

    assert clinic.type(CHECK_UP).id == CHECK_UP
    assert clinic.provider(BO).name == "Bo"
    assert clinic.resource(CHAIR_1).name == "Chair 1"


def test_what_a_clinic_has_not_is_not_found() -> None:
    clinic = a_clinic()

    with pytest.raises(UnknownType):
        clinic.type(TypeId("surgery"))
    with pytest.raises(UnknownProvider):
        clinic.provider(ProviderId("anna "))
    with pytest.raises(UnknownResource):
        clinic.resource(ResourceId("chair-9"))


def test_all_repeated_ids_are_named_at_once() -> None:
    clinic = a_clinic()
    override = DayOverride(provider=ANNA, day=MONDAY, blocks=())

    faults = faults_of(
        block_kinds=clinic.block_kinds * 2,
        providers=(*clinic.providers, clinic.providers[0]),
        resources=clinic.resources * 3,
        templates=clinic.templates * 2,
        types=(a_type(), a_type()),
        day_overrides=(override, override),
    )

    assert faults == [
        f"{place}: {field}: stands more than once"
        for place, field in (
            ('block_kind "visits"', "id"),
            ('provider "anna"', "id"),
            ('resource "chair-1"', "id"),
            ('resource "chair-2"', "id"),
            ('template "weekdays"', "id"),
            ('bookable_type "check-up"', "id"),
            ('day_override "anna" 2026-10-19', "date"),
        )
    ]


def test_all_that_is_named_and_not_there_is_named_at_once() -> None:
    nowhere = a_block(kind=KindId("k"), resource=ResourceId("r"))
    lost = a_type(
        providers=(ANNA, ProviderId("p")),
        resources=(ResourceId("r"),),
        block_filter=frozenset({VISITS, KindId("k")}),
    )

    faults = faults_of(
        types=(lost,),
        templates=(Template(id=TemplateId("t"), weeks=(a_week(nowhere),)),),
        periods=(a_period(ProviderId("p"), "u"),),
        day_overrides=(DayOverride(provider=ProviderId("p"), day=MONDAY, blocks=(nowhere,)),),
    )

    assert faults == [
        'bookable_type "check-up": providers: there is no "p"',
        'bookable_type "check-up": resources: there is no "r"',
        'bookable_type "check-up": block_filter: there is no "k"',
        'template "t": kind: there is no "k"',
        'template "t": resource: there is no "r"',
        'schedule 1: provider: there is no "p"',
        'schedule 1: template: there is no "u"',
        'day_override "p" 2026-10-19: provider: there is no "p"',
        'day_override "p" 2026-10-19: kind: there is no "k"',
        'day_override "p" 2026-10-19: resource: there is no "r"',
    ]


def test_periods_of_a_provider_may_meet_r6() -> None:
    last = date(2026, 10, 25)

    assert_stands(
        **with_periods(on("mornings", MONDAY, last), on("noons", last + DAY, last + 7 * DAY))
    )


def test_periods_may_overlap_so_long_as_their_blocks_do_not_r6() -> None:
    assert_stands(
        **with_periods(
            on("mornings", MONDAY, MONDAY + 30 * DAY), on("afternoons", MONDAY, MONDAY + 30 * DAY)
        )
    )


def test_blocks_of_two_periods_that_overlap_are_refused_both_named_r7() -> None:
    [fault] = faults_of(
        **with_periods(
            on("mornings", MONDAY - 7 * DAY, MONDAY + 2 * DAY),
            on("noons", MONDAY + DAY, MONDAY + 30 * DAY),
        )
    )

    assert fault == (
        'schedule of "anna" on 2026-10-20: template: of "mornings" and "noons", '
        "08:00-12:00 visits and 11:00-14:00 visits overlap"
    )


def test_periods_that_share_one_day_overlap_on_it_r7() -> None:
    shared = on("mornings", MONDAY - DAY, MONDAY), on("noons", MONDAY, MONDAY + DAY)

    assert len(faults_of(**with_periods(*shared))) == 1


def test_each_two_periods_that_overlap_are_named_r7() -> None:
    forever = (date(2026, 1, 1), date.max)

    faults = faults_of(
        **with_periods(on("mornings", *forever), on("noons", *forever), on("afternoons", *forever))
    )

    assert len(faults) == 2


def test_providers_do_not_stand_in_each_others_way_r7() -> None:
    periods = a_period(ANNA, "mornings"), a_period(BO, "noons")

    assert_stands(templates=(MORNING, NOON), periods=periods)


def test_days_without_the_templates_blocks_do_not_count_r6_r7() -> None:
    periods = on("mornings", MONDAY, MONDAY + DAY), on("noons", MONDAY, MONDAY + DAY)
    override = DayOverride(provider=ANNA, day=MONDAY + DAY, blocks=(a_block(),))

    assert_stands(
        **with_periods(*periods, closed_days=frozenset({MONDAY}), day_overrides=(override,))
    )


def test_a_clash_that_comes_back_is_named_on_its_first_working_day_r7() -> None:
    periods = on("mornings", MONDAY, date.max), on("noons", MONDAY, date.max)
    closed = frozenset(MONDAY + days * DAY for days in range(8))

    [fault] = faults_of(**with_periods(*periods, closed_days=closed))

    assert '"anna" on 2026-10-27' in fault


def test_weeks_that_never_meet_do_not_overlap_r6() -> None:
    odd = Template(id=TemplateId("odd"), weeks=(a_week(a_block()), ((),) * 7))
    periods = (
        a_period(ANNA, "odd", anchor=MONDAY, last=date.max),
        a_period(ANNA, "odd", anchor=MONDAY + 7 * DAY, last=date.max),
    )

    assert_stands(templates=(odd,), periods=periods)


@FEW
@given(clinics())
def test_no_minute_of_a_provider_lies_in_two_blocks_r7(clinic: Clinic) -> None:
    days = {day for period in clinic.periods for day in (period.first, period.last)}
    for day in sorted(day + off * DAY for day in days for off in range(-7, 8)):
        for provider in clinic.providers:
            assert first_overlap(_template_blocks(clinic, provider.id, day)) is None


def _template_blocks(clinic: Clinic, provider: ProviderId, day: date) -> list[DayBlock]:
    overridden = any(o.provider == provider and o.day == day for o in clinic.day_overrides)
    if overridden or day in clinic.closed_days:
        return []
    templates = {template.id: template for template in clinic.templates}
    return [
        block
        for period in clinic.periods
        if period.provider == provider and day in period
        for block in templates[period.template].blocks_on(day, period.anchor)
    ]


starts = lengths = st.integers(0, 11).map(lambda tick: tick * 5)


@st.composite
def any_template(draw: st.DrawFn, name: str) -> Template:
    def a_day() -> tuple[DayBlock, ...]:
        start, length = draw(starts), draw(lengths)
        return (DayBlock(start=start, until=start + length, kind=VISITS),) if length else ()

    weeks = tuple(tuple(a_day() for _ in range(7)) for _ in range(draw(st.integers(1, 3))))
    return Template(id=TemplateId(name), weeks=weeks)


offs = st.integers(-10, 40)


@given(any_template("one"), any_template("other"), st.tuples(offs, offs, offs, offs))
def test_two_periods_are_refused_exactly_if_some_day_has_blocks_of_both_that_overlap_r7(
    one: Template, other: Template, ends: tuple[int, int, int, int]
) -> None:
    first, last = sorted(ends[:2])
    other_first, other_last = sorted(ends[2:])
    periods = (
        a_period(ANNA, "one", anchor=MONDAY, first=MONDAY + first * DAY, last=MONDAY + last * DAY),
        a_period(
            ANNA,
            "other",
            anchor=MONDAY + 7 * DAY,
            first=MONDAY + other_first * DAY,
            last=MONDAY + other_last * DAY,
        ),
    )
    shared = [MONDAY + day * DAY for day in range(-10, 41)]
    clashing = [
        day
        for day in shared
        if all(day in period for period in periods)
        and first_overlap(
            [*one.blocks_on(day, periods[0].anchor), *other.blocks_on(day, periods[1].anchor)]
        )
    ]

    if clashing:
        [fault] = faults_of(templates=(one, other), periods=periods)
        assert f'"anna" on {clashing[0]}' in fault
    else:
        assert_stands(templates=(one, other), periods=periods)
