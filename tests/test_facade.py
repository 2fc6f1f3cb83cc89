"""The public names, and what nobody has to wait for who does not use it."""

import subprocess
import sys

import pytest

import webtidbok
from webtidbok.services.lazily import Lazily

A_SEARCH_NEEDS = "webtidbok.services.searching"
NEEDS_NOT = ("phonenumbers", "webtidbok.services.booking", "webtidbok.services.recalling")


def imported_after(program: str) -> set[str]:
    """Return which modules a process of its own has imported once it has run a program."""
    told = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split())


@pytest.mark.parametrize("name", webtidbok.__all__)
def test_a_public_name_is_what_stands_in_its_own_module(name: str) -> None:
    found = getattr(webtidbok, name)

    assert vars(webtidbok)[name] is found
    home = getattr(found, "__module__", None)
    if home is not None and home.startswith("webtidbok"):
        assert vars(sys.modules[home])[name] is found


def test_all_names_are_listed() -> None:
    assert set(webtidbok.__all__) <= set(dir(webtidbok))


def test_what_is_no_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Bookings'"):
        _ = webtidbok.Bookings  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_of_it() -> None:
    assert not {name for name in imported_after("import webtidbok") if "webtidbok." in name}


def test_a_book_waits_for_no_use_case_and_for_no_numbering_plan() -> None:
    program = "from webtidbok import Desk, WebBook, Wishes"

    imported = imported_after(program)

    assert A_SEARCH_NEEDS in imported
    assert imported.isdisjoint(NEEDS_NOT)


def test_a_use_case_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = Lazily("searching").no_such_use_case
