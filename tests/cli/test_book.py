"""`webtidbok book`: a patient's details in, an appointment and a link out."""

import json
from pathlib import Path

import pytest

from tests.cli.running import DETAILS, NOW, Told, book, details, run, slots
from webtidbok.model.codes import LinkToken


@pytest.fixture
def slot(database: Path) -> Told:
    return slots(database, "undersokning")[3]


def test_a_booking_answers_with_the_appointment_and_its_link(database: Path, slot: Told) -> None:
    booked = book(database, slot)

    assert (booked.status, booked.err) == (0, "")
    answer = booked.object
    assert answer["outcome"] == "booked"
    assert answer["repeat"] is False
    assert LinkToken(answer["link"]).token == answer["link"]
    assert answer["appointment"] == {
        "appointment_id": answer["appointment"]["appointment_id"],
        "clinic": "anstrand",
        **slot,
        "type": "undersokning",
        "origin": "WEB",
        "state": "booked",
        "revision": 1,
        "moved_by_patient": False,
    }
    assert slot not in slots(database, "undersokning")


def test_details_may_come_from_a_file(database: Path, slot: Told, tmp_path: Path) -> None:
    (tmp_path / "details.json").write_text(details(), "utf-8")

    assert book(database, slot, "--patient", tmp_path / "details.json").status == 0


def test_the_link_is_an_address_where_the_installation_has_one(
    database: Path, slot: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBTIDBOK_BASE_ADDRESS", "https://tid.example.com/v/")

    link = book(database, slot).object["link"]

    assert link.startswith("https://tid.example.com/v/t/")
    assert run("show", database, *NOW, "--json", stdin=link + "\n").status == 0


def test_nothing_is_booked_while_the_base_address_is_none(
    database: Path, slot: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBTIDBOK_BASE_ADDRESS", "tid.example.com")

    assert book(database, slot).fields == ["WEBTIDBOK_BASE_ADDRESS"]
    monkeypatch.delenv("WEBTIDBOK_BASE_ADDRESS")
    assert book(database, slot).status == 0


def test_a_time_that_is_taken_comes_with_up_to_five_others(database: Path, slot: Told) -> None:
    book(database, slot)

    taken = book(database, slot, identity_number="199201022382")

    assert (taken.status, taken.object["outcome"]) == (1, "taken")
    assert taken.object["reasons"] == [{"code": "provider-busy"}, {"code": "no-resource-free"}]
    near = taken.object["alternatives"]
    assert len(near) == 5
    assert all(each in slots(database, "undersokning") for each in near)
    assert {each["provider"] for each in near} == {slot["provider"]}


def test_a_refusal_tells_codes_alone_and_whom_to_phone(database: Path, slot: Told) -> None:
    too_soon = book(database, slot, "--now", slot["start"])

    assert too_soon.status == 1
    assert too_soon.object == {
        "outcome": "refused",
        "reasons": [{"code": "too-soon"}],
        "phone": "070-174 06 05",
    }


def test_what_would_tell_who_is_a_patient_is_one_neutral_reason(database: Path) -> None:
    slot = slots(database, "bettskena")[0]
    wanted = ("--type", "bettskena", "--provider", "ek", "--at", slot["start"], *NOW, "--json")

    refused = run("book", database, *wanted, stdin=details())

    assert refused.codes == ["phone-the-clinic"]
    assert set(refused.object["reasons"][0]) == {"code"}


def test_a_provider_whom_the_type_does_not_have_is_a_refusal(database: Path, slot: Told) -> None:
    refused = book(database, slot | {"provider": "sjo"})

    assert refused.status == 1
    assert "provider-not-for-type" in refused.codes


def test_a_key_makes_a_request_repeatable_and_the_link_is_not_given_twice(
    database: Path, slot: Told
) -> None:
    first = book(database, slot, "--key", "k1").object
    again = book(database, slot, "--key", "k1", first_name=" Alma ").object

    assert again["appointment"] == first["appointment"]
    assert (again["link"], again["repeat"]) == (None, True)
    assert "as before" in run(
        "book", database, "--type", "undersokning", "--provider", slot["provider"],
        "--at", slot["start"], *NOW, "--key", "k1", stdin=details(),
    ).out  # fmt: skip


def test_a_key_with_other_content_is_bad_input(database: Path, slot: Told) -> None:
    book(database, slot, "--key", "k1")

    reused = book(database, slot, "--key", "k1", first_name="Beda")

    assert reused.fields == ["key"]


def test_without_a_key_every_booking_is_a_new_request(database: Path, slot: Told) -> None:
    assert [book(database, slot).object["outcome"] for _ in range(2)] == ["booked", "taken"]


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "k\x00", "\udcff"])
def test_a_key_that_is_none_is_bad_input(database: Path, slot: Told, key: str) -> None:
    assert book(database, slot, "--key", key).fields == ["key"]


def test_all_that_is_wrong_is_told_before_any_rule_is_asked(database: Path) -> None:
    wanted = ("--type", "x", "--provider", "y", "--at", "soon", "--key", "", "--json")

    refused = run("book", database, *wanted, stdin=details(mobile="08-1", last_name=""))

    assert refused.fields == ["at", "key", "type", "provider", "last_name", "mobile"]
    assert refused.object["faults"][-1]["place"] == "standard input"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "CANARY",
        '{"first_name": "CANARY"',
        '["CANARY"]',
        '"CANARY"',
        '{"CANARY": "CANARY"}',
        '{"first_name": {"CANARY": 1}}',
        '{"first_name": "CANARY", "first_name": "CANARY"}',
        '{"mobile": ' + "9" * 5000 + "}",
        "[" * 60_000,
        b'{"first_name": "CANARY\xe5"}',
        details(message="CANARY" * 11_000),
        details(first_name="CANARY\x07"),
        details(first_name="CANARY\ud800"),
        details(first_name="CANARY" * 20),
        details(identity_number="19920101-CANARY"),
        details(identity_number="199201012384"),
        details(email="CANARY"),
        details(accepts_sms="CANARY"),
        json.dumps([DETAILS]),
    ],
)
def test_details_that_are_none_are_refused_and_never_repeated(
    database: Path, slot: Told, given: str | bytes, tmp_path: Path
) -> None:
    wanted = ("--type", "undersokning", "--provider", slot["provider"], "--at", slot["start"], *NOW)
    raw = given if isinstance(given, bytes) else given.encode()
    (tmp_path / "CANARY.json").write_bytes(raw)

    for more, stdin in (((), raw), (("--patient", tmp_path / "CANARY.json"), b"")):
        for form in ((), ("--json",)):
            refused = run("book", database, *wanted, *more, *form, stdin=stdin)

            assert refused.status == 2
            assert refused.out if form else refused.err
            for value in ("CANARY", "Alma", "199201012384"):
                assert value not in refused.out + refused.err
    assert slot in slots(database, "undersokning")


def test_a_file_of_details_that_cannot_be_read_is_bad_input(
    database: Path, slot: Told, tmp_path: Path
) -> None:
    refused = book(database, slot, "--patient", tmp_path / "CANARY")

    assert refused.fields == ["details"]
    assert refused.object["faults"][0]["place"] == "--patient"
    assert "CANARY" not in refused.out


def test_people_see_the_visit_and_the_link(database: Path, slot: Told) -> None:
    wanted = ("--type", "undersokning", "--provider", slot["provider"], "--at", slot["start"], *NOW)

    booked = run("book", database, *wanted, stdin=details())
    taken = run("book", database, *wanted, stdin=details())
    refused = run("book", database, *wanted, "--now", slot["start"], stdin=details())

    assert booked.out.startswith("booked\n")
    assert "link: " in booked.out
    assert taken.out.startswith("taken\n  provider-busy\n")
    assert refused.out.splitlines()[-1] == "phone: 070-174 06 05"
    for value in ("Alma", "Zetterlund", "19920101", "alma@", "rullstol"):
        assert value not in booked.out + taken.out + refused.out
