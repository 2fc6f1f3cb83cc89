"""How it goes with the messages is told to staff, and nothing of whom they are for."""

from pathlib import Path

import pytest

from tests.adapters.sms.sms_server import Provider, sms_server
from tests.cli.running import DETAILS, NOW, run

FIELDS = {
    "message", "appointment", "kind", "channel", "start", "written_at", "state", "tries", "error",
}  # fmt: skip


@pytest.fixture
def parked(database: Path, link: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example clinic, whose only message a provider has refused for good."""
    del link
    monkeypatch.setenv("WEBTIDBOK_BASE_ADDRESS", "https://boka.example.com")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    messengers = database.parent / "messengers.toml"
    with sms_server(Provider(fate=lambda _: 400)) as address:
        messengers.write_text(f'[sms]\naddress = "{address}"\nsender = "Anstrand"\n')
        assert run("dispatch", database, "--messengers", messengers, *NOW).status == 0
    return database


@pytest.mark.usefixtures("link")
def test_a_message_is_told_with_its_visit_and_its_state(database: Path) -> None:
    (waiting,) = run("outbox", database, "--json").objects
    assert run("dispatch", database, *NOW).status == 0
    (sent,) = run("outbox", database, "--json").objects

    booked = run("history", database, "--json").objects[-1]
    assert waiting.keys() == FIELDS
    assert waiting["appointment"] == booked["appointment"]
    assert (waiting["kind"], waiting["channel"]) == ("confirmation", "sms")
    assert waiting["start"] == "2026-12-08T07:30:00Z"
    assert (waiting["state"], waiting["tries"], waiting["error"]) == ("unsent", 0, "")
    assert (sent["state"], sent["tries"], sent["error"]) == ("sent", 1, "")


@pytest.mark.usefixtures("link")
def test_states_can_be_chosen_among(database: Path) -> None:
    assert len(run("outbox", database, "--state", "unsent", "--json").objects) == 1
    for state in ("sent", "void", "parked", "expired"):
        result = run("outbox", database, "--state", state, "--json")
        assert (result.status, result.out, result.err) == (0, "", "")
    assert run("outbox", database, "--state", "lost").status == 2


def test_what_was_given_up_is_told_with_the_kind_of_error_and_nobodys_data(
    parked: Path, link: str
) -> None:
    as_json = run("outbox", parked, "--state", "parked", "--json")
    assert (as_json.object["state"], as_json.object["tries"]) == ("parked", 1)
    assert as_json.object["error"]
    told = run("outbox", parked)
    assert (told.status, told.err) == (0, "")

    for fact in ("message", "appointment", "error"):
        assert as_json.object[fact] in told.out
    for untold in (link, "+46", DETAILS["first_name"], DETAILS["last_name"], DETAILS["email"]):
        assert str(untold) not in told.out + as_json.out
