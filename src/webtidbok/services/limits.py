"""How much one caller or one number may try (R21b, R29b). Presets; a host's throttle may differ."""

from datetime import datetime, timedelta

import attrs

from webtidbok.model.contact import MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.ports.throttle import Limit
from webtidbok.rules.patients import PhoneTheClinic
from webtidbok.services.desk import Desk

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)

HOLDS_BY_CALLER = Limit(name="live-holds-by-caller", most=5, window=timedelta(minutes=10))
BOOKINGS_BY_CALLER = Limit(name="bookings-by-caller", most=10, window=_DAY)
CONFIRMATIONS_BY_MOBILE = Limit(name="confirmations-by-mobile", most=5, window=_DAY)
FAILURES_BY_CALLER = Limit(name="failures-by-caller", most=20, window=_QUARTER)
FAILURES_BY_NUMBER = Limit(name="failures-by-number", most=100, window=_QUARTER)

#: What whoever is over a limit is told: the same as for the other rules about persons (R23).
OVER_A_LIMIT = PhoneTheClinic(because="too many attempts", setting="throttle")


@attrs.frozen
class Count:
    """One thing to be counted: against which limit, of whom."""

    limit: Limit
    subject: str


@attrs.frozen(kw_only=True)
class Counter:
    """Counts for one caller at one moment. Without a caller nothing is limited (R21b)."""

    desk: Desk
    caller: str | None = attrs.field(repr=False)
    now: datetime

    @property
    def counts(self) -> bool:
        """Whether anything is limited."""
        return self.caller is not None and self.desk.throttle is not None

    def of_hold(self, hold_time: timedelta) -> list[Count]:
        """Return what a hold counts against: live for the clinic's hold time."""
        limit = attrs.evolve(HOLDS_BY_CALLER, window=hold_time)
        return self._counts((limit, "caller", self.caller))

    def of_booking(self, mobile: MobileNumber) -> list[Count]:
        """Return what a booking counts against."""
        return self._counts(
            (BOOKINGS_BY_CALLER, "caller", self.caller),
            (CONFIRMATIONS_BY_MOBILE, "mobile", mobile.e164),
        )

    def of_failure(self, number: PersonalIdentityNumber | None) -> list[Count]:
        """Return what a failed look-up counts against; `number` None if it was ill-formed."""
        named = [(FAILURES_BY_NUMBER, "number", number.digits)] if number else []
        return self._counts((FAILURES_BY_CALLER, "caller", self.caller), *named)

    def admit(self, counts: list[Count], item: str) -> bool:
        """Count an item against all of `counts`, or against none; return whether it was."""
        throttle = self.desk.throttle
        done: list[Count] = []
        for count in counts if throttle else ():
            assert throttle is not None
            if not throttle.admit(count.limit, count.subject, item, self.now):
                self.forget(done, item)
                return False
            done.append(count)
        return True

    def forget(self, counts: list[Count], item: str) -> None:
        """Let an item count no longer."""
        if self.desk.throttle is not None:
            for count in counts:
                self.desk.throttle.forget(count.limit, count.subject, item)

    def recount(self, counts: list[Count], item: str, since: datetime) -> None:
        """Let an item that counts do so from an earlier moment than now."""
        if self.desk.throttle is not None:
            for count in counts:
                self.desk.throttle.admit(count.limit, count.subject, item, since)

    def is_over(self, counts: list[Count]) -> bool:
        """Return whether any of the limits is used up."""
        throttle = self.desk.throttle
        return throttle is not None and any(
            throttle.is_used_up(count.limit, count.subject, self.now) for count in counts
        )

    def record(self, counts: list[Count]) -> None:
        """Count one more failure against each of `counts` that still has room."""
        if self.desk.throttle is not None and counts:
            item = self.desk.new_id()
            for count in counts:
                self.desk.throttle.admit(count.limit, count.subject, item, self.now)

    def _counts(self, *wanted: tuple[Limit, str, str | None]) -> list[Count]:
        if not self.counts:
            return []
        return [Count(limit, self.desk.subject(kind, name)) for limit, kind, name in wanted if name]
