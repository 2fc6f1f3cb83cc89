"""The contract of a store.

Subclass it in your tests and give it a fixture `store` that answers with an empty store:

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self) -> StoreWithRecords:
            return MyStore()

The tests open the test clinic of `webtidbok.testing.builders` in it themselves.
"""

from webtidbok.testing.store_change import ChangeContract
from webtidbok.testing.store_exclusivity import ExclusivityContract
from webtidbok.testing.store_lookups import LookupContract
from webtidbok.testing.store_races import RaceContract
from webtidbok.testing.store_records import RecordsContract
from webtidbok.testing.store_search import BusyContract
from webtidbok.testing.store_snapshot import OneMomentContract, SnapshotContract
from webtidbok.testing.store_standing import StandingContract
from webtidbok.testing.store_state import StateContract
from webtidbok.testing.store_tenancy import TenancyContract

__all__ = ["OneCallerStoreContract", "StoreContract"]


class OneCallerStoreContract(
    ChangeContract,
    ExclusivityContract,
    StateContract,
    BusyContract,
    LookupContract,
    RecordsContract,
    SnapshotContract,
    TenancyContract,
):
    """All that can be asked of a store by one caller at a time.

    For a store that joins a host's transaction and so lives in one thread.
    """


class StoreContract(OneCallerStoreContract, StandingContract, OneMomentContract, RaceContract):
    """Every promise of `ports.store` and `ports.records`."""
