"""What `domain.md` says about free times, read directly and slowly.

Written apart from the engine: nothing of `webtidbok.slots`, `webtidbok.rules` or
`webtidbok.model.wall_clock` is used. Blocks are expanded day by day, by looking at what the clocks
show minute by minute; every candidate start is judged by itself, and for a visit every tick that
it occupies is looked at.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import attrs

from webtidbok.model.absence import Absence
from webtidbok.model.age import SEED_24, AgeBasis, AgeRule, Ages
from webtidbok.model.appointment import Appointment
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore
from webtidbok.model.changeable import Action
from webtidbok.model.clinic import Clinic
from webtidbok.model.hold import Hold
from webtidbok.model.ids import KindId, ProviderId, ResourceId
from webtidbok.model.schedule import BlockKind, DayBlock

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_TICK = 300  # seconds

Found = tuple[int, ProviderId, ResourceId | None]


class Stretch(NamedTuple):
    """A block of the schedule, in minutes since 1970."""

    start: int
    end: int
    kind: KindId
    resource: ResourceId | None


class Wanted(NamedTuple):
    """A visit before it has a time, in minutes."""

    duration: int
    before: int
    after: int
    interval: int
    resources: tuple[ResourceId, ...]


def seconds(moment: datetime) -> int:
    """Return whole seconds since 1970, rounded down."""
    return int(moment.timestamp() // 1)


def shown(minute: int, zone: ZoneInfo) -> datetime:
    """Return what the clocks show at a minute since 1970."""
    return datetime.fromtimestamp(minute * 60, zone).replace(tzinfo=None)


@cache
def first_minute_at(wall: datetime, zone: ZoneInfo) -> int:
    """Return the first minute since 1970 at which the clocks show `wall` or more (R6a).

    So a time that they skip is the moment of the change, and one shown twice the first.
    """
    near = [wall + days * _DAY for days in (-1, 0, 1)]
    ahead = max(moment.replace(tzinfo=zone).utcoffset() or timedelta() for moment in near)
    minute = seconds((wall - ahead).replace(tzinfo=UTC)) // 60
    while shown(minute, zone) < wall:
        minute += 1
    return minute


def minute_on(day: date, wall_minutes: int, zone: ZoneInfo) -> int:
    """Return the minute since 1970 of a wall time, 24:00 being the next local midnight."""
    midnight = datetime.combine(day, datetime.min.time())
    return first_minute_at(midnight + wall_minutes * _MINUTE, zone)


def day_blocks(clinic: Clinic, provider: ProviderId, day: date) -> list[DayBlock]:
    """Return the wall-clock blocks of one day (R6)."""
    if day in clinic.closed_days:
        return []
    for override in clinic.day_overrides:
        if override.provider == provider and override.day == day:
            return list(override.blocks)
    found: list[DayBlock] = []
    for period in clinic.periods:
        if period.provider == provider and period.first <= day <= period.last:
            [template] = [each for each in clinic.templates if each.id == period.template]
            place = (day - period.anchor).days % (7 * len(template.weeks))
            found += template.weeks[place // 7][place % 7]
    return found


def expanded(clinic: Clinic, provider: ProviderId, first: date, last: date) -> list[Stretch]:
    """Return the provider's blocks from one day to another; those that a night swallows are not."""
    found: list[Stretch] = []
    day = first
    while day <= last:
        for block in day_blocks(clinic, provider, day):
            start = minute_on(day, block.start, clinic.time_zone)
            end = minute_on(day, block.until, clinic.time_zone)
            if start < end:
                found.append(Stretch(start, end, block.kind, block.resource))
        day += _DAY
    return sorted(found, key=lambda stretch: stretch.start)


def month_later(day: date, months: int) -> date:
    """Return the date some months later, or the last one of that month (R3b)."""
    place = day.year * 12 + day.month - 1 + months
    for number in (day.day, 30, 29, 28):
        try:
            return date(place // 12, place % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def full_years(born: date, day: date) -> int:
    """Return how many full years somebody has lived on `day` (R11a)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def deadline(clinic: Clinic, limit: ChangeLimit, start: datetime) -> int:
    """Return the last moment to change, in seconds since 1970 (R2b)."""
    if isinstance(limit, HoursBefore):
        return seconds(start) - limit.hours * 3600
    wall = start.astimezone(clinic.time_zone).replace(tzinfo=None)
    day = wall.date()
    if isinstance(limit, DaysBefore):
        day -= timedelta(days=limit.days)
    else:
        left = limit.working_days
        while left:
            day -= _DAY
            left -= day.isoweekday() <= 5 and day not in clinic.closed_days
    if limit.by is not None:
        return minute_on(day, limit.by, clinic.time_zone) * 60
    return first_minute_at(datetime.combine(day, wall.time()), clinic.time_zone) * 60


@attrs.frozen(kw_only=True)
class Oracle:
    """One question to a clinic, and everything that the answer depends on.

    Attributes:
        wanted: The type that is asked for; of a moved appointment its type, if it still exists.
        born: Of the patient; None: there are no patient facts.
        hold: The asker's own hold, which is also among `holds`.
        moving: The appointment to be moved, which is also among `appointments`.
        days: The first and last local date that blocks are looked for on.
    """

    clinic: Clinic
    wanted: BookableType | None
    now: datetime
    days: tuple[date, date]
    born: date | None = None
    is_known: bool = False
    open_bookings: int = 0
    age_rule: AgeRule = SEED_24
    hold: Hold | None = None
    moving: Appointment | None = None
    appointments: Sequence[Appointment] = ()
    holds: Sequence[Hold] = ()
    absences: Sequence[Absence] = ()

    # What is asked for

    @cached_property
    def visit(self) -> Wanted:
        """R12a and R26: a new visit is as its type says, a moved one as it was booked."""
        wanted, moving = self.wanted, self.moving
        if moving is None:
            assert wanted is not None
            return Wanted(
                wanted.duration_minutes,
                wanted.before_minutes,
                wanted.after_minutes,
                wanted.interval_minutes,
                wanted.resources,
            )
        present = moving.placement.resource
        resources: tuple[ResourceId, ...]
        if wanted is None:
            resources = (present,) if present else ()
        else:
            listed = list(wanted.resources)
            if present in listed:
                listed.remove(present)
                listed.insert(0, present)
            resources = tuple(listed)
        return Wanted(
            -(-(seconds(moving.span.end) - seconds(moving.span.start)) // 60),
            moving.before_minutes,
            moving.after_minutes,
            wanted.interval_minutes if wanted else 15,
            resources,
        )

    # Blocks

    @cached_property
    def blocks(self) -> dict[ProviderId, list[Stretch]]:
        """The blocks of every provider."""
        return {
            provider.id: expanded(self.clinic, provider.id, *self.days)
            for provider in self.clinic.providers
        }

    def against_block(self, block: Stretch) -> set[str]:
        """R14: why a block is not eligible."""
        kind: BlockKind = next(each for each in self.clinic.block_kinds if each.id == block.kind)
        named = self.wanted.block_filter if self.wanted else frozenset()
        codes: set[str] = set()
        if not kind.web_bookable:
            codes.add("not-web-bookable")
        if self.moving is None and named and kind.id not in named:
            codes.add("block-filter")
        if kind.exclusive and kind.id not in named:
            codes.add("exclusive-block")
        if block.resource and self.visit.resources and block.resource not in self.visit.resources:
            codes.add("other-resource")
        return codes

    def block_at(self, provider: ProviderId, minute: int) -> Stretch | None:
        """R7: there is at most one."""
        found = [block for block in self.blocks[provider] if block.start <= minute < block.end]
        assert len(found) <= 1, found
        return found[0] if found else None

    def against_place(self, provider: ProviderId, start: int) -> set[str]:
        """R14: what of the schedule stands against a start."""
        first = self.block_at(provider, start)
        if first is None:
            return {"no-block"}
        codes = self.against_block(first)
        if (start - first.start) % self.visit.interval:
            codes.add("off-grid")
        until = start + self.visit.duration
        reach, is_whole = first.end, True  # how far it may stay; whether all so far is eligible
        block: Stretch | None = first
        while block is not None and block.end < until:
            block = self.block_at(provider, block.end)
            if block is not None and block.resource != first.resource:
                block = None
            if block is not None:
                against = self.against_block(block)
                codes |= against
                is_whole = is_whole and not against
                if is_whole:
                    reach = block.end
        if reach < until:
            codes.add("past-block-end")
        return codes

    # Occupied time

    @cached_property
    def busy(self) -> dict[tuple[str, str], set[int]]:
        """R15: for a provider or a resource the ticks, since 1970, in which it is busy."""
        ticks: dict[tuple[str, str], set[int]] = {}

        def occupy(who: tuple[str, str | None], start: datetime, end: datetime) -> None:
            if who[1] is not None:
                touched = range(seconds(start) // _TICK, -(-seconds(end) // _TICK))
                ticks.setdefault((who[0], who[1]), set()).update(touched)

        for taker in self._others():
            start = taker.placement.span.start - taker.before_minutes * _MINUTE
            end = taker.placement.span.end + taker.after_minutes * _MINUTE
            occupy(("provider", taker.placement.provider), start, end)
            occupy(("resource", taker.placement.resource), start, end)
        for absence in self.absences:
            kind, _, name = absence.calendar.partition(":")
            occupy((kind, name), absence.span.start, absence.span.end)
        return ticks

    def _others(self) -> Iterator[Appointment | Hold]:
        for appointment in self.appointments:
            mine = self.moving is not None and appointment.id == self.moving.id
            if appointment.cancelled_at is None and not mine:
                yield appointment
        for hold in self.holds:
            mine = self.hold is not None and hold.id == self.hold.id
            if seconds(hold.expires_at) > seconds(self.now) and not mine:
                yield hold

    def is_free(self, kind: str, name: str, start: int) -> bool:
        """R12a: whether somebody is free for the visit with the time before and after it."""
        first = (start - self.visit.before) * 60
        end = (start + self.visit.duration + self.visit.after) * 60
        ticks = range(first // _TICK, -(-end // _TICK))
        return self.busy.get((kind, name), set()).isdisjoint(ticks)

    def resources_at(self, provider: ProviderId, start: int) -> tuple[ResourceId, ...]:
        """R14c: the resources of which one must be free."""
        block = self.block_at(provider, start)
        return (block.resource,) if block and block.resource else self.visit.resources

    def free_resource(self, provider: ProviderId, start: int) -> ResourceId | None:
        """R14c: the one that is taken."""
        for resource in self.resources_at(provider, start):
            if self.is_free("resource", resource, start):
                return resource
        return None

    # Clinic, type and patient

    def local_date(self, start: int) -> date:
        """The date on the clinic's wall."""
        return shown(start, self.clinic.time_zone).date()

    def is_held(self, provider: ProviderId, start: int) -> bool:
        """R17: whether this is what the asker holds, alive."""
        hold = self.hold
        return (
            hold is not None
            and self.wanted is not None
            and hold.type == self.wanted.id
            and seconds(self.now) < seconds(hold.expires_at)
            and hold.placement.provider == provider
            and seconds(hold.placement.span.start) == start * 60
        )

    def moments(self, provider: ProviderId, start: int) -> list[datetime]:
        """R17: under a live hold, notice and horizon count as of the hold too."""
        if self.is_held(provider, start):
            assert self.hold is not None
            return [self.now, self.hold.made_at]
        return [self.now]

    def is_too_soon(self, start: int, now: datetime) -> bool:
        """R3a."""
        notice = self.clinic.web_booking.minimum_notice
        if self.wanted is not None and self.wanted.minimum_notice is not None:
            notice = self.wanted.minimum_notice
        return start * 60 < seconds(now) + notice.total_seconds()

    def is_past_horizon(self, start: int, now: datetime) -> bool:
        """R3b."""
        today = now.astimezone(self.clinic.time_zone).date()
        last = month_later(today, self.clinic.web_booking.horizon_months)
        return self.local_date(start) > last

    def against_new(self, provider: ProviderId, start: int) -> set[str]:
        """All that is judged of new bookings only."""
        wanted, settings = self.wanted, self.clinic.web_booking
        assert wanted is not None
        day = self.local_date(start)
        codes: set[str] = set()
        if not settings.new_bookings:
            codes.add("new-bookings-off")
        if not wanted.offered_for_new_bookings:
            codes.add("not-offered")
        if provider not in wanted.providers:
            codes.add("provider-not-for-type")
        if all(self.is_past_horizon(start, now) for now in self.moments(provider, start)):
            codes.add("past-horizon")
        if wanted.bookable_from is not None and day < wanted.bookable_from:
            codes.add("outside-period")
        if wanted.bookable_until is not None and day > wanted.bookable_until:
            codes.add("outside-period")
        return codes | self.against_patient(wanted, day)

    def against_patient(self, wanted: BookableType, day: date) -> set[str]:
        """R3, R11, R12: silent without patient facts."""
        if self.born is None:
            return set()
        codes: set[str] = set()
        age = full_years(self.born, day)
        counted = age if self.age_rule.basis is AgeBasis.BIRTHDAY else day.year - self.born.year
        is_adult = counted >= self.age_rule.adult_from
        if wanted.ages is not Ages.EVERYONE and is_adult != (wanted.ages is Ages.ADULTS):
            codes.add("age")
        if wanted.age_from is not None and age < wanted.age_from:
            codes.add("age")
        if wanted.age_to is not None and age > wanted.age_to:
            codes.add("age")
        most = self.clinic.web_booking.max_open_bookings
        if most is not None and self.open_bookings >= most:
            codes.add("phone-the-clinic")
        only_new, only_existing = (
            wanted.patients is each for each in (Patients.NEW, Patients.EXISTING)
        )
        if (only_new and self.is_known) or (only_existing and not self.is_known):
            codes.add("phone-the-clinic")
        return codes

    def against_change(self) -> set[str]:
        """R1, R2, R3, R25: what of the appointment itself stands against moving it."""
        moving, settings = self.moving, self.clinic.web_booking
        assert moving is not None
        codes: set[str] = set()
        if not settings.rebookings:
            codes.add("rebookings-off")
        changeable, limit = settings.changeable, settings.change_limit
        if self.wanted is not None:
            changeable = self.wanted.changeable or changeable
            limit = self.wanted.change_limit or limit
        if Action.REBOOK not in changeable.table.get(moving.origin, ()):
            codes.add("not-changeable")
        if moving.cancelled_at is not None:
            codes.add("already-cancelled")
        elif seconds(self.now) >= seconds(moving.span.start):
            codes.add("begun")
        elif seconds(self.now) > deadline(self.clinic, limit, moving.span.start):
            codes.add("too-late-to-change")
        if settings.max_rebookings is not None and moving.rebookings >= settings.max_rebookings:
            codes.add("too-many-rebookings")
        return codes

    # The answers

    def reasons(self, provider: ProviderId, start: int) -> set[str]:
        """R17: the codes of all that stands against a start with a provider."""
        if self.moving is None:
            codes = self.against_new(provider, start)
        else:
            codes = self.against_change()
            if start * 60 == seconds(self.moving.span.start):
                codes.add("present-time")
        if all(self.is_too_soon(start, now) for now in self.moments(provider, start)):
            codes.add("too-soon")
        codes |= self.against_place(provider, start)
        if not self.is_free("provider", provider, start):
            codes.add("provider-busy")
        if self.resources_at(provider, start) and self.free_resource(provider, start) is None:
            codes.add("no-resource-free")
        return codes

    def search(self, providers: Sequence[ProviderId], first: date, last: date) -> list[Found]:
        """R14, R14d, R16: every slot whose local date lies in the window, both ends inclusive."""
        zone = self.clinic.time_zone
        span = range(minute_on(first, 0, zone), minute_on(last + _DAY, 0, zone), 5)
        return [
            (start, provider, self.free_resource(provider, start))
            for start in span
            for provider in providers
            if self.block_at(provider, start) and not self.reasons(provider, start)
        ]
