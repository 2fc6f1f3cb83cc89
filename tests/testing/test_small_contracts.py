"""The contracts of the smaller ports hold for ours, and are broken by what breaks a promise."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import attrs
import pytest

from webtidbok.adapters.keys import FixedKeys, KeyFile
from webtidbok.adapters.mailbox_file import MailboxFile
from webtidbok.adapters.system import SystemClock, SystemRandomness
from webtidbok.model.ids import ClinicId
from webtidbok.model.schedule import SATURDAY
from webtidbok.ports.clock import Clock
from webtidbok.ports.closures import ClosureCalendar
from webtidbok.ports.keys import Keys
from webtidbok.ports.messenger import Messenger, Outgoing
from webtidbok.ports.randomness import Randomness
from webtidbok.testing.builders import NOW
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.installation import (
    ClockContract,
    ClosureCalendarContract,
    KeysContract,
    RandomnessContract,
)
from webtidbok.testing.messenger import MessengerContract
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.testing.sink import MessageSink


class TestClocks(ClockContract):
    @pytest.fixture(params=[SystemClock(), StandingClock(NOW)], ids=["system", "standing"])
    def clock(self, request: pytest.FixtureRequest) -> Clock:
        clock: Clock = request.param
        return clock


class TestRandomness(RandomnessContract):
    @pytest.fixture(params=[SystemRandomness, CountedRandomness])
    def randomness(self, request: pytest.FixtureRequest) -> Randomness:
        made: Randomness = request.param()
        return made


class TestFixedKeys(KeysContract):
    @pytest.fixture
    def keys(self) -> Keys:
        return FixedKeys(b"sixteen letters.", b"another sixteen.")


class TestKeyFile(KeysContract):
    @pytest.fixture
    def keys(self, tmp_path: Path) -> Keys:
        return KeyFile(tmp_path / "keys")


class Weekdays(ClosureCalendar):
    def is_working_day(self, clinic: ClinicId, day: date) -> bool:  # noqa: ARG002 - the same
        return day.weekday() < SATURDAY


class TestClosures(ClosureCalendarContract):
    @pytest.fixture
    def closures(self) -> ClosureCalendar:
        return Weekdays()


class TestSink(MessengerContract):
    @pytest.fixture
    def messenger(self) -> Messenger:
        return MessageSink()

    def arrived(self, messenger: Messenger) -> Sequence[str]:
        assert isinstance(messenger, MessageSink)
        return [each.repeat_key for each in messenger.taken]


class TestMailboxFile(MessengerContract):
    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path) -> None:
        self.file = tmp_path / "mailbox"

    @pytest.fixture
    def messenger(self) -> Messenger:
        return MailboxFile(self.file)

    def arrived(self, messenger: Messenger) -> Sequence[str]:  # noqa: ARG002 - it is in the file
        return [json.loads(line)["key"] for line in self.file.read_text().splitlines()]


# What breaks a promise


class NaiveClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)


class SameBytes(Randomness):
    def random_bytes(self, count: int) -> bytes:
        return b"4" * count


class ShortBytes(Randomness):
    def random_bytes(self, count: int) -> bytes:
        return SystemRandomness().random_bytes(min(count, 16))


@attrs.frozen
class ShownKeys(Keys):
    given: Sequence[bytes] = (b"sixteen letters.",)

    def keys(self) -> Sequence[bytes]:
        return self.given


class NewKeysEachTime(Keys):
    def keys(self) -> Sequence[bytes]:
        return [SystemRandomness().random_bytes(16)]


class ClosedForGood(ClosureCalendar):
    def is_working_day(self, clinic: ClinicId, day: date) -> bool:  # noqa: ARG002 - the same
        return False


class LaterMessenger(MessageSink):
    """Answers before it has sent."""

    def __init__(self) -> None:
        super().__init__()
        self._last: Outgoing | None = None

    def send(self, outgoing: Outgoing) -> None:
        if self._last is not None:
            super().send(self._last)
        self._last = outgoing


class LatestFirst(MessageSink):
    def send(self, outgoing: Outgoing) -> None:
        self.taken.insert(0, outgoing)


class OneOfEachId(MessageSink):
    """Drops repeats by an id that is a clinic's own."""

    def send(self, outgoing: Outgoing) -> None:
        if outgoing.message.id not in self.ids:
            super().send(outgoing)


BROKEN: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "test_the_present_is_aware_of_its_zone": (ClockContract, NaiveClock),
    "test_the_same_bytes_never_come_again": (RandomnessContract, SameBytes),
    "test_there_are_as_many_bytes_as_asked_for": (RandomnessContract, ShortBytes),
    "test_there_is_a_key_and_none_is_short": (KeysContract, lambda: ShownKeys((b"short",))),
    "test_keys_show_nowhere": (KeysContract, ShownKeys),
    "test_the_keys_are_the_same_when_asked_for_again": (KeysContract, NewKeysEachTime),
    "test_every_year_has_a_working_day": (ClosureCalendarContract, ClosedForGood),
    "test_a_message_has_arrived_when_it_is_sent": (TestSink, LaterMessenger),
    "test_messages_arrive_in_the_order_in_which_they_are_sent": (TestSink, LatestFirst),
    "test_the_same_id_of_two_clinics_is_two_messages": (TestSink, OneOfEachId),
}


@pytest.mark.parametrize("test", BROKEN)
def test_what_breaks_a_promise_fails_the_contract(test: str) -> None:
    contract, broken = BROKEN[test]

    with pytest.raises(AssertionError):
        getattr(contract(), test)(broken())
