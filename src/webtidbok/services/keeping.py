"""What is free, kept between searches (`rules.kept` holds the theory).

Versions are read, then the time of the calendars that have moved, then versions again, until none
has moved: then all that is kept was so at one moment, the one at which the last versions were read,
though it was read at several. So what is answered is never of a version that was past when the
search began, however many processes write.

A question about one's own time, and one about starts that nobody keeps, is answered from rows.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import TypeAlias

from webtidbok.model.ids import CalendarId, ClinicId, ProviderId, TypeId
from webtidbok.model.instants import minute_of
from webtidbok.model.wall_clock import DAY_MINUTES
from webtidbok.ports.store import Standing, Store
from webtidbok.rules.dates import end_of_horizon
from webtidbok.rules.evaluator import Evaluator
from webtidbok.rules.kept import Kept, Read
from webtidbok.rules.offers import Offers
from webtidbok.rules.question import Question
from webtidbok.slots.free import free_starts
from webtidbok.slots.starts import EVER, Starts, hull

#: About how many numbers are kept unless a host says otherwise; each takes some hundred bytes.
MOST_KEPT = 500_000

#: So much farther than the horizon is what is kept, lest it grow every day.
_MARGIN_MINUTES = 7 * DAY_MINUTES

_MOST_ASKED = 1_000
_MOST_TRIES = 3

#: The clinic, the type, and the providers asked about if not all that the type has.
_Key: TypeAlias = tuple[ClinicId, TypeId, tuple[ProviderId, ...] | None]


class KeptSearches:
    """What is free in one store, by type; the least recently used goes when there is too much.

    Safe to use from several threads: what is kept is frozen and is exchanged whole.

    Args:
        most: About how many numbers to keep. What is more than that by itself is not kept.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[_Key, Kept] = OrderedDict()
        self._asked: OrderedDict[_Key, bool] = OrderedDict()  # and whether it can be kept
        self._lock = Lock()

    def offers(
        self,
        store: Store,
        standing: Standing,
        evaluator: Evaluator,
        starts: Starts,
        *,
        is_page: bool,
    ) -> Offers | None:
        """Return what is offered of `starts`; None where it must be answered from rows.

        What is asked about for the first time is not kept, unless all of it is wanted at once and
        that is most of what can be booked.

        Args:
            is_page: Only the first of what is offered is wanted.
        """
        question = evaluator.question
        key = _key_of(question)
        if key is None or question.own or not starts:
            return None
        asked = hull(starts)
        kept = self._of(key, standing, question)
        if kept is None or not kept.holds(asked):
            reach = _reach_of(question)
            is_most = not is_page and 2 * _length(asked) >= _length(reach)
            if not self._is_worth_it(key, is_most=is_most):
                return None
            kept = Kept.nothing(evaluator, reach)
        if question.now < kept.since or not kept.holds(asked):
            return None
        fresh = _freshened(store, kept, standing, question)
        if fresh is None:
            return None
        self._keep(key, fresh)
        return fresh.answer(evaluator, starts)

    def _of(self, key: _Key, standing: Standing, question: Question) -> Kept | None:
        """Return what is kept, if it was worked out from these very settings."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
        is_same = kept.evaluator.question.clinic is standing.stored.clinic is question.clinic
        return kept if is_same else None

    def _is_worth_it(self, key: _Key, *, is_most: bool) -> bool:
        with self._lock:
            is_worth_it = self._asked.get(key, is_most)
            self._asked.setdefault(key, True)
            self._asked.move_to_end(key)
            while len(self._asked) > _MOST_ASKED:
                self._asked.popitem(last=False)
        return is_worth_it

    def _keep(self, key: _Key, kept: Kept) -> None:
        with self._lock:
            if self._kept.get(key) is kept:
                return
            if kept.weight > self._most:
                self._kept.pop(key, None)
                self._asked[key] = False
                return
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while sum(each.weight for each in self._kept.values()) > self._most:
                self._kept.popitem(last=False)


def _key_of(question: Question) -> _Key | None:
    wanted = question.visit.type
    if wanted is None or question.moving is not None:
        return None
    asked = None if question.providers is wanted.providers else question.providers
    return question.clinic.id, wanted.id, asked


def _length(minutes: range) -> int:
    """Return what `len` does, which counts no farther than a machine's word."""
    return minutes.stop - minutes.start


def _reach_of(question: Question) -> range:
    """Return the minutes in which anybody may book now, or in the next days."""
    until = end_of_horizon(question.clinic, question.now) + _MARGIN_MINUTES
    return range(minute_of(question.now), min(until, EVER.stop))


def _freshened(store: Store, kept: Kept, standing: Standing, question: Question) -> Kept | None:
    """Return what is kept, read again where it was stale; None where calendars go on moving."""
    now, tries = question.now, 0
    while stale := kept.stale(standing.versions, now):
        if tries == _MOST_TRIES:
            return None
        tries += 1
        kept = kept.with_read(_read(store, kept, stale, now), stale, standing.versions, now)
        later = store.standing(question.clinic.id)
        if later is None or later.stored.clinic is not question.clinic:
            return None
        standing = later
    return kept.under(standing.versions)


def _read(
    store: Store, kept: Kept, calendars: Sequence[CalendarId], now: datetime
) -> Mapping[CalendarId, Read]:
    span = kept.evaluator.read_span(kept.narrowed.starts)
    extent = kept.evaluator.question.visit.extent
    return {
        each.calendar: Read(free_starts(each.starts, each.ends, extent), each.until)
        for each in store.busy(kept.evaluator.question.clinic.id, calendars, span, now=now)
    }
