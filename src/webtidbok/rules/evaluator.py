"""One evaluator: search, explain, hold, book and rebook ask the same rules (R17).

A lane is a provider in blocks on one resource, or on none. What may be offered in a lane is the
intersection of its rules; blocks of a provider never overlap, so a start has at most one lane.

Asking goes in two steps, so that the rules need no store: `narrowed` says, from rules that need
no rows, where a visit might start and which calendars must be looked at for that; whoever asks
reads them; `offers` answers with the free time that was read, and `answer` about one start.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from webtidbok.model.hold import Hold
from webtidbok.model.ids import (
    CalendarId,
    ProviderId,
    ResourceId,
    provider_calendar,
    resource_calendar,
)
from webtidbok.model.instants import TICK_MINUTES, moment_of
from webtidbok.model.slot import Slot
from webtidbok.model.timespan import TimeSpan
from webtidbok.rules.answer import Answer
from webtidbok.rules.dates import bookable_period, horizon, minimum_notice
from webtidbok.rules.functions import open_for_new_bookings, provider_of_type
from webtidbok.rules.lane import Lane
from webtidbok.rules.occupancy import ProviderFree, ResourceFree
from webtidbok.rules.offers import Offers
from webtidbok.rules.patients import age_rules, new_or_existing, open_bookings
from webtidbok.rules.present_time import another_time
from webtidbok.rules.question import PatientFacts, Question
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import Nothing, Rule, intersection, reasons_against
from webtidbok.rules.web_bookable_time import WebBookableTime
from webtidbok.slots.schedule import Schedule
from webtidbok.slots.starts import EVER, NEVER, Starts, hull

#: A clinic's own rule: it is asked about every question, for each lane. None: nothing to say.
HostRule: TypeAlias = Callable[[Question, Lane], Rule | None]

#: For each calendar the starts whose occupied time it has free; one left out is always free.
FreeStarts: TypeAlias = Mapping[CalendarId, Starts]


@attrs.frozen
class Narrowed:
    """Where a visit might start, as far as can be told without looking at occupied time.

    Attributes:
        lanes: The starts that are left, by lane; by the order of providers asked.
        calendars: Whose occupied time decides about them.
        starts: The stretch from the first of them to the last.
    """

    lanes: Mapping[Lane, Starts]
    calendars: tuple[CalendarId, ...]
    starts: range

    def __bool__(self) -> bool:
        return bool(self.lanes)


@attrs.frozen
class Evaluator:
    """The rules of one question, over a schedule. Pure: what is occupied is handed in."""

    question: Question
    schedule: Schedule
    host_rules: Sequence[HostRule] = ()

    def asked_for(self, patient: PatientFacts | None, hold: Hold | None) -> "Evaluator":
        """Return the rules of the same question, once it is known who asks and what is held."""
        question = attrs.evolve(self.question, patient=patient, hold=hold)
        return Evaluator(question, self.schedule, self.host_rules)

    def narrowed(self, span: range, among: Sequence[Rule] = ()) -> Narrowed:
        """Return what the rules that need no rows leave of `span`, a stretch of minutes.

        Args:
            among: The asker's own wishes, such as a part of the day. Wishes only narrow a search;
                no reason is ever given for them.
        """
        return self.in_lanes(self.shared(span, among))

    def shared(self, span: range, among: Sequence[Rule] = ()) -> Starts:
        """Return what the rules that are the same in every lane leave of `span`."""
        return intersection([*self._shared_rules(), *among], [span] if span else NEVER)

    def in_lanes(self, shared: Starts) -> Narrowed:
        """Return the starts among `shared` at which the visit fits in blocks."""
        lanes: dict[Lane, Starts] = {}
        fit = self.question.visit.fit
        for provider in self.question.providers if shared else ():
            reach = intersection(self._rules_of_provider(provider), shared)
            if not reach:
                continue
            found = self.schedule.windows(provider, fit, hull(reach))
            for resource, windows in found.items():
                lane = Lane(provider, resource)
                if starts := intersection([self._web_bookable_time(lane, windows)], reach):
                    lanes[lane] = starts
        first = min((starts[0].start for starts in lanes.values()), default=0)
        until = max((hull(starts).stop for starts in lanes.values()), default=0)
        return Narrowed(lanes, self._calendars(lanes), range(first, until))

    def offers(self, narrowed: Narrowed, free: FreeStarts) -> Offers:
        """Return what can be booked of `narrowed`, given the free starts of its calendars."""
        found, rooms = self.free_in_lanes(narrowed.lanes, free)
        return Offers.of(self.as_the_host_says(found), rooms, self.question)

    def free_in_lanes(
        self, lanes: Mapping[Lane, Starts], free: FreeStarts
    ) -> tuple[dict[Lane, Starts], dict[Lane, ResourceFree]]:
        """Return which starts of each lane are free, and which rule chooses its resource.

        Lanes in which nothing is free are left out.
        """
        is_anywhere = any(lane.resource is None for lane in lanes)
        anywhere = self._resource_rule(None, free) if is_anywhere else None
        found: dict[Lane, Starts] = {}
        rooms: dict[Lane, ResourceFree] = {}
        for lane, reach in lanes.items():
            room = anywhere if lane.resource is None else self._resource_rule(lane.resource, free)
            rules = [self._provider_rule(lane.provider, free), *([room] if room else [])]
            if starts := intersection(rules, reach):
                found[lane] = starts
                if room:
                    rooms[lane] = room
        return found, rooms

    def as_the_host_says(self, found: Mapping[Lane, Starts]) -> Mapping[Lane, Starts]:
        """Return what a host's own rules leave of the starts of each lane."""
        if not self.host_rules:
            return found
        left = {lane: intersection(self._host_rules(lane), found[lane]) for lane in found}
        return {lane: starts for lane, starts in left.items() if starts}

    def decided_by(
        self, calendars: Collection[CalendarId], lanes: Iterable[Lane]
    ) -> Iterator[Lane]:
        """Yield the lanes about which any of some calendars decides."""
        calendars = frozenset(calendars)
        free_choice = map(resource_calendar, self.question.visit.resources)
        is_anywhere = not calendars.isdisjoint(free_choice)
        for lane in lanes:
            named = lane.resource
            if provider_calendar(lane.provider) in calendars or (
                is_anywhere if named is None else resource_calendar(named) in calendars
            ):
                yield lane

    def closed(self) -> tuple[Refusal, ...]:
        """Return why nothing at all is offered, with anybody, at any time; nothing if it may be."""
        refused = [rule for rule in self._shared_rules() if isinstance(rule, Nothing)]
        of_providers = []
        for provider in self.question.providers:
            rules = self._rules_of_provider(provider)
            against = [rule for rule in rules if isinstance(rule, Nothing)]
            if not against:
                break
            of_providers += against
        else:
            refused += of_providers
        return tuple(reason for rule in refused for reason in rule.reasons)

    def lane_at(self, provider: ProviderId, start: int) -> Lane:
        """Return the lane of the block in which `start` lies; without a block, of no resource."""
        block = self.schedule.block_at(provider, start)
        return Lane(provider, block.resource if block else None)

    def calendars_at(self, provider: ProviderId, start: int) -> tuple[CalendarId, ...]:
        """Return the calendars that decide about `start`, whatever the other rules say."""
        return self._calendars([self.lane_at(provider, start)])

    def answer(self, provider: ProviderId, start: int, free: FreeStarts) -> Answer:
        """Return what all rules say about one start: the slot, exactly when it is offered (R17).

        Args:
            free: The free starts of `calendars_at(provider, start)`.
        """
        lane = self.lane_at(provider, start)
        room = self._resource_rule(lane.resource, free)
        reasons = reasons_against(self._rules_at(lane, start, free, room), start)
        if reasons:
            return Answer(None, tuple(reasons))
        resource = room.first_free(start) if room else lane.resource
        minutes = self.question.visit.duration_minutes
        return Answer(Slot(moment_of(start), minutes, provider, resource))

    def _rules_at(
        self, lane: Lane, start: int, free: FreeStarts, room: ResourceFree | None
    ) -> Iterator[Rule]:
        """Yield every rule that a start in a lane must pass."""
        yield from self._shared_rules()
        yield from self._rules_of_provider(lane.provider)
        fit, moment = self.question.visit.fit, range(start, start + 1)
        found = self.schedule.windows(lane.provider, fit, moment)
        yield self._web_bookable_time(lane, found.get(lane.resource, NEVER))
        yield self._provider_rule(lane.provider, free)
        if room:
            yield room
        yield from self._host_rules(lane)

    def read_span(self, starts: range) -> TimeSpan:
        """Return the time in which anything occupied matters to visits that start in `starts`.

        A tick wider at both ends, since what is occupied counts in whole ticks (R15).
        """
        extent = self.question.visit.extent
        first = starts.start - extent.before - TICK_MINUTES
        until = starts.stop - 1 + extent.rest + TICK_MINUTES
        return TimeSpan(moment_of(first), moment_of(until))

    def _shared_rules(self) -> list[Rule]:
        """Return the rules that are the same for every provider, the cheapest cuts first."""
        question = self.question
        if question.moving is not None:
            rules = [minimum_notice(question), another_time(question)]
            if question.against_change:
                rules.insert(0, Nothing(question.against_change))
            return [rule for rule in rules if rule]
        rules = [
            open_for_new_bookings(question),
            new_or_existing(question),
            open_bookings(question),
            minimum_notice(question),
            horizon(question),
            bookable_period(question),
            *age_rules(question),
        ]
        return [rule for rule in rules if rule]

    def _rules_of_provider(self, provider: ProviderId) -> list[Rule]:
        """Return the rules that look at who it is.

        What is held is held with one provider: for others notice and horizon count as of now.
        """
        question = self.question
        if question.moving is not None:
            return []
        rules = [provider_of_type(question, provider)]
        if question.held and question.held.placement.provider != provider:
            unheld = attrs.evolve(question, hold=None)
            rules += [minimum_notice(unheld), horizon(unheld)]
        return [rule for rule in rules if rule]

    def _web_bookable_time(self, lane: Lane, windows: Starts) -> WebBookableTime:
        question = self.question
        return WebBookableTime(
            question.clinic,
            self.schedule,
            question.visit,
            lane.provider,
            windows,
            question.moving is None,
        )

    def _provider_rule(self, provider: ProviderId, free: FreeStarts) -> Rule:
        return ProviderFree(provider, free.get(provider_calendar(provider), (EVER,)))

    def _resource_rule(self, named: ResourceId | None, free: FreeStarts) -> ResourceFree | None:
        """Return the rule about resources in a lane; None where the visit has none (R14c)."""
        choices = self._choices(named)
        if not choices:
            return None
        return ResourceFree.of(
            [(each, free.get(resource_calendar(each), (EVER,))) for each in choices]
        )

    def _choices(self, named: ResourceId | None) -> tuple[ResourceId, ...]:
        return self.question.visit.resources if named is None else (named,)

    def _calendars(self, lanes: Mapping[Lane, Starts] | Sequence[Lane]) -> tuple[CalendarId, ...]:
        providers = {provider_calendar(lane.provider) for lane in lanes}
        resources = {
            resource_calendar(each) for lane in lanes for each in self._choices(lane.resource)
        }
        return tuple(sorted(providers | resources))

    def _host_rules(self, lane: Lane) -> list[Rule]:
        rules = (host_rule(self.question, lane) for host_rule in self.host_rules)
        return [rule for rule in rules if rule is not None]
