from pathlib import Path

import pytest

from tests.adapters.texts.catalogue_files import catalogue, folder_of
from webtidbok.adapters.texts.catalogues import Catalogues
from webtidbok.errors import InvalidInput

OURS = {"Hello": "Hej", "Goodbye, %(name)s": "Adjö, %(name)s"}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "ours", sv=OURS)


def test_a_text_is_answered_in_its_language(ours: Path) -> None:
    catalogues = Catalogues(ours)

    assert catalogues.of("sv").gettext("Hello") == "Hej"
    assert catalogues.of("en").gettext("Hello") == "Hello"
    assert catalogues.languages == {"en", "sv"}


def test_what_no_catalogue_holds_is_answered_in_english(ours: Path) -> None:
    catalogues = Catalogues(ours)

    assert catalogues.of("sv").gettext("Nothing") == "Nothing"
    assert catalogues.of("fi").gettext("Hello") == "Hello"


def test_english_may_read_otherwise_than_in_the_code(tmp_path: Path) -> None:
    catalogues = Catalogues(folder_of(tmp_path / "ours", en={"Hello": "Good day"}))

    assert catalogues.of("en").gettext("Hello") == "Good day"
    assert catalogues.of("fi").gettext("Hello") == "Good day"


def test_a_host_replaces_texts_one_by_one(ours: Path, tmp_path: Path) -> None:
    theirs = folder_of(
        tmp_path / "theirs",
        sv={"Hello": "Hejsan", "Goodbye, %(name)s": ""},
        fi={"Hello": "Hei"},
    )
    catalogues = Catalogues(ours, replaced_by=theirs)

    assert catalogues.of("sv").gettext("Hello") == "Hejsan"
    assert catalogues.of("sv").gettext("Goodbye, %(name)s") == "Adjö, %(name)s"
    assert catalogues.of("fi").gettext("Hello") == "Hei"
    assert catalogues.of("en").gettext("Hello") == "Hello"


def test_a_fuzzy_text_is_not_used(tmp_path: Path) -> None:
    ours = folder_of(tmp_path / "ours", sv={})
    (ours / "sv.po").write_text(
        catalogue({"Hello": "Hej"}).replace('msgid "Hello"', '#, fuzzy\nmsgid "Hello"'), "utf-8"
    )

    assert Catalogues(ours).of("sv").gettext("Hello") == "Hello"


def test_a_text_with_a_name_that_nobody_fills_in_is_refused(ours: Path, tmp_path: Path) -> None:
    theirs = folder_of(
        tmp_path / "theirs",
        sv={"Hello": "Hejsan", "Goodbye, %(name)s": "Adjö, %(nmae)s"},
        en={"Goodbye, %(name)s": "Bye, %(who)s"},
    )
    with pytest.raises(InvalidInput) as caught:
        Catalogues(ours, replaced_by=theirs)

    assert [fault.place for fault in caught.value.faults] == ["en.po line 6", "sv.po line 9"]
    assert all("Goodbye, %(name)s" in fault.field for fault in caught.value.faults)


def test_a_text_may_leave_out_what_it_could_be_filled_in_with(ours: Path, tmp_path: Path) -> None:
    theirs = folder_of(tmp_path / "theirs", sv={"Goodbye, %(name)s": "Adjö"})

    said = Catalogues(ours, replaced_by=theirs).of("sv").gettext("Goodbye, %(name)s")
    assert said % {"name": "Anna"} == "Adjö"


@pytest.mark.parametrize(
    ("name", "content"),
    [("sv.po", b"what is this"), ("sv.po", b'msgid "a"\nmsgstr "\xff"'), ("nosuch.po", b"")],
)
def test_a_file_that_is_no_catalogue_is_refused_by_name(
    ours: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    theirs = folder_of(tmp_path / "theirs")
    (theirs / name).write_bytes(content)

    with pytest.raises(InvalidInput, match="cannot be read") as caught:
        Catalogues(ours, replaced_by=theirs)
    assert [fault.place for fault in caught.value.faults] == [name]


def test_other_files_of_the_folder_are_left_alone(ours: Path) -> None:
    (ours / "README.md").write_text("Words.", "utf-8")

    assert Catalogues(ours).languages == {"en", "sv"}


def test_a_percent_that_is_a_sign_is_written_twice(ours: Path, tmp_path: Path) -> None:
    right = folder_of(tmp_path / "right", sv={"Hello": "100 %% glad", "Goodbye, %(name)s": "%%"})
    assert Catalogues(ours, replaced_by=right).of("sv").gettext("Hello") % {} == "100 % glad"

    wrong = folder_of(tmp_path / "wrong", sv={"Hello": "100 % rolig", "Goodbye, %(name)s": "50%"})
    with pytest.raises(InvalidInput, match="write %%") as caught:
        Catalogues(ours, replaced_by=wrong)
    assert len(caught.value.faults) == 2
