"""A recall card on paper, as it lies in its patient's hand."""

from examples.demo.filling import Printed
from examples.demo.mailbox import Letter
from webtidbok import WebBook
from webtidbok.adapters.texts.card import CardPrinter, RecallCard
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.adapters.texts.telling import Teller
from webtidbok.model.addresses import Addresses
from webtidbok.model.message import Channel


def card_of(book: WebBook, printed: Printed, addresses: Addresses) -> Letter:
    """Return the card; beside it stands the number that its patient knows by heart."""
    visit, person, code = printed.recalled.appointment, printed.person, printed.recalled.code
    assert code is not None, "a recall may be moved at this clinic"
    still_open = book.still_open(visit)
    card = RecallCard(
        clinic=book.clinic(visit.clinic),
        appointment=visit,
        receiver=person.name,
        code=code,
        actions=still_open.actions,
        deadline=still_open.deadline,
    )
    printer = CardPrinter(Teller(catalogues=message_catalogues(), addresses=addresses))
    return Letter(
        channel=Channel.CARD,
        to=person.name,
        at=printed.at,
        text=f"{addresses.card}\nPersonnummer: {person.identity_number}\nKod: {code.printed}",
        html=printer.page([printer.article(card, now=printed.at)]),
    )
