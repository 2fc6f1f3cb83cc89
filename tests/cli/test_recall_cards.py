"""`webtidbok recall --cards`: the cards of a run, each kept once, to be printed."""

import csv
import json
import re
import stat
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLE, NOW, Result, run
from tests.cli.test_process import command
from tests.cli.test_staff import CARD, HEADER, SMS, recall
from webtidbok.cli.opening import opened
from webtidbok.model.codes import LookupCode
from webtidbok.model.event import Happening
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId
from webtidbok.services.access import ByCard
from webtidbok.services.showing import Shown

OTHER = "P02,revision,ek,2027-01-13 14:00,card\n"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBTIDBOK_BASE_ADDRESS", "https://tid.example.com")
    monkeypatch.delenv("WEBTIDBOK_TEXTS", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cards"


def printed(database: Path, tmp_path: Path, rows: str, *more: object) -> Result:
    return recall(database, tmp_path, rows, "--cards", tmp_path / "cards", "--json", *more)


def code_on(file: Path) -> str:
    (code,) = CODE.findall(re.sub(r"<svg.*?</svg>", "", file.read_text("utf-8")))
    return str(code)


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_card_is_printed_with_its_code_and_the_code_is_told_nowhere_else(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    done = printed(database, tmp_path, CARD + SMS)

    card, sms = done.objects
    assert done.status == 0
    assert (card["outcome"], card["code"]) == ("recalled", None)
    assert "card" not in sms
    assert files(folder) == {card["card"], "cards.html"}
    assert code_on(folder / card["card"]) not in done.out + done.err
    assert "onsdag 13 januari" in (folder / card["card"]).read_text("utf-8")


def test_the_code_on_the_card_opens_the_visit(database: Path, tmp_path: Path, folder: Path) -> None:
    card = printed(database, tmp_path, CARD).object

    with opened(str(database)) as installation:
        access = ByCard(identity_number="198803132383", code=code_on(folder / card["card"]))
        shown = installation.web_book().show(access)

    assert isinstance(shown, Shown)
    assert shown.appointment.id == card["appointment"]


def test_only_the_owner_can_read_the_cards(database: Path, tmp_path: Path, folder: Path) -> None:
    printed(database, tmp_path, CARD)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_all_cards_of_a_run_are_in_one_file_in_its_order(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    first, second = printed(database, tmp_path, CARD + OTHER).objects
    together = (folder / "cards.html").read_text("utf-8")

    codes = [code_on(folder / each["card"]) for each in (first, second)]
    assert together.count("<article") == 2
    assert 0 < together.index(codes[0]) < together.index(codes[1])


def test_a_run_that_is_taken_up_again_keeps_what_was_printed(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    before = printed(database, tmp_path, CARD).object
    code = code_on(folder / before["card"])

    again, new = printed(database, tmp_path, CARD + OTHER).objects

    assert (again["card"], again["repeat"]) == (before["card"], True)
    assert code_on(folder / again["card"]) == code
    together = (folder / "cards.html").read_text("utf-8")
    assert code in together
    assert code_on(folder / new["card"]) in together


def test_a_card_that_was_lost_is_printed_with_a_new_code(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    card = printed(database, tmp_path, CARD).object["card"]
    code = code_on(folder / card)
    (folder / card).unlink()

    assert printed(database, tmp_path, CARD, "--by", "Siv").object["card"] == card

    assert code_on(folder / card) != code
    last = run("history", database, "--json").objects[-1]
    assert (last["what"], last["by"]) == ("code-issued", "Siv")


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    rows = [f"P{n:02},revision,ek,2027-01-{n + 3:02} 13:00,card\n" for n in range(1, 21)]
    file = tmp_path / "recalls.csv"
    file.write_text(HEADER + "".join(rows), "utf-8")
    wanted = ("recall", database, "--file", file, "--cards", folder, *NOW, "--json")
    with subprocess.Popen(command(*wanted), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told = [json.loads(running.stdout.readline()) for _ in range(4)]
        running.kill()

    done = printed(database, tmp_path, "".join(rows)).objects

    assert [each["appointment"] for each in done[:4]] == [each["appointment"] for each in told]
    assert len({each["appointment"] for each in done}) == len(rows)
    with opened(str(database)) as installation:
        keys = installation.keys.keys()
        history = installation.web_book().history(installation.clinic(None).id)
        assert [event.what for event in history].count(Happening.RECALLED) == len(rows)
        for row, each in zip(patients(), done, strict=False):
            number = PersonalIdentityNumber.parse(row["identity_number"], on=date(2026, 11, 30))
            code = LookupCode.parse(code_on(folder / each["card"]))
            found = installation.store.find_by_code(number, [code.keyed_hash(k) for k in keys])
            assert found is not None
            assert found.id == each["appointment"]


def patients() -> list[dict[str, str]]:
    with (EXAMPLE / "patients.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_visit_that_was_cancelled_meanwhile_gets_no_card(database: Path, tmp_path: Path) -> None:
    visit = printed(database, tmp_path, CARD).object

    with opened(str(database)) as installation:
        clinic, id_ = installation.clinic(None).id, AppointmentId(visit["appointment"])
        installation.web_book().staff_cancel(clinic, id_, by="Siv")

    assert printed(database, tmp_path, CARD).object["card"] is None


@pytest.mark.parametrize(("paper", "size"), [("a6", "148mm 105mm"), ("a4", "210mm 297mm")])
def test_the_paper_can_be_chosen(
    database: Path, tmp_path: Path, folder: Path, paper: str, size: str
) -> None:
    card = printed(database, tmp_path, CARD, "--paper", paper).object["card"]

    assert size in (folder / card).read_text("utf-8")


def test_people_are_told_which_card_is_whose_and_what_to_print(
    database: Path, tmp_path: Path, folder: Path
) -> None:
    done = recall(database, tmp_path, CARD, "--cards", folder)

    (file,) = files(folder) - {"cards.html"}
    assert done.out.split() == ["line", "2:", "recalled", file.removesuffix(".html"), file]
    assert done.err == f"webtidbok: print {folder / 'cards.html'}\n"


# What stands in the way: seen before anything is done


def test_cards_need_an_address(
    database: Path, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEBTIDBOK_BASE_ADDRESS")

    assert printed(database, tmp_path, CARD).fields == ["WEBTIDBOK_BASE_ADDRESS"]
    assert not folder.exists()
    assert not any(e["what"] == "recalled" for e in run("history", database, "--json").objects)


def test_a_folder_that_cannot_be_is_bad_input(database: Path, tmp_path: Path, folder: Path) -> None:
    folder.write_text("", "utf-8")

    assert printed(database, tmp_path, CARD).fields == ["cards"]
    assert not any(e["what"] == "recalled" for e in run("history", database, "--json").objects)


def test_an_installation_prints_its_own_card(
    database: Path, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "card.html").write_text("<article>{{ clinic.name }} {{ code }}</article>", "utf-8")
    monkeypatch.setenv("WEBTIDBOK_TEXTS", str(own))

    card = printed(database, tmp_path, CARD).object["card"]

    assert re.search(
        r"<article>Tandvården vid Ån \S{9}</article>", (folder / card).read_text("utf-8")
    )
    monkeypatch.setenv("WEBTIDBOK_TEXTS", str(tmp_path / "none"))
    assert printed(database, tmp_path, OTHER).fields == ["WEBTIDBOK_TEXTS"]
