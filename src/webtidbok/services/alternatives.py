"""Free times near one that was taken (R21a)."""

from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import minute_of
from webtidbok.model.slot import Slot
from webtidbok.model.wall_clock import DAY_MINUTES
from webtidbok.rules.evaluator import Evaluator
from webtidbok.services.asking import offers_in
from webtidbok.services.desk import Desk

MOST_ALTERNATIVES = 5

#: How far around a wished time is looked, in days: a year both ways is enough for anybody.
_FARTHEST_DAYS = 512


def alternatives_to(
    desk: Desk, evaluator: Evaluator, provider: ProviderId, start: int
) -> tuple[Slot, ...]:
    """Return up to five free times of the same question and provider, nearest to `start`.

    The earlier one on a tie; listed by start. Looks in windows of 1, 2, 4 ... days both ways.
    """
    days = 1
    while True:
        reach = days * DAY_MINUTES
        offers = offers_in(desk, evaluator, range(start - reach, start + reach + 1))
        near = [slot for slot in offers if slot.provider == provider]
        if len(near) >= MOST_ALTERNATIVES or days >= _FARTHEST_DAYS:
            break
        days *= 2
    near.sort(key=lambda slot: (abs(minute_of(slot.start) - start), slot.start))
    return tuple(sorted(near[:MOST_ALTERNATIVES], key=lambda slot: slot.start))
