"""The contract of a throttle."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import attrs

from webtidbok.model.instants import SECOND
from webtidbok.ports.throttle import Limit, Throttle
from webtidbok.testing.builders import NOW
from webtidbok.testing.store_races import at_once

_TWO_AN_HOUR = Limit(name="tries", most=2, window=timedelta(hours=1))
_AN_HOUR = _TWO_AN_HOUR.window


class ThrottleContract:
    """Subclass it in your tests and give it a `throttle` that has counted nothing."""

    def test_as_many_are_admitted_as_the_limit_says(self, throttle: Throttle) -> None:
        """And no more, however often they try."""
        answers = [throttle.admit(_TWO_AN_HOUR, "who", item, NOW) for item in "abcd"]

        assert answers == [True, True, False, False]

    def test_a_limit_of_none_admits_nothing(self, throttle: Throttle) -> None:
        """It is used up from the start."""
        none = attrs.evolve(_TWO_AN_HOUR, most=0)

        assert throttle.is_used_up(none, "who", NOW)
        assert not throttle.admit(none, "who", "a", NOW)

    def test_a_limit_is_used_up_when_nothing_more_would_be_admitted(
        self, throttle: Throttle
    ) -> None:
        """Asking counts nothing."""
        for item in "ab":
            assert not throttle.is_used_up(_TWO_AN_HOUR, "who", NOW)
            assert not throttle.is_used_up(_TWO_AN_HOUR, "who", NOW)
            throttle.admit(_TWO_AN_HOUR, "who", item, NOW)

        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW)

    def test_what_was_counted_stops_counting_when_its_window_ends(self, throttle: Throttle) -> None:
        """A second before it still counts; at its end it does not."""
        throttle.admit(_TWO_AN_HOUR, "who", "a", NOW)
        throttle.admit(_TWO_AN_HOUR, "who", "b", NOW + SECOND)

        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW + _AN_HOUR - SECOND)
        assert not throttle.admit(_TWO_AN_HOUR, "who", "c", NOW + _AN_HOUR - SECOND)
        assert not throttle.is_used_up(_TWO_AN_HOUR, "who", NOW + _AN_HOUR)
        assert throttle.admit(_TWO_AN_HOUR, "who", "c", NOW + _AN_HOUR)
        assert not throttle.admit(_TWO_AN_HOUR, "who", "d", NOW + _AN_HOUR)

    def test_what_was_not_admitted_does_not_count(self, throttle: Throttle) -> None:
        """Trying over and over locks nobody out for longer."""
        for item in "ab":
            throttle.admit(_TWO_AN_HOUR, "who", item, NOW)
        for second in range(5):
            throttle.admit(_TWO_AN_HOUR, "who", f"late {second}", NOW + second * SECOND)

        assert throttle.admit(_TWO_AN_HOUR, "who", "c", NOW + _AN_HOUR)

    def test_an_item_that_counts_is_admitted_again(self, throttle: Throttle) -> None:
        """It takes one place, also when all are taken, and counts from the last time."""
        for item in "aab":
            assert throttle.admit(_TWO_AN_HOUR, "who", item, NOW)
        assert throttle.admit(_TWO_AN_HOUR, "who", "a", NOW + 2 * SECOND)

        assert throttle.admit(_TWO_AN_HOUR, "who", "c", NOW + _AN_HOUR)
        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW + _AN_HOUR + SECOND)
        assert not throttle.is_used_up(_TWO_AN_HOUR, "who", NOW + _AN_HOUR + 2 * SECOND)

    def test_an_item_whose_window_has_ended_is_new_again(self, throttle: Throttle) -> None:
        """Then it needs a place like any other."""
        throttle.admit(_TWO_AN_HOUR, "who", "old", NOW)
        later = NOW + _AN_HOUR
        for item in "ab":
            throttle.admit(_TWO_AN_HOUR, "who", item, later)

        assert not throttle.admit(_TWO_AN_HOUR, "who", "old", later)

    def test_what_is_forgotten_gives_its_place_back(self, throttle: Throttle) -> None:
        """Forgetting what does not count does nothing."""
        for item in "ab":
            throttle.admit(_TWO_AN_HOUR, "who", item, NOW)
        throttle.forget(_TWO_AN_HOUR, "who", "never counted")
        throttle.forget(_TWO_AN_HOUR, "somebody else", "a")
        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW)

        throttle.forget(_TWO_AN_HOUR, "who", "a")
        throttle.forget(_TWO_AN_HOUR, "who", "a")
        assert throttle.admit(_TWO_AN_HOUR, "who", "c", NOW)
        assert not throttle.admit(_TWO_AN_HOUR, "who", "d", NOW)

    def test_subjects_and_limits_are_counted_apart(self, throttle: Throttle) -> None:
        """One who has used up a limit is in nobody's way."""
        others = attrs.evolve(_TWO_AN_HOUR, name="other tries")
        for item in "ab":
            throttle.admit(_TWO_AN_HOUR, "who", item, NOW)

        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW)
        assert not throttle.is_used_up(_TWO_AN_HOUR, "another", NOW)
        assert not throttle.is_used_up(others, "who", NOW)
        assert throttle.admit(_TWO_AN_HOUR, "another", "a", NOW)
        assert throttle.admit(others, "who", "a", NOW)

    def test_the_present_may_be_given_in_any_zone(self, throttle: Throttle) -> None:
        """It is a moment, not what a clock shows."""
        tokyo = ZoneInfo("Asia/Tokyo")
        for item in "ab":
            throttle.admit(_TWO_AN_HOUR, "who", item, NOW.astimezone(tokyo))

        assert throttle.is_used_up(_TWO_AN_HOUR, "who", NOW + _AN_HOUR - SECOND)
        assert not throttle.is_used_up(_TWO_AN_HOUR, "who", (NOW + _AN_HOUR).astimezone(tokyo))

    def test_callers_at_once_are_not_both_admitted_to_the_last_place(
        self, throttle: Throttle
    ) -> None:
        """Whoever is first."""

        def attempt(number: int) -> bool:
            return throttle.admit(_TWO_AN_HOUR, "who", str(number), NOW)

        assert sum(at_once(attempt)) == _TWO_AN_HOUR.most
