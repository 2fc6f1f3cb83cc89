"""A worker is killed before and after every statement: all or nothing, and asking again does it."""

import random
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine

from tests.torture.asking import Asked, ask
from tests.torture.crew import context
from tests.torture.scene import SLOTS, a_book, a_token, gaps_in_journals, rows_in, the_clinic
from tests.torture.sizes import Size, both_legs
from tests.torture.victim import LEASE, Fate, Mail, dispatch, meet
from webtidbok.model.ids import ClinicId
from webtidbok.testing.builders import a_patient

#: So many moments of each act in a short leg, the last of them among these.
_FEW = 3

#: Each time that somebody asks for a hold, that is an event, and the calendars are raised.
_OF_ASKING = {"wtb_event", "wtb_journal", "raised"}


@attrs.frozen(kw_only=True)
class Scene:
    """A clinic of its own, what is done there, and what was there before."""

    clinic: str
    asked: Asked | None
    before: dict[str, int]


def set_up(engine: Engine, act: str, number: int) -> Scene:
    """Prepare for an act whatever it needs."""
    clinic = f"{act.replace(' ', '-')}-{number}"
    book = a_book(engine)
    known = (a_patient("p1", 1),) if act == "book as a known patient" else ()
    book.add_clinic(the_clinic(clinic), patients=known)
    first, second = (each.start.isoformat() for each in SLOTS[:2])
    new = Asked(key="the-key", what="book", clinic=clinic, provider=SLOTS[0].provider, start=first)
    asked: Asked | None = new
    if act == "book with a hold":
        asked = attrs.evolve(new, token=a_token().token)
        ask(book, attrs.evolve(asked, what="hold"))
    elif act == "hold":
        asked = attrs.evolve(new, what="hold", token=a_token().token)
    elif act in {"rebook", "cancel", "dispatch"}:
        booked = ask(book, attrs.evolve(new, key="before"))
        asked = {
            "rebook": attrs.evolve(new, what="rebook", token=booked.token, start=second),
            "cancel": attrs.evolve(new, what="cancel", token=booked.token),
        }.get(act)
    elif act == "staff over a patient":
        booked = ask(book, attrs.evolve(new, key="before"))
        asked = attrs.evolve(new, what="staff-book", over=(booked.appointment,))
    return Scene(clinic=clinic, asked=asked, before=rows_in(engine, clinic))


ACTS = (
    "book",
    "book as a known patient",
    "book with a hold",
    "rebook",
    "cancel",
    "hold",
    "staff over a patient",
    "dispatch",
)


@attrs.frozen(kw_only=True)
class Stage:
    """Where acts are played, and killed."""

    database: str
    engine: Engine
    folder: Path

    def play(self, act: str, number: int, dies_at: int) -> tuple[Scene, int]:
        """Let somebody act until it dies; return how it ended."""
        scene = set_up(self.engine, act, number)
        fate = Fate(
            database=self.database,
            clinic=scene.clinic,
            asked=scene.asked,
            dies_at=dies_at,
            mail=self.mail(scene),
            moments=self.folder / "moments",
        )
        process = context().Process(target=meet, args=(fate,))
        process.start()
        process.join()
        assert process.exitcode is not None
        return scene, process.exitcode

    def mail(self, scene: Scene) -> Path:
        """Return where the messages of a scene arrive."""
        return self.folder / f"mail-{scene.clinic}"

    def again(self, scene: Scene) -> None:
        """Ask again, as the patient does; or dispatch again, when the claim has run out."""
        if scene.asked is None:
            dispatch(self.engine, scene.clinic, Mail(self.mail(scene)), later=2 * LEASE)
            return
        answer = ask(a_book(self.engine), scene.asked)
        assert answer.is_done, answer
        assert not (answer.is_repeat and answer.token), "a link is given once"


@both_legs
@pytest.mark.parametrize("act", ACTS)
def test_all_or_nothing_and_asking_again_does_it(
    act: str,
    size: Size,
    database: str,
    engine: Engine,
    tmp_path: Path,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    stage = Stage(database=database, engine=engine, folder=tmp_path)
    whole_scene, ended = stage.play(act, 0, 0)
    assert ended == 0
    whole = rows_in(engine, whole_scene.clinic)
    moments = (tmp_path / "moments").read_text().splitlines()

    numbers: Sequence[int] = range(1, len(moments) + 1)
    if not size.is_long:
        numbers = _few(numbers, random.Random(seed))
    for number in numbers:
        scene, ended = stage.play(act, number, number)
        at = f"{act}, killed {moments[number - 1]}"
        assert ended == -signal.SIGKILL, at

        left = rows_in(engine, scene.clinic)
        if scene.asked is not None:
            assert left in (scene.before, whole), at
        _assert_right(engine, scene, at)

        stage.again(scene)

        assert _kept(act, rows_in(engine, scene.clinic)) == _kept(act, whole), at
        _assert_right(engine, scene, at)
        if scene.asked is None:
            _assert_sent(engine, stage, scene, at)
    assert list(gaps_in_journals(engine)) == []
    tell(f"{len(numbers)} of {len(moments)} moments")


def _few(numbers: Sequence[int], chance: random.Random) -> list[int]:
    return sorted({*chance.sample(numbers[:-2], _FEW - 2), *numbers[-2:]})


def _kept(act: str, rows: dict[str, int]) -> dict[str, int]:
    left_out = _OF_ASKING if act == "hold" else set()
    return {name: count for name, count in rows.items() if name not in left_out}


def _assert_right(engine: Engine, scene: Scene, at: str) -> None:
    book = a_book(engine)
    assert list(book.verify(ClinicId(scene.clinic))) == [], at


def _assert_sent(engine: Engine, stage: Stage, scene: Scene, at: str) -> None:
    """The message has arrived, at most twice, and each time under its one id."""
    messages = a_book(engine).desk.records.messages(ClinicId(scene.clinic))
    (sent,) = (message.id for message in messages)
    arrived = stage.mail(scene).read_text().split()
    assert set(arrived) == {sent}, at
    assert 1 <= len(arrived) <= 2, at
