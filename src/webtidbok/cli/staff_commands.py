"""What staff ask for: why a time is not offered, recalls, the history, the lists."""

from pathlib import Path

import click

from webtidbok.adapters.files.forms import instant_of
from webtidbok.cli.answers import (
    delivery_json,
    event_json,
    explanation_json,
    report_json,
    watch_json,
)
from webtidbok.cli.faults import Status
from webtidbok.cli.forms import Given
from webtidbok.cli.local_time import clock_at
from webtidbok.cli.opening import opened
from webtidbok.cli.options import (
    clinic_option,
    command,
    from_option,
    start_option,
    to_option,
    type_option,
)
from webtidbok.cli.recall_cards import CardFolder
from webtidbok.cli.recall_run import run_recalls
from webtidbok.cli.speaking import Speaker
from webtidbok.cli.tables import (
    explanation_shown,
    history_table,
    outbox_table,
    report_shown,
    watch_table,
)
from webtidbok.cli.words import card_printer
from webtidbok.model.ids import AppointmentId, ProviderId, TypeId
from webtidbok.model.message import MessageState


@command("explain")
@type_option
@start_option
@click.option("--provider", metavar="ID", help="Only about this provider.")
@clinic_option
def explain(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    type_: str,
    at: str,
    provider: str | None,
    now: str | None,
) -> Status:
    """Tell all reasons why a time is not offered, each with the setting behind it."""
    given = Given()
    wall, moment = given.start(at), given.now(now)
    given.finish()
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        start = instant_of(wall, clinic.time_zone)
        found = installation.web_book(clock_at(moment, clinic.time_zone)).explain(
            clinic.id,
            TypeId(type_),
            start,
            provider=None if provider is None else ProviderId(provider),
        )
    speaker.tell(explanation_json(type_, start, found), lambda: explanation_shown(clinic, found))
    return Status.DONE if found.slots else Status.REFUSED


@command("recall")
@click.option("--file", "path", required=True, metavar="CSV", help="The recalls, one a row.")
@click.option("--by", default="staff", metavar="NAME", help="Who does it, for the history.")
@click.option("--cards", metavar="FOLDER", help="Cards to print go there; else codes are told.")
@click.option(
    "--paper",
    type=click.Choice(["a6", "a4"]),
    default="a6",
    show_default=True,
    help="What cards are printed on.",
)
@clinic_option
def recall(
    speaker: Speaker,
    *,
    database: str,
    clinic_id: str | None,
    path: str,
    by: str,
    cards: str | None,
    paper: str,
    now: str | None,
) -> Status:
    """Set the recalls of a file, one by one, and tell what became of each.

    The file is checked whole first. A run that was broken off is simply started again, with the
    same folder for cards if there is one.
    """
    given = Given()
    name, moment = given.name("by", by), given.now(now)
    given.finish()
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        web_book = installation.web_book(clock_at(moment, clinic.time_zone))
        folder = None
        if cards is not None:
            printer = card_printer(installation.addresses, paper)
            folder = CardFolder(
                folder=Path(cards),
                printer=printer,
                web_book=web_book,
                clinic=clinic,
                by=name,
            )
        return run_recalls(speaker, web_book, clinic, path, by=name, cards=folder)


@command("history", needs_now=False)
@click.option("--appointment", metavar="ID", help="Only what happened to this one.")
@clinic_option
def history(
    speaker: Speaker, *, database: str, clinic_id: str | None, appointment: str | None
) -> Status:
    """Tell what happened, in the order in which it was stored."""
    given = Given()
    wanted = None if appointment is None else given.name("appointment", appointment)
    given.finish()
    with opened(database) as installation:
        clinic, web_book = installation.clinic(clinic_id), installation.web_book()
        one = None if wanted is None else AppointmentId(wanted)
        if one is not None:
            installation.store.appointment(clinic.id, one)
        events = list(web_book.history(clinic.id, one))
    speaker.tell_rows(map(event_json, events), lambda: [history_table(clinic, events)])
    return Status.DONE


@command("watch-list", needs_now=False)
@clinic_option
def watch_list(speaker: Speaker, *, database: str, clinic_id: str | None) -> Status:
    """Tell which patients cancelled, and what they wrote, in the order in which they came."""
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        entries = list(installation.web_book().watch_list(clinic.id))
    speaker.tell_rows(map(watch_json, entries), lambda: [watch_table(clinic, entries)])
    return Status.DONE


@command("outbox", needs_now=False)
@click.option(
    "--state",
    type=click.Choice([each.value for each in MessageState]),
    help="Only those; `parked`: staff have to reach the patient.",
)
@clinic_option
def outbox(speaker: Speaker, *, database: str, clinic_id: str | None, state: str | None) -> Status:
    """Tell how it goes with the messages, in the order in which they were written.

    Neither addresses nor links are told.
    """
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        wanted = None if state is None else MessageState(state)
        deliveries = list(installation.outbox.deliveries(clinic.id, wanted))
    speaker.tell_rows(map(delivery_json, deliveries), lambda: [outbox_table(clinic, deliveries)])
    return Status.DONE


@command("report", needs_now=False)
@from_option
@to_option
@clinic_option
def report(
    speaker: Speaker, *, database: str, clinic_id: str | None, first: str, last: str
) -> Status:
    """Count what happened in the web book between two dates."""
    given = Given()
    begin, end = given.period(first, last)
    given.finish()
    with opened(database) as installation:
        clinic = installation.clinic(clinic_id)
        found = installation.web_book().report(clinic.id, begin, end)
    speaker.tell(report_json(found), lambda: report_shown(found))
    return Status.DONE


COMMANDS = (explain, recall, history, watch_list, outbox, report)
