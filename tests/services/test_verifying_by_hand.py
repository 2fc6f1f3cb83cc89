"""Each promise of a busy SQLite file is broken by hand, and just that is reported: R24, R33, R35.

Triggers are dropped and foreign keys are off, as with somebody who writes SQL past us.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from tests.services.change_scenes import (
    laid,
    moved,
    moved_by_staff,
    recalled,
    register,
    way_in_to,
)
from tests.services.scenes import LINDEN, booked, held, linden, link_to
from webtidbok.adapters.keys import FixedKeys
from webtidbok.adapters.sql.engines import open_database
from webtidbok.adapters.sql.outbox import SqlOutbox
from webtidbok.adapters.sql.schema import create_schema
from webtidbok.adapters.sql.store import SqlStore
from webtidbok.adapters.system import SystemRandomness
from webtidbok.model.appointment import Appointment
from webtidbok.model.instants import DAY, MINUTE
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.outbox import Claimed
from webtidbok.services.desk import Desk
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import (
    A_MONDAY,
    ANNA,
    ANNAS,
    BO,
    FILLING,
    NOW,
    a_patient,
    an_appointment,
    an_event,
    at,
    between,
    staffs,
)
from webtidbok.testing.clock import StandingClock
from webtidbok.testing.store_scenes import put

A_WEEK_LATER = A_MONDAY + timedelta(days=7)


@attrs.frozen(kw_only=True)
class Ids:
    """What the busy file holds, by what it is."""

    mine: str
    under: str
    over: str
    filling: str
    gone: str
    alone: str
    recall: str
    hold: str
    absence: str


def a_book(engine: Engine) -> WebBook:
    store = SqlStore.from_engine(engine)
    return WebBook(
        Desk(
            store=store,
            records=store,
            clock=StandingClock(NOW),
            randomness=SystemRandomness(),
            keys=FixedKeys(b"a key of the tests, which is long enough"),
        )
    )


def make_busy(engine: Engine) -> Ids:
    """Let all that can happen happen, and return the ids."""
    book = a_book(engine)
    book.add_clinic(linden())
    register(book, a_patient("p9", 9), a_patient("p8", 8))
    mine, under, filling, gone = (
        booked(book, clock, place, **more)
        for clock, place, more in (
            ("09:00", 1, {}),
            ("10:00", 2, {}),
            ("14:00", 3, {"type": FILLING, "provider": BO}),
            ("13:00", 4, {}),
        )
    )
    over = laid(book, "10:15", "10:45", under.appointment)
    moved_by_staff(book, over, "10:20", "10:50", under.appointment)
    moved(book, link_to(mine), "11:00")
    book.cancel(link_to(gone), comment="ill")
    alone = laid(book, "16:00", "17:00", day=A_MONDAY + DAY)
    laid(book, "16:30", "17:30", day=A_MONDAY + DAY)
    recall = recalled(book, "15:00", 9).appointment
    way_in_to(book, recall, 9)
    kept = held(book, "14:00").hold
    book.lay_absence(LINDEN, ANNA, between("08:00", "12:00"))
    week = TimeSpan(at("00:00", A_WEEK_LATER), at("00:00", A_WEEK_LATER + 7 * DAY))
    away = book.lay_absence(LINDEN, BO, week).absence
    settle_some(engine)
    return Ids(
        mine=mine.appointment.id,
        under=under.appointment.id,
        over=over.id,
        filling=filling.appointment.id,
        gone=gone.appointment.id,
        alone=alone.id,
        recall=recall.id,
        hold=kept.id,
        absence=away.id,
    )


def settle_some(engine: Engine) -> None:
    """Send, park, expire and put back one message each; one stays in somebody's hands."""
    outbox = SqlOutbox.from_engine(engine)
    settles: tuple[Callable[[Claimed], bool], ...] = (
        outbox.mark_sent,
        lambda claimed: outbox.park(claimed, error="NoSuchReceiver"),
        outbox.expire,
        lambda claimed: outbox.put_back(claimed, due_at=NOW + DAY, error="ServerDown"),
        lambda _: True,
    )
    for number, settle in enumerate(settles):
        claimed = outbox.claim(LINDEN, lease=f"{number}", now=NOW, until=NOW + MINUTE)
        assert claimed is not None
        assert settle(claimed)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    """A file that nobody touches, and what it holds."""
    file = tmp_path_factory.mktemp("busy") / "busy.db"
    engine = open_database(str(file), create=True)
    create_schema(engine)
    ids = make_busy(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file, ids


@pytest.fixture
def ids(busy: tuple[Path, Ids]) -> Ids:
    """What the file holds."""
    return busy[1]


@pytest.fixture
def file(busy: tuple[Path, Ids], tmp_path: Path) -> Path:
    """A copy of the busy file, without its second lock."""
    copy = tmp_path / "copy.db"
    shutil.copyfile(busy[0], copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("DROP TRIGGER wtb_occupied_insert")
        connection.execute("DROP TRIGGER wtb_occupied_update")
    connection.close()
    return copy


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """An engine on the copy."""
    engine = open_database(str(file))
    yield engine
    engine.dispose()


def found_in(engine: Engine) -> set[tuple[str, tuple[str, ...]]]:
    """Return what is broken, each once: a visit with a room breaks in two calendars."""
    broken = list(a_book(engine).verify(LINDEN))
    assert all(each.says for each in broken)
    return {(each.promise, tuple(sorted(each.ids))) for each in broken}


def execute(file: Path, *statements: str, **facts: object) -> None:
    with sqlite3.connect(file) as connection:
        for statement in statements:
            changed = connection.execute(statement, facts).rowcount
            assert changed, f"nothing was broken by {statement}"
    connection.close()


def messages_of(file: Path, appointment: str) -> list[tuple[str, str]]:
    """Return the ids and channels of an appointment's messages, as they were written."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT id, channel FROM wtb_message WHERE appointment = ? ORDER BY number",
            (appointment,),
        ).fetchall()
    connection.close()
    return rows


def test_a_healthy_busy_file_reports_nothing(engine: Engine) -> None:
    assert found_in(engine) == set()


def test_the_busy_file_has_messages_in_every_state(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        states = {row[0] for row in connection.execute("SELECT DISTINCT state FROM wtb_message")}
    connection.close()

    assert states == {"unsent", "sent", "void", "parked", "expired"}


BOTH = (
    "UPDATE wtb_appointment SET {0} WHERE id = :id",
    "UPDATE wtb_occupied SET {0} WHERE holder = :id",
)

A_ROW = """
INSERT INTO wtb_occupied
  SELECT clinic, kind, :id, 'p:nobody', piece, starts, ends, {exclusive}, expires
  FROM wtb_occupied WHERE kind = 'appointment' LIMIT 1
"""

#: By what is wrong: which thing, how it is broken, and which promise is.
ONE_THING: dict[str, tuple[str, tuple[str, ...], str]] = {
    "a visit is not exclusive": ("mine", BOTH, "exclusive"),
    "a row is missing": ("mine", ("DELETE FROM wtb_occupied WHERE holder = :id",), "occupied"),
    "a room's row is missing": (
        "filling",
        ("DELETE FROM wtb_occupied WHERE holder = :id AND calendar LIKE '%room%'",),
        "occupied",
    ),
    "a row is longer": (
        "filling",
        ("UPDATE wtb_occupied SET ends = ends + 60 WHERE holder = :id",),
        "occupied",
    ),
    "a row is not exclusive": (
        "mine",
        ("UPDATE wtb_occupied SET exclusive = 0 WHERE holder = :id",),
        "occupied",
    ),
    "a row is left of nothing": (
        "new",
        (A_ROW.format(exclusive=0),),
        "occupied",
    ),
    "a row is left of a cancelled visit": (
        "gone",
        (A_ROW.format(exclusive=1),),
        "occupied",
    ),
    "a hold has no rows": ("hold", ("DELETE FROM wtb_occupied WHERE holder = :id",), "hold"),
    "a hold is gone": ("hold", ("DELETE FROM wtb_hold WHERE id = :id",), "hold"),
    "a hold's row expires at another time": (
        "hold",
        ("UPDATE wtb_occupied SET expires = expires + 1 WHERE holder = :id",),
        "hold",
    ),
    "a day of an absence is missing": (
        "absence",
        ("DELETE FROM wtb_occupied WHERE holder = :id AND piece = 3",),
        "absence",
    ),
    "an absence is gone": ("absence", ("DELETE FROM wtb_absence WHERE id = :id",), "absence"),
    "a revision is skipped": (
        "mine",
        ("UPDATE wtb_event SET revision = 3 WHERE appointment = :id AND what = 'rebooked'",),
        "history",
    ),
    "the present revision is not told": (
        "mine",
        ("UPDATE wtb_appointment SET revision = 3 WHERE id = :id",),
        "history",
    ),
    "it does not begin with its making": (
        "mine",
        ("UPDATE wtb_event SET what = 'refused' WHERE appointment = :id AND what = 'booked'",),
        "history",
    ),
    "it begins with a later revision": (
        "alone",
        ("UPDATE wtb_event SET revision = 2 WHERE appointment = :id",),
        "history",
    ),
    "it is made twice": (
        "mine",
        ("UPDATE wtb_event SET what = 'booked' WHERE appointment = :id",),
        "history",
    ),
    "a chain is torn": (
        "mine",
        (
            ("UPDATE wtb_event SET before_starts = '2026-12-07T06:00:00Z'"
            " WHERE appointment = :id AND what = 'rebooked'"),
        ),
        "history",
    ),
    "it is not where the last change put it": (
        "mine",
        (
            ("UPDATE wtb_event SET after_provider = 'bo'"
            " WHERE appointment = :id AND what = 'rebooked'"),
        ),
        "history",
    ),
    "a cancellation is not in force": (
        "gone",
        ("UPDATE wtb_event SET what = 'staff-moved' WHERE appointment = :id AND revision = 2",),
        "history",
    ),
    "a link leads nowhere": (
        "new",
        ("UPDATE wtb_link SET appointment = :id WHERE rowid = (SELECT min(rowid) FROM wtb_link)",),
        "way-in",
    ),
    "a code leads nowhere": ("new", ("UPDATE wtb_code SET appointment = :id",), "way-in"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", ONE_THING)
def test_what_is_broken_in_one_thing_is_found(
    engine: Engine, file: Path, ids: Ids, wrong: str
) -> None:
    name, statements, promise = ONE_THING[wrong]
    id_ = "new" if name == "new" else getattr(ids, name)

    execute(file, *(each.format("exclusive = 0") for each in statements), id=id_)

    assert found_in(engine) == {(promise, (id_,))}


def test_staffs_own_time_that_is_exclusive_is_found_r24a(
    engine: Engine, file: Path, ids: Ids
) -> None:
    execute(file, *(each.format("exclusive = 1") for each in BOTH), id=ids.recall)

    assert found_in(engine) == {("exclusive", (ids.recall,))}


# Overlaps


@pytest.mark.parametrize(
    "other",
    [
        an_appointment("x", "14:00", "14:15", provider=BO),
        staffs("x", "15:14", "16:00", provider=BO),
    ],
)
def test_a_time_over_an_exclusive_one_is_found_r24(
    engine: Engine, ids: Ids, other: Appointment
) -> None:
    slip_in(engine, other)

    assert found_in(engine) == {("overlap", tuple(sorted((ids.filling, "x"))))}


def slip_in(engine: Engine, visit: Appointment) -> None:
    """Store what no use case would, with all that goes with it."""
    here = attrs.evolve(visit, clinic=LINDEN)
    told = an_event(f"k-{here.id}", here.id, clinic=LINDEN, revision=1, after=here.placement)
    put(SqlStore.from_engine(engine), here, told)


OVERLAPS: dict[str, Callable[[Ids], tuple[str, str]]] = {
    "do not meet": lambda ids: (ids.mine, ids.over),
    "the second is gone": lambda ids: (ids.under, "new"),
    "the first is gone": lambda ids: ("new", ids.over),
    "no patient chose the time": lambda ids: (ids.alone, ids.over),
}


@pytest.mark.parametrize("wrong", OVERLAPS)
def test_a_record_of_an_overlap_that_is_none_is_found_r24a(
    engine: Engine, file: Path, ids: Ids, wrong: str
) -> None:
    patients, by_staff = OVERLAPS[wrong](ids)

    execute(
        file,
        "INSERT INTO wtb_overlap SELECT clinic, :patients, :staffs, by, reason, at"
        " FROM wtb_overlap",
        patients=patients,
        staffs=by_staff,
    )

    assert found_in(engine) == {("overlap", tuple(sorted((patients, by_staff))))}


def test_an_overlap_that_nobody_answers_for_is_found_r24a(
    engine: Engine, file: Path, ids: Ids
) -> None:
    execute(file, "DELETE FROM wtb_overlap")

    assert found_in(engine) == {("overlap", tuple(sorted((ids.under, ids.over))))}


# Absences


def test_a_web_booking_in_an_absence_that_was_there_is_found_r6b(engine: Engine, ids: Ids) -> None:
    slip_in(engine, an_appointment("x", "10:00", "10:30", provider=BO, day=A_WEEK_LATER))
    later = a_book(engine).lay_absence(LINDEN, BO, between("15:00", "17:00"))
    a_book(engine).remove_absence(LINDEN, later.absence.id)

    assert found_in(engine) == {("absence", tuple(sorted((ids.absence, "x"))))}


def test_a_booking_whose_entry_in_the_journal_is_gone_is_held_against_no_absence(
    engine: Engine, file: Path
) -> None:
    slip_in(engine, an_appointment("x", "10:00", "10:30", provider=BO, day=A_WEEK_LATER))
    execute(file, "DELETE FROM wtb_journal WHERE event = 'k-x'")

    assert {promise for promise, _ in found_in(engine)} == {"journal"}


def test_staff_may_lay_a_time_in_an_absence_r6b(engine: Engine) -> None:
    laid(a_book(engine), "10:00", "10:30", provider=BO, day=A_WEEK_LATER)

    assert found_in(engine) == set()


def test_an_absence_may_be_laid_over_what_was_booked_r6b(engine: Engine) -> None:
    book = a_book(engine)
    booked(book, "15:30", 6)
    book.lay_absence(LINDEN, ANNA, between("15:00", "17:00"))
    booked(book, "13:00", 7, day=A_MONDAY + DAY)

    assert found_in(engine) == set()


# History and journal


def test_a_history_that_is_gone_is_missed_by_the_journal_too(
    engine: Engine, file: Path, ids: Ids
) -> None:
    with sqlite3.connect(file) as connection:
        [[key]] = connection.execute(
            "SELECT key FROM wtb_event WHERE appointment = ?", (ids.alone,)
        )
    connection.close()
    execute(file, "DELETE FROM wtb_event WHERE appointment = :id", id=ids.alone)

    assert found_in(engine) == {
        ("history", (ids.alone,)),
        ("journal", tuple(sorted((ANNAS, key)))),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM wtb_journal WHERE calendar = :name AND version = 2",
        "DELETE FROM wtb_journal WHERE calendar = :name AND version = 1",
        (
            "DELETE FROM wtb_journal WHERE calendar = :name AND version ="
            " (SELECT version FROM wtb_calendar WHERE calendar = :name)"
        ),
        "UPDATE wtb_calendar SET version = version + 1 WHERE calendar = :name",
        "DELETE FROM wtb_calendar WHERE calendar = :name",
        "DELETE FROM wtb_journal WHERE calendar = :name",
    ],
)
def test_a_gap_in_a_journal_is_found_r24(engine: Engine, file: Path, statement: str) -> None:
    execute(file, statement, name=ANNAS)

    assert found_in(engine) == {("journal", (ANNAS,))}


# Outbox


def test_a_change_of_which_nobody_was_told_is_found_r35(
    engine: Engine, file: Path, ids: Ids
) -> None:
    execute(
        file,
        "DELETE FROM wtb_message WHERE appointment = :id AND kind = 'moved' AND channel = 'sms'",
        id=ids.mine,
    )

    assert found_in(engine) == {("outbox", (ids.mine,))}


SETTLED = {
    "a sent one holds a token": (
        "state = 'sent', token = 'plain', lease = NULL, leased_until = NULL"
    ),
    "a void one holds a token": "state = 'void', token = 'plain'",
    "a sent one holds a comment": (
        "state = 'sent', token = '', comment = 'said', lease = NULL, leased_until = NULL"
    ),
    "a parked one has no error": (
        "state = 'parked', token = '', error = '', lease = NULL, leased_until = NULL"
    ),
    "a sent one is leased": (
        "state = 'sent', token = '', lease = 'x', leased_until = '2026-12-07T06:00:00Z'"
    ),
    "it tells of what did not happen": "kind = 'recall'",
    "it tells of a revision that is none": "sequence = 9",
    "it tells of another time": "starts = '2026-12-07T06:00:00Z'",
}


@pytest.mark.parametrize("wrong", SETTLED)
def test_a_message_that_is_wrong_is_found_r35(
    engine: Engine, file: Path, ids: Ids, wrong: str
) -> None:
    message, _ = messages_of(file, ids.filling)[0]

    execute(file, f"UPDATE wtb_message SET {SETTLED[wrong]} WHERE id = :id", id=message)

    assert ("outbox", tuple(sorted((ids.filling, message)))) in found_in(engine)
    assert {promise for promise, _ in found_in(engine)} == {"outbox"}


def test_an_unsent_message_that_is_out_of_date_is_found_r35(
    engine: Engine, file: Path, ids: Ids
) -> None:
    message, _ = messages_of(file, ids.gone)[0]
    execute(file, "UPDATE wtb_message SET state = 'unsent' WHERE id = :id", id=message)

    assert found_in(engine) == {("outbox", tuple(sorted((ids.gone, message))))}


def test_a_message_about_nothing_is_found_r35(engine: Engine, file: Path, ids: Ids) -> None:
    copied = (
        "clinic, 'copy', {}, kind, channel, address, language, provider, resource, starts, ends"
    )
    rest = "token, sequence, comment, written_at, state"
    into = copied.replace("'copy'", "id").format("appointment")
    message, _ = messages_of(file, ids.mine)[-1]
    for appointment in ("new", ids.mine):
        execute(
            file,
            f"INSERT INTO wtb_message ({into}, {rest}) SELECT {copied.format(':of')}, {rest}"
            " FROM wtb_message WHERE id = :id",
            of=appointment,
            id=message,
        )
        assert found_in(engine) == {("outbox", tuple(sorted((appointment, "copy"))))}
        execute(file, "DELETE FROM wtb_message WHERE id = 'copy'")


# Patients


def test_two_patients_of_one_number_are_found_r19(engine: Engine, file: Path) -> None:
    execute_script(
        file,
        """
        CREATE TABLE kept AS SELECT * FROM wtb_patient;
        DROP TABLE wtb_patient;
        ALTER TABLE kept RENAME TO wtb_patient;
        UPDATE wtb_patient SET identity_number =
          (SELECT identity_number FROM wtb_patient WHERE id = 'p9') WHERE id = 'p8';
        """,
    )

    assert found_in(engine) == {("patient", ("p8", "p9"))}


def execute_script(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def test_what_is_found_can_be_left_after_the_first(engine: Engine, file: Path, ids: Ids) -> None:
    execute(file, "DELETE FROM wtb_overlap")
    found = iter(a_book(engine).verify(LINDEN))
    assert next(found).promise == "overlap"
    del found

    booked(a_book(engine), "15:30", 6)

    assert found_in(engine) == {("overlap", tuple(sorted((ids.under, ids.over))))}


def test_other_clinics_are_left_alone(engine: Engine, file: Path) -> None:
    book = a_book(engine)
    book.add_clinic(linden(id="another"))
    execute(file, "DELETE FROM wtb_occupied WHERE clinic = 'linden'")

    assert list(book.verify(linden(id="another").id)) == []


def test_nothing_of_anybody_is_told_r23(engine: Engine, file: Path, ids: Ids) -> None:
    execute(file, "UPDATE wtb_event SET revision = 7")
    execute(file, "DELETE FROM wtb_occupied WHERE kind = 'appointment'")
    said = repr(list(a_book(engine).verify(LINDEN)))

    assert ids.mine in said
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT first_name, last_name, mobile, email, identity_number FROM wtb_patient"
        )
        people = {text for row in rows for text in row if text}
    connection.close()
    assert not [text for text in people if text in said]
