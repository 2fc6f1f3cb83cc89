"""`webtidbok show`, `rebook` and `cancel`: what a link opens."""

import json
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, NOW, Result, book, details, run, slots

JSON = (*NOW, "--json")

#: The last moment for changes of the visit that the fixture books: 16.00 the day before.
DEADLINE = "2026-12-07T16:00:00"


@pytest.fixture
def other_time(database: Path) -> str:
    """A free time to which the visit may be moved."""
    free = slots(database, "undersokning", "--provider", "holm", first="2026-12-10")
    return str(free[0]["start"])


def with_settings(tmp_path: Path, *changes: tuple[str, str]) -> tuple[Path, str]:
    """Return a database of the example clinic with other settings, and the link to a visit."""
    text = (EXAMPLE / "clinic.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "c.toml").write_text(text, "utf-8")
    run("init", tmp_path / "changed.db", "--clinic", tmp_path / "c.toml")
    slot = slots(tmp_path / "changed.db", "undersokning", first="2026-12-08")[0]
    return tmp_path / "changed.db", book(tmp_path / "changed.db", slot).object["link"]


def move(database: Path, link: str, at: str, *more: object) -> Result:
    now = () if "--now" in more else NOW
    return run("rebook", database, "--at", at, *now, "--json", *more, stdin=link)


def test_show_tells_time_and_clinic_and_what_may_be_done(database: Path, link: str) -> None:
    shown = run("show", database, *JSON, stdin=link)

    assert shown.status == 0
    assert shown.object["outcome"] == "shown"
    visit = shown.object["appointment"]
    assert len(visit.pop("appointment_id")) == 32
    assert visit == {
        "clinic": "anstrand",
        "start": "2026-12-08T07:30:00Z",
        "minutes": 30,
        "provider": "holm",
        "resource": "rum2",
        "type": "undersokning",
        "origin": "WEB",
        "state": "booked",
        "revision": 1,
        "moved_by_patient": False,
        "first_name": "Alma",
        "deadline": "2026-12-07T15:00:00Z",
        "may_rebook": True,
        "may_cancel": True,
        "against_rebooking": [],
        "against_cancelling": [],
    }


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_show_tells_nothing_else_about_the_patient_r39(
    database: Path, link: str, form: tuple[str, ...]
) -> None:
    shown = run("show", database, *NOW, *form, stdin=link)

    assert "Alma" in shown.out
    for value in ("Zetterlund", "9201", "4069", "06 99", "alma@", "rullstol"):
        assert value not in shown.out + shown.err


@pytest.mark.parametrize(("second", "may"), [(0, True), (1, False)])
def test_the_last_moment_itself_is_in_time(
    database: Path, link: str, other_time: str, second: int, may: bool
) -> None:
    now = ("--now", f"{DEADLINE[:-2]}{second:02}")

    visit = run("show", database, *now, "--json", stdin=link).object["appointment"]
    moved = move(database, link, other_time, *now)

    assert (visit["may_rebook"], visit["may_cancel"]) == (may, may)
    assert visit["against_cancelling"] == ([] if may else [{"code": "too-late-to-change"}])
    assert moved.object["outcome"] == ("moved" if may else "refused")


def test_a_visit_that_has_begun_is_not_shown_and_the_telephone_is(
    database: Path, link: str
) -> None:
    begun = run("show", database, "--now", "2026-12-08T08:30", "--json", stdin=link)

    assert begun.status == 1
    assert begun.object == {
        "outcome": "refused",
        "reasons": [{"code": "begun"}],
        "phone": "070-174 06 05",
    }


def test_moving_keeps_the_visit_and_its_link(database: Path, link: str, other_time: str) -> None:
    moved = move(database, link, other_time)

    assert (moved.status, moved.object["outcome"]) == (0, "moved")
    visit = moved.object["appointment"]
    assert (visit["start"], visit["revision"]) == (other_time, 2)
    assert visit["moved_by_patient"] is True
    shown = run("show", database, *JSON, stdin=link).object["appointment"]
    assert shown["start"] == other_time


def test_moving_to_a_time_that_is_taken_tells_of_others(
    database: Path, link: str, other_time: str
) -> None:
    book(database, {"provider": "holm", "start": other_time}, identity_number="199201022382")

    taken = move(database, link, other_time)

    assert (taken.status, taken.object["outcome"]) == (1, "taken")
    assert taken.object["alternatives"]


def test_moving_too_late_is_refused_with_the_telephone(
    database: Path, link: str, other_time: str
) -> None:
    refused = move(database, link, other_time, "--now", "2026-12-07T16:01")

    assert refused.status == 1
    assert refused.codes == ["too-late-to-change"]
    assert refused.object["phone"] == "070-174 06 05"


def test_moving_a_visit_that_has_changed_since_it_was_seen_does_nothing(
    database: Path, link: str, other_time: str
) -> None:
    changed = move(database, link, other_time, "--revision", 7)

    assert (changed.status, changed.object["outcome"]) == (1, "changed")
    assert changed.object["appointment"]["revision"] == 1


def test_a_visit_may_be_moved_only_so_often(database: Path, link: str) -> None:
    free = slots(database, "undersokning", "--provider", "holm", first="2026-12-10")
    outcomes = [move(database, link, free[place]["start"]) for place in (0, 4, 8)]

    assert [each.object["outcome"] for each in outcomes] == ["moved", "moved", "refused"]
    assert outcomes[-1].codes == ["too-many-rebookings"]


def test_cancelling_twice_answers_the_same_and_a_cancelled_visit_is_still_shown(
    database: Path, link: str, tmp_path: Path
) -> None:
    (tmp_path / "link").write_text(f"  https://tid.example.com/v/{link}?x=1 \n")

    answers = [
        run(
            "cancel",
            database,
            "--comment",
            "ont i\nryggen",
            "--link-file",
            tmp_path / "link",
            *JSON,
        )
        for _ in range(2)
    ]

    first, again = (each.object for each in answers)
    assert first == again
    assert (first["outcome"], first["appointment"]["state"]) == ("cancelled", "cancelled")
    assert [each.status for each in answers] == [0, 0]
    shown = run("show", database, *JSON, stdin=link).object["appointment"]
    assert (shown["state"], shown["may_rebook"], shown["may_cancel"]) == ("cancelled", False, False)
    assert move(database, link, "2026-12-10T13:00").codes == ["already-cancelled"]


def test_cancelling_too_late_or_on_another_revision_is_refused(database: Path, link: str) -> None:
    late = run("cancel", database, "--now", "2026-12-08T07:00", "--json", stdin=link)
    changed = run("cancel", database, "--revision", 2, *JSON, stdin=link)

    assert late.codes == ["too-late-to-change"]
    assert late.object["phone"] == "070-174 06 05"
    assert (changed.status, changed.object["outcome"]) == (1, "changed")


def test_functions_that_are_off_are_refused_and_shown_so(tmp_path: Path) -> None:
    off = [(f"{name} = true", f"{name} = false") for name in ("rebookings", "cancellations")]
    database, link = with_settings(tmp_path, *off)

    assert move(database, link, "2026-12-08T08:00").codes == ["rebookings-off"]
    assert run("cancel", database, *JSON, stdin=link).codes == ["cancellations-off"]
    shown = run("show", database, *JSON, stdin=link).object["appointment"]
    assert shown["against_rebooking"] == [{"code": "rebookings-off"}]
    assert shown["against_cancelling"] == [{"code": "cancellations-off"}]


def test_what_the_type_does_not_open_to_patients_is_refused(database: Path) -> None:
    slot = slots(database, "bettskena")[0]
    wanted = ("--type", "bettskena", "--provider", "ek", "--at", slot["start"])
    known = details(identity_number="198803132383")
    link = run("book", database, *wanted, *JSON, stdin=known).object["link"]

    refused = run("cancel", database, *JSON, stdin=link)

    assert refused.codes == ["not-changeable"]


@pytest.mark.parametrize(
    "command", [("show",), ("rebook", "--at", "2026-12-10T13:00"), ("cancel",)]
)
@pytest.mark.parametrize(
    ("given", "status", "outcome"),
    [
        ("A" * 22, 1, "not-found"),
        (f"https://tid.example.com/{'A' * 22}", 1, "not-found"),
        ("", 2, "invalid"),
        ("\n", 2, "invalid"),
        ("CANARY", 2, "invalid"),
        (f"{'A' * 22}\n{'B' * 22}", 2, "invalid"),
        ("x" * 70_000, 2, "invalid"),
        (b"\xff" * 30, 2, "invalid"),
    ],
)
def test_a_link_that_leads_nowhere_is_not_found_and_one_that_is_none_is_bad_input(
    database: Path, command: tuple[str, ...], given: str | bytes, status: int, outcome: str
) -> None:
    answer = run(command[0], database, *command[1:], *JSON, stdin=given)

    assert (answer.status, answer.object["outcome"]) == (status, outcome)
    if status == 2:
        assert answer.fields == ["link"]
        assert answer.object["faults"][0]["place"] == "standard input"
    assert "CANARY" not in answer.out + answer.err


def test_a_link_file_that_is_not_there_is_bad_input(database: Path, tmp_path: Path) -> None:
    missing = run("show", database, "--link-file", tmp_path / "none", *JSON)

    assert missing.fields == ["link"]
    assert missing.object["faults"][0]["place"] == "--link-file"


@pytest.mark.parametrize("comment", ["CANARY" * 100, "CANARY\x07", "CANARY\udcff"])
def test_a_comment_that_cannot_be_kept_is_bad_input(
    database: Path, link: str, comment: str
) -> None:
    refused = run("cancel", database, "--comment", comment, *JSON, stdin=link)

    assert refused.fields == ["comment"]
    assert "CANARY" not in refused.out + refused.err


def test_all_that_is_wrong_is_told_before_the_link_is_followed(database: Path) -> None:
    refused = run("rebook", database, "--at", "x", "--now", "y", "--json", stdin="z")

    assert refused.fields == ["at", "link", "now"]


def test_people_read_each_answer_in_words(database: Path, link: str, other_time: str) -> None:
    told = [
        run("show", database, *NOW, stdin=link),
        run("rebook", database, "--at", other_time, *NOW, stdin=link),
        run("rebook", database, "--at", other_time, "--revision", 1, *NOW, stdin=link),
        run("cancel", database, *NOW, stdin=link),
        run("show", database, *NOW, stdin="A" * 22),
        run("show", database, "--now", "2027-01-01T00:00", stdin=link),
    ]

    assert [each.status for each in told] == [0, 0, 1, 0, 1, 1]
    assert "Mon 2026-12-07 16:00" in told[0].out
    words = [each.out.split()[0] for each in told[1:]]
    assert words == ["moved", "changed", "cancelled", "not-found", "refused"]
    assert not any(each.err or "\x1b" in each.out for each in told)


def test_now_may_go_back_between_runs_and_history_keeps_the_order_of_the_runs(
    database: Path, link: str, other_time: str
) -> None:
    move(database, link, other_time, "--now", "2026-12-02T10:00")
    run("cancel", database, "--now", "2026-12-01T10:00", "--json", stdin=link)

    found = run("history", database, "--json").objects[-3:]

    assert [each["what"] for each in found] == ["booked", "rebooked", "cancelled"]
    times = ["2026-11-30T07:00:00Z", "2026-12-02T09:00:00Z", "2026-12-01T09:00:00Z"]
    assert [each["at"] for each in found] == times


def test_a_run_at_a_given_time_answers_the_same_again(database: Path, link: str) -> None:
    runs = [run("show", database, *JSON, stdin=link) for _ in range(2)]

    assert runs[0] == runs[1]
    assert json.loads(runs[0].out)


def test_the_answer_fits_any_encoding(database: Path) -> None:
    slot = slots(database, "undersokning")[0]
    link = book(database, slot, first_name="Åsa").object["link"]

    shown = run("show", database, *JSON, stdin=link)

    assert shown.object["appointment"]["first_name"] == "Åsa"
    assert shown.out.isascii()
