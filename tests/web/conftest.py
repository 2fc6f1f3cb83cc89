"""Linden's pages, on each store in turn, at a moment that stands still."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.services.conftest import book, clock, desk, store, throttle
from tests.web.browsing import Browser
from webtidbok.services.web_book import WebBook
from webtidbok.web.app import create_app

__all__ = ["book", "clock", "desk", "store", "throttle"]


@pytest.fixture
def client(book: WebBook) -> Iterator[TestClient]:
    """Sends requests as they are."""
    with TestClient(create_app(book), base_url="https://boka.example.com") as client:
        yield client


@pytest.fixture
def browser(client: TestClient) -> Browser:
    """Follows links and fills in forms, without JavaScript."""
    return Browser(client)
