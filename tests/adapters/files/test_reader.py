from webtidbok.adapters.files.forms import FLAG, printable
from webtidbok.adapters.files.reader import Table
from webtidbok.errors import Fault, InvalidValue


def refused(table: Table) -> None:
    table.required("flag", FLAG)
    raise InvalidValue("flag", "cannot be")


def test_what_a_constructor_refuses_is_a_fault_of_its_table() -> None:
    faults: list[Fault] = []

    assert Table({"flag": True}, place="here", faults=faults).made(refused) is None
    assert faults == [Fault("flag", "here", "cannot be")]


def test_what_is_made_of_stand_ins_is_not_judged() -> None:
    faults: list[Fault] = []

    assert Table({}, place="here", faults=faults).made(refused) is None
    assert faults == [Fault("flag", "here", "is missing")]


def test_what_is_quoted_is_short_and_prints() -> None:
    assert printable("a\x1b[31m\n") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"
    assert printable("x" * 100) == "x" * 60 + "..."
