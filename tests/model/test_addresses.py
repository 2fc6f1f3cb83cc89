from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.errors import InvalidValue
from webtidbok.model.addresses import OUR_NAMES, Addresses, id_in, segment_of
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import ClinicId

TOKEN = LinkToken.from_bytes(bytes(range(16)))


@pytest.mark.parametrize(
    "base", ["https://boka.example.com", "https://example.com/boka/", "http://[::1]:8000"]
)
def test_the_link_to_a_visit_holds_its_token(base: str) -> None:
    link = Addresses(base).visit(TOKEN)

    assert link == f"{base.rstrip('/')}/t/{TOKEN.token}"
    assert LinkToken.parse(link) == TOKEN


def test_any_id_of_a_clinic_has_an_address_of_its_own() -> None:
    addresses = Addresses("https://boka.example.com")

    assert addresses.booking(ClinicId("solbacken")) == "https://boka.example.com/solbacken"
    assert addresses.booking(ClinicId("å?#")) == "https://boka.example.com/%C3%A5%3F%23"
    assert addresses.booking(ClinicId("kort")) != addresses.card


@given(id_=st.text(min_size=1) | st.text("~/.kort0123", min_size=1) | st.sampled_from([*OUR_NAMES]))
def test_an_id_is_one_part_of_an_address_and_comes_back_from_it(id_: str) -> None:
    segment = segment_of(id_)

    assert segment not in OUR_NAMES | {".", ".."}
    assert not set("/?#") & set(segment)
    assert id_in(unquote(segment)) == id_
    assert not OUR_NAMES & {unquote(segment)}


@given(segment=st.text() | st.text("~09afAF. ", min_size=1).map(lambda text: f"~{text}"))
def test_whatever_stands_in_an_address_can_be_read(segment: str) -> None:
    assert isinstance(id_in(segment), str)


@pytest.mark.parametrize(
    "base",
    [
        "",
        "boka.example.com",
        "javascript:alert(1)",
        "https://",
        "https://anna@example.com",
        "https://example.com?a=b",
        "https://example.com/#a",
        "https://example.com//",
        "https://example.com/a b",
        "https://example.com\n",
        "https://example.com/" + 200 * "a",
    ],
)
def test_what_is_no_base_is_refused_without_being_shown(base: str) -> None:
    with pytest.raises(InvalidValue, match="base address") as caught:
        Addresses(base)

    assert not base or base not in str(caught.value)
