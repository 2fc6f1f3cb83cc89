import pytest

from webtidbok.adapters.memory.outbox import MemoryOutbox
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.testing.outbox import OutboxContract, Post


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def post(self) -> Post:
        store = MemoryStore()
        return Post(store, MemoryOutbox(store))
