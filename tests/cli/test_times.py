"""LOCAL: what the clock on the clinic's wall shows (R6a)."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.running import run
from webtidbok.cli.local_time import shown_local

NIGHT = Path(__file__).with_name("night.toml")
ZONE = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A clinic that is open when the clocks change."""
    assert run("init", tmp_path / "night.db", "--clinic", NIGHT).status == 0
    return tmp_path / "night.db"


def start_of(database: Path, at: str) -> str:
    wanted = ("--type", "natt", "--at", at, "--now", "2026-12-01T00:00")
    return str(run("explain", database, *wanted, "--json").object["start"])


@pytest.mark.parametrize(
    ("at", "start"),
    [
        ("2026-12-01T15:45", "2026-12-01T14:45:00Z"),
        ("2026-12-01 15:45", "2026-12-01T14:45:00Z"),
        ("2026-12-01T15:45:00", "2026-12-01T14:45:00Z"),
        ("2027-07-01T15:45", "2027-07-01T13:45:00Z"),
        ("2026-12-01T15:45Z", "2026-12-01T15:45:00Z"),
        ("2026-12-01T15:45+05:30", "2026-12-01T10:15:00Z"),
        ("2026-12-01 15:45:00-01:00", "2026-12-01T16:45:00Z"),
        ("2027-03-28T01:59", "2027-03-28T00:59:00Z"),
        ("2027-03-28T02:00", "2027-03-28T01:00:00Z"),
        ("2027-03-28T02:59", "2027-03-28T01:00:00Z"),  # in the gap: the moment of the change
        ("2027-03-28T03:00", "2027-03-28T01:00:00Z"),
        ("2027-10-31T02:30", "2027-10-31T00:30:00Z"),  # twice: the first of the two
        ("2027-10-31T02:30+01:00", "2027-10-31T01:30:00Z"),
    ],
)
def test_local_means_an_instant(night: Path, at: str, start: str) -> None:
    assert start_of(night, at) == start


@pytest.mark.parametrize(
    "at",
    [
        "",
        "now",
        "2026-12-01",
        "15:45",
        "2026-12-01T24:00",
        "2026-12-01T15:60",
        "2026-02-29T15:45",
        "2026-12-01T15:45 CET",
        "2026-12-01T15:45+25:00",
        "20261201T1545",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "٢٠٢٦-12-01T15:45",
    ],
)
def test_what_is_no_local_time_is_bad_input(night: Path, at: str) -> None:
    refused = run("explain", night, "--type", "natt", "--at", at, "--json")

    assert refused.status == 2
    assert refused.object["outcome"] == "invalid"
    (fault,) = refused.object["faults"]
    assert (fault["field"], fault["place"]) == ("at", "--at")
    words = run("explain", night, "--type", "natt", "--at", at)
    assert (words.status, words.out) == (2, "")
    assert words.err == f"--at {fault['reason']}\n"


@pytest.mark.parametrize(
    ("now", "instant"),
    [
        ("2027-03-28T02:30", "2027-03-28T01:00:00Z"),
        ("2027-03-28T02:30:59", "2027-03-28T01:00:00Z"),
        ("2027-10-31T02:30:15", "2027-10-31T00:30:15Z"),
        ("2027-10-31T01:30:15Z", "2027-10-31T01:30:15Z"),
    ],
)
def test_now_in_the_gap_is_the_change_and_now_in_the_fold_the_first(
    night: Path, now: str, instant: str
) -> None:
    wanted = ("--type", "natt", "--at", "2026-12-06T01:00", "--now", now, "--json")

    reasons = run("explain", night, *wanted).object["reasons"]

    assert [each["earliest"] for each in reasons if each["code"] == "too-soon"] == [instant]


def test_the_spring_night_lacks_an_hour_and_the_autumn_night_has_one_more(night: Path) -> None:
    def starts(day: str) -> list[str]:
        period = ("--from", day, "--to", day, "--now", "2026-12-01T00:00", "--json")
        found = run("slots", night, "--type", "natt", *period).objects
        return [each["start"][11:16] for each in found]

    assert starts("2027-03-28") == ["00:00", "00:30", "01:00", "01:30"]
    assert starts("2027-10-31") == [
        *("23:00", "23:30", "00:00", "00:30", "01:00", "01:30", "02:00", "02:30")
    ]


def test_the_second_of_two_equal_times_is_shown_with_its_offset() -> None:
    def shown(text: str) -> str:
        return shown_local(datetime.fromisoformat(text), ZONE)

    assert shown("2027-10-31T00:30:00+00:00") == "Sun 2027-10-31 02:30"
    assert shown("2027-10-31T01:30:00+00:00") == "Sun 2027-10-31 02:30 (+0100)"
    assert shown("2027-03-28T01:00:00+00:00") == "Sun 2027-03-28 03:00"


@pytest.mark.parametrize("command", ["history", "watch-list", "verify"])
def test_commands_that_need_no_present_take_it_and_check_it(night: Path, command: str) -> None:
    assert run(command, night, "--now", "2026-12-01T00:00", "--json").status == 0
    assert run(command, night, "--now", "CANARY", "--json").fields == ["now"]
