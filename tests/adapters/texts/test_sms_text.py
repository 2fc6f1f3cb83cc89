"""What an SMS says; all of it stands in `golden/sms.txt`, as it is sent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.adapters.texts.golden_files import golden
from tests.adapters.texts.tellings import (
    ADDRESSES,
    ANSTRAND,
    BOTH,
    KINDS,
    SOLBACKEN,
    TOKEN,
    telling,
)
from webtidbok.adapters.texts.gsm import is_gsm, parts, septets
from webtidbok.adapters.texts.sms_text import sms_text
from webtidbok.model.addresses import Addresses
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.message import MessageKind
from webtidbok.model.timespan import TimeSpan
from webtidbok.testing.builders import NOW, a_clinic, a_placement
from webtidbok.testing.strategies import moments, names

LINK = ADDRESSES.visit(TOKEN)
CLINICS = (SOLBACKEN, ANSTRAND)
ACTIONS = (BOTH, frozenset({Action.REBOOK}), frozenset({Action.CANCEL}), frozenset[Action]())

kinds = st.sampled_from(KINDS)
languages = st.sampled_from(["sv", "en"])
actions = st.sampled_from(ACTIONS)


def all_texts() -> Iterator[str]:
    for language, clinic, kind in product(("sv", "en"), CLINICS, KINDS):
        text = sms_text(telling(kind, clinic=clinic, language=language))
        yield shown(f"{kind.value} {language}", text)
    for language, may in product(("sv", "en"), ACTIONS[1:]):
        text = sms_text(telling(clinic=ANSTRAND, language=language, actions=may))
        words = " ".join(sorted(action.value for action in may)) or "nothing"
        yield shown(f"confirmation {language}, the patient may {words}", text)
    yield shown("confirmation sv without a link", sms_text(telling(token="")))
    near = Addresses("https://tid.example")
    yield shown("confirmation sv, a short address", sms_text(telling(addresses=near)))


def shown(title: str, text: str) -> str:
    return f"## {title}: {parts(text)} part, {septets(text)} septets\n{text}\n"


def test_the_texts_are_those_of_the_golden_file() -> None:
    stands, should = golden("sms.txt", all_texts())

    assert stands == should
    assert " 2 part" not in should


@given(
    kind=kinds,
    language=languages,
    may=actions,
    clinic=st.sampled_from(CLINICS),
    start=moments(),
    before=st.integers(0, 400),
)
@example(
    kind=MessageKind.MOVED_BY_STAFF,  # the most words, two days of another year: no room for all
    language="en",
    may=BOTH,
    clinic=SOLBACKEN,
    start=datetime(2027, 10, 31, 23, tzinfo=UTC),
    before=1,
)
def test_any_time_at_our_clinics_fits_in_one_part_r36(
    kind: MessageKind,
    language: str,
    may: frozenset[Action],
    clinic: Clinic,
    start: datetime,
    before: int,
) -> None:
    visit = a_placement(span=TimeSpan(start, start + 30 * MINUTE))
    text = sms_text(
        telling(
            kind,
            language=language,
            actions=may,
            clinic=clinic,
            placement=visit,
            deadline=start - before * DAY,
        )
    )

    assert is_gsm(text)
    assert septets(text) <= 160
    assert text.startswith(clinic.name[:17])


@given(kind=kinds, language=languages, may=actions, name=names())
def test_any_name_is_told_with_time_and_link(
    kind: MessageKind, language: str, may: frozenset[Action], name: str
) -> None:
    told = telling(kind, language=language, actions=may, clinic=a_clinic(name=name))
    text = sms_text(told)

    assert "7 dec kl. 09.00" in text or "7 Dec at 09:00" in text
    assert (LINK in text) == (kind is not MessageKind.CANCELLED)
    assert not is_gsm(text) or parts(text) == 1


@given(
    kind=kinds,
    language=languages,
    may=actions,
    length=st.integers(1, 200),
)
def test_a_long_name_is_cut_rather_than_paid_for(
    kind: MessageKind, language: str, may: frozenset[Action], length: int
) -> None:
    name = ("Folktandvården Specialistkliniken " * 7)[:length].strip()
    text = sms_text(telling(kind, language=language, actions=may, clinic=a_clinic(name=name)))

    assert parts(text) == 1
    kept, colon, _ = text.partition(": ")
    assert colon
    assert kept == name or (kept.endswith("...") and name.startswith(kept[:-3]))
    assert len(kept) >= min(len(name), 15)


def test_the_last_moment_goes_only_when_nothing_else_helps() -> None:
    long = a_clinic(name=60 * "a", phone="08-465 004 10")
    longest = Addresses("https://boka.specialistkliniken.regionen.example.com/tider")

    assert "senast sön 6 dec" in sms_text(telling(clinic=long))
    text = sms_text(telling(clinic=long, addresses=longest))
    assert "senast" not in text
    assert text.endswith(f"Av- eller omboka:\n{longest.visit(TOKEN)}")
    assert parts(text) == 1


def test_where_nothing_fits_in_one_part_all_is_said() -> None:
    far = Addresses("https://" + 100 * "a" + ".example.com")
    text = sms_text(telling(addresses=far))

    assert parts(text) == 2
    assert text.startswith(
        "Solbackens Tandklinik: din tid är bokad mån 7 dec kl. 09.00.\nAv- eller"
    )
    assert text.endswith("Tel. 08-465 004 10")


def test_a_clinic_outside_gsm_is_told_in_as_few_parts_as_can_be() -> None:
    text = sms_text(telling(clinic=a_clinic(name="Клиника")))

    assert text.startswith("Клиника:")
    assert parts(text) > 1


def test_the_telephone_is_told_where_there_is_no_link_r29() -> None:
    text = sms_text(telling(token=""))

    assert text == (
        "Solbackens Tandklinik: din tid är bokad mån 7 dec kl. 09.00.\nFrågor? Ring 08-465 004 10."
    )


def test_past_the_last_moment_the_link_only_shows() -> None:
    text = sms_text(telling(actions=frozenset()))

    assert f"\nDin tid:\n{LINK}" in text
    assert "omboka" not in text


def test_neither_treatment_nor_person_is_told_r36() -> None:
    for kind, language in product(KINDS, ("sv", "en")):
        text = sms_text(telling(kind, language=language)).lower()
        for word in ("check", "anna", "tandläkare", "test@"):
            assert word not in text


def test_the_year_is_told_where_it_is_another_one() -> None:
    old = NOW - 365 * DAY

    assert "7 dec 2026 kl. 09.00" in sms_text(telling(written_at=old))


@pytest.mark.parametrize("language", ["fi", "", "xx"])
def test_a_language_without_texts_is_told_in_english(language: str) -> None:
    assert sms_text(telling(language=language)) == sms_text(telling(language="en"))
