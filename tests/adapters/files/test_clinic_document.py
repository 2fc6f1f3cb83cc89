from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.adapters.files.documents import (
    Document,
    a_block,
    a_document,
    a_schedule,
    a_type,
    an_absence,
    faults_in,
    with_key,
)
from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.errors import InvalidInput
from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import WebBooking
from webtidbok.model.ids import KindId, ProviderId, ResourceId, TypeId

TYPE = 'bookable_type 1 "check-up"'
TEMPLATE = 'template 1 "weekly"'


def the_type(**keys: object) -> BookableType:
    return clinic_from(a_document(bookable_type=[a_type(**keys)])).clinic.types[0]


def the_web_booking(**keys: object) -> WebBooking:
    web_booking = a_document()["web_booking"] | keys
    return clinic_from(a_document(web_booking=web_booking)).clinic.web_booking


def only_fault_in(document: Document) -> tuple[str, str, str]:
    with pytest.raises(InvalidInput) as caught:
        clinic_from(document)
    (fault,) = caught.value.faults
    return fault.place, fault.field, fault.reason


# What a file says when it says little: the defaults of interfaces.md, section 1.


def test_what_a_clinic_leaves_out_has_the_stated_defaults() -> None:
    clinic = clinic_from(a_document()).clinic

    assert clinic.time_zone == ZoneInfo("Europe/Stockholm")
    assert (clinic.country, clinic.languages) == ("SE", ("sv",))
    assert (clinic.email, clinic.address, clinic.closed_days) == ("", "", frozenset())
    assert clinic.web_booking == WebBooking(
        new_bookings=True,
        rebookings=False,
        cancellations=True,
        change_limit=HoursBefore(0),
        minimum_notice=timedelta(),
        horizon_months=6,
        max_rebookings=None,
        max_open_bookings=None,
        hold_time=timedelta(minutes=10),
        changeable=Changeable(),
        frame_ancestors=(),
    )


def test_what_a_type_leaves_out_has_the_stated_defaults() -> None:
    assert the_type() == BookableType(
        id=TypeId("check-up"),
        name="Undersökning",
        treatment="",
        duration_minutes=30,
        interval_minutes=15,
        before_minutes=0,
        after_minutes=0,
        providers=(ProviderId("ek"),),
        resources=(),
        block_filter=frozenset(),
        ages=Ages.EVERYONE,
        age_from=None,
        age_to=None,
        patients=Patients.EVERYONE,
        offered_for_new_bookings=True,
        bookable_from=None,
        bookable_until=None,
        minimum_notice=None,
        change_limit=None,
        changeable=None,
        public_label="",
        price_text="",
        description="",
        order=0,
    )


def test_a_kind_is_neither_web_bookable_nor_exclusive_unless_it_says_so() -> None:
    (kind, _) = clinic_from(a_document()).clinic.block_kinds

    assert not kind.web_bookable
    assert not kind.exclusive


def test_a_type_may_say_all_of_its_own() -> None:
    bookable = the_type(
        treatment="Kontroll",
        before_minutes=5,
        after_minutes=10,
        resources=["rum1"],
        block_filter=["lunch", "visits"],
        ages="adults",
        age_from=67,
        age_to=67,
        patients="existing",
        offered_for_new_bookings=False,
        bookable_from=date(2027, 1, 11),
        bookable_until="2027-01-11",
        minimum_notice={"days": 2},
        change_limit={"working_days": 2, "by": "12:00"},
        changeable={"STAFF": ["cancel"]},
        public_label="Besök",
        price_text="995 kr",
        description="Ett besök.",
        order=-3,
    )

    assert (bookable.before_minutes, bookable.after_minutes) == (5, 10)
    assert bookable.resources == (ResourceId("rum1"),)
    assert bookable.block_filter == {KindId("lunch"), KindId("visits")}
    assert (bookable.ages, bookable.patients) == (Ages.ADULTS, Patients.EXISTING)
    assert (bookable.age_from, bookable.age_to) == (67, 67)
    assert bookable.bookable_from == bookable.bookable_until == date(2027, 1, 11)
    assert bookable.minimum_notice == timedelta(hours=48)
    assert bookable.change_limit == WorkingDaysBefore(2, by=12 * 60)
    assert bookable.changeable == Changeable({Origin.STAFF: frozenset({Action.CANCEL})})
    assert (bookable.label, bookable.price_text, bookable.order) == ("Besök", "995 kr", -3)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"hours": 24}, HoursBefore(24)),
        ({"days": 1}, DaysBefore(1)),
        ({"days": 0, "by": "00:00"}, DaysBefore(0, by=0)),
        ({"working_days": 2, "by": "12:00"}, WorkingDaysBefore(2, by=720)),
    ],
)
def test_a_change_limit_has_three_forms_r2b(written: Document, meant: object) -> None:
    assert the_web_booking(change_limit=written).change_limit == meant


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"hours": 1, "days": 1},
        {"hours": 1, "by": "12:00"},
        {"days": 1, "by": "12"},
        {"days": 1, "by": 12},
        {"minutes": 5},
        {"hours": -1},
        {"hours": 10**12},
        {"hours": 1.5},
    ],
)
def test_a_change_limit_in_no_form_is_a_fault_r2b(wrong: Document) -> None:
    faults = faults_in(with_key("web_booking", "change_limit", wrong))

    assert {place for place, _ in faults} == {"web_booking change_limit"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"days": 1}, timedelta(hours=24)),
        ({"hours": 4}, timedelta(hours=4)),
        ({"minutes": 90}, timedelta(minutes=90)),
    ],
)
def test_notice_is_days_of_24_hours_or_hours_or_minutes(written: Document, meant: object) -> None:
    assert the_web_booking(minimum_notice=written).minimum_notice == meant


def test_an_origin_left_out_of_changeable_allows_nothing_r25() -> None:
    changeable = the_web_booking(changeable={"WEB": ["rebook"], "STAFF": []}).changeable

    assert changeable.allows(Origin.WEB, Action.REBOOK)
    assert not changeable.allows(Origin.WEB, Action.CANCEL)
    assert not changeable.allows(Origin.RECALL, Action.REBOOK)
    assert not changeable.allows(Origin.STAFF, Action.REBOOK)


def test_an_empty_list_equals_no_list_r14() -> None:
    assert the_type(resources=[], block_filter=[]) == the_type()
    assert faults_in(with_key("bookable_type", "providers", [])) == [(TYPE, "providers")]


# Days and times.


def test_a_block_may_end_at_24_and_begin_at_0_r6() -> None:
    blocks = [
        a_block(week=2, **{"from": "00:00"}),
        a_block(day="sun", to="24:00", resource="rum1"),
    ]
    template = {"id": "weekly", "weeks": 2, "block": blocks}

    weeks = clinic_from(a_document(template=[template])).clinic.templates[0].weeks

    assert [(block.start, block.until) for block in weeks[1][0]] == [(0, 720)]
    assert [(block.until, block.resource) for block in weeks[0][6]] == [(1440, "rum1")]


def test_dates_may_be_the_files_own_or_iso_text() -> None:
    texts = a_schedule()
    own = {key: date.fromisoformat(texts[key]) for key in ("anchor", "first", "last")}

    assert clinic_from(a_document(schedule=[texts | own])) == clinic_from(a_document())


def test_closed_days_may_stand_in_several_tables() -> None:
    closed = [{"dates": ["2026-12-24", "2026-12-25"]}, {"dates": [date(2027, 1, 6)]}]

    days = clinic_from(a_document(closed_day=closed)).clinic.closed_days

    assert days == {date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 6)}


def test_a_day_may_be_overridden_with_no_blocks_r6() -> None:
    override = {"provider": "ek", "date": date(2026, 12, 7), "block": []}

    (found,) = clinic_from(a_document(day_override=[override])).clinic.day_overrides

    assert (found.provider, found.day, found.blocks) == ("ek", date(2026, 12, 7), ())


def test_an_absence_is_on_the_wall_of_the_clinic_r6a() -> None:
    away = an_absence(provider="ek", reason="semester")

    (absence,) = clinic_from(a_document(absence=[away])).absences

    assert absence.id == "absence-1"
    assert absence.clinic == "anstrand"
    assert absence.calendar == "provider:ek"
    assert absence.span.start == datetime(2026, 12, 20, 23, tzinfo=UTC)
    assert absence.span.end == datetime(2026, 12, 28, 23, tzinfo=UTC)
    assert absence.reason == "semester"


def test_an_absence_within_the_hour_that_the_clocks_skip_is_left_out_r6a() -> None:
    skipped = {"resource": "rum1", "from": "2027-03-28T02:10", "to": "2027-03-28T02:50"}
    after = {"resource": "rum1", "from": "2027-03-28T02:10", "to": "2027-03-28T03:30"}

    (absence,) = clinic_from(a_document(absence=[skipped, after])).absences

    assert absence.id == "absence-2"
    assert absence.calendar == "resource:rum1"
    assert absence.span.length == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("away", "field"),
    [
        ({}, "provider"),
        ({"provider": "ek", "resource": "rum1"}, "resource"),
        ({"provider": "rum1"}, "provider"),
        ({"resource": "ek"}, "resource"),
        ({"provider": "ek", "to": "2026-12-21T00:00:00"}, "to"),
        ({"provider": "ek", "from": date(2026, 12, 1)}, "from"),
        ({"provider": "ek", "from": "2026-13-01T00:00"}, "from"),
        ({"provider": "ek", "to": datetime(9999, 12, 31, tzinfo=UTC)}, "to"),
        ({"provider": "ek", "reason": "x" * 201}, "reason"),
        ({"provider": "ek", "why": "x"}, "why"),
    ],
)
def test_an_absence_that_cannot_be_is_a_fault(away: dict[str, Any], field: str) -> None:
    assert faults_in(a_document(absence=[an_absence(**away)])) == [("absence 1", field)]


# Faults: each with its place, all of them at once (R40).


@pytest.mark.parametrize(
    ("table", "key", "value", "place"),
    [
        ("clinic", "id", " anstrand", "clinic"),
        ("clinic", "id", "", "clinic"),
        ("clinic", "id", "a\tb", "clinic"),
        ("clinic", "name", "x" * 101, 'clinic "anstrand"'),
        ("clinic", "name", "Ån\nstrand", 'clinic "anstrand"'),
        ("clinic", "time_zone", "Europe/Provstad", 'clinic "anstrand"'),
        ("clinic", "time_zone", "../x", 'clinic "anstrand"'),
        ("clinic", "time_zone", "Europe", 'clinic "anstrand"'),
        ("clinic", "phone", " ", 'clinic "anstrand"'),
        ("clinic", "email", "anstrand.example.com", 'clinic "anstrand"'),
        ("clinic", "country", "se", 'clinic "anstrand"'),
        ("clinic", "country", "ZZ", 'clinic "anstrand"'),
        ("clinic", "languages", [], 'clinic "anstrand"'),
        ("clinic", "languages", ["Svenska"], 'clinic "anstrand"'),
        ("clinic", "languages", "sv", 'clinic "anstrand"'),
        ("clinic", "colour", "blue", 'clinic "anstrand"'),
        ("web_booking", "new_bookings", 1, "web_booking"),
        ("web_booking", "horizon_months", True, "web_booking"),
        ("web_booking", "horizon_months", -1, "web_booking"),
        ("web_booking", "horizon_months", 10**9, "web_booking"),
        ("web_booking", "max_rebookings", 1.0, "web_booking"),
        ("web_booking", "minimum_notice", 4, "web_booking"),
        ("web_booking", "changeable", ["WEB"], "web_booking"),
        ("provider", "title", 7, 'provider 1 "ek"'),
        ("resource", "kind", "chair", 'resource 1 "rum1"'),
        ("block_kind", "exclusive", "yes", 'block_kind 1 "visits"'),
        ("template", "weeks", 0, TEMPLATE),
        ("template", "block", "none", TEMPLATE),
        ("schedule", "anchor", "2026-12-01", "schedule 1"),
        ("schedule", "first", "2026-11-30T00:00", "schedule 1"),
        ("schedule", "last", "2026-11-29", "schedule 1"),
        ("schedule", "last", date(9999, 12, 31), "schedule 1"),
        ("schedule", "provider", "lind", "schedule 1"),
        ("schedule", "template", "monthly", "schedule 1"),
        ("bookable_type", "duration_minutes", 0, TYPE),
        ("bookable_type", "duration_minutes", 32, TYPE),
        ("bookable_type", "interval_minutes", "15", TYPE),
        ("bookable_type", "before_minutes", -5, TYPE),
        ("bookable_type", "after_minutes", 7, TYPE),
        ("bookable_type", "providers", ["ek", "ek"], TYPE),
        ("bookable_type", "providers", ["ek", "lind"], TYPE),
        ("bookable_type", "resources", ["rum9"], TYPE),
        ("bookable_type", "block_filter", ["akut"], TYPE),
        ("bookable_type", "ages", "seniors", TYPE),
        ("bookable_type", "age_from", -1, TYPE),
        ("bookable_type", "patients", "old", TYPE),
        ("bookable_type", "description", "x" * 501, TYPE),
        ("bookable_type", "description", "two\nlines", TYPE),
        ("bookable_type", "price_text", "x" * 201, TYPE),
        ("bookable_type", "order", 1.5, TYPE),
    ],
)
def test_a_value_that_cannot_be_is_one_fault_with_its_place_r40(
    table: str, key: str, value: object, place: str
) -> None:
    assert faults_in(with_key(table, key, value)) == [(place, key)]


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (a_block(week=2), "week"),
        (a_block(week=0), "week"),
        (a_block(day="måndag"), "day"),
        (a_block(day=1), "day"),
        (a_block(to="08:00"), "to"),
        (a_block(to="07:00"), "to"),
        (a_block(to="24:05"), "to"),
        (a_block(to="9:00"), "to"),
        (a_block(to="12:01"), "to"),
        (a_block(**{"from": "24:00"}), "to"),
        (a_block(**{"from": 8}), "from"),
        (a_block(kind="akut"), "kind"),
        (a_block(resource="rum9"), "resource"),
        (a_block(provider="ek"), "provider"),
    ],
)
def test_a_block_that_cannot_be_is_named_by_its_number(block: Document, field: str) -> None:
    template = {"id": "weekly", "weeks": 1, "block": [a_block(day="fri"), block]}

    assert faults_in(a_document(template=[template])) == [(f"{TEMPLATE} block 2", field)]


def test_blocks_of_a_template_that_overlap_are_both_named_r7() -> None:
    blocks = [a_block(), a_block(**{"from": "11:55"}, to="13:00", kind="lunch")]
    template = {"id": "weekly", "weeks": 1, "block": blocks}

    place, field, reason = only_fault_in(a_document(template=[template]))

    assert (place, field) == (TEMPLATE, "block")
    assert "08:00-12:00 visits" in reason
    assert "11:55-13:00 lunch" in reason


def test_templates_of_one_provider_that_overlap_are_both_named_r7() -> None:
    evening = {"id": "evening", "weeks": 1, "block": [a_block(to="09:00", kind="lunch")]}
    document = a_document(schedule=[a_schedule(), a_schedule(template="evening")])
    document["template"].append(evening)

    place, _, reason = only_fault_in(document)

    assert place == 'schedule of "ek" on 2026-11-30'
    for name in ('"weekly"', '"evening"', "08:00-12:00 visits", "08:00-09:00 lunch"):
        assert name in reason


def test_overlaps_are_found_beside_other_faults_r7_r40() -> None:
    document = a_document(schedule=[a_schedule(), a_schedule()])
    del document["clinic"]["name"]
    document["provider"][0]["name"] = 7

    assert faults_in(document) == [
        ('clinic "anstrand"', "name"),
        ('schedule of "ek" on 2026-11-30', "template"),
        ('provider 1 "ek"', "name"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "form"),
    [
        ("age_from", "age_to", [20, 19]),
        ("bookable_from", "bookable_until", ["2027-02-01", "2027-01-31"]),
    ],
)
def test_an_end_before_its_beginning_is_a_fault(first: str, last: str, form: list[object]) -> None:
    document = a_document(bookable_type=[a_type(**{first: form[0], last: form[1]})])

    assert faults_in(document) == [(TYPE, last)]


@pytest.mark.parametrize(
    "table", ["block_kind", "provider", "resource", "template", "bookable_type"]
)
def test_an_id_that_stands_twice_is_a_fault_at_the_second(table: str) -> None:
    document = a_document()
    document[table].append(document[table][0])
    number, id_ = len(document[table]), document[table][0]["id"]

    assert faults_in(document) == [(f'{table} {number} "{id_}"', "id")]


def test_a_day_that_is_overridden_twice_is_a_fault() -> None:
    override = {"provider": "ek", "date": "2026-12-07", "block": []}

    assert faults_in(a_document(day_override=[override, override])) == [("", "day_override")]


@pytest.mark.parametrize(
    "site",
    [
        "https://anstrand.example.com",
        "http://localhost:8000",
        "https://a-b.example.com:65535",
    ],
)
def test_a_site_that_may_frame_the_pages_is_an_origin_r4(site: str) -> None:
    assert the_web_booking(frame_ancestors=[site]).frame_ancestors == (site,)


@pytest.mark.parametrize(
    "site",
    [
        "",
        "*",
        "anstrand.example.com",
        "ftp://anstrand.example.com",
        "https://anstrand.example.com/",
        "https://anstrand.example.com/booking",
        "https://a.example.com https://b.example.com",
        "https://a.example.com;",
        "https://a.example.com\n",
        "https://'self'",
        "https://a.example.com:0",
        "https://a.example.com:65536",
        "https://user@a.example.com",
        "https://å.example.com",
        "https://\N{KELVIN SIGN}.example.com",
        "https://a..example.com",
        "https://" + "a." * 100 + "example.com",
        7,
    ],
)
def test_what_is_no_origin_does_not_get_into_a_header_r4(site: object) -> None:
    document = with_key("web_booking", "frame_ancestors", ["https://example.com", site])

    assert faults_in(document) == [("web_booking", "frame_ancestors")]


def test_all_faults_of_all_tables_come_at_once_r40() -> None:
    document = a_document(extra=1, absence=[an_absence(provider="ek", to=0)], closed_day={})
    del document["clinic"]["phone"]
    document["web_booking"]["rebookings"] = "no"
    document["bookable_type"].append({"id": "akut", "providers": ["ek", "x", "y"], "ages": 5})
    document["provider"].append("berg")

    assert set(faults_in(document)) == {
        ("", "closed_day"),
        ("", "extra"),
        ("", "provider"),
        ("absence 1", "to"),
        ('bookable_type 2 "akut"', "ages"),
        ('bookable_type 2 "akut"', "duration_minutes"),
        ('bookable_type 2 "akut"', "interval_minutes"),
        ('bookable_type 2 "akut"', "name"),
        ('bookable_type 2 "akut"', "providers"),
        ('clinic "anstrand"', "phone"),
        ("web_booking", "rebookings"),
    }


def test_a_wrong_thing_does_not_make_what_names_it_wrong() -> None:
    document = a_document()
    del document["provider"][0]["name"]

    assert faults_in(document) == [('provider 1 "ek"', "name")]


def test_a_reason_names_what_is_not_there() -> None:
    _, _, reason = only_fault_in(with_key("bookable_type", "providers", ["ek", "lind"]))

    assert reason == 'item 2 is "lind", and there is no such provider'


@pytest.mark.parametrize("table", ["clinic", "web_booking"])
def test_a_table_that_must_be_there_is_one_fault(table: str) -> None:
    document = a_document()
    del document[table]

    assert faults_in(document) == [("", table)]


def test_texts_are_kept_in_nfc_without_outer_white_space_r40() -> None:
    document = with_key("clinic", "name", "  Tandva\N{COMBINING RING ABOVE}rden ")

    assert clinic_from(document).clinic.name == "Tandvården"


def test_ids_mean_the_same_however_their_accents_are_written_r40() -> None:
    document = a_document(bookable_type=[a_type(providers=["a\N{COMBINING RING ABOVE}"])])
    document["provider"].append({"id": "å", "name": "Åsa"})

    assert clinic_from(document).clinic.types[0].providers == (ProviderId("å"),)
