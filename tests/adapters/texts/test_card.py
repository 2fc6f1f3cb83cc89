from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import pytest
import segno
from hypothesis import given

from tests.adapters.texts.catalogue_files import folder_of
from tests.adapters.texts.golden_files import golden
from tests.adapters.texts.tellings import ADDRESSES, ANSTRAND, BOTH, CATALOGUES, SOLBACKEN, START
from webtidbok.adapters.texts.card import CardPrinter, Paper, RecallCard
from webtidbok.adapters.texts.message_catalogues import message_catalogues
from webtidbok.adapters.texts.telling import Teller
from webtidbok.model.changeable import Action
from webtidbok.model.codes import LookupCode
from webtidbok.model.instants import DAY
from webtidbok.testing.builders import NOW, a_clinic, an_appointment
from webtidbok.testing.strategies import names

TELLER = Teller(catalogues=CATALOGUES, addresses=ADDRESSES)
PRINTER = CardPrinter(TELLER)
CODE = LookupCode("H7KM2Q9X")


class Page(HTMLParser):
    """The tags and the text of a page; the texts of its parts stand on lines of their own."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.lines: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.lines.append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def a_card(**changes: Any) -> RecallCard:
    visit = an_appointment(language=changes.pop("language", "sv"), day=date(2026, 12, 7))
    card = RecallCard(
        clinic=SOLBACKEN,
        appointment=visit,
        receiver="Alma Zetterlund",
        code=CODE,
        actions=BOTH,
        deadline=START - DAY,
    )
    return attrs.evolve(card, **changes)


def printed(**changes: Any) -> Page:
    return Page(PRINTER.article(a_card(**changes), now=NOW))


def all_cards() -> Iterator[str]:
    for language, may in product(("sv", "en"), (BOTH, *({action} for action in Action))):
        words = " ".join(sorted(action.value for action in may))
        yield f"## {language}, {words}\n{printed(language=language, actions=frozenset(may)).text}\n"
    yield f"## sv, without a code\n{printed(code=None, actions=frozenset(), deadline=None).text}\n"


def test_the_cards_are_those_of_the_golden_file() -> None:
    stands, should = golden("card.txt", all_cards())

    assert stands == should


def test_a_card_tells_time_address_and_code_r29() -> None:
    text = printed().text

    assert "måndag 7 december\nkl. 09.00" in text
    assert "boka.solbacken.example/kort" in text
    assert "H7KM-2Q9X" in text


def test_without_a_code_a_card_tells_the_telephone_alone_r29() -> None:
    card = printed(code=None)

    assert "boka.solbacken.example" not in card.text
    assert "svg" not in card.tags
    assert "Ring oss på 08-465 004 10." in card.text


def test_the_qr_code_leads_to_the_page_that_asks_and_carries_nothing_else() -> None:
    wanted = segno.make(ADDRESSES.card, micro=False, error="m")
    (path,) = (part for part in wanted.svg_inline(border=0).split('"') if part.startswith("M"))

    assert path in PRINTER.article(a_card(), now=NOW)
    assert path in PRINTER.article(a_card(code=LookupCode("00000000")), now=NOW)


def test_a_card_tells_nothing_of_what_the_visit_is_for() -> None:
    visit = an_appointment(treatment="Rotfyllning", note="Rädd", booking_text="Ont")
    text = PRINTER.article(a_card(appointment=visit), now=NOW)

    for secret in ("Rotfyllning", "Rädd", "Ont", "check-up", "Anna"):
        assert secret not in text


def test_neither_code_nor_receiver_is_shown_by_the_card_as_a_value() -> None:
    assert "H7KM" not in repr(a_card())
    assert "Alma" not in repr(a_card())


def test_the_year_is_told_where_it_is_another_one() -> None:
    text = Page(PRINTER.article(a_card(), now=NOW - 365 * DAY)).text

    assert "måndag 7 december 2026\nkl. 09.00" in text


@pytest.mark.parametrize(("paper", "size"), [(Paper.A6, "148mm 105mm"), (Paper.A4, "210mm 297mm")])
def test_a_page_prints_its_cards_in_their_order_and_loads_nothing(paper: Paper, size: str) -> None:
    cards = [a_card(), a_card(language="en", clinic=ANSTRAND), a_card(receiver="Bo")]
    articles = [PRINTER.article(card, now=NOW) for card in cards]
    source = CardPrinter(TELLER, paper=paper).page(articles)
    page = Page(source)

    assert f"@page {{ size: {size}; margin: 0; }}" in source
    assert page.tags.count("article") == 3
    assert [source.index(each) for each in articles] == sorted(map(source.index, articles))
    assert not {"script", "link", "img"} & set(page.tags)
    assert not {"src", "href"} & page.attributes
    assert "url(" not in source


def test_a_language_without_texts_is_printed_in_english() -> None:
    assert printed(language="fi").lines == printed(language="en").lines


@given(name=names())
def test_any_name_is_printed_as_it_is(name: str) -> None:
    clinic = a_clinic(name=name, address="<b>1", phone="&amp;")
    card = printed(clinic=clinic, receiver=f"{name}<script>")

    assert card.tags == printed().tags
    assert "<b>1" in card.text
    assert "&amp;" in card.text
    assert " ".join(f"{name}<script>".split()) in card.text


def test_a_host_prints_its_own_card_in_its_own_words(tmp_path: Path) -> None:
    words = folder_of(tmp_path / "words", sv={"Does the time not suit you?": "Hinner du inte?"})
    (tmp_path / "card.html").write_text(
        "<article>{{ clinic.name }}: {{ _('Does the time not suit you?') }}</article>", "utf-8"
    )
    teller = Teller(catalogues=message_catalogues(words), addresses=ADDRESSES)

    assert CardPrinter(teller, templates=tmp_path).article(a_card(), now=NOW) == (
        "<article>Solbackens Tandklinik: Hinner du inte?</article>"
    )
    assert "Hinner du inte?" in CardPrinter(teller).article(a_card(), now=NOW)
