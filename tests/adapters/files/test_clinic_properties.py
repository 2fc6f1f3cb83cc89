"""What holds for every clinic, and for every document that is none."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.files.documents import (
    Document,
    a_block,
    a_document,
    a_type,
    an_absence,
    faults_in,
)
from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.clinic_writing import document_of
from webtidbok.errors import InvalidInput
from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import Clinic, Provider, Resource, WebBooking
from webtidbok.model.ids import ClinicId, KindId, ProviderId, ResourceId, TemplateId, TypeId
from webtidbok.model.schedule import BlockKind, DayBlock, DayOverride, Period, Template
from webtidbok.testing.builders import a_clinic

plain = st.text("abcåäöÅ 1-.", min_size=1, max_size=20).map(str.strip)
names = plain.filter(bool)
texts = st.one_of(st.just(""), plain)
ids = st.text("abcåäö123-_./ ", min_size=1, max_size=8).map(str.strip).filter(bool)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
mondays = days.map(lambda day: day - timedelta(days=day.weekday()))
counts = st.one_of(st.none(), st.integers(0, 9))
some_minutes = st.integers(0, 24).map(lambda ticks: ticks * 5)
lengths = st.integers(1, 24).map(lambda ticks: ticks * 5)
notices = st.integers(0, 10_000).map(lambda minutes: timedelta(minutes=minutes))
clock_times = st.one_of(st.none(), st.integers(0, 1440))
limits: st.SearchStrategy[ChangeLimit] = st.one_of(
    st.builds(HoursBefore, st.integers(0, 100)),
    st.builds(DaysBefore, st.integers(0, 100), by=clock_times),
    st.builds(WorkingDaysBefore, st.integers(0, 100), by=clock_times),
)
tables_of_changes = st.dictionaries(
    st.sampled_from(Origin), st.frozensets(st.sampled_from(Action)), max_size=3
).map(Changeable)


def some_of(things: Sequence[str], *, least: int = 0) -> st.SearchStrategy[list[str]]:
    if not things:
        return st.just([])
    return st.lists(st.sampled_from(things), unique=True, min_size=least)


@st.composite
def blocks_of_a_day(draw: st.DrawFn, clinic: Clinic) -> tuple[DayBlock, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 288), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    blocks = [
        DayBlock(
            start=start * 5,
            until=until * 5,
            kind=draw(st.sampled_from(clinic.block_kinds)).id,
            resource=draw(st.sampled_from([None, *(room.id for room in clinic.resources)])),
        )
        for start, until in pairs
    ]
    return tuple(draw(st.permutations(blocks)))


@st.composite
def templates(draw: st.DrawFn, id_: str, clinic: Clinic) -> Template:
    week = st.tuples(*[blocks_of_a_day(clinic)] * 7)
    weeks = draw(st.lists(week, min_size=1, max_size=2))
    return Template(id=TemplateId(id_), weeks=tuple(weeks))


@st.composite
def periods(draw: st.DrawFn, provider: ProviderId, among: Sequence[TemplateId]) -> Period:
    first = draw(days)
    return Period(
        provider=provider,
        template=draw(st.sampled_from(among)),
        anchor=draw(mondays),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 60))),
    )


@st.composite
def types(draw: st.DrawFn, id_: str, clinic: Clinic) -> BookableType:
    ends = sorted(draw(st.lists(days, min_size=2, max_size=2)))
    ages = sorted(draw(st.lists(st.integers(0, 100), min_size=2, max_size=2)))
    providers = draw(some_of([one.id for one in clinic.providers], least=1))
    return BookableType(
        id=TypeId(id_),
        name=draw(names),
        treatment=draw(texts),
        duration_minutes=draw(lengths),
        interval_minutes=draw(lengths),
        before_minutes=draw(some_minutes),
        after_minutes=draw(some_minutes),
        providers=tuple(map(ProviderId, providers)),
        resources=tuple(map(ResourceId, draw(some_of([one.id for one in clinic.resources])))),
        block_filter=frozenset(map(KindId, draw(some_of([one.id for one in clinic.block_kinds])))),
        ages=draw(st.sampled_from(Ages)),
        age_from=draw(st.sampled_from([None, ages[0]])),
        age_to=draw(st.sampled_from([None, ages[1]])),
        patients=draw(st.sampled_from(Patients)),
        offered_for_new_bookings=draw(st.booleans()),
        bookable_from=draw(st.sampled_from([None, ends[0]])),
        bookable_until=draw(st.sampled_from([None, ends[1]])),
        minimum_notice=draw(st.one_of(st.none(), notices)),
        change_limit=draw(st.one_of(st.none(), limits)),
        changeable=draw(st.one_of(st.none(), tables_of_changes)),
        public_label=draw(texts),
        price_text=draw(texts),
        description=draw(texts),
        order=draw(st.integers(-10, 10)),
    )


web_bookings = st.builds(
    WebBooking,
    new_bookings=st.booleans(),
    rebookings=st.booleans(),
    cancellations=st.booleans(),
    change_limit=limits,
    minimum_notice=notices,
    horizon_months=st.integers(0, 60),
    max_rebookings=counts,
    max_open_bookings=counts,
    hold_time=st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)),
    changeable=tables_of_changes,
    frame_ancestors=st.sampled_from([(), ("https://example.com", "http://a.example.com:8080")]),
)


@st.composite
def clinics(draw: st.DrawFn) -> Clinic:
    kinds = draw(st.lists(ids, unique=True, min_size=1, max_size=3))
    people = draw(st.lists(ids, unique=True, min_size=1, max_size=3))
    rooms = draw(st.lists(ids, unique=True, max_size=3))
    staffed = Clinic(
        id=ClinicId(draw(ids)),
        name=draw(names),
        time_zone=ZoneInfo(draw(st.sampled_from(["Europe/Stockholm", "UTC", "Asia/Kolkata"]))),
        phone=draw(names),
        email=draw(st.sampled_from(["", "anstrand@example.com"])),
        address=draw(texts),
        country=draw(st.sampled_from(["SE", "NO", "GB"])),
        languages=draw(st.sampled_from([("sv",), ("en", "sv"), ("nb-NO",)])),
        web_booking=draw(web_bookings),
        block_kinds=tuple(
            BlockKind(
                id=KindId(id_),
                name=draw(names),
                web_bookable=draw(st.booleans()),
                exclusive=draw(st.booleans()),
            )
            for id_ in kinds
        ),
        providers=tuple(
            Provider(id=ProviderId(id_), name=draw(names), title=draw(texts)) for id_ in people
        ),
        resources=tuple(Resource(id=ResourceId(id_), name=draw(names)) for id_ in rooms),
    )
    return draw(scheduled(staffed))


@st.composite
def scheduled(draw: st.DrawFn, staffed: Clinic) -> Clinic:
    """Draw a schedule and types; at most one period a provider, so that none overlap (R7)."""
    cycles = [draw(templates(id_, staffed)) for id_ in draw(st.lists(ids, unique=True, max_size=2))]
    working = staffed.providers if cycles else ()
    among = [cycle.id for cycle in cycles]
    return a_clinic_like(
        staffed,
        templates=tuple(cycles),
        periods=tuple(draw(periods(one.id, among)) for one in working),
        day_overrides=tuple(
            DayOverride(provider=one.id, day=draw(days), blocks=draw(blocks_of_a_day(staffed)))
            for one in working
        ),
        closed_days=draw(st.frozensets(days, max_size=3)),
        types=tuple(
            draw(types(id_, staffed)) for id_ in draw(st.lists(ids, unique=True, max_size=2))
        ),
    )


def a_clinic_like(clinic: Clinic, **parts: Any) -> Clinic:
    return attrs.evolve(clinic, **parts)


@given(clinic=clinics())
def test_a_clinic_comes_back_from_its_document(clinic: Clinic) -> None:
    stored = json.dumps(document_of(clinic))

    found = clinic_from(json.loads(stored))

    assert found.clinic == clinic
    assert found.absences == ()


def test_the_clinic_of_the_builders_comes_back_from_its_document() -> None:
    assert clinic_from(document_of(a_clinic())).clinic == a_clinic()


@pytest.mark.parametrize("length", [timedelta(seconds=90), timedelta(microseconds=1)])
def test_what_a_document_cannot_say_is_refused_when_it_is_written(length: timedelta) -> None:
    web_booking = WebBooking(
        new_bookings=True, rebookings=True, cancellations=True, hold_time=length
    )

    with pytest.raises(ValueError, match="whole minutes"):
        document_of(a_clinic(web_booking=web_booking))


# Documents that are no clinics.

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.dates(),
        st.datetimes(),
        st.sampled_from(["ek", "weekly", "visits", "08:00", "2026-11-30", "0001-01-01T00:00", 1]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
BLOCK = {key: value for key, value in a_block().items() if key not in {"week", "day"}}
full = a_document(
    absence=[an_absence(provider="ek", reason="")],
    closed_day=[{"dates": []}],
    day_override=[{"provider": "ek", "date": "2026-12-07", "block": [BLOCK]}],
    bookable_type=[
        a_type(
            change_limit={"days": 1, "by": "12:00"},
            minimum_notice={"hours": 1},
            changeable={"WEB": []},
            bookable_from="2027-01-01",
            bookable_until="2027-01-01",
            age_from=1,
            age_to=2,
        )
    ],
)


def places_in(value: object) -> list[tuple[Any, ...]]:
    """Return the way to each value within a document."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        return [()]
    return [(), *((key, *rest) for key, part in parts for rest in places_in(part))]


def replaced(value: Any, way: tuple[Any, ...], by: object) -> Any:  # noqa: ANN401 - any part
    """Return a copy of a document with another value at the end of `way`."""
    if not way:
        return by
    copy = value.copy()
    copy[way[0]] = replaced(value[way[0]], way[1:], by)
    return copy


def test_the_document_that_says_everything_is_a_clinic() -> None:
    assert clinic_from(full).clinic.types[0].change_limit == DaysBefore(1, by=720)


@given(document=st.dictionaries(st.sampled_from([*full, "x"]), junk))
def test_junk_is_never_more_than_faults_r40(document: Document) -> None:
    with pytest.raises(InvalidInput):
        clinic_from(document)


@given(way=st.sampled_from(places_in(full)[1:]), by=junk)
def test_junk_in_one_place_is_a_clinic_or_faults_r40(way: tuple[Any, ...], by: object) -> None:
    document = replaced(full, way, by)

    try:
        clinic_from(document)
    except InvalidInput as error:
        assert error.faults  # noqa: PT017 - either is right


REQUIRED = [
    *(("clinic", key) for key in ("id", "name", "time_zone", "phone")),
    *(("web_booking", key) for key in ("new_bookings", "rebookings", "cancellations")),
    *((table, 0, "name") for table in ("block_kind", "provider", "resource", "bookable_type")),
    *(("bookable_type", 0, key) for key in ("duration_minutes", "interval_minutes", "providers")),
    *(("template", 0, key) for key in ("weeks", "block")),
    *(("template", 0, "block", 0, key) for key in ("week", "day", "from", "to", "kind")),
    *(("schedule", 0, key) for key in ("provider", "template", "anchor", "first", "last")),
    *(("absence", 0, key) for key in ("provider", "from", "to")),
    ("closed_day", 0, "dates"),
    *(("day_override", 0, key) for key in ("provider", "date", "block")),
    *(("day_override", 0, "block", 0, key) for key in ("from", "to", "kind")),
    ("bookable_type", 0, "id"),
]


@pytest.mark.parametrize("way", REQUIRED, ids=lambda way: ".".join(map(str, way)))
def test_a_required_key_that_is_missing_is_exactly_one_fault(way: tuple[Any, ...]) -> None:
    *table_way, key = way
    table = full
    for step in table_way:
        table = table[step]

    document = replaced(full, tuple(table_way), {k: v for k, v in table.items() if k != key})

    assert [field for _, field in faults_in(document)] == [key]


@pytest.mark.parametrize("table", ["block_kind", "provider", "resource", "template"])
def test_without_an_id_a_thing_cannot_be_named(table: str) -> None:
    document = a_document()
    del document[table][0]["id"]

    assert (f"{table} 1", "id") in faults_in(document)
