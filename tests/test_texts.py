"""Every text of code and templates has a translation, and every translation a text."""

import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from runpy import run_path

import pytest

ROOT = Path(__file__).parent.parent
TOOL = run_path(str(ROOT / "tools" / "texts.py"))

MODULE = """\
GREETING = translatable("Hello, %(name)s")
_ = ngettext("%(days)s day", "%(days)s days", 2)
"""
PAGE = """\
<h1>{{ _("Welcome") }}</h1>{% trans %} All
 is well {% endtrans %}
"""
TRANSLATED = {
    'msgid "Hello, %(name)s"\nmsgstr ""': 'msgid "Hello, %(name)s"\nmsgstr "Hej %(name)s"',
    'msgid "Welcome"\nmsgstr ""': 'msgid "Welcome"\nmsgstr "Välkommen"',
    'msgid "All is well"\nmsgstr ""': 'msgid "All is well"\nmsgstr "Allt är väl"',
    'msgstr[0] ""\nmsgstr[1] ""': 'msgstr[0] "%(days)s dag"\nmsgstr[1] "%(days)s dagar"',
}


def texts(*arguments: object) -> tuple[int, list[str]]:
    """Run the tool; return its status and what it says, line by line."""
    with redirect_stdout(StringIO()) as said:
        status = TOOL["main"]([str(each) for each in arguments])
    return status, said.getvalue().splitlines()


def test_the_catalogues_are_whole() -> None:
    assert texts("--check") == (0, [])


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a folder with a module, a page and a catalogue that translates both."""
    (tmp_path / "part" / "templates").mkdir(parents=True)
    (tmp_path / "part" / "locale").mkdir()
    (tmp_path / "part" / "module.py").write_text(MODULE, "utf-8")
    (tmp_path / "part" / "templates" / "page.html").write_text(PAGE, "utf-8")
    ours = ROOT / "src" / "webtidbok" / "adapters" / "texts" / "locale" / "sv.po"
    head, _, _ = ours.read_text("utf-8").partition("\n\n")
    (tmp_path / "part" / "locale" / "sv.po").write_text(head, "utf-8")
    (tmp_path / "part" / "locale" / "en.po").write_text(head, "utf-8")
    assert texts(tmp_path)[0] == 1
    for empty, full in TRANSLATED.items():
        change(tmp_path / "part" / "locale" / "sv.po", empty, full)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    content = file.read_text("utf-8")
    assert content.count(old) == 1
    file.write_text(content.replace(old, new), "utf-8")


def test_texts_of_code_and_templates_go_into_the_catalogues(sources: Path) -> None:
    assert texts("--check", sources) == (0, [])
    before = (sources / "part" / "locale" / "sv.po").read_bytes()
    assert texts(sources) == (0, [])
    assert (sources / "part" / "locale" / "sv.po").read_bytes() == before


def test_a_new_text_is_missing_until_it_is_translated(sources: Path) -> None:
    change(sources / "part" / "module.py", "Hello, %(name)s", "Good day")
    sv = "part/locale/sv.po"

    assert texts("--check", sources) == (
        1,
        [f"{sv}: 'Good day' is missing", f"{sv}: 'Hello, %(name)s' is used nowhere"],
    )
    assert texts(sources) == (1, [f"{sv}: 'Good day' is not translated"])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Hej %(name)s", "Hej %(nmae)s", "names other things"),
        ("Hej %(name)s", "Hej", "names other things"),
        ("%(days)s dagar", "", "is not translated"),
        ('msgid "Welcome"', '#, fuzzy\nmsgid "Welcome"', "is fuzzy"),
        ('msgid "Welcome"', '#~ msgid "Hi"\n#~ msgstr "Hej"\n\nmsgid "Welcome"', "obsolete"),
    ],
)
def test_a_translation_that_is_not_whole_is_told(
    sources: Path, old: str, new: str, fault: str
) -> None:
    change(sources / "part" / "locale" / "sv.po", old, new)
    status, said = texts("--check", sources)

    assert status == 1
    assert any(fault in line for line in said)


def test_english_holds_only_what_shall_read_otherwise(sources: Path) -> None:
    english = sources / "part" / "locale" / "en.po"
    assert "Welcome" not in english.read_text("utf-8")
    with english.open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Welcome"\nmsgstr "Come in"\n')

    assert texts("--check", sources) == (0, [])
    assert texts(sources) == (0, [])
    assert "Come in" in english.read_text("utf-8")


def test_a_folder_within_has_its_own_texts(sources: Path) -> None:
    shutil.copytree(sources / "part", sources / "part" / "inner")

    assert texts("--check", sources) == (0, [])
