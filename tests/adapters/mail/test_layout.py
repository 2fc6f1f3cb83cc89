"""How a letter is laid out; all of it stands in `golden/mail.txt`, as it is sent."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

import attrs
from hypothesis import given

from tests.adapters.texts.golden_files import golden
from tests.adapters.texts.tellings import ADDRESSES, KINDS, SOLBACKEN, TOKEN, telling
from webtidbok.adapters.mail.layout import html, plain
from webtidbok.adapters.texts.letter import letter_of
from webtidbok.model.changeable import Action
from webtidbok.model.message import MessageKind
from webtidbok.testing.builders import a_clinic
from webtidbok.testing.strategies import names

LINK = ADDRESSES.visit(TOKEN)


class Page(HTMLParser):
    """The tags, the links and the text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def all_letters() -> Iterator[str]:
    for language, kind in product(("sv", "en"), KINDS):
        letter = letter_of(telling(kind, language=language))
        yield f"## {kind.value} {language}: {letter.subject}\n\n{plain(letter)}"
    for may in (frozenset({Action.REBOOK}), frozenset({Action.CANCEL}), frozenset[Action]()):
        letter = letter_of(telling(actions=may))
        words = " ".join(action.value for action in may) or "nothing"
        yield f"## confirmation sv, the patient may {words}\n\n{plain(letter)}"
    yield f"## confirmation sv without a link\n\n{plain(letter_of(telling(token='')))}"


def test_the_letters_are_those_of_the_golden_file() -> None:
    stands, should = golden("mail.txt", all_letters())

    assert stands == should


def test_both_forms_say_the_same() -> None:
    for kind, language in product(KINDS, ("sv", "en")):
        letter = letter_of(telling(kind, language=language))
        shown = Page(html(letter)).text
        said = [letter.greeting, letter.news, letter.call, letter.regards, letter.signature]
        said += [word for fact in letter.facts for word in fact]
        said += [letter.way_in.until, letter.way_in.caution] if letter.way_in else []
        for words in said:
            assert words in plain(letter)
            assert words in shown


def test_the_link_is_there_once_in_each_form_r29() -> None:
    letter = letter_of(telling())

    assert plain(letter).count(LINK) == 1
    assert Page(html(letter)).links == [LINK]


def test_without_a_link_nothing_leads_anywhere() -> None:
    page = Page(html(letter_of(telling(MessageKind.CANCELLED))))

    assert page.links == []


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = Page(html(letter_of(telling())))

    assert not {"img", "script", "link", "iframe", "style"} & set(page.tags)
    assert not {"src", "srcset", "background", "onclick"} & page.attributes
    assert "url(" not in html(letter_of(telling()))


def test_the_page_says_its_language() -> None:
    assert '<html lang="sv">' in html(letter_of(telling()))
    assert '<html lang="en">' in html(letter_of(telling(language="fi")))


def test_neither_person_nor_treatment_is_told_r36() -> None:
    visit = telling().outgoing.appointment
    told = telling()
    full = attrs.evolve(
        told,
        outgoing=attrs.evolve(
            told.outgoing,
            appointment=attrs.evolve(
                visit, first_name="Alma", treatment="Rotfyllning", booking_text="Ont", note="Rädd"
            ),
        ),
    )
    letter = letter_of(full)

    for secret in ("Alma", "Rotfyllning", "Ont", "Rädd", "check-up", "Check-up", "anna"):
        assert secret not in plain(letter) + html(letter) + letter.subject


@given(name=names())
def test_any_name_of_a_clinic_comes_back_as_text(name: str) -> None:
    hostile = a_clinic(name=name, address=f"<b>{name}", phone="<script>1</script>")
    letter = letter_of(telling(clinic=hostile))
    page, plainer = Page(html(letter)), Page(html(letter_of(telling(clinic=SOLBACKEN))))

    assert page.tags == plainer.tags
    assert f"<b>{name}" in page.text.replace("\r", "\n")
    assert "<script>1</script>" in page.text
