"""The contracts of what an installation brings along: clock, randomness, keys, working days."""

from datetime import date

from webtidbok.model.instants import DAY
from webtidbok.ports.clock import Clock
from webtidbok.ports.closures import ClosureCalendar
from webtidbok.ports.keys import Keys
from webtidbok.ports.randomness import Randomness
from webtidbok.testing.builders import THE_CLINIC

_SHORTEST_KEY_BYTES = 16
_DRAWS = 1_000
_YEARS = range(2026, 2036)


class ClockContract:
    """Subclass it in your tests and give it a `clock`."""

    def test_the_present_is_aware_of_its_zone(self, clock: Clock) -> None:
        """Otherwise it would be another moment for each machine."""
        assert clock.now().utcoffset() is not None

    def test_the_present_never_goes_back_by_itself(self, clock: Clock) -> None:
        """It may stand still."""
        moments = [clock.now() for _ in range(_DRAWS)]

        assert moments == sorted(moments)


class RandomnessContract:
    """Subclass it in your tests and give it a `randomness`."""

    def test_there_are_as_many_bytes_as_asked_for(self, randomness: Randomness) -> None:
        """Also none."""
        assert [len(randomness.random_bytes(count)) for count in (0, 1, 5, 16, 32)] == [
            *(0, 1, 5, 16, 32)
        ]

    def test_the_same_bytes_never_come_again(self, randomness: Randomness) -> None:
        """That nobody can guess them, no test can tell."""
        assert len({randomness.random_bytes(16) for _ in range(_DRAWS)}) == _DRAWS


class KeysContract:
    """Subclass it in your tests and give it `keys`, at least one."""

    def test_there_is_a_key_and_none_is_short(self, keys: Keys) -> None:
        """The first one writes."""
        assert len(keys.keys()) > 0
        assert all(len(key) >= _SHORTEST_KEY_BYTES for key in keys.keys())  # noqa: SIM118 - a port's

    def test_the_keys_are_the_same_when_asked_for_again(self, keys: Keys) -> None:
        """What was kept under them must be found."""
        assert list(keys.keys()) == list(keys.keys())

    def test_keys_show_nowhere(self, keys: Keys) -> None:
        """Neither as they are nor as hex digits."""
        for key in keys.keys():  # noqa: SIM118 - a port's method
            assert repr(key)[2:-1] not in repr(keys)
            assert key.hex() not in repr(keys)


class ClosureCalendarContract:
    """Subclass it in your tests and give it a `closures` that knows the test clinic."""

    def test_every_year_has_a_working_day(self, closures: ClosureCalendar) -> None:
        """Else a deadline before a visit could not be found."""
        for year in _YEARS:
            days = (date(year, 1, 1) + number * DAY for number in range(365))
            assert any(closures.is_working_day(THE_CLINIC, day) for day in days)

    def test_a_day_is_the_same_when_asked_about_again(self, closures: ClosureCalendar) -> None:
        """A decision may be made twice."""
        days = [date(2026, 12, 1) + number * DAY for number in range(60)]
        told = [closures.is_working_day(THE_CLINIC, day) for day in days]

        assert told == [closures.is_working_day(THE_CLINIC, day) for day in days]
