"""The three kinds of CSV files of interfaces.md, section 2."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.adapters.files.documents import a_document, a_type, faults_of
from webtidbok.adapters.files.clinic_document import clinic_from
from webtidbok.adapters.files.csv_files import (
    APPOINTMENT_COLUMNS,
    PATIENT_COLUMNS,
    RECALL_COLUMNS,
    RecallRow,
    read_appointments,
    read_patients,
    read_recalls,
)
from webtidbok.errors import InvalidInput
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Origin
from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.ids import PatientId, ProviderId, TypeId
from webtidbok.model.message import Channel
from webtidbok.model.patient import Patient

ON = date(2026, 11, 23)
CLINIC = clinic_from(
    a_document(bookable_type=[a_type(treatment="Kontroll", after_minutes=10)])
).clinic

MAJA = "P1,199201012383,Maja,Öberg,070-174 06 06,maja@example.com"
OLLE = "P2,19920101-2391,Olle,Öberg,,"

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write a file with a header and rows; it is called rows.csv."""

    def written(columns: tuple[str, ...], *rows: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "rows.csv"
        path.write_text("\n".join([",".join(columns), *rows, ""]), encoding=encoding)
        return path

    return written


@pytest.fixture
def patients(write: Writer) -> Callable[..., tuple[Patient, ...]]:
    return lambda *rows: read_patients(write(PATIENT_COLUMNS, *rows), CLINIC, on=ON)


@pytest.fixture
def appointments(write: Writer) -> Callable[..., tuple[Appointment, ...]]:
    def read(*rows: str, known: tuple[PatientId, ...] | None = None) -> tuple[Appointment, ...]:
        return read_appointments(write(APPOINTMENT_COLUMNS, *rows), CLINIC, patients=known)

    return read


@pytest.fixture
def recalls(write: Writer) -> Callable[..., tuple[RecallRow, ...]]:
    return lambda *rows: read_recalls(write(RECALL_COLUMNS, *rows), CLINIC)


def an_appointment(id_: str = "A1", **cells: str) -> str:
    usual = {
        "appointment_id": id_,
        "start_local": "2026-12-07T09:00",
        "minutes": "30",
        "provider": "ek",
        "resource": "rum1",
        "patient_id": "P1",
        "origin": "STAFF",
        "treatment": "krona",
        "note": "",
    }
    return ",".join((usual | cells).values())


Read = Callable[..., tuple[object, ...]]

# Patients.


def test_a_patient_is_read_with_contacts_that_staff_stand_for(
    patients: Callable[..., tuple[Patient, ...]],
) -> None:
    maja, olle = patients(MAJA, OLLE)

    assert (maja.id, maja.identity_number.kept) == ("P1", "199201012383")
    assert (maja.first_name, maja.last_name) == ("Maja", "Öberg")
    assert maja.mobile == MobileNumber("+46701740606")
    assert maja.email == EmailAddress("maja@example.com")
    assert maja.mobile_verified
    assert maja.email_verified
    assert not maja.accepts_sms
    assert not maja.accepts_email
    assert (olle.mobile, olle.email) == (None, None)


def test_ten_digits_are_read_as_of_the_reference_date_r37(
    patients: Callable[..., tuple[Patient, ...]],
) -> None:
    (maja,) = patients("P1,920101-2383,Maja,Öberg,,")

    assert maja.identity_number.kept == "199201012383"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",199201012383,Maja,Öberg,,", "patient_id"),
        ("P1,,Maja,Öberg,,", "identity_number"),
        ("P1,199201012384,Maja,Öberg,,", "identity_number"),
        ("P1,199201012383, ,Öberg,,", "first_name"),
        ("P1,199201012383,Maja,,,", "last_name"),
        (f"P1,199201012383,{'x' * 101},Öberg,,", "first_name"),
        ("P1,199201012383,Maja,Öberg,08-465 004 10,", "mobile"),
        ("P1,199201012383,Maja,Öberg,,maja", "email"),
        ("P1,199201012383,Maja,Öberg,", "row"),
        ("P1,199201012383,Maja,Öberg,,,", "row"),
    ],
)
def test_a_patient_that_cannot_be_is_a_fault_of_its_line(
    patients: Read, row: str, field: str
) -> None:
    assert faults_of(lambda: patients(OLLE, row)) == [("rows.csv line 3", field)]


def test_a_patient_or_a_person_that_comes_twice_is_a_fault(patients: Read) -> None:
    again = "P3,920101-2383,Maja,Öberg,,"
    same_id = "P2,199201012383,Maja,Öberg,x,"

    assert faults_of(lambda: patients(MAJA, OLLE, again, same_id)) == [
        ("rows.csv line 4", "identity_number"),
        ("rows.csv line 5", "patient_id"),
        ("rows.csv line 5", "identity_number"),
        ("rows.csv line 5", "mobile"),
    ]


secrets = st.text("KQWZxjqwz79", min_size=6, max_size=12)


@given(cells=st.tuples(*[secrets] * 6), columns=st.permutations(PATIENT_COLUMNS))
def test_a_fault_never_shows_what_belongs_to_a_patient_r40(
    tmp_path_factory: pytest.TempPathFactory, cells: tuple[str, ...], columns: list[str]
) -> None:
    path = tmp_path_factory.mktemp("files") / "rows.csv"

    for lines in (
        [columns, cells],
        [cells, cells],
        [columns, cells[:5]],
        [columns, ['"' + cells[0]]],
    ):
        path.write_text("\n".join(map(",".join, lines)), encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            read_patients(path, CLINIC, on=ON)
        assert not any(cell in str(caught.value) for cell in cells)


# Appointments.


def test_an_imported_appointment_occupies_exactly_its_span_r12a(
    appointments: Callable[..., tuple[Appointment, ...]],
) -> None:
    (found,) = appointments(an_appointment(treatment="check-up", note="ring upp", origin="RECALL"))

    assert (found.id, found.clinic, found.patient) == ("A1", "anstrand", "P1")
    assert found.placement.provider == ProviderId("ek")
    assert found.placement.resource == "rum1"
    assert found.span.start == datetime(2026, 12, 7, 8, tzinfo=UTC)
    assert found.occupied_span == found.span
    assert found.span.length == timedelta(minutes=30)
    assert (found.type, found.treatment) == (TypeId("check-up"), "Kontroll")
    assert (found.note, found.origin) == ("ring upp", Origin.RECALL)


def test_a_treatment_that_is_no_type_is_kept_as_text(
    appointments: Callable[..., tuple[Appointment, ...]],
) -> None:
    (found,) = appointments(an_appointment(treatment="Undersökning", resource=""))

    assert (found.type, found.treatment) == (None, "Undersökning")
    assert found.placement.resource is None


@pytest.mark.parametrize("origin", ["WEB", "RECALL", "STAFF"])
def test_only_a_web_row_has_a_time_that_a_patient_chose_r24a(
    appointments: Callable[..., tuple[Appointment, ...]], origin: str
) -> None:
    (found,) = appointments(an_appointment(origin=origin))

    assert found.origin.value == origin
    assert found.chosen_by_patient is (origin == "WEB")
    assert found.exclusive is (origin == "WEB")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-07T09:07", datetime(2026, 12, 7, 8, 7, tzinfo=UTC)),
        ("2026-12-07 09:07:30", datetime(2026, 12, 7, 8, 7, 30, tzinfo=UTC)),
        ("2026-12-07T09:07Z", datetime(2026, 12, 7, 9, 7, tzinfo=UTC)),
        ("2026-12-07T09:07-05:00", datetime(2026, 12, 7, 14, 7, tzinfo=UTC)),
        ("2027-03-28T02:30", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_start_is_on_the_wall_or_has_an_offset_r6a(
    appointments: Callable[..., tuple[Appointment, ...]], written: str, meant: datetime
) -> None:
    (found,) = appointments(an_appointment(start_local=written))

    assert found.span.start == meant


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("appointment_id", ""),
        ("appointment_id", "x" * 201),
        ("start_local", "2026-12-07"),
        ("start_local", "2026-02-30T09:00"),
        ("start_local", "9999-12-31T23:59"),
        ("start_local", "0001-01-01T00:00"),
        ("start_local", "20261207T0900"),
        ("start_local", "2026-12-07T09:00+24:00"),
        ("minutes", ""),
        ("minutes", "0"),
        ("minutes", "-30"),
        ("minutes", "30.0"),
        ("minutes", "٣٠"),
        ("minutes", "9" * 5000),
        ("provider", "lind"),
        ("provider", ""),
        ("resource", "rum9"),
        ("origin", "web"),
        ("origin", ""),
        ("treatment", "x" * 201),
        ("note", "x" * 501),
        ("note", '"two\nlines"'),
    ],
)
def test_an_appointment_that_cannot_be_is_a_fault_of_its_line(
    appointments: Read, column: str, cell: str
) -> None:
    row = an_appointment("A2", **{column: cell})

    assert faults_of(lambda: appointments(an_appointment(), row)) == [("rows.csv line 3", column)]


def test_an_appointment_id_that_comes_twice_is_a_fault(appointments: Read) -> None:
    assert faults_of(lambda: appointments(an_appointment(), an_appointment())) == [
        ("rows.csv line 3", "appointment_id")
    ]


def test_a_patient_must_be_known_only_if_patients_are_given(
    appointments: Callable[..., tuple[Appointment, ...]],
) -> None:
    nobody = an_appointment("A2", patient_id="")
    somebody = an_appointment("A3", patient_id="host-7")

    found = appointments(an_appointment(), nobody, somebody)

    assert [one.patient for one in found] == ["P1", None, "host-7"]
    assert faults_of(
        lambda: appointments(an_appointment(), nobody, somebody, known=(PatientId("P1"),))
    ) == [("rows.csv line 3", "patient_id"), ("rows.csv line 4", "patient_id")]


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "STAFF", "resource": ""},
        {"origin": "RECALL", "resource": ""},
        {"origin": "WEB", "resource": ""},
        {"origin": "STAFF", "provider": "holm"},
        {"origin": "STAFF", "start_local": "2026-12-07T08:01", "minutes": "60"},
        {"origin": "STAFF", "start_local": "2026-12-07T09:29", "minutes": "1"},
    ],
)
@pytest.mark.parametrize("web_first", [True, False])
def test_a_web_row_that_overlaps_another_is_a_fault_that_names_both(
    appointments: Read, other: dict[str, str], web_first: bool
) -> None:
    web, another = an_appointment("W1", origin="WEB"), an_appointment("X1", **other)

    with pytest.raises(InvalidInput) as caught:
        appointments(*([web, another] if web_first else [another, web]))

    (fault,) = caught.value.faults
    assert fault.field == "start_local"
    assert '"W1"' in fault.reason
    assert '"X1"' in fault.reason
    assert {fault.place[-1], fault.reason[-1]} == {"2", "3"}


@pytest.mark.parametrize(
    "other",
    [
        {"start_local": "2026-12-07T09:30"},
        {"start_local": "2026-12-07T08:30"},
        {"provider": "holm", "resource": ""},
    ],
)
def test_a_web_row_may_meet_another_row(appointments: Read, other: dict[str, str]) -> None:
    web = an_appointment("W1", origin="WEB")

    assert len(appointments(web, an_appointment("X1", **other))) == 2


def test_a_web_row_without_a_room_meets_others_without_a_room(appointments: Read) -> None:
    rows = [
        an_appointment("W1", origin="WEB", resource=""),
        an_appointment("W2", origin="WEB", resource="", provider="holm"),
    ]

    assert len(appointments(*rows)) == 2


def test_staff_and_recalls_may_overlap_each_other(appointments: Read) -> None:
    rows = [an_appointment("A1"), an_appointment("A2"), an_appointment("A3", origin="RECALL")]

    assert len(appointments(*rows)) == 3


some_rows = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.integers(1, 30),
        st.sampled_from(["ek", "holm"]),
        st.sampled_from(["rum1", ""]),
        st.sampled_from(["WEB", "STAFF", "RECALL"]),
    ),
    max_size=8,
)


@given(rows=some_rows)
def test_exactly_the_pairs_with_a_web_row_that_overlap_are_faults(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("files") / "rows.csv"
    lines = [
        f"A{number},2026-12-07T09:{start:02},{minutes},{provider},{room},,{origin},,"
        for number, (start, minutes, provider, room, origin) in enumerate(rows)
    ]
    path.write_text("\n".join([",".join(APPOINTMENT_COLUMNS), *lines]), encoding="utf-8")
    overlapping = [
        {number + 2, other + 2}
        for number, (a, minutes, p, r, o) in enumerate(rows)
        for other, (b, others, q, s, t) in enumerate(rows[:number])
        if "WEB" in {o, t} and (p == q or (r and r == s)) and a < b + others and b < a + minutes
    ]

    try:
        found: list[set[int]] = []
        read_appointments(path, CLINIC, patients=None)
    except InvalidInput as error:
        found = [
            {int(text.rpartition(" ")[2]) for text in (fault.place, fault.reason)}
            for fault in error.faults
        ]

    assert sorted(map(sorted, found)) == sorted(map(sorted, overlapping))


# Recalls.


def test_a_recall_keeps_its_line(recalls: Callable[..., tuple[RecallRow, ...]]) -> None:
    (first, second) = recalls(
        "P1,check-up,ek,2027-06-07T09:00,sms", "P2,check-up,holm,2027-06-07T09:00Z,card"
    )

    assert first == RecallRow(
        line=2,
        patient=PatientId("P1"),
        type=TypeId("check-up"),
        provider=ProviderId("ek"),
        start=datetime(2027, 6, 7, 7, tzinfo=UTC),
        channel=Channel.SMS,
    )
    assert (second.line, second.channel) == (3, Channel.CARD)
    assert second.start == datetime(2027, 6, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",check-up,ek,2027-06-07T09:00,sms", "patient_id"),
        ("P1,krona,ek,2027-06-07T09:00,sms", "type"),
        ("P1,check-up,lind,2027-06-07T09:00,sms", "provider"),
        ("P1,check-up,ek,i juni,sms", "start_local"),
        ("P1,check-up,ek,2027-06-07T09:00,watch-list", "channel"),
        ("P1,check-up,ek,2027-06-07T09:00,", "channel"),
    ],
)
def test_a_recall_that_cannot_be_is_a_fault_of_its_line(
    recalls: Read, row: str, field: str
) -> None:
    assert faults_of(lambda: recalls(row)) == [("rows.csv line 2", field)]


# The files themselves.


def test_columns_come_in_any_order(write: Writer) -> None:
    path = write(RECALL_COLUMNS[::-1], "email,2027-06-07T09:00,ek,check-up,P1")

    assert read_recalls(path, CLINIC)[0].channel is Channel.EMAIL


def test_a_byte_order_mark_blank_lines_and_other_line_ends_do_not_matter(write: Writer) -> None:
    row = "P1,check-up,ek,2027-06-07T09:00,sms"
    path = write(RECALL_COLUMNS, "", row + "\r", "\r", row, encoding="utf-8-sig")

    assert [recall.line for recall in read_recalls(path, CLINIC)] == [3, 5]


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        (RECALL_COLUMNS[1:], [("rows.csv line 1", "patient_id")]),
        ((*RECALL_COLUMNS, "type"), [("rows.csv line 1", "type")]),
        ((*RECALL_COLUMNS, "Maja Öberg"), [("rows.csv line 1", "header")]),
        ((), [("rows.csv line 1", column) for column in RECALL_COLUMNS]),
    ],
)
def test_a_header_that_is_not_exactly_the_columns_is_a_fault(
    write: Writer, columns: tuple[str, ...], faults: list[tuple[str, str]]
) -> None:
    assert faults_of(lambda: read_recalls(write(columns), CLINIC)) == faults


def test_a_file_with_a_header_only_holds_nothing(write: Writer) -> None:
    assert read_recalls(write(RECALL_COLUMNS), CLINIC) == ()


def test_a_quote_that_never_ends_is_a_fault_beside_the_others(write: Writer) -> None:
    path = write(RECALL_COLUMNS, "P1,x,ek,2027-06-07T09:00,sms", '"P2,x', "P3")

    assert faults_of(lambda: read_recalls(path, CLINIC)) == [
        ("rows.csv line 2", "type"),
        ("rows.csv line 3", "row"),
    ]


def test_a_file_that_is_not_there_or_not_utf_8_is_a_fault(write: Writer, tmp_path: Path) -> None:
    latin = write(RECALL_COLUMNS, "Åsa", encoding="latin-1")

    assert faults_of(lambda: read_recalls(latin, CLINIC)) == [("rows.csv line 2", "file")]
    assert faults_of(lambda: read_recalls(tmp_path / "x.csv", CLINIC)) == [("x.csv", "file")]


@given(junk=st.binary(max_size=200) | st.text(',"\n\r\0aPx1', max_size=60).map(str.encode))
@example(junk=b'"' + b"x" * 200_000 + b'"')
def test_junk_is_never_more_than_faults_r40(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("files") / "rows.csv"
    header = ",".join(APPOINTMENT_COLUMNS).encode()

    for content in (junk, header + b"\n" + junk):
        path.write_bytes(content)
        try:
            assert not read_appointments(path, CLINIC, patients=None)
        except InvalidInput as error:
            assert error.faults  # noqa: PT017 - either is right
