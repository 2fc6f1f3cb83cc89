"""`webtidbok explain`: every reason, with the setting behind it (R17)."""

from pathlib import Path

from tests.cli.running import NOW, run, slots


def explain(database: Path, at: str, *more: object) -> tuple[int, dict[str, object]]:
    found = run("explain", database, "--type", "undersokning", "--at", at, *NOW, "--json", *more)
    return found.status, found.object


def test_a_free_time_is_offered_with_its_slots_and_without_reasons(database: Path) -> None:
    slot = slots(database, "undersokning", "--provider", "holm")[0]

    status, told = explain(database, slot["start"], "--provider", "holm")

    assert status == 0
    assert told == {
        "outcome": "offered",
        "type": "undersokning",
        "start": slot["start"],
        "slots": [slot],
        "reasons": [],
        "by_provider": [{"provider": "holm", "slot": slot, "reasons": []}],
    }


def test_a_time_that_is_not_offered_has_all_reasons_once_and_by_provider(database: Path) -> None:
    status, told = explain(database, "2026-11-30T08:05")

    assert (status, told["outcome"], told["slots"]) == (1, "refused", [])
    assert told["by_provider"] == [
        {
            "provider": "ek",
            "slot": None,
            "reasons": [
                {
                    "code": "too-soon",
                    "setting": "web_booking.minimum_notice",
                    "earliest": "2026-11-30T09:00:00Z",
                },
                {
                    "code": "off-grid",
                    "setting": "bookable_type.interval_minutes",
                    "block_start": "2026-11-30T07:00:00Z",
                    "interval_minutes": 15,
                },
                {
                    "code": "block-filter",
                    "setting": "bookable_type.block_filter",
                    "kind": "akut",
                    "block_start": "2026-11-30T07:00:00Z",
                },
                {
                    "code": "exclusive-block",
                    "setting": "block_kind.exclusive",
                    "kind": "akut",
                    "block_start": "2026-11-30T07:00:00Z",
                },
            ],
        },
        {
            "provider": "holm",
            "slot": None,
            "reasons": [
                {
                    "code": "too-soon",
                    "setting": "web_booking.minimum_notice",
                    "earliest": "2026-11-30T09:00:00Z",
                },
                {"code": "no-block", "setting": "schedule", "provider": "holm"},
            ],
        },
    ]
    reasons = told["reasons"]
    assert isinstance(reasons, list)
    codes = [each["code"] for each in reasons]
    assert codes == ["too-soon", "off-grid", "block-filter", "exclusive-block", "no-block"]


def test_a_provider_whom_the_type_does_not_have_is_a_refusal(database: Path) -> None:
    status, told = explain(database, "2026-12-01T10:00", "--provider", "sjo")

    assert status == 1
    assert "provider-not-for-type" in str(told["reasons"])


def test_an_unknown_provider_and_a_start_off_the_minute_are_bad_input(database: Path) -> None:
    wanted = ("--type", "undersokning", *NOW, "--json")

    stranger = run("explain", database, *wanted, "--at", "2026-12-01T10:00", "--provider", "x")
    odd = run("explain", database, *wanted, "--at", "2026-12-01T10:00:30")

    assert stranger.fields == ["provider"]
    assert odd.object["faults"] == [
        {"field": "at", "place": "--at", "reason": "is not a whole minute"}
    ]


def test_people_see_the_setting_behind_each_reason(database: Path) -> None:
    told = run("explain", database, "--type", "akut", "--at", "2026-12-24T09:00", *NOW)

    assert told.status == 1
    assert told.out.startswith("refused\n")
    assert "Karin Ek" in told.out

    free = slots(database, "akut")[0]["start"]
    assert run("explain", database, "--type", "akut", "--at", free, *NOW).out.startswith("offered")
