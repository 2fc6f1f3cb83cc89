"""R29a: tokens of links. R29b: codes on cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.errors import InvalidValue
from webtidbok.model.codes import LinkToken, LookupCode

CODE = LookupCode("0123ABCD")
TOKEN = LinkToken("abcdefghijKLMNOPQ-_019")
KEY = b"a key of the installation"

codes = st.binary(min_size=5, max_size=5).map(LookupCode.from_bytes)
tokens = st.binary(min_size=16, max_size=16).map(LinkToken.from_bytes)


def reason_against_code(text: object) -> str:
    with pytest.raises(InvalidValue) as caught:
        LookupCode.parse(text)  # type: ignore[arg-type]
    assert caught.value.field == "code"
    return caught.value.reason


def reason_against_link(text: object) -> str:
    with pytest.raises(InvalidValue) as caught:
        LinkToken.parse(text)  # type: ignore[arg-type]
    assert caught.value.field == "link"
    return caught.value.reason


@st.composite
def as_somebody_types(draw: st.DrawFn, code: LookupCode) -> str:
    """Draw `code` with look-alikes, any case, and hyphens and spaces anywhere."""
    alike = {"0": "0oO", "1": "1iIlL"}
    typed = ""
    for character in code.characters:
        typed += draw(st.sampled_from(["", "", "-", " ", "\u2013"]))
        typed += draw(st.sampled_from(alike.get(character, character + character.lower())))
    return typed + draw(st.sampled_from(["", " ", "\n"]))


class TestLookupCode:
    @pytest.mark.parametrize(
        "text",
        [
            *(
                "0123ABCD",
                "0123-ABCD",
                "0123 abcd",
                " 01-23-AB-CD ",
                "oi23abcd",
                "ol23abcd",
                "OL23-aBcD",
            ),
            *("0I23\u2013ABCD", "0123\u00a0ABCD"),
        ],
    )
    def test_r29b_a_code_is_read_however_it_is_typed(self, text: str) -> None:
        assert LookupCode.parse(text) == CODE

    @given(st.data())
    def test_every_way_of_typing_a_code_is_read(self, data: st.DataObject) -> None:
        code = data.draw(codes)

        assert LookupCode.parse(data.draw(as_somebody_types(code))) == code

    @pytest.mark.parametrize(
        "text",
        [
            *("0123ABC", "0123ABCDE", "0123ABCU", "0123ABC!", "----", "0123_ABCD", "Å123ABCD"),
            *("0123ABCſ", "0123ABC\u0660", "０123ABCD", "0\u0131" + "23ABCD"),
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        assert reason_against_code(text) == "is not a code of 8 characters"

    def test_nothing_typed_is_missing(self) -> None:
        assert reason_against_code(" ") == "is missing"

    def test_what_is_not_text_is_refused(self) -> None:
        assert reason_against_code(1234) == "is not text"

    def test_the_printed_code_is_in_two_halves(self) -> None:
        assert CODE.printed == "0123-ABCD"

    @given(code=codes)
    def test_what_is_printed_is_read_back_and_has_no_look_alikes(self, code: LookupCode) -> None:
        assert LookupCode.parse(code.printed) == LookupCode(code.characters) == code
        assert not set(code.characters) & set("ILOU")

    @given(number=st.integers(0, 2**40 - 1))
    def test_every_five_bytes_have_a_code_of_their_own(self, number: int) -> None:
        code = LookupCode.from_bytes(number.to_bytes(5, "big"))

        digits = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(c) for c in code.characters]
        assert sum(digit * 32**place for place, digit in enumerate(reversed(digits))) == number

    @pytest.mark.parametrize("size", [0, 4, 6])
    def test_another_number_of_bytes_makes_no_code(self, size: int) -> None:
        with pytest.raises(InvalidValue, match="made from 5 bytes"):
            LookupCode.from_bytes(bytes(size))

    @pytest.mark.parametrize("characters", ["", "0123abcd", "0123-ABCD", "0123ABCI", "0123ABCD\n"])
    def test_the_constructor_takes_only_the_kept_form(self, characters: str) -> None:
        with pytest.raises(InvalidValue, match=r"^code: "):
            LookupCode(characters)

    def test_the_stored_form_is_what_it_always_was(self) -> None:
        stored = "3c2e303431762d896877777927c0d7ee8d26780fd00e958eac6a4e2100cc4ce3"

        assert CODE.keyed_hash(KEY) == stored

    @given(one=codes, other=codes)
    def test_codes_have_the_same_stored_form_only_if_they_are_the_same(
        self, one: LookupCode, other: LookupCode
    ) -> None:
        assert (one.keyed_hash(KEY) == other.keyed_hash(KEY)) == (one == other)
        assert one.keyed_hash(KEY) != one.keyed_hash(KEY + b"2")

    def test_an_empty_key_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match=r"^key: is missing$"):
            CODE.keyed_hash(b"")

    def test_a_code_does_not_show_itself(self) -> None:
        assert f"{CODE!r} {CODE!s} {CODE} {[CODE]}" == (
            "LookupCode() LookupCode() LookupCode() [LookupCode()]"
        )


class TestLinkToken:
    @pytest.mark.parametrize(
        "text",
        [
            "{}",
            "  {}\n",
            "https://boka.example/t/{}",
            "https://boka.example/t/{}/",
            "https://boka.example/a/b/t/{}?utm=1/2#top/3",
            "https://boka.example/t/{}#top?x",
            "boka.example/t/{}",
            "/t/{}",
        ],
    )
    def test_r29_a_token_is_read_bare_or_from_its_address(self, text: str) -> None:
        assert LinkToken.parse(text.format(TOKEN.token)) == TOKEN

    @pytest.mark.parametrize(
        "text",
        [
            "abcdefghijKLMNOPQ-_01",
            "a" * 65,
            "abcdefghijKLMNOPQ-_01=",
            "abcdefghijKLMNOPQ+/019",
            "abcdefghij KLMNOPQ-_019",
            "åbcdefghijKLMNOPQ-_019",
            "https://boka.example/t/",
            "https://boka.example/t?token=abcdefghijKLMNOPQ-_019",
            "https://boka.example/abcdefghijKLMNOPQ-_019/x",
            "https://",
            "http://[",
            "/",
            "?",
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        assert reason_against_link(text) == "is not a link to an appointment"

    def test_nothing_typed_is_missing(self) -> None:
        assert reason_against_link("") == "is missing"

    def test_what_is_not_text_is_refused(self) -> None:
        assert reason_against_link(b"abc") == "is not text"

    @given(text=st.text())
    def test_any_text_is_a_token_or_an_invalid_value(self, text: str) -> None:
        try:
            token = LinkToken.parse(text)
        except InvalidValue:
            return

        assert token.token in text

    @given(random=st.binary(min_size=16, max_size=16))
    def test_sixteen_bytes_make_22_characters_that_need_no_escape(self, random: bytes) -> None:
        token = LinkToken.from_bytes(random)

        assert len(token.token) == 22
        assert token.token.isascii()
        assert LinkToken.parse(f"https://boka.example/t/{token.token}") == token

    @pytest.mark.parametrize("size", [0, 15, 17])
    def test_another_number_of_bytes_makes_no_token(self, size: int) -> None:
        with pytest.raises(InvalidValue, match="made from 16 bytes"):
            LinkToken.from_bytes(bytes(size))

    @pytest.mark.parametrize("token", ["", "abc", "a" * 22 + "\n", "/t/" + "a" * 22])
    def test_the_constructor_takes_only_a_bare_token(self, token: str) -> None:
        with pytest.raises(InvalidValue, match=r"^link: "):
            LinkToken(token)

    def test_the_stored_form_is_what_it_always_was(self) -> None:
        stored = "b4680a690e2285d6467be0168ad269021f8ce03aa80088deaaaa8915a71da6f5"

        assert TOKEN.hash == stored

    @given(one=tokens, other=tokens)
    def test_tokens_have_the_same_stored_form_only_if_they_are_the_same(
        self, one: LinkToken, other: LinkToken
    ) -> None:
        assert (one.hash == other.hash) == (one == other)

    def test_a_token_does_not_show_itself(self) -> None:
        assert f"{TOKEN!r} {TOKEN!s} {TOKEN} {[TOKEN]}" == (
            "LinkToken() LinkToken() LinkToken() [LinkToken()]"
        )
