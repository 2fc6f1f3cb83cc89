import pytest

# Before they are imported, so that a host whose adapter fails sees why.
pytest.register_assert_rewrite(
    "webtidbok.testing.outbox",
    "webtidbok.testing.machine",
    "webtidbok.testing.patients",
    "webtidbok.testing.rules",
    "webtidbok.testing.store_change",
    "webtidbok.testing.store_exclusivity",
    "webtidbok.testing.store_lookups",
    "webtidbok.testing.store_races",
    "webtidbok.testing.store_records",
    "webtidbok.testing.store_scenes",
    "webtidbok.testing.store_search",
    "webtidbok.testing.store_state",
    "webtidbok.testing.store_tenancy",
    "webtidbok.testing.throttle",
    "webtidbok.testing.twins",
    "webtidbok.testing.watch_list",
)
