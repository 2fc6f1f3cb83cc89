"""Run the examples of the documents and of the docstrings as tests.

A document's `python` blocks run from top to bottom and share their names; one
that cannot run stands below a comment `<!-- skip: next -->`. Tests are shuffled
and spread over workers, but an example builds on those above it, so examples
keep their order, and a document stays on one worker.
"""

import pytest
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers import myst, rest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.postgresql"]

documents = Sybil(
    parsers=[myst.PythonCodeBlockParser(), myst.SkipParser()],
    pattern="*.md",
)
docstrings = Sybil(
    parsers=[rest.DocTestParser(), rest.SkipParser()],
    path="src",
    pattern="*.py",
)
pytest_collect_file = (documents + docstrings).pytest()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the examples first and in order; this comes after the shuffle."""
    examples = [item for item in items if isinstance(item, SybilItem)]
    examples.sort(key=lambda item: (item.path, item.example.line))
    items[:] = [*examples, *(item for item in items if not isinstance(item, SybilItem))]


class WholeDocuments(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Gives a worker one test at a time, but a document's examples together.

    The marks of `--dist loadgroup` would do, but pytest 9.2 made xdist 3.8 deaf to them.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return nodeid if file.startswith("tests/") else file


@pytest.hookimpl(optionalhook=True)  # xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeDocuments:
    """Spread the tests in our way, whatever `--dist` says."""
    return WholeDocuments(config, log)
