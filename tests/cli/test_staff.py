"""`webtidbok recall`, `history`, `watch-list` and `report`: what staff do and look up."""

import stat
from pathlib import Path

import pytest

from tests.cli.running import NOW, Result, run, slots

HEADER = "patient_id,type,provider,start_local,channel\n"
CARD = "P01,revision,ek,2027-01-13 13:00,card\n"
SMS = "P02,revision,ek,2027-01-13 13:30,sms\n"


def recall(database: Path | str, tmp_path: Path, rows: str, *more: object) -> Result:
    (tmp_path / "recalls.csv").write_text(HEADER + rows, "utf-8")
    return run("recall", database, "--file", tmp_path / "recalls.csv", *NOW, *more)


def test_each_row_is_told_and_a_card_has_its_code(database: Path, tmp_path: Path) -> None:
    done = recall(database, tmp_path, CARD + SMS, "--json")

    assert (done.status, done.err) == (0, "")
    card, sms = done.objects
    assert (card["line"], card["outcome"], card["repeat"]) == (2, "recalled", False)
    assert len(card["code"]) == 9
    assert (sms["line"], sms["outcome"], sms["code"]) == (3, "recalled", None)
    history = run("history", database, "--appointment", card["appointment"], "--json").objects
    assert [(each["what"], each["by"]) for each in history] == [("recalled", "staff")]
    assert history[0]["after"]["start"] == "2027-01-13T12:00:00Z"


def test_the_key_is_made_beside_the_database_for_its_owner_alone(
    database: Path, tmp_path: Path
) -> None:
    key = Path(f"{database}.key")

    recall(database, tmp_path, SMS)
    assert not key.exists()

    recall(database, tmp_path, CARD)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_run_is_taken_up_again_where_it_was_broken_off(database: Path, tmp_path: Path) -> None:
    first = recall(database, tmp_path, CARD, "--json").object

    again, new = recall(database, tmp_path, CARD + SMS, "--json").objects

    assert (again["appointment"], again["code"], again["repeat"]) == (
        first["appointment"],
        None,
        True,
    )
    assert new["repeat"] is False


def test_people_get_a_line_a_row(database: Path, tmp_path: Path) -> None:
    done = recall(database, tmp_path, CARD + SMS, "--by", "Siv i receptionen")
    again = recall(database, tmp_path, CARD)

    assert [line.split()[:3] for line in done.out.splitlines()] == [
        ["line", "2:", "recalled"],
        ["line", "3:", "recalled"],
    ]
    assert again.out.endswith("(as before)\n")
    assert "Siv i receptionen" in run("history", database).out


def test_what_cannot_be_set_is_told_and_the_others_are(database: Path, tmp_path: Path) -> None:
    free = slots(database, "undersokning", "--provider", "ek")[0]
    local = "P03,revision,ek,{},email\n".format("2027-01-20 13:00")
    over = f"P02,revision,ek,{free['start']},sms\n"
    run(
        "book", database, "--type", "undersokning", "--provider", "ek", "--at", free["start"],
        *NOW, stdin='{"identity_number": "199201012383", "first_name": "A", "last_name": "B",'
        ' "mobile": "070-174 06 99"}',
    )  # fmt: skip

    done = recall(database, tmp_path, local + over + SMS, "--json")

    assert done.status == 1
    assert [each["outcome"] for each in done.objects] == ["no-contact", "overlaps", "recalled"]
    assert len(done.objects[1]["appointments"]) == 1


def test_the_whole_file_is_checked_before_anything_is_done(database: Path, tmp_path: Path) -> None:
    rows = (
        CARD
        + "P77,revision,ek,2027-01-13 14:00,sms\n"
        + "P02,nothing,ek,CANARY,sms\n"
        + "P03,revision,ek,2027-01-13 14:00:30,card\n"
    )

    unreadable = recall(database, tmp_path, rows, "--json")
    unknown = recall(database, tmp_path, rows.replace("nothing", "revision"), "--json")
    rest = recall(database, tmp_path, rows.replace("P02,nothing,ek,CANARY,sms\n", ""), "--json")

    assert unreadable.fields == ["type", "start_local"]
    assert unknown.fields == ["start_local"]
    assert rest.fields == ["patient_id", "start_local"]
    places = [fault["place"] for fault in rest.object["faults"]]
    assert places == ["recalls.csv line 3", "recalls.csv line 4"]
    assert "CANARY" not in unreadable.out + unknown.out
    assert not any(each["what"] == "recalled" for each in history(database))
    assert not Path(f"{database}.key").exists()


def history(database: Path) -> list[dict[str, object]]:
    return run("history", database, "--json").objects


def test_a_file_that_is_not_there_and_a_name_that_is_empty_are_bad_input(
    database: Path, tmp_path: Path
) -> None:
    missing = run("recall", database, "--file", tmp_path / "none.csv", "--json")

    assert missing.fields == ["file"]
    assert recall(database, tmp_path, SMS, "--by", " ", "--json").fields == ["by"]


def test_a_database_with_an_address_needs_a_key_file_that_is_named(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{database}"

    refused = recall(address, tmp_path, CARD + SMS, "--json")
    assert refused.fields == ["key"]
    assert "WEBTIDBOK_KEY_FILE" in refused.out
    assert not any(each["what"] == "recalled" for each in history(database))

    monkeypatch.setenv("WEBTIDBOK_KEY_FILE", str(tmp_path / "key"))
    assert recall(address, tmp_path, CARD + SMS).status == 0
    assert (tmp_path / "key").exists()


def test_a_key_file_that_others_may_read_is_refused(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("c0ffee" * 10)
    (tmp_path / "key").chmod(0o644)
    monkeypatch.setenv("WEBTIDBOK_KEY_FILE", str(tmp_path / "key"))

    refused = recall(database, tmp_path, CARD, "--json")

    assert refused.fields == ["key"]
    assert "c0ffee" not in refused.out


def test_the_history_of_one_appointment_and_of_one_that_is_not_there(database: Path) -> None:
    found = run("history", database, "--appointment", "A002", "--json")
    unknown = run("history", database, "--appointment", "Z", "--json")
    none = run("history", database, "--appointment", "\udcff", "--json")

    assert found.object == {
        "what": "imported",
        "at": "2026-11-30T07:00:00Z",
        "way": "host",
        "by": "",
        "appointment": "A002",
        "revision": 1,
        "type": "akut",
        "origin": "WEB",
        "before": None,
        "after": {
            "start": "2026-11-30T07:40:00Z",
            "minutes": 20,
            "provider": "ek",
            "resource": "rum1",
        },
        "facts": {},
    }
    assert unknown.fields == none.fields == ["appointment"]


def test_who_cancelled_is_on_the_watch_list_with_the_comment(database: Path, link: str) -> None:
    comment = "[red]Ö:smile: hör av mig"
    gone = run("cancel", database, "--comment", comment, *NOW, "--json", stdin=link).object

    entry = run("watch-list", database, "--json").object

    assert entry["comment"] == comment
    assert entry["appointment"] == gone["appointment"]["appointment_id"]
    assert entry["at"] == "2026-11-30T07:00:00Z"
    assert entry["patient"]
    assert comment in run("watch-list", database).out
    assert comment not in run("history", database, "--json").out


def test_the_report_counts_what_happened_in_the_period(database: Path, link: str) -> None:
    run("rebook", database, "--at", "2026-12-10T13:15", "--now", "2026-12-01T23:59", stdin=link)
    run("cancel", database, "--now", "2026-12-10T13:14", stdin=link)
    run("cancel", database, "--now", "2026-12-02T00:00", stdin=link)

    def report(last: str) -> Result:
        return run("report", database, "--from", "2026-11-30", "--to", last, "--json")

    first, both = report("2026-12-01").object, report("2026-12-10").object
    assert (first["booked"], first["rebooked"], first["cancelled"]) == (1, 1, 0)
    assert (both["cancelled"], both["too_late"], both["recalls"]) == (1, 1, 0)
    assert first["by_type"] == {"undersokning": {"booked": 1, "rebooked": 1, "cancelled": 0}}
    assert (first["first"], first["last"]) == ("2026-11-30", "2026-12-01")
    assert first["mean_lead_minutes"] == 8 * 24 * 60 + 30
    told = run("report", database, "--from", "2026-11-30", "--to", "2026-12-01").out
    assert "2026-11-30 to 2026-12-01" in told
    assert "8.0 days" in told


def test_an_empty_report_and_a_period_that_ends_before_it_begins(database: Path) -> None:
    empty = run("report", database, "--from", "2020-01-01", "--to", "2020-01-01", "--json")
    wrong = run("report", database, "--from", "2020-01-02", "--to", "2020-01-01", "--json")

    assert (empty.object["booked"], empty.object["mean_lead_minutes"]) == (0, None)
    assert run("report", database, "--from", "2020-01-01", "--to", "2020-01-01").status == 0
    assert wrong.fields == ["from"]
