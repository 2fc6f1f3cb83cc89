"""Every page and every error state: anyone can use it, at any size; and pictures of them all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import states
from tests.browser.looking import faults_for_anyone, take_pictures, what_runs_out_of
from tests.browser.patient import DESKTOP, Patient
from tests.browser.scene import Scene

Window = Callable[..., Page]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("state", states.ALL)
def test_anyone_can_use_it(scene: Scene, open_window: Window, state: str, language: str) -> None:
    page = open_window(DESKTOP)
    states.ALL[state](Patient(page, scene, language))

    assert faults_for_anyone(page) == []
    assert what_runs_out_of(page) == []
    assert faults_for_anyone(page) == []  # narrow, too
    if language == "sv":
        take_pictures(page, state)
