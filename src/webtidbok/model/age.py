"""Ages in full years, and who is a child (R11)."""

from datetime import date
from enum import Enum

import attrs


class AgeBasis(Enum):
    """How the years of an age are counted."""

    BIRTHDAY = "birthday"
    CALENDAR_YEAR = "calendar_year"


class Ages(Enum):
    """Whom a bookable type is for (R11a)."""

    EVERYONE = "everyone"
    ADULTS = "adults"
    CHILDREN = "children"


@attrs.frozen
class AgeRule:
    """From which age a patient is an adult; a policy of the host, not of a clinic (R11a).

    Raises:
        ValueError: `adult_from` is not 1 or more.
    """

    adult_from: int
    basis: AgeBasis = AgeBasis.BIRTHDAY

    def __attrs_post_init__(self) -> None:
        if self.adult_from < 1:
            raise ValueError(f"adult_from is {self.adult_from}, not 1 or more")

    def adult_on(self, born: date) -> date:
        """Return the first date on which somebody born on `born` is an adult."""
        if self.basis is AgeBasis.CALENDAR_YEAR:
            return date(born.year + self.adult_from, 1, 1)
        return birthday(born, self.adult_from)


#: A child is under 24, by birthdays: what the source says (R11).
SEED_24 = AgeRule(24)

#: Swedish law since 2025-01-01: free dental care through the year of turning 19 (R11a).
SE_2025 = AgeRule(20, AgeBasis.CALENDAR_YEAR)


def birthday(born: date, years: int) -> date:
    """Return the date on which somebody born on `born` has lived `years` full years.

    Born on 29 February, the full year is reached on 1 March of a year without that date.
    """
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
