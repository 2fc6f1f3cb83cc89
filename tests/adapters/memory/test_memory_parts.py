from collections.abc import Sequence

import pytest

from webtidbok.adapters.memory.patients import MemoryPatients
from webtidbok.adapters.memory.throttle import MemoryThrottle
from webtidbok.adapters.memory.watch_list import MemoryWatchList
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.throttle import Throttle
from webtidbok.ports.watch_list import WatchList
from webtidbok.testing.builders import THE_CLINIC
from webtidbok.testing.patients import PatientRegisterContract
from webtidbok.testing.throttle import ThrottleContract
from webtidbok.testing.watch_list import WatchListContract


class TestMemoryPatients(PatientRegisterContract):
    @pytest.fixture
    def register(self) -> PatientRegister:
        return MemoryPatients()


class TestMemoryThrottle(ThrottleContract):
    @pytest.fixture
    def throttle(self) -> Throttle:
        return MemoryThrottle()


class TestMemoryWatchList(WatchListContract):
    @pytest.fixture
    def watch_list(self) -> WatchList:
        return MemoryWatchList()

    def entries_of(self, watch_list: WatchList) -> Sequence[WatchListEntry]:
        assert isinstance(watch_list, MemoryWatchList)
        return watch_list.entries(THE_CLINIC)
