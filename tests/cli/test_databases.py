"""Which database, and which clinic of several."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import NOW, book, details, run, slots
from webtidbok.cli.opening import created

NIGHT = Path(__file__).with_name("night.toml")
PERIOD = ("--from", "2026-12-01", "--to", "2026-12-31")

COMMANDS = [
    ("slots", "--type", "undersokning", *PERIOD),
    ("explain", "--type", "undersokning", "--at", "2026-12-01T10:00"),
    ("book", "--type", "undersokning", "--provider", "ek", "--at", "2026-12-01T10:00"),
    ("show",),
    ("rebook", "--at", "2026-12-01T10:00"),
    ("cancel",),
    ("recall", "--file", "none.csv"),
    ("history",),
    ("watch-list",),
    ("report", *PERIOD),
    ("verify",),
]


@pytest.fixture
def both(database: Path) -> Path:
    """A database with two clinics."""
    assert run("init", database, "--clinic", NIGHT).status == 0
    return database


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_database_that_is_not_there_is_not_made(command: tuple[str, ...], tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    for place in (str(missing), f"sqlite:///{missing}"):
        refused = run(command[0], place, *command[1:], "--json", stdin="A" * 22)

        assert refused.fields == ["database"]
        assert "is not there" in refused.object["faults"][0]["reason"]
        assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_of_ours_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("twenty bytes of text")
    (tmp_path / "empty").touch()
    sqlite3.connect(tmp_path / "other").executescript("CREATE TABLE t (x)").connection.close()

    for name in ("text", "empty", "other", "."):
        assert run("verify", tmp_path / name, "--json").fields == ["database"]
    assert run("verify", "", "--json").fields == ["database"]


def test_a_database_without_a_clinic_says_so(tmp_path: Path) -> None:
    with created(str(tmp_path / "empty.db")):
        pass

    refused = run("verify", tmp_path / "empty.db", "--json")

    assert refused.fields == ["clinic-id"]
    assert "holds no clinic" in refused.out


@pytest.mark.parametrize(
    "command",
    [each for each in COMMANDS if each[0] not in {"show", "rebook", "cancel"}],
    ids=lambda command: command[0],
)
def test_of_several_clinics_one_must_be_chosen(both: Path, command: tuple[str, ...]) -> None:
    refused = run(command[0], both, *command[1:], "--json")

    assert refused.fields == ["clinic-id"]
    assert "anstrand, natt" in refused.object["faults"][0]["reason"]


def test_the_clinic_that_is_chosen_is_the_one_that_is_asked(both: Path) -> None:
    at_night = ("--type", "natt", *PERIOD, *NOW, "--json", "--clinic-id")

    assert run("slots", both, *at_night, "natt").objects[0]["provider"] == "uv"
    assert run("slots", both, *at_night, "anstrand").fields == ["type"]
    assert run("slots", both, *at_night, "elsewhere").fields == ["clinic-id"]
    assert len(run("history", both, "--clinic-id", "anstrand", "--json").objects) == 165
    assert run("history", both, "--clinic-id", "natt", "--json").out == ""


def test_a_link_finds_its_clinic_by_itself(both: Path) -> None:
    slot = slots(both, "natt", "--clinic-id", "natt")[0]
    wanted = ("--type", "natt", "--provider", "uv", "--at", slot["start"], "--clinic-id", "natt")
    booked = run("book", both, *wanted, *NOW, "--json", stdin=details())
    link = booked.object["link"]

    shown = run("show", both, *NOW, "--json", stdin=link)
    moved = run("rebook", both, "--at", "2026-12-13T02:00", *NOW, "--json", stdin=link)
    gone = run("cancel", both, *NOW, "--json", "--clinic-id", "natt", stdin=link)

    assert shown.object["appointment"]["clinic"] == "natt"
    assert shown.object["phone"] == "08-465 004 20"
    assert moved.object["appointment"]["start"] == "2026-12-13T01:00:00Z"
    assert gone.object["outcome"] == "cancelled"


def test_a_link_to_another_clinic_than_the_chosen_one_is_not_found(both: Path) -> None:
    slot = slots(both, "undersokning", "--clinic-id", "anstrand")[0]
    link = book(both, slot, "--clinic-id", "anstrand").object["link"]

    elsewhere = run("show", both, *NOW, "--json", "--clinic-id", "natt", stdin=link)
    nowhere = run("show", both, *NOW, "--json", "--clinic-id", "x", stdin=link)

    assert (elsewhere.status, elsewhere.object) == (1, {"outcome": "not-found"})
    assert nowhere.fields == ["clinic-id"]


def test_a_database_that_somebody_else_holds_gives_no_answer(database: Path) -> None:
    slot = slots(database, "undersokning")[0]
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    held = book(database, slot, "--key", "again")
    in_words = run(
        "book", database, "--type", "undersokning", "--provider", slot["provider"],
        "--at", slot["start"], *NOW, stdin=details(),
    )  # fmt: skip
    holder.execute("ROLLBACK")
    holder.close()

    assert (held.status, held.object) == (3, {"outcome": "unavailable"})
    assert (in_words.status, in_words.out) == (3, "")
    assert "gave no answer" in in_words.err
    assert book(database, slot, "--key", "again").object["repeat"] is False


@pytest.mark.parametrize("patience", ["soon", "-1", "nan", "inf"])
def test_a_patience_that_is_none_is_bad_input(
    database: Path, patience: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBTIDBOK_PATIENCE", patience)

    assert run("verify", database, "--json").fields == ["WEBTIDBOK_PATIENCE"]


def test_a_broken_promise_is_told_and_ends_with_1(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM wtb_occupied WHERE holder = 'A001'")
    connection.close()

    told = run("verify", database, "--json")
    in_words = run("verify", database)

    assert told.status == in_words.status == 1
    assert {each["promise"] for each in told.objects} == {"occupied"}
    assert told.objects[0]["ids"] == ["A001"]
    assert "is not occupied" in in_words.out


def test_a_sound_database_says_so_to_people_and_nothing_to_programs(database: Path) -> None:
    assert run("verify", database, "--json").out == ""
    assert run("verify", database).out == "every promise is kept\n"
