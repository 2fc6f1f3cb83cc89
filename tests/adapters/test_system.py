from datetime import UTC, datetime, timedelta

from webtidbok.adapters.system import SystemClock, SystemRandomness


def test_the_clock_tells_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_random_bytes_are_as_many_as_asked_for_and_never_the_same() -> None:
    randomness = SystemRandomness()

    assert [len(randomness.random_bytes(count)) for count in (0, 5, 16)] == [0, 5, 16]
    assert len({randomness.random_bytes(16) for _ in range(1_000)}) == 1_000
