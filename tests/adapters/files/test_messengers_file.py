"""A messengers file names where messages go; its secrets stand elsewhere, for their owner alone."""

from pathlib import Path
from typing import Any

import pytest

from webtidbok.adapters.files.messengers_file import MessengersFile, read_messengers
from webtidbok.adapters.mail.settings import MailServer, Security
from webtidbok.adapters.sms.settings import BasicLogin, Body, Header, SenderId, SmsGateway
from webtidbok.errors import Fault, InvalidInput
from webtidbok.model.contact import EmailAddress

MAIL = """
[mail]
server = "smtp.example.com"
sender = "boka@example.com"
"""
SMS = """
[sms]
address = "https://sms.example.com/v1/send"
sender = "Linden"
"""
SECRET = "klöver fyra"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text(f"{SECRET}\n", "utf-8")
    (tmp_path / "secret").chmod(0o600)
    return tmp_path / "messengers.toml"


def read(file: Path, content: str, **variables: str) -> MessengersFile:
    file.write_text(content, "utf-8")
    return read_messengers(file, variables)


def faults(file: Path, content: str, **variables: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(file, content, **variables)
    assert SECRET not in str(caught.value)
    found: tuple[Fault, ...] = caught.value.faults
    return [(fault.place, fault.field, fault.reason) for fault in found]


def test_little_needs_to_be_said(file: Path) -> None:
    sender = EmailAddress("boka@example.com")

    assert read(file, MAIL + SMS) == MessengersFile(
        mail=MailServer(host="smtp.example.com", sender=sender),
        sms=SmsGateway(address="https://sms.example.com/v1/send", sender=SenderId("Linden")),
    )
    assert read(file, MAIL).sms is None
    assert read(file, SMS).mail is None


def test_all_of_a_mail_server_can_be_said(file: Path) -> None:
    more = """
security = "tls"
port = 4650
user = "boka"
password_file = "secret"
timeout_seconds = 5
"""
    assert read(file, MAIL + more).mail == MailServer(
        host="smtp.example.com",
        sender=EmailAddress("boka@example.com"),
        security=Security.TLS,
        port=4650,
        user="boka",
        password=SECRET,
        timeout_seconds=5,
    )


def test_all_of_a_provider_can_be_said(file: Path) -> None:
    more = """
body = "json"
to_field = "destination"
text_field = "body"
sender_field = "originator"
reference_field = "reference"
plus = ""
to_as_list = true
further = { encoding = "gsm" }
user = "boka"
password_variable = "SMS_PASSWORD"
timeout_seconds = 5
"""
    assert read(file, SMS + more, SMS_PASSWORD=SECRET).sms == SmsGateway(
        address="https://sms.example.com/v1/send",
        sender=SenderId("Linden"),
        body=Body.JSON,
        to_field="destination",
        text_field="body",
        sender_field="originator",
        reference_field="reference",
        plus="",
        to_as_list=True,
        further={"encoding": "gsm"},
        login=BasicLogin("boka", SECRET),
        timeout_seconds=5,
    )


@pytest.mark.parametrize(
    ("more", "login"),
    [
        ('header = "X-Api-Key"\nsecret_variable = "KEY"\n', Header("X-Api-Key", "k3y")),
        (
            'header = "Authorization"\nheader_begins = "Bearer"\nsecret_variable = "KEY"\n',
            Header("Authorization", "Bearer k3y"),
        ),
    ],
)
def test_a_provider_may_ask_for_a_secret_in_a_header(file: Path, more: str, login: Header) -> None:
    found = read(file, SMS + more, KEY="k3y").sms

    assert found is not None
    assert found.login == login


@pytest.mark.parametrize(
    ("content", "place", "field"),
    [
        ("", "", "mail"),
        ("[mail]\n", "mail", "server"),
        ("[mail]\n", "mail", "sender"),
        (MAIL + 'security = "ssl"', "mail", "security"),
        (MAIL + "port = 0", "mail", "port"),
        (MAIL + 'user = "boka"', "mail", "password"),
        (MAIL + f'password = "{SECRET}"', "mail", "password"),
        (MAIL + 'password_file = "secret"\npassword_variable = "P"', "mail", "password_variable"),
        (MAIL + 'security = "none"\nuser = "a"\npassword_file = "secret"', "mail", "security"),
        (MAIL + 'user = "a"\npassword_file = "none"', "mail", "password_file"),
        (MAIL + 'user = "a"\npassword_variable = "NONE"', "mail", "password_variable"),
        (MAIL + "timeout_seconds = 1000", "mail", "timeout_seconds"),
        (MAIL.replace("boka@", "boka"), "mail", "sender"),
        (SMS.replace("https", "http"), "sms", "address"),
        (SMS.replace("Linden", "Tandkliniken Linden"), "sms", "sender"),
        (SMS + 'to_field = "message"', "sms", "fields"),
        (SMS + "further = { a = 1 }", "sms", "further"),
        (SMS + 'plus = "+46"', "sms", "plus"),
        (SMS + 'user = "a"', "sms", "password_file"),
        (SMS + 'header = "X-Key"', "sms", "secret_file"),
        (SMS + 'color = "blue"', "sms", "color"),
        ("[fax]\n" + MAIL, "", "fax"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    file: Path, content: str, place: str, field: str
) -> None:
    assert (place, field) in [found[:2] for found in faults(file, content)]


def test_all_faults_are_told_at_once(file: Path) -> None:
    assert len(faults(file, MAIL + "port = 0\nx = 1\n" + SMS + 'body = "xml"\ny = 1')) == 4


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_secret_is_none(file: Path, content: str) -> None:
    (file.parent / "secret").write_text(content, "utf-8")

    ((_, field, reason),) = faults(file, MAIL + 'user = "a"\npassword_file = "secret"\n')
    assert (field, reason) == ("password_file", "names a file that is empty")


def test_a_secret_that_others_may_read_is_refused(file: Path) -> None:
    (file.parent / "secret").chmod(0o640)

    ((_, field, reason),) = faults(file, MAIL + 'user = "a"\npassword_file = "secret"\n')
    assert field == "password_file"
    assert "chmod 600" in reason


def test_secrets_are_not_shown(file: Path) -> None:
    found: Any = read(file, MAIL + 'user = "a"\npassword_file = "secret"\n' + SMS)

    assert SECRET not in repr(found)


def test_a_file_that_is_not_there_is_a_fault(file: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_messengers(file, {})
