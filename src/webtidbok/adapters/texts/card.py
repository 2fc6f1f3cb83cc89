"""The recall card: a page to print, with the address, the code and a QR code (R29, R31).

It goes by post, so it tells the time and the way to change it, and nothing of what the visit is
for. The QR code leads to the page that asks for number and code; it carries neither.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path

import attrs

from webtidbok.adapters.extras import needs
from webtidbok.model.appointment import Appointment
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.codes import LookupCode
from webtidbok.model.wall_clock import local_date

with needs("cards"):
    import segno
    from jinja2 import Environment
    from markupsafe import Markup

    from webtidbok.adapters.texts.formats import Formats
    from webtidbok.adapters.texts.telling import Teller
    from webtidbok.adapters.texts.templating import templates_of

_ENGLISH = "en"
_SCHEME = "://"


class Paper(Enum):
    """What a card is printed on: A6 lies, A4 stands."""

    A6 = "a6"
    A4 = "a4"


@attrs.frozen(kw_only=True)
class RecallCard:
    """What stands on a card.

    Attributes:
        receiver: Who gets it, by name; empty: nobody is named.
        code: Shown once, so this is where it is shown; None: the patient could do nothing with it
            (R29), and the card tells the telephone number alone.
        actions: What the patient may do.
        deadline: The last moment for that, in UTC.
    """

    clinic: Clinic
    appointment: Appointment
    receiver: str = attrs.field(default="", repr=False)
    code: LookupCode | None = None
    actions: frozenset[Action] = frozenset()
    deadline: datetime | None = None


class CardPrinter:
    """Writes cards as HTML that prints as it looks, each in the language of its patient.

    Args:
        teller: Whose words are printed, and where the page for cards is.
        paper: What is printed on.
        templates: A host's folder; `card.html` or `cards.html` there is used instead of ours.
    """

    def __init__(
        self, teller: Teller, *, paper: Paper = Paper.A6, templates: Path | None = None
    ) -> None:
        self._teller = teller
        self._paper = paper
        self._templates = templates
        self._environments: dict[str, Environment] = {}

    def article(self, card: RecallCard, *, now: datetime) -> str:
        """Return one card as an `<article>`, for a page of cards.

        Args:
            now: When it is written: the year of a time is told where it is another one.
        """
        language = self._language(card)
        template = self._environment(language).get_template("card.html")
        return template.render(self._shown(card, language, now))

    def page(self, articles: Sequence[str]) -> str:
        """Return a page that prints cards, one a sheet, in their order.

        It stands alone: nothing else is loaded.

        Args:
            articles: As `article` answers them.
        """
        trusted = [Markup(each) for each in articles]  # noqa: S704 - of our own template
        template = self._environment(_ENGLISH).get_template("cards.html")
        return template.render(articles=trusted, paper=self._paper.value)

    def _shown(self, card: RecallCard, language: str, now: datetime) -> dict[str, object]:
        """Return what the template fills in."""
        zone, start = card.clinic.time_zone, card.appointment.span.start
        formats, address = Formats(language, zone), self._teller.addresses.card
        return {
            "language": language,
            "clinic": card.clinic,
            "receiver": card.receiver,
            "day": formats.day(local_date(start, zone), now=now),
            "clock": formats.at(start),
            "code": card.code.printed if card.code else "",
            "may_rebook": Action.REBOOK in card.actions,
            "may_cancel": Action.CANCEL in card.actions,
            "deadline": formats.moment(card.deadline, now=now) if card.deadline else "",
            "address": address.partition(_SCHEME)[2],
            "qr": Markup(_qr(address)),  # noqa: S704 - of segno
        }

    def _language(self, card: RecallCard) -> str:
        asked = card.appointment.language
        return asked if asked in self._teller.catalogues.languages else _ENGLISH

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            words = self._teller.catalogues.of(language)
            self._environments[language] = templates_of(
                "webtidbok.adapters.texts", words, replaced_by=self._templates
            )
        return self._environments[language]


def _qr(address: str) -> str:
    """Return a QR code as SVG, as large as what it stands in."""
    code = segno.make(address, micro=False, error="m")
    svg: str = code.svg_inline(omitsize=True, border=0, svgclass=None, lineclass=None)
    return svg
