"""The contract of a store is itself tested: stores with one planted mistake each must fail it."""

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import attrs
import pytest

from webtidbok.adapters.memory.shelf import Shelf
from webtidbok.adapters.memory.store import MemoryStore
from webtidbok.errors import OverlapsExclusive
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId, RequestKey
from webtidbok.model.instants import DAY, SECOND
from webtidbok.model.message import Message, MessageState
from webtidbok.model.occupied import occupied_by
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import (
    A,
    BusyTime,
    Change,
    Code,
    Link,
    Scope,
    Standing,
    State,
    StoredClinic,
)
from webtidbok.testing.builders import a_clinic
from webtidbok.testing.store import StoreContract
from webtidbok.testing.store_scenes import put

LONG_AGO = timedelta(days=20_000)


class NoSecondLock(MemoryStore):
    """Trusts every decision."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        """Look at nothing."""


class OneKeyOnEqualStarts(MemoryStore):
    """Knows a unique key instead of overlaps."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        for taker in takers:
            for row in occupied_by(taker):
                for other in shelf.occupied[row.calendar].values():
                    if row.excludes(other) and row.span.start == other.span.start:
                        raise OverlapsExclusive


class OneKeyOnEqualTimes(MemoryStore):
    """Knows a unique key of start and end instead of overlaps, as a peer's mended release does."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        for taker in takers:
            for row in occupied_by(taker):
                for other in shelf.occupied[row.calendar].values():
                    if row.excludes(other) and row.span == other.span:
                        raise OverlapsExclusive


class InsideTakenForOverlapping(MemoryStore):
    """Looks for a time that holds the new one, as a peer does for a customer's own."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        for taker in takers:
            for row in occupied_by(taker):
                for other in shelf.occupied[row.calendar].values():
                    is_inside = (
                        other.span.start <= row.span.start and row.span.end <= other.span.end
                    )
                    if row.excludes(other) and is_inside:
                        raise OverlapsExclusive


class HoldsThatKeepNobodyOut(MemoryStore):
    """Shows what is held as free until it is confirmed."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        holds = self._shelf(clinic).holds
        return super().busy(clinic, calendars, span, now=now, besides=[*besides, *holds])


class OwnHoldsAreBusy(MemoryStore):
    """Hides from who holds a time that it can be had."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),  # noqa: ARG002 - the mistake
    ) -> Iterator[BusyTime]:
        return super().busy(clinic, calendars, span, now=now)


class OnlyProvidersGuarded(MemoryStore):
    """Forgets that chairs are taken too."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        for taker in takers:
            row = occupied_by(taker)[:1]
            if row and any(map(row[0].excludes, shelf.occupied[row[0].calendar].values())):
                raise OverlapsExclusive


class OnlyTheNewOneExclusive(MemoryStore):
    """Guards against what comes, not with it: staff may be laid over a patient."""

    def _refuse_overlaps(self, shelf: Shelf, takers: Iterable[Appointment | Hold]) -> None:
        super()._refuse_overlaps(
            shelf, [each for each in takers if isinstance(each, Hold) or each.exclusive]
        )


class NoRollback(MemoryStore):
    """Keeps what it had written when something failed."""

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[None]:
        yield


class RollbackOfOwnRowsOnly(MemoryStore):
    """Forgets the register and the watch list when it takes a change back."""

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[None]:
        with self._journal.recording():
            yield


class HoldsThatNeverExpire(MemoryStore):
    """Waits for a clean-up job."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        return super().busy(clinic, calendars, span, now=now - LONG_AGO, besides=besides)


class HoldsThatExpireEarly(MemoryStore):
    """By a second."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        return super().busy(clinic, calendars, span, now=now + SECOND, besides=besides)


class CalendarsThatStand(MemoryStore):
    """Raises no versions, so that a search that keeps what it has read shows what is taken."""

    def _raise_versions(self, shelf: Shelf, change: Change[A]) -> None:
        """Do nothing."""


class VersionsOfNewTimesOnly(MemoryStore):
    """Raises the versions of what comes, and not of what goes."""

    def _raise_versions(self, shelf: Shelf, change: Change[A]) -> None:
        super()._raise_versions(Shelf(journal=shelf.journal), change)


class VersionsToldByReference(MemoryStore):
    """Hands out a mapping that changes under those who have it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[CalendarId, int] = {}

    def standing(self, clinic: ClinicId) -> Standing:
        standing = super().standing(clinic)
        self.told.update(standing.versions)
        return Standing(stored=standing.stored, versions=self.told)


class VersionsOfAllClinics(MemoryStore):
    """Has one row a calendar, whosever it is."""

    def standing(self, clinic: ClinicId) -> Standing:
        everybodys = [super(VersionsOfAllClinics, self).standing(each) for each in self._clinics]
        summed = Counter[CalendarId]()
        for each in everybodys:
            summed.update(each.versions)
        return Standing(stored=super().standing(clinic).stored, versions=summed)


class BusyForEver(MemoryStore):
    """Forgets that holds end by the clock."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        for each in super().busy(clinic, calendars, span, now=now, besides=besides):
            yield each._replace(until=None)


class BusyInOrderOfStarts(MemoryStore):
    """Yields what a merge by end would stumble over."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        for each in super().busy(clinic, calendars, span, now=now, besides=besides):
            starts, ends = zip(*sorted(zip(each.starts, each.ends, strict=True)), strict=True)
            yield BusyTime(each.calendar, starts, ends)


class ShortSightedSearch(MemoryStore):
    """Looks a day back for what is still going on, as an index on starts does."""

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        earliest = (span.start - DAY).timestamp() // 60
        busy = super().busy(clinic, calendars, span, now=now, besides=besides)
        for each in busy:
            kept = [row for row in zip(each.starts, each.ends, strict=True) if row[0] >= earliest]
            if kept:
                starts, ends = zip(*kept, strict=True)
                yield BusyTime(each.calendar, starts, ends)


class CancelledTimeKept(MemoryStore):
    """Releases holds only."""

    def _release(self, shelf: Shelf, taker: Appointment | Hold | None) -> None:
        if isinstance(taker, Hold):
            super()._release(shelf, taker)


class HoldsOfAllClinics(MemoryStore):
    """Shows another clinic's holds to whoever knows their names."""

    def hold(self, clinic: ClinicId, hold: HoldId) -> Hold | None:  # noqa: ARG002 - the mistake
        found = (shelf.holds.get(hold) for shelf in self._shelves.values())
        return next(filter(None, found), None)


class BusyWithAllClinics(MemoryStore):
    """Takes calendars of the same name for the same."""

    def _shelf(self, clinic: ClinicId) -> Shelf:
        rows = Shelf()
        for shelf in self._shelves.values():
            for calendar, there in shelf.occupied.items():
                rows.occupied.setdefault(calendar, {}).update(there)
        own = super()._shelf(clinic)
        return attrs.evolve(own, occupied=rows.occupied) if clinic in self._shelves else own


class SwallowedOutboxRow(MemoryStore):
    """Writes one message a change."""

    def _write_messages(self, shelf: Shelf, messages: Iterable[Message]) -> None:
        super()._write_messages(shelf, list(messages)[:1])


class VoidMessagesKeepTheirTokens(MemoryStore):
    """Leaves plain tokens behind."""

    def _void_messages(self, shelf: Shelf, appointments: Collection[AppointmentId]) -> None:
        for message in list(shelf.messages.values()):
            if message.appointment in appointments and message.state is MessageState.UNSENT:
                shelf.messages[message.id] = attrs.evolve(message, state=MessageState.VOID)


class NewMessagesAreVoided(MemoryStore):
    """Voids after writing."""

    def _write(self, clinic: ClinicId, change: Change[A]) -> None:
        super()._write(clinic, change)
        self._void_messages(self._shelves[clinic], change.void_messages_of)


class StateBeforeTheLock(MemoryStore):
    """Reads first and writes later; only the second lock stands between two decisions."""

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        state = self._state(scope)
        time.sleep(0.02)
        return super().transact(scope, lambda _: decide(state))


class CheckThenInsert(StateBeforeTheLock, NoSecondLock):
    """As above, without a second lock: what peers ship."""


class PauseThenCheckThenInsert(CheckThenInsert):
    """Hopes that a random pause parts those who come at once, as a peer advises."""

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        time.sleep(random.uniform(0, 0.01))
        return super().transact(scope, decide)


class RevisionUnchecked(MemoryStore):
    """Reads a visit first and writes it later, over whatever has become of it meanwhile."""

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        seen = self._state(scope).appointments
        time.sleep(0.02)
        return super().transact(scope, lambda state: decide(attrs.evolve(state, appointments=seen)))


class ReplayThatCommits(MemoryStore):
    """Raises versions before it decides, and keeps that when there is nothing to write."""

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        def decide_and_keep(state: State) -> Change[A] | A:
            decided = decide(state)
            if not isinstance(decided, Change):
                self._versions.pop(scope.clinic, None)
                for calendar in scope.calendars:
                    journal = self._shelf(scope.clinic).journal
                    journal.setdefault(calendar, []).append(RequestKey(""))
            return decided

        return super().transact(scope, decide_and_keep)


class StaleReads(MemoryStore):
    """Remembers what it read for a scope."""

    def __init__(self) -> None:
        super().__init__()
        self._remembered: dict[Scope, State] = {}

    def _state(self, scope: Scope) -> State:
        return self._remembered.setdefault(scope, super()._state(scope))


class RequestsForgotten(MemoryStore):
    """Never recognises a request that comes again."""

    def _state(self, scope: Scope) -> State:
        return attrs.evolve(super()._state(scope), earlier=None)


class KeysMayBeUsedTwice(MemoryStore):
    """Replaces the event of a key."""

    def _write_events(self, shelf: Shelf, events: Iterable[Event]) -> None:
        for event in events:
            self._journal.put(shelf.events, event.key, event)


class VersionsThatStand(MemoryStore):
    """Never tells that settings changed."""

    def _write_settings(self, clinic: ClinicId, settings: Clinic | None) -> None:
        super()._write_settings(clinic, settings)
        self._clinics[clinic] = StoredClinic(clinic=self._clinics[clinic].clinic, version=1)


class CodesWithoutNumbers(MemoryStore):
    """Lets a code in, whoever has it."""

    def find_by_code(
        self,
        identity_number: PersonalIdentityNumber,  # noqa: ARG002 - the mistake
        code_hashes: Sequence[str],
    ) -> Appointment | None:
        for shelf in self._shelves.values():
            for appointment, code_hash in shelf.codes.items():
                if code_hash in code_hashes:
                    return shelf.appointments[appointment]
        return None


class OldCodesStay(MemoryStore):
    """Keeps the first code of an appointment."""

    def _write_ways_in(
        self, clinic: ClinicId, shelf: Shelf, links: Iterable[Link], codes: Iterable[Code]
    ) -> None:
        new = [code for code in codes if code.appointment not in shelf.codes]
        super()._write_ways_in(clinic, shelf, links, new)


class AnyCodeOfTheClinic(MemoryStore):
    """Looks whether there is such a code, and not whose it is."""

    def find_with_code(
        self, clinic: ClinicId, appointment: AppointmentId, code_hashes: Sequence[str]
    ) -> Appointment | None:
        shelf = self._shelf(clinic)
        known = set(code_hashes).intersection(shelf.codes.values())
        return shelf.appointments.get(appointment) if known else None


class HistoryInOrderOfTheClock(MemoryStore):
    """Trusts that clocks never go back."""

    def history(
        self,
        clinic: ClinicId,
        appointment: AppointmentId | None = None,
        *,
        first: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        events = super().history(clinic, appointment, first=first, until=until)
        return iter(sorted(events, key=lambda event: event.at))


CAUGHT_BY: dict[type[MemoryStore], str] = {
    NoSecondLock: "test_two_patients_never_share_a_time",
    OneKeyOnEqualStarts: "test_two_patients_never_share_a_time",
    OneKeyOnEqualTimes: "test_two_patients_never_share_a_time",
    InsideTakenForOverlapping: "test_two_patients_never_share_a_time",
    HoldsThatKeepNobodyOut: "test_a_hold_is_busy_until_the_moment_it_expires",
    OwnHoldsAreBusy: "test_what_the_caller_holds_itself_is_left_out",
    OnlyProvidersGuarded: "test_a_chair_is_not_shared_by_two_providers",
    OnlyTheNewOneExclusive: "test_staff_are_not_laid_over_a_patients_time",
    NoRollback: "test_a_change_over_an_exclusive_time_is_stored_in_no_part",
    RollbackOfOwnRowsOnly: "test_a_change_over_an_exclusive_time_is_stored_in_no_part",
    HoldsThatNeverExpire: "test_a_hold_is_busy_until_the_moment_it_expires",
    HoldsThatExpireEarly: "test_a_hold_is_busy_until_the_moment_it_expires",
    CalendarsThatStand: "test_an_appointment_moves_the_calendars_that_it_takes",
    VersionsOfNewTimesOnly: "test_a_hold_moves_the_calendars_that_it_takes",
    VersionsToldByReference: "test_what_was_told_before_does_not_change",
    VersionsOfAllClinics: "test_what_takes_no_time_moves_nothing",
    BusyForEver: "test_busy_time_says_when_the_first_hold_expires",
    BusyInOrderOfStarts: "test_stretches_come_by_calendar_as_text_and_then_by_end",
    ShortSightedSearch: "test_long_absences_and_visits_are_busy_in_their_middle",
    CancelledTimeKept: "test_a_cancelled_time_is_free_at_once",
    HoldsOfAllClinics: "test_searches_and_lookups_see_nothing_of_another_clinic",
    BusyWithAllClinics: "test_searches_and_lookups_see_nothing_of_another_clinic",
    SwallowedOutboxRow: "test_messages_stand_in_the_order_they_were_written",
    VoidMessagesKeepTheirTokens: (
        "test_only_unsent_messages_of_the_named_appointments_become_void"
    ),
    NewMessagesAreVoided: "test_messages_that_come_with_the_voiding_are_not_void",
    StateBeforeTheLock: "test_one_of_many_gets_a_time",
    CheckThenInsert: "test_one_of_many_overlapping_times_is_taken_at_a_time",
    PauseThenCheckThenInsert: "test_one_of_many_overlapping_times_is_taken_at_a_time",
    RevisionUnchecked: "test_a_visit_is_moved_from_where_it_is",
    ReplayThatCommits: "test_an_answer_that_is_no_change_moves_nothing",
    StaleReads: "test_a_decision_sees_what_was_stored_just_before",
    RequestsForgotten: "test_what_the_request_did_before_is_seen",
    KeysMayBeUsedTwice: "test_a_change_with_a_used_request_key_is_stored_in_no_part",
    VersionsThatStand: "test_the_version_of_the_settings_rises_with_every_change_of_them",
    CodesWithoutNumbers: "test_a_code_with_another_number_finds_nothing",
    OldCodesStay: "test_a_new_code_ends_the_old",
    AnyCodeOfTheClinic: "test_no_other_code_finds_the_appointment",
    HistoryInOrderOfTheClock: "test_history_stands_in_the_order_it_was_stored",
}


#: A claim of the test, or an error out of the store; never a slip of these classes themselves.
HOW_IT_SHOWS = (AssertionError, pytest.fail.Exception, OverlapsExclusive, ValueError)


def run(test: str, store: MemoryStore) -> None:
    put(store, a_clinic())
    getattr(StoreContract(), test)(store)


@pytest.mark.parametrize("broken", CAUGHT_BY, ids=lambda broken: broken.__name__)
def test_a_store_with_a_mistake_fails_the_contract(broken: type[MemoryStore]) -> None:
    test = CAUGHT_BY[broken]
    run(test, MemoryStore())

    with pytest.raises(HOW_IT_SHOWS):
        run(test, broken())


@pytest.mark.parametrize(
    "test", ["test_a_new_patient_is_created_once", "test_one_of_many_gets_a_chair"]
)
def test_a_store_that_checks_and_then_inserts_loses_races(test: str) -> None:
    with pytest.raises(HOW_IT_SHOWS):
        run(test, CheckThenInsert())
