"""Personal identity numbers that belong to nobody.

The Swedish Tax Agency publishes numbers for tests and never gives them to people. For the birth
years below the series holds the birth numbers 238 and 239 of nearly every day, so it can be
followed without a copy of it. Never use other numbers in tests, documents or pictures.
"""

from datetime import date, timedelta

from webtidbok.model.identity import PersonalIdentityNumber

#: Birth years whose every day has its two numbers in the series.
SAFE_YEARS = tuple(
    year
    for year in range(1977, 2014)
    if year not in {1980, 1989, 1990, 2000, 2001, 2002, 2005, 2007, 2010, 2011}
)

_WOMAN, _MAN = "238", "239"


def published_number(born: date, *, man: bool = False) -> PersonalIdentityNumber:
    """Return the number for tests of a woman, or of a man, born on `born`.

    Raises:
        ValueError: the year is not among `SAFE_YEARS`.
    """
    if born.year not in SAFE_YEARS:
        raise ValueError(f"no numbers for tests are known for {born.year}")
    digits = f"{born:%Y%m%d}{_MAN if man else _WOMAN}"
    return PersonalIdentityNumber(digits + _check_digit(digits[2:]))


def an_identity_number(place: int = 1) -> PersonalIdentityNumber:
    """Return the number for tests in this place, 1 to 300: each place has its own."""
    return published_number(date(1985, 1, 1) + timedelta(days=place))


def _check_digit(nine_digits: str) -> str:
    doubled = "".join(str(int(digit) * 2) for digit in nine_digits[::2])
    return str(-sum(map(int, doubled + nine_digits[1::2])) % 10)
