"""The cards of a run over recalls, in a folder: one file each, and one with all of them to print.

A code is shown once, so the file of a card is where it is kept until it is printed. A run that was
broken off between the recall and its card issues a new code when it is taken up again; a card
that is there already stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile, mkstemp
from typing import TYPE_CHECKING

import attrs

from webtidbok.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from webtidbok.adapters.texts.card import CardPrinter
    from webtidbok.model.appointment import Appointment
    from webtidbok.model.clinic import Clinic
    from webtidbok.services.outcomes import Recalled
    from webtidbok.services.web_book import WebBook

#: All cards of a run, in the order of its file.
ALL_CARDS = "cards.html"

_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)


@attrs.frozen(kw_only=True)
class CardFolder:
    """Writes cards into a folder, which only its owner can read: there are names and codes.

    Attributes:
        by: Who prints, for the history.
    """

    folder: Path
    printer: CardPrinter
    web_book: WebBook
    clinic: Clinic
    by: str
    _written: list[Path] = attrs.field(factory=list, init=False, repr=False)

    def make(self) -> None:
        """Make the folder if it is not there, to see at once whether cards can be written.

        Raises:
            InvalidInput: they cannot.
        """
        with _told():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with TemporaryFile(dir=self.folder):
                pass

    def write(self, recalled: Recalled) -> Path | None:
        """Return the file of a recall's card; None for a visit that is cancelled by now.

        Raises:
            InvalidInput: it cannot be written; the run can be taken up again.
        """
        visit = recalled.appointment
        if visit.is_cancelled:
            return None
        path = self.folder / f"{visit.id}.html"
        if not path.exists():
            with _told():
                _write(path, self.printer.page([self._article(recalled)]))
        self._written.append(path)
        return path

    def gather(self) -> Path | None:
        """Return the file with all cards of the run, one a sheet; None if there were none.

        Raises:
            InvalidInput: it cannot be written.
        """
        if not self._written:
            return None
        path = self.folder / ALL_CARDS
        with _told():
            pages = "".join(each.read_text("utf-8") for each in self._written)
            _write(path, self.printer.page(_ARTICLE.findall(pages)))
        return path

    def _article(self, recalled: Recalled) -> str:
        from webtidbok.adapters.texts.card import RecallCard

        visit, book = recalled.appointment, self.web_book
        code = recalled.code
        if recalled.is_repeat:
            code = book.issue_code(self.clinic.id, visit.id, by=self.by).code
        left = book.still_open(visit)
        card = RecallCard(
            clinic=self.clinic,
            appointment=visit,
            receiver=self._receiver(visit),
            code=code,
            actions=left.actions,
            deadline=left.deadline,
        )
        return self.printer.article(card, now=book.desk.now())

    def _receiver(self, visit: Appointment) -> str:
        assert visit.patient is not None, "a recall has a patient"
        patient = self.web_book.desk.records.patient(self.clinic.id, visit.patient)
        return f"{patient.first_name} {patient.last_name}"


@contextmanager
def _told() -> Iterator[None]:
    """Let a folder that cannot be written to be bad input."""
    try:
        yield
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise InvalidInput([Fault("cards", "--cards", reason)]) from None


def _write(path: Path, text: str) -> None:
    """Put a file there whole, for its owner alone."""
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
