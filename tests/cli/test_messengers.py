"""`webtidbok dispatch --messengers`: the command line sends to real servers."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.mail.smtp_server import Mailbox, mail_server
from tests.adapters.servers import nobody
from tests.adapters.sms.sms_server import Provider, sms_server
from tests.cli.running import NOW, Result, book, run, slots
from tests.cli.test_dispatch import NOTHING, dispatched
from webtidbok.model.codes import LinkToken

BASE = "https://tid.example.com"
KEY = "klöver"


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBTIDBOK_BASE_ADDRESS", BASE)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("WEBTIDBOK_TEXTS", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("k3y", "utf-8")
    (tmp_path / "key").chmod(0o600)
    return tmp_path / "messengers.toml"


@pytest.fixture
def booked(database: Path) -> Path:
    """The database, with a visit that is told by mail and SMS."""
    slot = slots(database, "undersokning", first="2026-12-08")[0]
    assert book(database, slot, accepts_email=True).status == 0
    return database


def settings(smtp: int, sms: str) -> str:
    return f"""
[mail]
server = "127.0.0.1"
port = {smtp}
security = "none"
sender = "boka@example.com"

[sms]
address = "{sms}"
sender = "Anstrand"
reference_field = "reference"
header = "X-Api-Key"
secret_file = "key"
"""


def sent(database: Path, file: Path, *more: object) -> Result:
    return run("dispatch", database, "--messengers", file, *NOW, "--json", *more)


def test_messages_reach_their_receivers(booked: Path, file: Path) -> None:
    mailbox, provider = Mailbox(), Provider()
    with mail_server(mailbox) as port, sms_server(provider) as address:
        file.write_text(settings(port, address), "utf-8")
        assert dispatched(sent(booked, file)) == NOTHING | {"sent": 2}

    (mail,), (sms,) = mailbox.mails, provider.posted
    assert mail.mail["From"] == "Tandvården vid Ån <boka@example.com>"
    assert mail.mail["To"] == "alma@example.com"
    assert sms.headers["x-api-key"] == "k3y"
    assert sms.fields["to"] == "+46701740699"
    (link,) = (word for word in str(sms.fields["message"]).split() if word.startswith(BASE))
    shown = run("show", booked, *NOW, "--json", stdin=link)
    assert shown.object["appointment"]["start"] == "2026-12-08T07:30:00Z"
    assert LinkToken.parse(link).token not in mail.text


def test_a_server_that_is_down_delays_and_loses_nothing(booked: Path, file: Path) -> None:
    with nobody() as port:
        file.write_text(settings(port, f"http://127.0.0.1:{port}/sms"), "utf-8")
        assert dispatched(sent(booked, file)) == NOTHING | {"put_back": 1}

    mailbox, provider = Mailbox(), Provider()
    later = ("--now", "2026-11-30T08:01")
    with mail_server(mailbox) as port, sms_server(provider) as address:
        file.write_text(settings(port, address), "utf-8")
        result = run("dispatch", booked, "--messengers", file, *later, "--json")
    assert dispatched(result) == NOTHING | {"sent": 2}


def test_an_installation_says_it_in_its_own_words(
    booked: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "sv.po").write_text('msgid "Hello!"\nmsgstr "Hejsan!"\n', "utf-8")
    monkeypatch.setenv("WEBTIDBOK_TEXTS", str(own))
    mailbox, provider = Mailbox(), Provider()
    with mail_server(mailbox) as port, sms_server(provider) as address:
        file.write_text(settings(port, address), "utf-8")
        sent(booked, file)

    assert mailbox.mails[0].text.startswith("Hejsan!")


# What stands in the way: seen before anything is sent


def test_faults_of_the_file_are_told(booked: Path, file: Path) -> None:
    file.write_text("[mail]\nserver = 1\n", "utf-8")

    assert sent(booked, file).fields == ["server", "sender"]
    assert sent(booked, file.parent / "none").fields == ["file"]


def test_links_need_an_address(booked: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBTIDBOK_BASE_ADDRESS")
    file.write_text(settings(1, "http://127.0.0.1:1/"), "utf-8")

    assert sent(booked, file).fields == ["WEBTIDBOK_BASE_ADDRESS"]


def test_words_with_faults_are_told(
    booked: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sv.po").write_text(
        '#, python-format\nmsgid "Tel. %(phone)s"\nmsgstr "Tel. %(telefon)s"\n', "utf-8"
    )
    monkeypatch.setenv("WEBTIDBOK_TEXTS", str(tmp_path))
    file.write_text(settings(1, "http://127.0.0.1:1/"), "utf-8")

    (fault,) = sent(booked, file).object["faults"]
    assert fault["place"] == "sv.po line 2"


@pytest.mark.parametrize(
    ("missing", "extra"), [("babel", "mail"), ("icalendar", "mail"), ("httpx2", "sms")]
)
def test_a_missing_package_is_told_with_what_to_install(
    booked: Path, file: Path, missing: str, extra: str
) -> None:
    file.write_text(settings(1, "http://127.0.0.1:1/"), "utf-8")
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from webtidbok.cli.main import main; sys.exit(main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "dispatch", str(booked), "--messengers", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert f'pip install "webtidbok[{extra}]"' in ended.stderr


def test_real_servers_and_a_file_exclude_each_other(booked: Path, file: Path) -> None:
    file.write_text(settings(1, "http://127.0.0.1:1/"), "utf-8")

    assert sent(booked, file, "--to-file", file.parent / "mailbox").fields == ["to-file"]
