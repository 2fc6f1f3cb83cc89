import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtidbok.adapters.memory.journal import Journal

writes = st.lists(st.tuples(st.sampled_from(["put", "drop", "append"]), st.integers(0, 5)))


def write(journal: Journal, table: dict[int, int], rows: list[int], what: str, key: int) -> None:
    if what == "put":
        journal.put(table, key, len(table))
    elif what == "drop":
        journal.drop(table, key)
    else:
        journal.append(rows, key)


@given(before=writes, inside=writes)
def test_what_is_written_before_a_failure_is_undone(
    before: list[tuple[str, int]], inside: list[tuple[str, int]]
) -> None:
    journal, table, rows = Journal(), dict[int, int](), list[int]()
    for what, key in before:
        write(journal, table, rows, what, key)
    expected = dict(table), list(rows)

    def write_and_fail() -> None:
        with journal.recording():
            for what, key in inside:
                write(journal, table, rows, what, key)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()

    assert (table, rows) == expected


@given(inside=writes)
def test_what_is_written_without_a_failure_stays(inside: list[tuple[str, int]]) -> None:
    journal, table, rows = Journal(), dict[int, int](), list[int]()
    plain_table, plain_rows = dict[int, int](), list[int]()
    with journal.recording():
        for what, key in inside:
            write(journal, table, rows, what, key)
    for what, key in inside:
        write(Journal(), plain_table, plain_rows, what, key)

    with pytest.raises(LookupError), journal.recording():
        raise LookupError

    assert (table, rows) == (plain_table, plain_rows)
