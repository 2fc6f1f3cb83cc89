"""Two books that are given the same to do: one on a store under test, one in memory."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import attrs

from webtidbok.adapters.keys import FixedKeys
from webtidbok.errors import InvalidValue, NotFound, RequestKeyReused
from webtidbok.ports.clock import Clock
from webtidbok.ports.store import A, Change, Scope, State, Store
from webtidbok.ports.throttle import Throttle
from webtidbok.services.desk import Desk
from webtidbok.services.keeping import MOST_KEPT
from webtidbok.services.searching import Found
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import THE_CLINIC
from webtidbok.testing.randomness import CountedRandomness
from webtidbok.testing.store_scenes import StoreWithRecords

T = TypeVar("T")

#: What a use case raises on purpose where it was asked for what cannot be.
_EXPECTED = (InvalidValue, NotFound, RequestKeyReused)


@attrs.frozen
class Raised:
    """An error that a book answered with."""

    kind: type[Exception]
    text: str


class Repeatable:
    """A store of which whoever it asks to decide again draws the same ids again."""

    def __init__(self, store: Store, randomness: CountedRandomness) -> None:
        self._store = store
        self._randomness = randomness

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """Pass all else on."""
        return getattr(self._store, name)

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        """Let each decision begin from where the first one did."""
        go_back = self._randomness.here()

        def decide_anew(state: State) -> Change[A] | A:
            go_back()
            return decide(state)

        return self._store.transact(scope, decide_anew)


def book_on(
    store: StoreWithRecords, throttle: Throttle, clock: Clock, *, most_kept: int = MOST_KEPT
) -> WebBook:
    """Return a book over a store. Each draws the same ids, tokens and codes, one after another."""
    randomness = CountedRandomness()
    desk = Desk(
        store=cast(Store, Repeatable(store, randomness)),
        records=store,
        clock=clock,
        randomness=randomness,
        keys=FixedKeys(b"a key that twins share"),
        throttle=throttle,
        most_kept=most_kept,
    )
    return WebBook(desk)


@attrs.define
class Twins:
    """A book on a store under test, and the one that knows what it should answer.

    Attributes:
        bystander: Another book on the store under test, as of another process. It only looks, and
            nobody tells it what has happened; the model, too, keeps nothing between searches.
    """

    tested: WebBook
    model: WebBook
    bystander: WebBook = attrs.field(init=False)

    @bystander.default
    def _beside(self) -> WebBook:
        return WebBook(attrs.evolve(self.tested.desk))

    def both(self, act: Callable[[WebBook], T]) -> T | Raised:
        """Let both books do the same, and return what both answer."""
        tested, model = _answer(act, self.tested), _answer(act, self.model)
        assert tested == model, "the store under test and the one in memory answer differently"
        return tested

    def look(self, act: Callable[[WebBook], T]) -> T | Raised:
        """Let both books look at the same, and the bystander too, and return what all answer."""
        answer = self.both(act)
        assert _answer(act, self.bystander) == answer, "a book that only looks has missed something"
        return answer

    def reopen(self, store: StoreWithRecords) -> None:
        """Put the book under test on a store that was opened anew."""
        randomness = self.tested.desk.randomness
        assert isinstance(randomness, CountedRandomness)
        again = cast(Store, Repeatable(store, randomness))
        self.tested = WebBook(attrs.evolve(self.tested.desk, store=again, records=store))
        self.bystander = self._beside()


def _answer(act: Callable[[WebBook], T], book: WebBook) -> T | Raised:
    try:
        return act(book)
    except _EXPECTED as error:
        return Raised(type(error), str(error))


def contents(book: WebBook) -> dict[str, object]:
    """Return all that a book holds of the test clinic, in an order that every store keeps."""
    records = book.desk.records
    appointments = list(records.appointments(THE_CLINIC))
    patients = sorted({each.patient for each in appointments if each.patient is not None})
    overlaps = records.overlaps(THE_CLINIC)
    return {
        "settings": book.clinic(THE_CLINIC),
        "appointments": appointments,
        "patients": [records.patient(THE_CLINIC, patient) for patient in patients],
        "history": list(records.history(THE_CLINIC)),
        "watch list": list(records.watch_list(THE_CLINIC)),
        "messages": list(records.messages(THE_CLINIC)),
        "absences": list(records.absences(THE_CLINIC)),
        "occupied": list(records.occupied(THE_CLINIC)),
        "overlaps": sorted(overlaps, key=lambda pair: (pair.patients, pair.staffs)),
    }


def plainly(found: object) -> object:
    """Return what a search found as plain values, to be compared; any other answer as it is."""
    if not isinstance(found, Found):
        return found
    return list(found.slots), list(found.days()), list(found.folded()), found.next, found.refusals
