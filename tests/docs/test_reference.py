"""The tables of the reference say what the code says."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints

import attrs
import pytest

import webtidbok.rules
import webtidbok.services
from webtidbok.rules.refusal import PatientReason
from webtidbok.services import outcomes
from webtidbok.services.web_book import WebBook
from webtidbok.web.application import _VIEWS as VIEWS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

CODE = re.compile(r"`([^`]+)`")


def rows(page: str) -> Iterator[list[str]]:
    """The cells of a page's tables, headings apart."""
    for line in (REFERENCE / page).read_text("utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def in_code(cell: str) -> list[str]:
    return CODE.findall(cell)


def modules(package: ModuleType) -> list[ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def refusals() -> dict[str, Any]:
    """Every class of the rules that has a code, by code."""
    classes: list[Any] = [
        each
        for module in modules(webtidbok.rules)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if each.__module__ == module.__name__ and isinstance(getattr(each, "code", None), str)
    ]
    found = {each.code: each for each in classes}
    assert len(found) == len(classes), "two refusals have one code"
    return found


REFUSALS = refusals()
TABLE = {in_code(row[0])[0]: row for row in rows("refusals.md")}


def texts_in_rules_and_services() -> set[str]:
    """Every text that stands in the code, for settings that are said where a rule refuses."""
    return {
        node.value
        for package in (webtidbok.rules, webtidbok.services)
        for module in modules(package)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_each_reason_code_stands_in_the_table_once() -> None:
    written = [in_code(row[0])[0] for row in rows("refusals.md")]

    assert sorted(written) == sorted(REFUSALS)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_code_stands_with_its_facts_and_its_setting(code: str) -> None:
    _, means, setting, facts = TABLE[code]
    fields = attrs.fields_dict(REFUSALS[code])
    default = fields.pop("setting").default

    assert means.endswith(".")
    assert in_code(facts) == list(fields)
    if default is attrs.NOTHING:  # the rule says it where it refuses
        assert in_code(setting)
        assert set(in_code(setting)) <= texts_in_rules_and_services()
    else:
        assert setting == (f"`{default}`" if default else "")


def test_patients_are_told_the_code_alone() -> None:
    assert list(attrs.fields_dict(PatientReason)) == ["code"]


def use_cases() -> dict[str, Any]:
    return {
        name: method
        for name, method in inspect.getmembers(WebBook, inspect.isfunction)
        if not name.startswith("_")
    }


def answers(hint: object) -> set[str]:
    """The names of all that a return type may hold; of an iterator, what it yields."""
    parts = get_args(hint)
    if parts:
        return {name for part in parts for name in answers(part)}
    assert isinstance(hint, type)
    return {"None" if hint is NoneType else hint.__name__}


OUTCOMES = {
    in_code(row[0])[0]: in_code(row[1])
    for row in rows("outcomes.md")
    if in_code(row[0])[0] in use_cases()
}


@pytest.mark.parametrize("name", sorted(use_cases()))
def test_each_use_case_stands_with_all_its_outcomes(name: str) -> None:
    returns = get_type_hints(use_cases()[name])["return"]

    assert sorted(OUTCOMES.get(name, [])) == sorted(answers(returns))


def test_each_outcome_is_told() -> None:
    classes = inspect.getmembers(outcomes, inspect.isclass)
    ours = {name for name, each in classes if each.__module__ == outcomes.__name__}
    told = {in_code(row[0])[0] for row in rows("outcomes.md")}

    assert ours <= told


def test_every_address_of_the_pages_stands_in_the_table() -> None:
    def forms(table: Iterator[list[str]]) -> dict[str, bool]:
        return {in_code(row[0])[0]: bool(row[2]) for row in table if row[0].startswith("`/")}

    pages = {path.rstrip("/"): take is not None for path, _, take in VIEWS}

    assert forms(rows("web-pages.md")) == {**pages, "/static/{mark}/{name}": False}
