import pytest

from webtidbok.adapters.memory.patients import MemoryPatients
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.adapters.memory.watch_list import MemoryWatchList
from webtidbok.model.ids import AppointmentId, ClinicId
from webtidbok.model.patient import Patient
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.store import Code, Link
from webtidbok.ports.watch_list import WatchList
from webtidbok.testing.builders import (
    THE_CLINIC,
    a_clinic,
    a_patient,
    a_watch_list_entry,
    an_appointment,
    an_event,
)
from webtidbok.testing.store import StoreContract
from webtidbok.testing.store_scenes import StoreWithRecords, everything_in, put


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> StoreWithRecords:
        return MemoryStore()


class ListThatFails(WatchList):
    def add(self, entry: WatchListEntry) -> None:
        raise OSError(f"no answer for {entry.appointment}")


class RegisterThatFails(MemoryPatients):
    def put(self, clinic: ClinicId, patient: Patient) -> None:
        super().put(clinic, patient)
        raise OSError("no answer")


@pytest.mark.parametrize(
    "store",
    [MemoryStore(watch_list=ListThatFails()), MemoryStore(patients=RegisterThatFails())],
    ids=["watch list", "register"],
)
def test_a_part_of_the_hosts_that_fails_takes_the_whole_change_with_it(store: MemoryStore) -> None:
    put(store, a_clinic())
    before = everything_in(store)

    with pytest.raises(OSError, match="no answer"):
        put(store, a_patient(), an_appointment(), an_event(), a_watch_list_entry())

    assert everything_in(store) == before
    assert store.find_by_code(a_patient().identity_number, ["code"]) is None


def test_registers_and_lists_may_be_handed_in_and_read_by_the_host() -> None:
    patients, watch_list = MemoryPatients(), MemoryWatchList()
    store = MemoryStore(patients=patients, watch_list=watch_list)
    put(store, a_clinic())
    put(store, a_patient(), an_appointment(), a_watch_list_entry())

    assert patients.by_number(THE_CLINIC, a_patient().identity_number) == a_patient()
    assert list(watch_list.entries(THE_CLINIC)) == [a_watch_list_entry()]


def test_a_watch_list_of_the_hosts_is_the_hosts_to_read() -> None:
    class HostsList(WatchList):
        def add(self, entry: WatchListEntry) -> None:
            """Let the host have it."""

    store = MemoryStore(watch_list=HostsList())
    put(store, a_clinic())
    put(store, an_appointment(), a_watch_list_entry())

    assert list(store.watch_list(THE_CLINIC)) == []


def test_links_and_codes_need_an_appointment() -> None:
    store = MemoryStore()
    put(store, a_clinic())

    with pytest.raises(ValueError, match="nobody's"):
        put(store, Link("link", AppointmentId("nobody's")))
    with pytest.raises(ValueError, match="nobody's"):
        put(store, Code("code", AppointmentId("nobody's")))
    assert store.find_by_link("link") is None
