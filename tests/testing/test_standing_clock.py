from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webtidbok.testing.builders import NOW
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.randomness import CountedRandomness


def test_the_clock_stands_where_it_was_set() -> None:
    clock = StandingClock(NOW.astimezone(ZoneInfo("Asia/Tokyo")))

    assert [clock.now(), clock.now()] == [NOW, NOW]
    assert clock.now().utcoffset() == timedelta()


def test_the_clock_is_moved_and_set_also_back() -> None:
    clock = StandingClock(NOW)
    clock.move(timedelta(hours=1))
    assert clock.now() == NOW + timedelta(hours=1)

    clock.move(timedelta(days=-1))
    assert clock.now() == NOW - timedelta(hours=23)

    clock.stand_at(NOW)
    assert clock.now() == NOW


def test_a_clock_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 12, 7, 9, 0)  # noqa: DTZ001 - the fault

    with pytest.raises(ValueError, match="no time zone"):
        StandingClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        StandingClock(NOW).stand_at(naive)


def test_counted_randomness_repeats_itself_and_never_the_same_bytes() -> None:
    first, again, other = CountedRandomness(1), CountedRandomness(1), CountedRandomness(2)
    drawn = [first.random_bytes(16) for _ in range(100)]

    assert drawn == [again.random_bytes(16) for _ in range(100)]
    assert len(set(drawn)) == 100
    assert other.random_bytes(16) not in drawn
    assert [len(first.random_bytes(count)) for count in (0, 5, 32)] == [0, 5, 32]
