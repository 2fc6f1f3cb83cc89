"""`make story` tells its story to the end, and the same one each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

STORY = Path(__file__).parents[2] / "examples" / "story.py"


def told(**environment: str) -> str:
    """What the story prints."""
    run = subprocess.run(
        [sys.executable, "-W", "error", str(STORY)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **environment},
        timeout=60,
    )
    assert not run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def story() -> str:
    return told()


@pytest.mark.parametrize(
    "line",
    [
        "The week of Karin Ek",
        "Free on the web: Undersökning, 30 minutes",
        "Free on the web: Tandhygienist, 45 minutes",
        "not-web-bookable",
        "past-block-end",
        "Patients are told the codes alone",
        "booked: Mon 30 Nov 09:00, Karin Ek, Rum 1",
        "link to move or cancel it",
        "taken (provider-busy, no-resource-free). Near it are free:",
        "moved to Thu 10 Dec 13:15, Mira Sjö",
        "refused: too-late-to-change",
        "until Sun 29 Nov 16:00. Phone: 070-174 06 05",
        "cancelled: Thu 10 Dec 13:15; the time is free again.",
        "“Förkyld, hör av mig när jag är frisk.”",
        "The history of her visit",
        "The report of 2026-11-27 to 2026-11-29",
        "verify: 0 broken promises",
    ],
)
def test_the_story_tells(story: str, line: str) -> None:
    assert line in story


def test_the_scenes_come_in_their_order(story: str) -> None:
    scenes = ["Why can nobody", "Maja books", "Alva books", "Maja wants", "Alva cancels", "report"]

    places = [story.index(scene) for scene in scenes]
    assert places == sorted(places)


def test_each_run_tells_the_same_also_where_a_terminal_lacks_letters(story: str) -> None:
    plain = told(PYTHONIOENCODING="ascii")

    assert plain == story.translate({ord(letter): "?" for letter in story if ord(letter) > 127})


def test_it_shows_no_identity_number_and_no_telephone_of_a_patient(story: str) -> None:
    for secret in ("880313", "920101", "174 06 06", "174 06 40", "alva@example.com"):
        assert secret not in story
