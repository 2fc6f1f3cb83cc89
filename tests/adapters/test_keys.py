import multiprocessing
import os
import stat
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from webtidbok.adapters.keys import FixedKeys, KeyFile
from webtidbok.errors import MissingKey

KEY, OLDER_KEY = bytes(range(16)), bytes(range(100, 132))


def write_keys(path: Path, text: str, mode: int = 0o600) -> KeyFile:
    path.write_text(text)
    path.chmod(mode)
    return KeyFile(path)


def test_fixed_keys_come_in_the_order_given() -> None:
    assert list(FixedKeys(KEY, OLDER_KEY).keys()) == [KEY, OLDER_KEY]


def test_no_fixed_key_is_missed_only_when_one_is_needed() -> None:
    keys = FixedKeys()

    with pytest.raises(MissingKey):
        keys.keys()


def test_a_short_key_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="shorter than 16") as caught:
        FixedKeys(KEY, b"secret")

    assert "secret" not in str(caught.value)


def test_keys_are_not_shown(tmp_path: Path) -> None:
    file = write_keys(tmp_path / "key", KEY.hex())
    file.keys()

    assert KEY.hex() not in repr(file)
    assert repr(KEY) not in repr(FixedKeys(KEY))


def test_a_key_file_is_made_at_first_need_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db.key"
    file = KeyFile(path)
    assert not path.exists()

    (key,) = file.keys()

    assert len(key) == 32
    assert path.read_text() == f"{key.hex()}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_file_keeps_its_key(tmp_path: Path) -> None:
    path = tmp_path / "key"

    assert KeyFile(path).keys() == KeyFile(str(path)).keys()
    assert KeyFile(path).keys() != KeyFile(tmp_path / "another").keys()


def test_a_key_file_holds_one_key_a_line_and_the_first_writes(tmp_path: Path) -> None:
    file = write_keys(tmp_path / "key", f"{KEY.hex()}\n\n {OLDER_KEY.hex().upper()} \r\n")

    assert list(file.keys()) == [KEY, OLDER_KEY]


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "XYZZY PLUGH", "abcdef", KEY.hex()[:-2], f"{KEY.hex()}\n{'å' * 32}", "\0" * 64],
)
def test_a_file_that_holds_no_keys_is_refused_without_being_shown(
    tmp_path: Path, text: str
) -> None:
    file = write_keys(tmp_path / "key", text)

    with pytest.raises(MissingKey, match="one key a line") as caught:
        file.keys()

    assert all(line not in str(caught.value) for line in text.split())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = write_keys(tmp_path / "key", KEY.hex(), mode)

    with pytest.raises(MissingKey, match="chmod 600"):
        file.keys()


def test_a_file_that_was_mended_is_read_at_the_next_need(tmp_path: Path) -> None:
    file = write_keys(tmp_path / "key", KEY.hex(), 0o644)
    with pytest.raises(MissingKey):
        file.keys()

    (tmp_path / "key").chmod(0o600)
    assert list(file.keys()) == [KEY]


def test_a_file_that_cannot_be_read_or_made_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "such" / "folder"):
        with pytest.raises(MissingKey) as caught:
            KeyFile(path).keys()
        assert str(path) in str(caught.value)


def test_what_was_read_is_remembered(tmp_path: Path) -> None:
    file = write_keys(tmp_path / "key", KEY.hex())
    file.keys()
    (tmp_path / "key").unlink()

    assert list(file.keys()) == [KEY]


def ask_for_the_key(path: Path, barrier: Barrier, answers: "multiprocessing.Queue[bytes]") -> None:
    barrier.wait(timeout=60)
    answers.put(KeyFile(path).keys()[0])


def test_processes_that_make_the_file_at_once_end_with_the_same_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    path, crowd = tmp_path / "key", 3
    barrier, answers = context.Barrier(crowd), context.Queue()
    processes = [
        context.Process(target=ask_for_the_key, args=(path, barrier, answers)) for _ in range(crowd)
    ]
    for process in processes:
        process.start()
    keys = {answers.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()

    assert keys == set(KeyFile(path).keys())
    assert list(tmp_path.iterdir()) == [path]


def test_who_comes_second_takes_the_key_of_who_came_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    link = os.link

    def late_link(name: str, target: Path) -> None:
        write_keys(path, KEY.hex())
        link(name, target)

    monkeypatch.setattr(os, "link", late_link)

    assert list(KeyFile(path).keys()) == [KEY]
    assert list(tmp_path.iterdir()) == [path]
