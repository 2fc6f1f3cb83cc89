"""How hard Hypothesis looks: `make test TESTS=--hypothesis-profile=thorough` looks harder."""

import os

from hypothesis import settings

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
settings.load_profile("default")
