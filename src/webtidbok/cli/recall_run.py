"""A run over a file of recalls: checked whole, then set one by one (R31).

Each row is told as soon as it is done: a card's code is shown once, and whoever breaks the run off
has seen all that was done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from webtidbok.adapters.files.csv_files import RecallRow, read_recalls
from webtidbok.adapters.files.raw import place_in
from webtidbok.cli.answers import Json
from webtidbok.cli.faults import Status, faults_in
from webtidbok.cli.forms import Given
from webtidbok.errors import Fault, UnknownPatient
from webtidbok.model.message import Channel
from webtidbok.services.laying import Knowingly
from webtidbok.services.outcomes import NoContact, OverlapsPatients, Recalled
from webtidbok.services.recalling import RecallRequest, Row

if TYPE_CHECKING:
    from webtidbok.cli.recall_cards import CardFolder
    from webtidbok.cli.speaking import Speaker
    from webtidbok.model.clinic import Clinic
    from webtidbok.services.web_book import WebBook


def run_recalls(
    speaker: Speaker,
    web_book: WebBook,
    clinic: Clinic,
    path: str,
    *,
    by: str,
    cards: CardFolder | None = None,
) -> Status:
    """Set the recalls of a file; refused if any of them could not be set.

    Args:
        cards: Where cards are put, with their codes; without it codes are told with their rows.

    Raises:
        InvalidInput: with all faults of the file; nothing was done.
        MissingKey: a card needs a code, and there is no key for it.
    """
    rows = _checked(web_book, clinic, path)
    if any(row.channel is Channel.CARD for row in rows):
        web_book.desk.all_keys()
    if cards is not None:
        cards.make()
    requests = [_request(clinic, row, by) for row in rows]
    status = Status.DONE
    with _progress(len(rows)) as progress:
        done = web_book.recall_all(requests, progress=progress)
        for row, result in zip(rows, done, strict=True):
            answer = _answer(row, result) | _card(row, result, cards)
            speaker.line(json.dumps(answer) if speaker.as_json else _line(answer))
            sys.stdout.flush()
            if not isinstance(result.outcome, Recalled):
                status = Status.REFUSED
    if cards is not None and (gathered := cards.gather()):
        speaker.warn(f"webtidbok: print {gathered}")
    return status


def _checked(web_book: WebBook, clinic: Clinic, path: str) -> Sequence[RecallRow]:
    given = Given()
    rows = given.take("file", lambda: read_recalls(path, clinic), ())
    known: dict[str, bool] = {}
    for row in rows:
        place = place_in(Path(path), row.line)
        if row.start.second:
            given.faults.append(Fault("start_local", place, "is not a whole minute"))
        if row.patient not in known:
            known[row.patient] = _is_known(web_book, clinic, row)
        if not known[row.patient]:
            given.faults.append(Fault("patient_id", place, "is not the id of a patient"))
    given.finish()
    return rows


def _is_known(web_book: WebBook, clinic: Clinic, row: RecallRow) -> bool:
    try:
        web_book.desk.records.patient(clinic.id, row.patient)
    except UnknownPatient:
        return False
    return True


def _request(clinic: Clinic, row: RecallRow, by: str) -> RecallRequest:
    return RecallRequest(
        clinic=clinic.id,
        patient=row.patient,
        type=row.type,
        provider=row.provider,
        start=row.start,
        channel=row.channel,
        knowingly=Knowingly(by=by),
    )


def _answer(row: RecallRow, result: Row) -> Json:
    """Return what became of a row."""
    answer: Json = {"line": row.line}
    match result.outcome:
        case Recalled(appointment=visit, code=code, is_repeat=is_repeat):
            answer |= {
                "outcome": "recalled",
                "appointment": visit.id,
                "code": None if code is None else code.printed,
                "repeat": is_repeat,
            }
        case OverlapsPatients(appointments=under):
            answer |= {"outcome": "overlaps", "appointments": [each.id for each in under]}
        case NoContact():
            answer |= {"outcome": "no-contact"}
        case None:
            reasons = [] if result.error is None else faults_in(result.error)
            answer |= {"outcome": "failed", "reasons": [str(fault.reason) for fault in reasons]}
    return answer


def _card(row: RecallRow, result: Row, cards: CardFolder | None) -> Json:
    """Return the file of a row's card, which then has the code to itself."""
    if cards is None or row.channel is not Channel.CARD or not isinstance(result.outcome, Recalled):
        return {}
    file = cards.write(result.outcome)
    return {"code": None, "card": None if file is None else file.name}


def _line(answer: Json) -> str:
    facts = [value for name, value in answer.items() if name not in {"line", "outcome", "repeat"}]
    words = [
        f"line {answer['line']}:",
        str(answer["outcome"]),
        *(str(fact) for fact in facts if fact),
    ]
    return " ".join([*words, "(as before)"] if answer.get("repeat") else words)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar where somebody watches; else nothing, for the rows are told as they are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    watched = Console(stderr=True)
    with Progress(console=watched, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("recalls", total=total)
        yield lambda done: bar.update(task, completed=done)
