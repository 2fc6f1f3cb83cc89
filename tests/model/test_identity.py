"""R37: identity numbers, against the rule itself and against two packages that read them.

Whole numbers written out here are from the tax agency's published test series: born 1977-2013,
birth number 238 or 239. All others are made when a test runs.

The packages read today's date themselves, so what is compared with them is parsed as of today.
Where one of them is known to be wrong, a test of its own says so.
"""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from personnummer import personnummer
from stdnum import luhn
from stdnum.se import personnummer as stdnum_personnummer

from webtidbok.errors import InvalidValue
from webtidbok.model.identity import Identity, PersonalIdentityNumber

ON = date(2026, 11, 23)
WOMAN = "199201012383"
MAN = "199201012391"
CHILD = "200601012388"


def complete(eleven: str) -> str:
    """Return eleven digits, with century, and their check digit."""
    return eleven + luhn.calc_check_digit(eleven[2:])


def parse(text: str, on: date = ON) -> PersonalIdentityNumber:
    return PersonalIdentityNumber.parse(text, on=on)


def is_valid(text: str, on: date = ON) -> bool:
    try:
        parse(text, on)
    except InvalidValue:
        return False
    return True


def reason_against(text: object, on: date = ON) -> str:
    with pytest.raises(InvalidValue) as caught:
        PersonalIdentityNumber.parse(text, on=on)  # type: ignore[arg-type]
    assert caught.value.field == "identity_number"
    return caught.value.reason


def today() -> date:
    return date.today()  # noqa: DTZ011 - what the packages read


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Draw twelve digits that are valid on `ON`, of a person or a coordination number."""
    born = draw(st.dates(date(1800, 1, 1), ON))
    day = born.day + draw(st.sampled_from([0, 60]))
    return complete(f"{born:%Y%m}{day:02}{draw(st.integers(1, 999)):03}")


@st.composite
def written_numbers(draw: st.DrawFn, days: tuple[int, ...] = (0, 60), first: int = 0) -> str:
    """Draw what is nearly a number in some way of writing; about half of them are right."""
    born = draw(st.dates(date(1800, 1, 1), date(2013, 12, 31)))
    month = draw(st.sampled_from([born.month] * 8 + [0, 2, 13]))
    day = draw(st.sampled_from([born.day] * 8 + [0, 29, 32])) + draw(st.sampled_from(days))
    digits = complete(f"{born.year}{month:02}{day:02}{draw(st.integers(first, 999)):03}")
    digits = draw(st.sampled_from([digits] * 3 + [digits[:-1] + "7"]))
    separator = draw(st.sampled_from(["", "-", "+"]))
    return digits[draw(st.sampled_from([0, 2])) : 8] + separator + digits[8:]


class TestWriting:
    @pytest.mark.parametrize(
        "text",
        [
            *("199201012383", "19920101-2383", "19920101+2383", "9201012383", "920101-2383"),
            *(" 920101-2383\n", "\u00a0199201012383"),
        ],
    )
    def test_r37_every_way_of_writing_gives_the_same_twelve_digits(self, text: str) -> None:
        assert parse(text) == PersonalIdentityNumber(WOMAN)

    @pytest.mark.parametrize(
        "text",
        [
            *("92010123", "92010-12383", "9201-01-2383", "920101--2383", "-9201012383"),
            *("9920101-2383", "0199201012383", "920101 2383", "92 01 01 2383", "920101-23 83"),
            *("920101\u22122383", "920101\u20132383", "920101_2383", "SE9201012383", "hemligt"),
            *("٩٢٠١٠١-٢٣٨٣", "92010123\u0668\u0663", "９２０１０１２３８３", "920101-T383"),
        ],
    )
    def test_any_other_writing_is_refused(self, text: str) -> None:
        assert reason_against(text) == "is not 10 or 12 digits"

    def test_nothing_typed_is_missing(self) -> None:
        assert reason_against("  ") == "is missing"

    @pytest.mark.parametrize("value", [None, 9201012383, b"9201012383"])
    def test_what_is_not_text_is_refused(self, value: object) -> None:
        assert reason_against(value) == "is not text"

    def test_the_error_names_the_field_it_was_given(self) -> None:
        with pytest.raises(InvalidValue, match=r"^guardian: "):
            PersonalIdentityNumber.parse("1", on=ON, field="guardian")

    @given(digits=numbers(), separator=st.sampled_from(["", "-", "+"]))
    def test_with_twelve_digits_a_separator_changes_nothing(
        self, digits: str, separator: str
    ) -> None:
        assert parse(digits[:8] + separator + digits[8:]).digits == digits

    @given(digits=numbers())
    def test_ten_digits_with_the_separator_of_the_age_mean_the_person(self, digits: str) -> None:
        age_by_year = ON.year - int(digits[:4])
        assume(age_by_year < 200)
        separator = "-" if age_by_year < 100 else "+"

        assert parse(digits[2:8] + separator + digits[8:]).digits == digits


class TestCentury:
    def test_without_plus_the_person_is_the_latest_one_already_born(self) -> None:
        birthday = date(1992, 1, 1)

        assert parse("920101-2383", birthday).birth_date == birthday
        assert parse("920101-2383", birthday - timedelta(days=1)).birth_date.year == 1892

    def test_a_birthday_later_this_year_is_of_a_person_of_ninety_nine(self) -> None:
        tomorrow = complete("19261124238")

        assert parse(tomorrow[2:]).birth_date == date(1926, 11, 24)

    def test_without_plus_nobody_is_too_old_to_be_the_latest(self) -> None:
        assert parse("920101-2383", date(2091, 12, 31)).birth_date.year == 1992

    def test_with_plus_the_person_turns_a_hundred_this_year_at_the_latest(self) -> None:
        assert parse("920101+2383", date(2091, 12, 31)).birth_date.year == 1892
        assert parse("920101+2383", date(2092, 1, 1)).birth_date.year == 1992

    def test_a_plus_holds_from_the_new_year_before_the_hundredth_birthday(self) -> None:
        december = complete("19261224238")

        assert parse(f"{december[2:8]}+{december[8:]}").birth_date == date(1926, 12, 24)

    def test_the_day_of_a_coordination_number_is_compared_as_a_date(self) -> None:
        born_today = complete("20261183238")

        assert parse(born_today[2:]).birth_date == ON

    def test_the_century_comes_first_and_then_the_date_must_be_real(self) -> None:
        leap_day = complete("20000229238")

        assert parse(leap_day[2:]).birth_date == date(2000, 2, 29)
        assert reason_against(leap_day[2:], date(2000, 2, 28)) == "does not begin with a real date"

    def test_a_century_before_the_19th_is_refused_with_ten_digits_too(self) -> None:
        assert reason_against("920101+2383", date(1950, 1, 1)) == "has a birth year before 1800"


class TestValidity:
    @pytest.mark.parametrize("digits", [WOMAN, MAN, CHILD])
    def test_published_test_numbers_are_valid(self, digits: str) -> None:
        assert parse(digits).digits == digits

    def test_the_day_of_birth_is_already_born_and_the_day_before_is_not(self) -> None:
        born = date(2006, 1, 1)

        assert parse(CHILD, born).birth_date == born
        assert reason_against(CHILD, born - timedelta(days=1)) == "is of somebody not yet born"

    def test_a_birth_number_000_is_refused(self) -> None:
        assert reason_against(complete("19920101000")) == "has birth number 000"

    def test_the_year_1800_is_read_and_1799_is_not(self) -> None:
        assert parse(complete("18000101238")).birth_date == date(1800, 1, 1)
        assert reason_against(complete("17991231238")) == "has a birth year before 1800"
        assert reason_against(complete("00000101238")) == "has a birth year before 1800"

    @pytest.mark.parametrize(
        "month_and_day", ["0001", "1301", "0100", "0132", "0431", "0229", "0160", "0192", "0289"]
    )
    def test_a_date_that_is_not_real_is_refused(self, month_and_day: str) -> None:
        digits = complete(f"1993{month_and_day}238")

        assert reason_against(digits) == "does not begin with a real date"

    def test_1900_was_no_leap_year_and_2000_was(self) -> None:
        assert not is_valid(complete("19000229238"))
        assert is_valid(complete("20000229238"))

    def test_a_coordination_number_is_known_as_one_and_has_a_birth_date(self) -> None:
        number = parse(complete("19920191238"))

        assert number.is_coordination_number
        assert number.birth_date == date(1992, 1, 31)
        assert not parse(WOMAN).is_coordination_number

    def test_a_coordination_number_without_a_birth_date_is_refused(self) -> None:
        published = "198000602394"

        assert reason_against(published) == "does not begin with a real date"

    @given(digits=numbers(), place=st.integers(2, 11), change=st.integers(1, 9))
    def test_no_number_is_valid_with_one_digit_changed(
        self, digits: str, place: int, change: int
    ) -> None:
        changed = str((int(digits[place]) + change) % 10)

        assert not is_valid(digits[:place] + changed + digits[place + 1 :])

    @given(digits=numbers(), later=st.timedeltas(timedelta(0), timedelta(days=20_000)))
    def test_who_is_born_stays_born(self, digits: str, later: timedelta) -> None:
        assert parse(digits, ON + later) == parse(digits)


class TestValue:
    @given(digits=numbers())
    def test_the_constructor_takes_the_kept_form_back(self, digits: str) -> None:
        assert PersonalIdentityNumber(parse(digits).kept) == parse(digits)

    @pytest.mark.parametrize(
        "digits",
        ["", "9201012383", "19920101-2383", " 199201012383", "199201012383\n", "199201012384"],
    )
    def test_the_constructor_takes_nothing_else(self, digits: str) -> None:
        with pytest.raises(InvalidValue, match=r"^identity_number: "):
            PersonalIdentityNumber(digits)

    def test_the_constructor_does_not_ask_what_day_it_is(self) -> None:
        assert PersonalIdentityNumber(complete("20990101238")).birth_date == date(2099, 1, 1)

    def test_numbers_are_equal_and_hashed_by_their_digits(self) -> None:
        assert {parse("920101-2383"), parse(WOMAN)} == {PersonalIdentityNumber(WOMAN)}
        assert parse(WOMAN) != parse(MAN)

    def test_numbers_have_no_order(self) -> None:
        with pytest.raises(TypeError):
            parse(WOMAN) < parse(MAN)  # noqa: B015

    def test_a_number_is_an_identity(self) -> None:
        identity: Identity = parse(WOMAN)

        assert (identity.kept, identity.birth_date) == (WOMAN, date(1992, 1, 1))

    @given(digits=numbers())
    def test_a_number_shows_none_of_itself(self, digits: str) -> None:
        number = parse(digits)

        shown = f"{number!r} {number!s} {number} {number.masked} {[number]}"
        assert not any(character.isdigit() for character in shown)

    @given(text=st.text("0123456789-+", min_size=6, max_size=9))
    def test_an_error_shows_none_of_what_was_typed(self, text: str) -> None:
        assert reason_against(text) == "is not 10 or 12 digits"

    @given(digits=numbers(), place=st.integers(2, 11))
    def test_an_error_about_a_number_shows_none_of_it(self, digits: str, place: int) -> None:
        wrong = str((int(digits[place]) + 1) % 10)
        reason = reason_against(digits[:place] + wrong + digits[place + 1 :])

        assert reason in {
            "does not begin with a real date",
            "has birth number 000",
            "has a wrong check digit",
        }


class TestAgainstPersonnummer:
    @given(text=written_numbers())
    def test_both_say_the_same_of_what_is_nearly_a_number(self, text: str) -> None:
        assert is_valid(text, today()) == personnummer.valid(text)

    @given(text=st.from_regex(r"(18|19|20)?[0-9]{6}[-+]?[0-9]{4}", fullmatch=True))
    def test_both_say_the_same_of_random_digits(self, text: str) -> None:
        theirs = personnummer.valid(text)
        states_century = len(text) >= len("YYYYMMDDNNNC")
        if theirs and states_century and personnummer.parse(text).get_date() > today():
            theirs = False  # it is wrong about the future, see below

        assert is_valid(text, today()) == theirs

    @given(text=written_numbers())
    def test_both_mean_the_same_person(self, text: str) -> None:
        assume(is_valid(text, today()))
        ours, theirs = parse(text, today()), personnummer.parse(text)

        assert ours.is_coordination_number == theirs.is_coordination_number()
        assert ours.birth_date == born_by_now(theirs.get_date())

    def test_it_is_wrong_about_the_18th_century(self) -> None:
        text = complete("17900101238")

        assert personnummer.valid(text)
        assert not is_valid(text)

    def test_it_is_wrong_about_the_future(self) -> None:
        text = complete("20990101238")

        assert personnummer.valid(text)
        assert not is_valid(text)

    def test_it_is_wrong_about_the_digits_of_other_scripts(self) -> None:
        text = "٩٢٠١٠١-٢٣٨٣"

        assert personnummer.valid(text)
        assert not is_valid(text)

    def test_it_takes_an_integer(self) -> None:
        assert personnummer.valid(int(WOMAN))
        assert reason_against(int(WOMAN)) == "is not text"


class TestAgainstStdnum:
    @given(text=written_numbers(days=(0,), first=1))
    def test_both_say_the_same_of_what_is_nearly_a_number(self, text: str) -> None:
        assert is_valid(text, today()) == stdnum_personnummer.is_valid(text)

    @given(text=written_numbers(days=(0,), first=1))
    def test_both_mean_the_same_day_of_birth(self, text: str) -> None:
        assume(is_valid(text, today()))
        theirs = stdnum_personnummer.get_birth_date(text)

        assert parse(text, today()).birth_date == born_by_now(theirs)

    def test_it_does_not_know_coordination_numbers(self) -> None:
        text = complete("19920161238")

        assert not stdnum_personnummer.is_valid(text)
        assert is_valid(text)

    @pytest.mark.parametrize("eleven", ["19900101000", "17900101238", "20990101238"])
    def test_it_is_wrong_about_birth_number_000_and_far_centuries(self, eleven: str) -> None:
        assert stdnum_personnummer.is_valid(complete(eleven))
        assert not is_valid(complete(eleven))

    @pytest.mark.parametrize("text", ["920101\u22122383", "92 01 01-2383"])
    def test_it_takes_other_minus_signs_and_inner_spaces(self, text: str) -> None:
        assert stdnum_personnummer.is_valid(text)
        assert not is_valid(text)


def born_by_now(theirs: date) -> date:
    """Return what we mean by ten digits where a package means `theirs`.

    Both packages look at the year only, and so take who turns 100 later this year for unborn.
    """
    return theirs if theirs <= today() else theirs.replace(year=theirs.year - 100)
