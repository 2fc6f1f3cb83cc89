"""`webtidbok slots`: free times, and nothing else."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.running import EXAMPLE, NOW, run, slots

PERIOD = ("--from", "2026-12-01", "--to", "2026-12-18")


def test_a_slot_is_one_object_a_line(database: Path) -> None:
    found = run("slots", database, "--type", "undersokning", *PERIOD, *NOW, "--json")

    assert found.objects[0] == {
        "start": "2026-12-01T07:00:00Z",
        "minutes": 30,
        "provider": "holm",
        "resource": "rum2",
    }
    starts = [slot["start"] for slot in found.objects]
    assert starts == sorted(starts)
    zone = ZoneInfo("Europe/Stockholm")
    days = {datetime.fromisoformat(start).astimezone(zone).date().isoformat() for start in starts}
    assert min(days) >= "2026-12-01"
    assert max(days) <= "2026-12-18"


def test_at_one_time_providers_come_in_the_order_of_the_type(database: Path) -> None:
    found = [(slot["start"], slot["provider"]) for slot in slots(database, "akut")]

    order = {"holm": 0, "ek": 1}
    assert found == sorted(found, key=lambda each: (each[0], order[each[1]]))


def test_the_first_few_are_the_first_of_all(database: Path) -> None:
    everything = slots(database, "tandhygienist")

    for count in (1, 7, len(everything), len(everything) + 1):
        assert slots(database, "tandhygienist", "--first", count) == everything[:count]


def test_one_provider_alone(database: Path) -> None:
    everything = slots(database, "undersokning")

    of_ek = slots(database, "undersokning", "--provider", "ek")

    assert of_ek == [slot for slot in everything if slot["provider"] == "ek"]


def test_where_nothing_is_free_nothing_is_written(database: Path) -> None:
    found = run(
        "slots", database, "--type", "bettskena", "--from", "2026-12-05", "--to", "2026-12-06",
        *NOW, "--json",
    )  # fmt: skip

    assert (found.status, found.out, found.err) == (0, "", "")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_type_that_is_closed_offers_nothing_and_says_why_beside(
    database: Path, form: tuple[str, ...]
) -> None:
    found = run("slots", database, "--type", "revision", *PERIOD, *NOW, *form)

    assert (found.status, found.out) == (0, "")
    assert found.err == "nothing is offered: not-offered\n"


def test_with_new_bookings_off_nothing_is_offered_and_it_says_why_beside(tmp_path: Path) -> None:
    text = (EXAMPLE / "clinic.toml").read_text("utf-8")
    off = text.replace("new_bookings = true", "new_bookings = false", 1)
    (tmp_path / "c.toml").write_text(off, "utf-8")
    run("init", tmp_path / "off.db", "--clinic", tmp_path / "c.toml")

    found = run("slots", tmp_path / "off.db", "--type", "undersokning", *PERIOD, *NOW, "--json")

    assert (found.status, found.out) == (0, "")
    assert "new-bookings-off" in found.err


def test_a_provider_whom_the_type_does_not_have_is_a_refusal(database: Path) -> None:
    wanted = ("--type", "undersokning", "--provider", "sjo")

    refused = run("slots", database, *wanted, *PERIOD, *NOW, "--json")

    assert refused.status == 1
    assert refused.object == {
        "outcome": "refused",
        "reasons": [
            {
                "code": "provider-not-for-type",
                "setting": "bookable_type.providers",
                "type": "undersokning",
                "provider": "sjo",
            }
        ],
    }
    assert "provider-not-for-type" in run("slots", database, *wanted, *PERIOD, *NOW).out


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (("--type", "nothing", *PERIOD), "type"),
        (("--type", "undersokning", "--provider", "nobody", *PERIOD), "provider"),
        (("--type", "undersokning", "--from", "2026-12-02", "--to", "2026-12-01"), "from"),
        (("--type", "undersokning", "--from", "today", "--to", "2026-12-01"), "from"),
        (("--type", "undersokning", "--from", "2026-12-01", "--to", "2026-12-32"), "to"),
        (("--type", "undersokning", *PERIOD, "--now", "2026-13-01T10:00"), "now"),
        (("--type", "undersokning", *PERIOD, "--clinic-id", "elsewhere"), "clinic-id"),
    ],
)
def test_bad_input_is_told_by_its_field(
    database: Path, wanted: tuple[str, ...], field: str
) -> None:
    assert run("slots", database, *wanted, "--json").fields == [field]


def test_people_get_a_table_in_local_time(database: Path) -> None:
    found = run("slots", database, "--type", "undersokning", *PERIOD, *NOW, "--first", 1)

    assert "Tue 2026-12-01 08:00" in found.out
    assert "Anders Holm" in found.out
    assert "\x1b" not in found.out


def test_people_are_told_that_nothing_is_free(database: Path) -> None:
    saturday = ("--from", "2026-12-05", "--to", "2026-12-05")

    found = run("slots", database, "--type", "undersokning", *saturday, *NOW)

    assert (found.status, found.out, found.err) == (0, "", "nothing is free\n")
