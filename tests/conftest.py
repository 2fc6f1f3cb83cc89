"""How hard the tests look, and which take too long to run every time.

`make test TESTS=--hypothesis-profile=thorough` lets Hypothesis look harder.
`make test TESTS=--slow` runs what is marked `slow` too, as a machine's run does.
"""

import os

import pytest
from hypothesis import Phase, settings

# A machine's run repeats itself; ours look somewhere new each time.
settings.register_profile(
    "default",
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.register_profile(
    "thorough", settings.get_profile("default"), max_examples=2_000, stateful_step_count=100
)
#: For mutants, of which there are thousands. That one is noticed is enough; nobody reads how.
settings.register_profile(
    "brief",
    settings.get_profile("default"),
    max_examples=15,
    stateful_step_count=10,
    phases=(Phase.explicit, Phase.generate),
    database=None,
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the slow tests be asked for."""
    parser.addoption("--slow", action="store_true", help="run what takes its time, too")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "slow: runs with --slow only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests out unless they are asked for."""
    if not config.option.slow:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]
