from pathlib import Path

import pytest

from tests.adapters.files.documents import faults_of
from webtidbok.adapters.files.clinic_file import read_clinic
from webtidbok.errors import InvalidInput

SMALL = """
[clinic]
id = "anstrand"
name = "Tandvården vid Ån"
time_zone = "Europe/Stockholm"
phone = "070-174 06 05"
[web_booking]
new_bookings = true
rebookings = true
cancellations = true
[[block_kind]]
id = "visits"
name = "Besök"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clinic.toml"


def reason_in(file: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_clinic(file)
    (fault,) = caught.value.faults
    assert (fault.field, fault.place) == ("file", "clinic.toml")
    return fault.reason


def test_a_clinic_file_is_toml(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")

    assert read_clinic(file).clinic.name == "Tandvården vid Ån"
    assert read_clinic(str(file)) == read_clinic(file)


def test_the_faults_of_a_clinic_file_have_their_places_r40(file: Path) -> None:
    file.write_text(SMALL + "color = 7\n[[provider]]\n", encoding="utf-8")

    assert faults_of(lambda: read_clinic(file)) == [
        ('block_kind 1 "visits"', "color"),
        ("provider 1", "id"),
        ("provider 1", "name"),
    ]


def test_a_file_that_is_not_there_is_a_fault(file: Path) -> None:
    assert "cannot be read" in reason_in(file)


def test_a_folder_is_no_file(file: Path) -> None:
    file.mkdir()

    assert "cannot be read" in reason_in(file)


def test_a_path_that_cannot_be_is_a_fault() -> None:
    assert faults_of(lambda: read_clinic("a\0b")) == [("a\0b", "file")]


@pytest.mark.parametrize(
    "content",
    [
        "[clinic",
        "[clinic]\nid = 1\nid = 2",
        "x = 2026-13-45",
        "x = " + "9" * 5000,
        'x = "\0"',
    ],
)
def test_what_is_not_toml_is_a_fault(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")

    assert reason_in(file).startswith("is not TOML: ")


def test_a_syntax_fault_says_its_line(file: Path) -> None:
    file.write_text(SMALL + "\n???\n", encoding="utf-8")

    assert "line 15" in reason_in(file)


def test_what_is_nested_beyond_reason_is_a_fault(file: Path) -> None:
    file.write_text("x = " + "[" * 100_000, encoding="utf-8")

    assert reason_in(file)


def test_a_byte_order_mark_is_named(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8-sig")

    assert "byte order mark" in reason_in(file)


def test_what_is_not_utf_8_is_a_fault_with_its_line(file: Path) -> None:
    file.write_text(SMALL, encoding="latin-1")

    assert faults_of(lambda: read_clinic(file)) == [("clinic.toml line 4", "file")]
