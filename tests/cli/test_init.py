"""`webtidbok init`: a clinic comes into a database, whole or not at all."""

from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, run

CLINIC = ("--clinic", EXAMPLE / "clinic.toml")


def test_a_clinic_comes_with_its_patients_and_appointments(tmp_path: Path) -> None:
    more = ("--patients", EXAMPLE / "patients.csv", "--appointments", EXAMPLE / "appointments.csv")

    added = run("init", tmp_path / "new.db", *CLINIC, *more, "--json")

    counts = {"patients": 30, "appointments": 165, "absences": 3}
    assert added.object == {"outcome": "added", "clinic": "anstrand", **counts}
    assert (added.status, added.err) == (0, "")
    assert run("verify", tmp_path / "new.db", "--json").out == ""


def test_people_are_told_in_words(tmp_path: Path) -> None:
    added = run("init", tmp_path / "new.db", *CLINIC)

    assert added.out == "added anstrand: 0 patients, 0 appointments, 3 absences\n"


def test_without_patients_a_patient_id_is_the_hosts_own(tmp_path: Path) -> None:
    more = ("--appointments", EXAMPLE / "appointments.csv")

    assert run("init", tmp_path / "new.db", *CLINIC, *more).status == 0


def test_a_clinic_that_is_there_is_refused_and_nothing_is_changed(database: Path) -> None:
    before = database.read_bytes()

    again = run("init", database, *CLINIC, "--json")

    assert again.fields == ["id"]
    assert database.read_bytes() == before


def test_the_faults_of_all_files_are_told_together_and_no_database_is_made(tmp_path: Path) -> None:
    clinic, patients, appointments = (
        (EXAMPLE / name).read_text("utf-8")
        for name in ("clinic.toml", "patients.csv", "appointments.csv")
    )
    clinic = clinic.replace("horizon_months = 4", "horizon_months = -4")
    patients += "P99,CANARY,CANARY,CANARY,CANARY,\n"
    appointments += "Z1,2026-11-30T08:00,30,nobody,,P98,STAFF,,\nZ2,,30,ek,,P99,STAFF,,CANARY\n"
    for name, text in (("c.toml", clinic), ("p.csv", patients), ("a.csv", appointments)):
        (tmp_path / name).write_text(text, "utf-8")

    files = ("--clinic", "c.toml", "--patients", "p.csv", "--appointments", "a.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        refused = run("init", "new.db", *files, "--json")

    assert refused.fields == [
        "horizon_months",
        "identity_number",
        "mobile",
        "provider",
        "patient_id",
        "start_local",
    ]
    places = {fault["place"] for fault in refused.object["faults"]}
    assert places == {"web_booking", "p.csv line 32", "a.csv line 167", "a.csv line 168"}
    assert "CANARY" not in refused.out + refused.err
    assert not list(tmp_path.glob("new.db*"))


def test_zone_and_country_of_a_clinic_with_faults_are_still_taken_from_it(tmp_path: Path) -> None:
    text = (EXAMPLE / "clinic.toml").read_text("utf-8").replace('"ek"', '"ek"\nfoo = 1', 1)
    (tmp_path / "c.toml").write_text(text, "utf-8")
    more = ("--patients", EXAMPLE / "patients.csv", "--appointments", EXAMPLE / "appointments.csv")

    refused = run("init", tmp_path / "new.db", "--clinic", tmp_path / "c.toml", *more, "--json")

    assert refused.fields == ["foo"]


@pytest.mark.parametrize(
    "text",
    ["", "not TOML", "clinic = 3\nprovider = 4", "[clinic]\ntime_zone = '../x'\ncountry = 7"],
)
def test_what_is_no_clinic_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(text, "utf-8")
    more = ("--patients", tmp_path / "none.csv", "--appointments", tmp_path / "none.csv")

    refused = run("init", tmp_path / "new.db", "--clinic", tmp_path / "c.toml", *more, "--json")

    assert refused.fields
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("name", ["no/such/folder.db", "a-folder", "text.txt"])
def test_a_place_where_no_database_can_be_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "text.txt").write_text("much more than nothing")

    refused = run("init", tmp_path / name, *CLINIC, "--json")

    assert refused.fields == ["database"]
    assert (tmp_path / "text.txt").read_text() == "much more than nothing"


def test_a_database_may_be_named_by_its_address(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/new.db"

    assert run("init", address, *CLINIC).status == 0
    assert run("verify", address).status == 0
    assert (tmp_path / "new.db").is_file()


@pytest.mark.parametrize("address", ["mysql://u:CANARY@h/d", "nothing://CANARY", "://CANARY"])
def test_an_address_that_leads_nowhere_is_refused_and_not_repeated(address: str) -> None:
    refused = run("init", address, *CLINIC, "--json")

    assert refused.fields == ["database"]
    assert "CANARY" not in refused.out + refused.err


def test_a_server_that_does_not_answer_is_not_named_either() -> None:
    pytest.importorskip("psycopg")

    silent = run("init", "postgresql+psycopg://u:CANARY@127.0.0.1:1/d", *CLINIC, "--json")

    assert (silent.status, silent.object) == (3, {"outcome": "unavailable"})
    assert "CANARY" not in silent.out + silent.err
