"""R38: mobile numbers. R40: e-mail addresses.

Numbers written out are from the range kept for fiction, 070-174 06 05 to 070-174 06 99; those of
other kinds and countries are the examples that phonenumbers brings.
"""

from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from webtidbok.errors import InvalidValue
from webtidbok.model.contact import EmailAddress, MobileNumber

ANNAS = MobileNumber("+46701740605")

fictional_endings = st.integers(5, 99).map("{:02}".format)


def example(country: str, kind: int) -> str:
    """Return the example number of a kind, in E.164."""
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def reason_against_number(text: object, country: str = "SE") -> str:
    with pytest.raises(InvalidValue) as caught:
        MobileNumber.parse(text, country=country)  # type: ignore[arg-type]
    assert caught.value.field == "mobile"
    return caught.value.reason


def reason_against_address(text: object) -> str:
    with pytest.raises(InvalidValue) as caught:
        EmailAddress.parse(text)  # type: ignore[arg-type]
    assert caught.value.field == "email"
    return caught.value.reason


def error_of(parse: Callable[[str], object], text: str) -> str:
    """Return what the error says, or nothing when `text` is taken."""
    try:
        parse(text)
    except InvalidValue as refusal:
        return str(refusal)
    return ""


class TestMobileNumber:
    @pytest.mark.parametrize(
        "text",
        [
            *("0701740605", "070-174 06 05", "070/174.06.05", "(070) 1740605", " 0701740605\n"),
            *("+46701740605", "+46 (0)70-174 06 05", "0046701740605", "46701740605"),
            *("tel:+46701740605", "070–174 06 05", "070‑174\u00a006\u00a005"),
        ],
    )
    def test_r38_every_way_of_writing_gives_the_same_number(self, text: str) -> None:
        assert MobileNumber.parse(text) == ANNAS
        assert MobileNumber.parse(text).e164 == "+46701740605"

    @given(ending=fictional_endings, separators=st.lists(st.sampled_from(" -./"), max_size=4))
    def test_separators_change_nothing(self, ending: str, separators: list[str]) -> None:
        parts = ["070", "174", "06", ending]
        text = "".join(map("".join, zip(parts, [*separators, "", "", "", ""], strict=False)))

        assert MobileNumber.parse(text).e164 == f"+467017406{ending}"

    @given(ending=fictional_endings)
    def test_what_is_kept_is_read_as_itself_in_any_country(self, ending: str) -> None:
        number = MobileNumber.parse(f"07017406{ending}")

        assert MobileNumber.parse(number.e164, country="DK") == number

    def test_a_national_number_belongs_to_the_country_of_the_clinic(self) -> None:
        norwegian = example("NO", PhoneNumberType.MOBILE)
        national = norwegian.removeprefix("+47")

        assert MobileNumber.parse(national, country="NO").e164 == norwegian

    def test_where_fixed_and_mobile_look_alike_the_number_is_taken(self) -> None:
        american = example("US", PhoneNumberType.MOBILE)
        number = phonenumbers.parse(american)

        assert phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE_OR_MOBILE
        assert MobileNumber.parse(american).e164 == american

    @pytest.mark.parametrize(
        "kind",
        [
            *(PhoneNumberType.FIXED_LINE, PhoneNumberType.UAN, PhoneNumberType.TOLL_FREE),
            *(PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER),
        ],
    )
    def test_a_number_without_sms_is_refused(self, kind: int) -> None:
        assert reason_against_number(example("SE", kind)) == "cannot receive SMS"

    @pytest.mark.parametrize("text", ["070174060", "07017406055", "112", "+", "---", "+999", "()"])
    def test_a_number_that_nobody_can_have_is_refused(self, text: str) -> None:
        assert reason_against_number(text) == "is not a valid telephone number"

    @pytest.mark.parametrize(
        "text",
        [
            *("0701740605 ext 5", "0701740605#5", "0701740605x5", "tel:+46701740605;ext=5"),
            *("0701740605,,5", "٠٧٠١٧٤٠٦٠٥", "０７０１７４０６０５", "mobil 0701740605"),
            *("0701740605 Anna", "070-1SMSANN", "070*1740605"),
        ],
    )
    def test_extensions_words_and_other_digits_are_refused(self, text: str) -> None:
        assert reason_against_number(text) == "holds more than digits, +, spaces and hyphens"

    def test_nothing_typed_is_missing(self) -> None:
        assert reason_against_number(" ") == "is missing"

    def test_what_is_not_text_is_refused(self) -> None:
        assert reason_against_number(701740605) == "is not text"

    @pytest.mark.parametrize("country", ["", "se", "XX", "Sverige"])
    def test_an_unknown_country_is_the_hosts_fault_and_says_so(self, country: str) -> None:
        with pytest.raises(InvalidValue, match=r"^country: "):
            MobileNumber.parse("0701740605", country=country)

    def test_the_error_names_the_field_it_was_given(self) -> None:
        with pytest.raises(InvalidValue, match=r"^guardians_mobile: "):
            MobileNumber.parse("1", field="guardians_mobile")

    @pytest.mark.parametrize("e164", ["", "0701740605", "46701740605", "+46 701740605", "+0701"])
    def test_the_constructor_takes_only_e164(self, e164: str) -> None:
        with pytest.raises(InvalidValue, match=r"^mobile: "):
            MobileNumber(e164)

    @given(ending=fictional_endings)
    def test_a_number_does_not_show_itself(self, ending: str) -> None:
        number = MobileNumber.parse(f"07017406{ending}")

        shown = f"{number!r} {number!s} {number} {[number]}"
        assert not any(character.isdigit() for character in shown)

    @given(text=st.text("0123456789+- x", min_size=4, max_size=20))
    def test_an_error_shows_none_of_what_was_typed(self, text: str) -> None:
        error = error_of(MobileNumber.parse, text)

        assert not any(character.isdigit() for character in error)


atoms = st.text("abcXYZ019!#$%&'*+/?^_`{|}~-", min_size=1, max_size=12)
labels = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?", fullmatch=True).filter(
    str.isascii
)
last_labels = st.sampled_from(["se", "COM", "museum", "xn--p1ai"])


@st.composite
def addresses(draw: st.DrawFn) -> str:
    local = ".".join(draw(st.lists(atoms, min_size=1, max_size=4)))
    domain = ".".join([*draw(st.lists(labels, min_size=1, max_size=4)), draw(last_labels)])
    return f"{local}@{domain}"


class TestEmailAddress:
    def test_r40_the_local_part_is_kept_as_typed_and_the_domain_in_lower_case(self) -> None:
        assert EmailAddress.parse(" Anna.Berg@Example.COM ").address == "Anna.Berg@example.com"

    @given(address=addresses())
    def test_what_is_kept_is_read_as_itself(self, address: str) -> None:
        kept = EmailAddress.parse(address)

        assert EmailAddress.parse(kept.address) == EmailAddress(kept.address) == kept
        assert kept.address.lower() == address.lower()

    @pytest.mark.parametrize(
        "text",
        [
            *("anna", "anna@", "@example.com", "anna@@example.com", "anna@berg@example.com"),
            *("anna@example", "anna@example.", "anna@.example.com", "anna@example..com"),
            *(".anna@example.com", "anna.@example.com", "anna..berg@example.com"),
            *("anna@-example.com", "anna@example-.com", "anna@exa_mple.com"),
            *(
                "anna berg@example.com",
                '"anna berg"@example.com',
                "anna@example.com, b@example.com",
            ),
            *("Anna <anna@example.com>", "anna@[192.0.2.1]", "anna@192.0.2.1", "anna@example.1om"),
            *("åsa@example.com", "anna@exämple.com", "anna\u200b@example.com", "anna@example。com"),
            *("=?utf-8?q?anna?=@example.com", "a=?b@example.com"),
        ],
    )
    def test_what_is_no_address_is_refused(self, text: str) -> None:
        assert reason_against_address(text) == "is not an e-mail address"

    @pytest.mark.parametrize(
        "text", ["a\nBcc: b@example.com", "a@example.com\r\nBcc:b@example.com"]
    )
    def test_a_line_break_is_refused(self, text: str) -> None:
        assert reason_against_address(text) == "holds a line break"

    def test_a_control_character_is_refused(self) -> None:
        assert reason_against_address("anna\x00@example.com") == "holds a control character"

    def test_254_characters_are_taken_and_255_are_not(self) -> None:
        longest = "a@" + "b" * 60 + ".bbbbbbb" * 23 + "." + "c" * 7

        assert len(EmailAddress.parse(longest.ljust(254, "c")).address) == 254
        assert reason_against_address(longest.ljust(255, "c")) == "is longer than 254 characters"

    def test_the_local_part_has_at_most_64_characters(self) -> None:
        longest = "a" * 64 + "@example.com"

        assert EmailAddress.parse(longest).address == longest
        assert reason_against_address("a" * 65 + "@example.com") == "is not an e-mail address"

    def test_a_label_has_at_most_63_characters(self) -> None:
        longest = "anna@" + "b" * 63 + ".com"

        assert EmailAddress.parse(longest).address == longest
        assert reason_against_address("anna@" + "b" * 64 + ".com") == "is not an e-mail address"

    def test_nothing_typed_is_missing(self) -> None:
        assert reason_against_address("") == "is missing"

    def test_what_is_not_text_is_refused(self) -> None:
        assert reason_against_address(None) == "is not text"

    def test_the_error_names_the_field_it_was_given(self) -> None:
        with pytest.raises(InvalidValue, match=r"^guardians_email: "):
            EmailAddress.parse("anna", field="guardians_email")

    @pytest.mark.parametrize("address", ["", "anna@Example.com", " a@example.com", "a@b.se\n"])
    def test_the_constructor_takes_only_the_kept_form(self, address: str) -> None:
        with pytest.raises(InvalidValue, match=r"^email: is not an e-mail address$"):
            EmailAddress(address)

    def test_the_constructor_has_the_same_maximum(self) -> None:
        with pytest.raises(InvalidValue):
            EmailAddress("a@" + "b." * 130 + "com")

    def test_an_address_does_not_show_itself(self) -> None:
        address = EmailAddress("anna@example.com")

        shown = f"{address!r} {address!s} {address} {[address]}"
        assert "anna" not in shown
        assert "example" not in shown

    @given(text=st.text("xyz.@-", min_size=1, max_size=30))
    def test_an_error_shows_none_of_what_was_typed(self, text: str) -> None:
        assert error_of(EmailAddress.parse, text) in {"", "email: is not an e-mail address"}
