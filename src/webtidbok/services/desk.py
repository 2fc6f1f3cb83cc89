"""The desk: the ports that every use case works through, and the host's policies."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import attrs

from webtidbok.errors import MissingKey
from webtidbok.model.age import SEED_24, AgeRule
from webtidbok.model.clinic import Clinic
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import instant
from webtidbok.ports.clock import Clock
from webtidbok.ports.closures import ClosureCalendar
from webtidbok.ports.keys import Keys
from webtidbok.ports.randomness import Randomness
from webtidbok.ports.records import Records
from webtidbok.ports.store import Store, StoredClinic
from webtidbok.ports.throttle import Throttle
from webtidbok.rules.change_limit import WorkingDay, working_days_of
from webtidbok.rules.evaluator import Evaluator, HostRule
from webtidbok.rules.question import Question
from webtidbok.services.keeping import MOST_KEPT, KeptSearches
from webtidbok.services.schedules import Schedules
from webtidbok.slots.windows import Block

_ID_BYTES = 16
_CALLER_DOMAIN = b"webtidbok subject 1\0"


@attrs.frozen(kw_only=True)
class Desk:
    """What a host puts together once and hands to every use case.

    Attributes:
        records: What the store holds, for looking at; most stores are both.
        keys: Needed for codes and for callers only.
        throttle: None: nothing is limited.
        closures: Working days, instead of each clinic's own closed days.
        age_rule: Who is a child (R11a).
        host_rules: A host's own rules about times; asked with all others.
        watch_list_by_outbox: Cancelled visits reach the host's watch list as outbox messages,
            for a list that cannot take part in the store's transaction (R28).
        most_kept: About how many numbers searches may keep in memory, each of some hundred bytes,
            so as not to read again what has not changed; 0: nothing is kept.
    """

    store: Store
    records: Records
    clock: Clock
    randomness: Randomness
    keys: Keys | None = None
    throttle: Throttle | None = None
    closures: ClosureCalendar | None = None
    age_rule: AgeRule = SEED_24
    host_rules: Sequence[HostRule] = ()
    watch_list_by_outbox: bool = False
    most_kept: int = MOST_KEPT
    _schedules: Schedules = attrs.field(factory=Schedules, init=False, eq=False, repr=False)
    kept_searches: KeptSearches = attrs.field(init=False, eq=False, repr=False)

    @kept_searches.default
    def _nothing_kept(self) -> KeptSearches:
        return KeptSearches(self.most_kept)

    def now(self) -> datetime:
        """Return the present in UTC, to the second (R2a). Ask once a use case."""
        return instant(self.clock.now())

    def new_id(self) -> str:
        """Return an id that nothing else has."""
        return self.randomness.random_bytes(_ID_BYTES).hex()

    def working_day(self, clinic: Clinic) -> WorkingDay:
        """Return what tells the working days of a clinic (R2b)."""
        closures = self.closures
        if closures is None:
            return working_days_of(clinic)
        return lambda day: closures.is_working_day(clinic.id, day)

    def evaluator(self, question: Question, stored: StoredClinic) -> Evaluator:
        """Return the rules of a question about a clinic with these settings."""
        return Evaluator(question, self._schedules.of(stored), tuple(self.host_rules))

    def is_working_time(self, stored: StoredClinic, minute: int) -> bool:
        """Return whether the clinic is open at a minute: inside any block of it (R34)."""
        return self._schedules.of(stored).is_working_time(minute)

    def block_at(self, stored: StoredClinic, provider: ProviderId, minute: int) -> Block | None:
        """Return the provider's block that holds a minute, or None."""
        return self._schedules.of(stored).block_at(provider, minute)

    def is_covered(self, stored: StoredClinic, provider: ProviderId, start: int, end: int) -> bool:
        """Return whether blocks of the provider, of whatever kind, hold every minute of a time."""
        return self._schedules.of(stored).is_covered(provider, start, end)

    def all_keys(self) -> Sequence[bytes]:
        """Return the installation's keys, the one that writes first.

        Raises:
            MissingKey: no keys were given.
        """
        if self.keys is None:
            raise MissingKey("codes and callers need the installation's key, and none was given")
        return self.keys.keys()

    def subject(self, kind: str, name: str) -> str:
        """Return the keyed hash under which attempts of `name` are counted (R21b).

        Raises:
            MissingKey: no keys were given.
        """
        text = _CALLER_DOMAIN + kind.encode() + b"\0" + name.encode(errors="surrogatepass")
        return hmac.new(self.all_keys()[0], text, hashlib.sha256).hexdigest()
