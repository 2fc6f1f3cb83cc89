"""From what a patient typed to checked details: R18, R37, R38, R40."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.scenes import LINDEN, set_up
from webtidbok.errors import Fault, InvalidInput, InvalidValue, UnknownClinic
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.ids import ClinicId
from webtidbok.model.instants import SECOND
from webtidbok.model.patient import PatientDetails
from webtidbok.services.details import parse_details, parse_message
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import at
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.identity_numbers import an_identity_number, published_number
from webtidbok.testing.strategies import details as any_details

TODAY = date(2026, 11, 30)
NUMBER = an_identity_number(1)
GIVEN = {
    "identity_number": NUMBER.digits,
    "first_name": "Åsa",
    "last_name": "Öst",
    "mobile": "070-174 06 05",
}


def parse(**given: object) -> PatientDetails:
    return parse_details(GIVEN | given, on=TODAY)


def faults_of(given: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the field and the reason of all faults."""
    with pytest.raises(InvalidInput) as wrong:
        parse_details(given, on=TODAY)
    assert all(fault.place == "" for fault in wrong.value.faults)
    return [(fault.field, fault.reason) for fault in wrong.value.faults]


def test_four_fields_are_required_and_the_rest_may_be_left_out_r18() -> None:
    assert parse() == PatientDetails(
        identity_number=NUMBER,
        first_name="Åsa",
        last_name="Öst",
        mobile=MobileNumber("+46701740605"),
    )
    assert faults_of({}) == [
        ("identity_number", "is missing"),
        ("first_name", "is missing"),
        ("last_name", "is missing"),
        ("mobile", "is missing"),
    ]


@pytest.mark.parametrize("nothing", ["", None, "  ", "\n\t"])
def test_an_empty_text_is_missing_where_one_is_required_and_none_elsewhere_r40(
    nothing: str | None,
) -> None:
    assert parse(email=nothing, message=nothing) == parse()
    for field in GIVEN:
        assert faults_of(GIVEN | {field: nothing}) == [(field, "is missing")]


def test_texts_are_kept_in_nfc_without_white_space_around_them_r40() -> None:
    typed = parse(first_name=" A\u030asa ", message="\n hello\r\nthere \n")

    assert typed.first_name == "Åsa"
    assert typed.message == "hello\nthere"
    assert typed == parse(first_name="Åsa", message="hello\nthere")


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("first_name", "å" * 100),
        ("last_name", "å" * 100),
        ("message", "å" * 500),
        ("email", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.se"),
    ],
)
def test_every_text_has_a_longest_in_code_points_r40(field: str, longest: str) -> None:
    kept = getattr(parse(**{field: longest}), field)
    assert kept in (longest, EmailAddress(longest) if field == "email" else None)
    [(named, _)] = faults_of(GIVEN | {field: f"a{longest}"})
    assert named == field


@pytest.mark.parametrize(
    ("field", "most"), [("first_name", 100), ("message", 500), ("email", 254), ("mobile", 200)]
)
def test_more_than_four_times_the_longest_is_refused_before_anything_is_cleaned_r40(
    field: str, most: int
) -> None:
    valid = str((GIVEN | {"email": "a@b.se", "message": "hello"})[field])
    padded = valid.ljust(4 * most)

    assert parse(**{field: padded}) == parse(**{field: valid})
    assert faults_of(GIVEN | {field: f"{padded} "}) == [
        (field, f"is longer than {most} characters")
    ]
    if field == "email":
        assert parse(email=" " * 4 * most) == parse()
        assert faults_of(GIVEN | {"email": " " * (4 * most + 1)}) == [
            ("email", f"is longer than {most} characters")
        ]


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\tb", "a\ud800b"])
@pytest.mark.parametrize("field", ["first_name", "last_name", "message", "email", "mobile"])
def test_control_characters_and_lone_surrogates_are_refused_r40(field: str, bad: str) -> None:
    [(named, reason)] = faults_of(GIVEN | {field: bad})

    assert named == field
    assert bad not in reason


def test_line_breaks_are_allowed_in_messages_and_comments_only_r40() -> None:
    assert parse(message="a\nb").message == "a\nb"
    assert parse_message("a\r\nb") == "a\nb"
    for field in ("first_name", "last_name"):
        assert faults_of(GIVEN | {field: "a\nb"}) == [(field, "holds a line break")]
    with pytest.raises(InvalidValue) as wrong:
        parse_message("x" * 501)
    assert wrong.value.field == "comment"


@pytest.mark.parametrize("value", [17, 1.5, True, b"Asa", ["Asa"], {"a": 1}, object()])
def test_what_is_no_text_is_refused_as_such_r40(value: object) -> None:
    for field in (*GIVEN, "email", "message"):
        assert faults_of(GIVEN | {field: value}) == [(field, "is not text")]


@pytest.mark.parametrize("value", ["true", "", 1, 0, "on", []])
def test_a_tick_is_true_false_or_left_out_r18(value: object) -> None:
    assert parse(accepts_sms=True).accepts_sms
    assert parse(accepts_email=True).accepts_email
    assert parse(accepts_sms=None, accepts_email=False) == parse()
    for field in ("accepts_sms", "accepts_email"):
        assert faults_of(GIVEN | {field: value}) == [(field, "is neither true nor false")]


def test_all_faults_are_named_in_the_order_of_the_form_and_no_value_is_r40() -> None:
    canaries = {
        "identity_number": "19850102-9999",
        "first_name": "Kanarie\x00",
        "last_name": "",
        "mobile": "08-123 45 67 kanarie",
        "email": "kanarie",
        "message": "kanarie" * 100,
        "accepts_sms": "kanarie",
        "kanarie": "kanarie",
    }
    with pytest.raises(InvalidInput) as wrong:
        parse_details(canaries, on=TODAY)

    assert [fault.field for fault in wrong.value.faults] == [
        "identity_number",
        "first_name",
        "last_name",
        "mobile",
        "email",
        "message",
        "accepts_sms",
        "details",
    ]
    for shown in (str(wrong.value), repr(wrong.value), repr(wrong.value.faults)):
        assert "kanarie" not in shown.casefold()
        assert "9999" not in shown
        assert "123" not in shown


def test_unknown_fields_are_refused_without_being_named_r40() -> None:
    assert faults_of(GIVEN | {"kanarie": ""}) == [("details", "holds a field that is not known")]


@pytest.mark.parametrize(
    "number",
    [
        "198501029999",
        "850102",
        "19850230-2380",
        "１９８５０１０２２３８８",
        "20261201-2387",
        "nonsense",
    ],
)
def test_a_number_that_cannot_be_is_refused_r37(number: str) -> None:
    [(field, _)] = faults_of(GIVEN | {"identity_number": number})

    assert field == "identity_number"


def test_the_clinics_today_decides_who_is_born_r37(book: WebBook, clock: StandingClock) -> None:
    newborn = published_number(date(2013, 12, 7)).digits
    given = GIVEN | {"identity_number": newborn}
    clock.stand_at(at("00:00", date(2013, 12, 7)) - SECOND)
    with pytest.raises(InvalidInput, match="not yet born"):
        book.details(LINDEN, given)

    clock.move(SECOND)  # midnight in Stockholm; in UTC it is still the day before
    assert book.details(LINDEN, given).identity_number.digits == newborn


def test_national_mobiles_are_of_the_clinics_country_r38(book: WebBook) -> None:
    assert book.details(LINDEN, GIVEN).mobile == MobileNumber("+46701740605")
    set_up(book, country="NO")

    assert book.details(LINDEN, GIVEN | {"mobile": "406 12 345"}).mobile.e164 == "+4740612345"
    assert book.details(LINDEN, GIVEN | {"mobile": "+46701740605"}).mobile.e164 == "+46701740605"
    with pytest.raises(UnknownClinic):
        book.details(ClinicId("elm"), GIVEN)


@pytest.mark.parametrize("mobile", ["08-123 45 67", "112", "070-174 06 05 ext. 5", "+46", "07o"])
def test_a_mobile_must_be_able_to_receive_sms_and_has_no_extension_r38(mobile: str) -> None:
    [(field, _)] = faults_of(GIVEN | {"mobile": mobile})

    assert field == "mobile"


def test_details_show_nothing_of_themselves_r37() -> None:
    typed = parse(email="asa@example.com", message="in pain", accepts_sms=True)

    assert repr(typed) == "PatientDetails(accepts_sms=True, accepts_email=False)"
    assert typed.email == EmailAddress("asa@example.com")


@given(any_details())
def test_what_was_parsed_reads_back_as_itself_r22(typed: PatientDetails) -> None:
    again = parse_details(
        {
            "identity_number": typed.identity_number.digits,
            "first_name": typed.first_name,
            "last_name": typed.last_name,
            "mobile": typed.mobile.e164,
            "email": typed.email.address if typed.email else None,
            "message": typed.message,
            "accepts_sms": typed.accepts_sms,
            "accepts_email": typed.accepts_email,
        },
        on=TODAY,
    )
    assert again == typed


FIELDS = (*GIVEN, "email", "message", "accepts_sms", "accepts_email")
odd_texts = st.text() | st.text("0123456789+- ", max_size=15) | st.text("\ud800\x00\n a@.=?")
junk: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | odd_texts
)
forms = st.dictionaries(st.sampled_from(FIELDS) | st.text() | st.integers(), junk)


def faults_in(given: Mapping[str, object], on: date = TODAY) -> tuple[Fault, ...]:
    """Return all faults, none if all is well; whatever else is raised comes through."""
    try:
        parse_details(given, on=on)
    except InvalidInput as wrong:
        return wrong.faults
    return ()


@given(forms, st.dates())
def test_whatever_is_given_nothing_but_invalid_input_is_raised_r40(
    given: dict[str, object], on: date
) -> None:
    faults = faults_in(GIVEN | given, on)

    assert {fault.field for fault in faults} <= {*FIELDS, "details"}
    assert len(faults) == len({fault.field for fault in faults})


@given(st.sampled_from(FIELDS[:6]), st.text(st.characters(categories=["Lo"]), min_size=4))
def test_no_fault_ever_holds_what_was_typed_r40(field: str, canary: str) -> None:
    [fault] = faults_in(GIVEN | {field: canary * 600})

    assert canary not in f"{fault} {fault!r} {fault.as_value()!r}"
