"""The words and addresses with which an installation writes to its patients."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from webtidbok.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from webtidbok.adapters.texts.card import CardPrinter
    from webtidbok.adapters.texts.telling import Teller
    from webtidbok.model.addresses import Addresses

_TEXTS = "WEBTIDBOK_TEXTS"
_BASE_ADDRESS = "WEBTIDBOK_BASE_ADDRESS"


def teller_given(addresses: Addresses | None) -> Teller:
    """Return the installation's words, with its own laid over ours.

    Raises:
        InvalidInput: there is no base address for links to begin with; or the folder of texts is
            not there, or a file in it has faults.
    """
    from webtidbok.adapters.texts.message_catalogues import message_catalogues
    from webtidbok.adapters.texts.telling import Teller

    if addresses is None:
        reason = "is missing: links and cards lead to the pages that it names"
        raise InvalidInput([Fault(_BASE_ADDRESS, "environment", reason)])
    return Teller(catalogues=message_catalogues(texts_given()), addresses=addresses)


def card_printer(addresses: Addresses | None, paper: str) -> CardPrinter:
    """Return what writes cards, `a6` or `a4`; the installation's own card if it has one.

    Raises:
        InvalidInput: as for `teller_given`.
        MissingExtra: what cards need is not installed.
    """
    from webtidbok.adapters.texts.card import CardPrinter, Paper

    return CardPrinter(teller_given(addresses), paper=Paper(paper), templates=texts_given())


def texts_given() -> Path | None:
    """Return the folder with the installation's own texts and cards; None without one.

    Raises:
        InvalidInput: it is not there.
    """
    folder = os.environ.get(_TEXTS)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise InvalidInput([Fault(_TEXTS, "environment", "is not a folder")])
    return Path(folder)
