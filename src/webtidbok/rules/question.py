"""A question: what is asked, for whom, and when (R17)."""

from datetime import date, datetime

import attrs

from webtidbok.model.age import SEED_24, AgeRule
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.hold import Hold
from webtidbok.model.ids import ProviderId
from webtidbok.model.instants import instant, minute_of
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.visit import Visit


@attrs.frozen(kw_only=True)
class PatientFacts:
    """What the rules about patients need to know of one (R11, R12, R3)."""

    born: date = attrs.field(repr=False)
    is_known: bool
    open_bookings: int


@attrs.frozen(kw_only=True)
class Question:
    """One patient's question at one moment: may a visit start then?

    Search, explain, hold, book and rebook ask the same question and differ only in the span.

    Attributes:
        providers: Who is asked, in the order that breaks ties.
        patient: None: the rules about patients are silent.
        hold: The asker's own hold; its time counts as free. One that has expired is as none.
        moving: The appointment to be moved; None for a new booking. Its time counts as free.
        against_change: What forbids moving it at all (`rules.changes`).
        age_rule: Who is a child: a policy of the host (R11a).
    """

    clinic: Clinic
    visit: Visit
    providers: tuple[ProviderId, ...]
    now: datetime = attrs.field(converter=instant)
    patient: PatientFacts | None = None
    hold: Hold | None = None
    moving: Appointment | None = None
    against_change: tuple[Refusal, ...] = ()
    age_rule: AgeRule = SEED_24

    @property
    def held(self) -> Hold | None:
        """The asker's live hold of a slot of this very type, under which rules count as of it."""
        hold = self.hold
        if hold is None or not hold.is_live(self.now) or self.visit.type is None:
            return None
        return hold if hold.type == self.visit.type.id else None

    @property
    def held_start(self) -> int | None:
        """The minute at which the held visit starts."""
        return minute_of(self.held.placement.span.start) if self.held else None

    @property
    def own(self) -> frozenset[str]:
        """The holders whose time counts as free to the asker."""
        mine = {self.hold.id} if self.hold else set()
        return frozenset(mine | ({self.moving.id} if self.moving else set()))
