"""Real pages in a real browser: `make test-browser`.

These tests run only when their folder is named: they take Chromium, and minutes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import MISSING, arguments, chromium
from tests.browser.serving import Sites

if TYPE_CHECKING:  # the tests of everything else do without them
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.patient import Device
    from tests.browser.scene import Scene

HERE = Path(__file__).parent

#: How long a page may take before a test gives up: far longer than it ever does.
_PATIENCE_MS = 15_000


def _is_asked_for(config: pytest.Config) -> bool:
    return any(HERE.name in Path(arg.partition("::")[0]).parts for arg in config.args)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out unless they are asked for."""
    return None if collection_path == HERE or _is_asked_for(config) else True


def pytest_configure(config: pytest.Config) -> None:
    """Say at once what is missing."""
    if _is_asked_for(config) and chromium() is None:
        raise pytest.UsageError(MISSING)


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    """A server for all tests; what it shows is each test's."""
    with Sites().served() as sites:
        yield sites


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A browser for all tests; each has a profile of its own in it."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - not always there

    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(arguments()))
        yield browser
        browser.close()


@pytest.fixture
def scene(sites: Sites) -> "Scene":
    """The example clinic on a Friday morning, and its pages."""
    from tests.browser.scene import Scene  # noqa: PLC0415 - with all that it takes

    return Scene(sites)


@pytest.fixture
def open_window(browser: "Browser") -> "Iterator[Callable[..., Page]]":
    """Open windows on devices, with profiles of their own; afterwards nothing bad was seen.

    Called with a device and, if need be, with further options of a browser context.
    """
    from tests.browser.watching import Watch  # noqa: PLC0415 - as above

    opened: list[tuple[BrowserContext, Watch]] = []

    def window(device: "Device", **options: Any) -> "Page":
        context = browser.new_context(**device.options, **options)
        context.set_default_timeout(_PATIENCE_MS)
        opened.append((context, Watch(context)))
        return context.new_page()

    yield window
    seen = [each for _, watch in opened for each in watch.seen]
    for context, _ in opened:
        context.close()
    assert seen == []
