"""Stores with something between them and the use case."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from tests.services.scenes import AnyStore
from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import (
    A,
    BusyTime,
    Change,
    Scope,
    Standing,
    State,
    Store,
    StoredClinic,
)


class StoreBehind(Store):
    """Passes everything on to the store behind it."""

    def __init__(self, store: AnyStore) -> None:
        self.behind = store

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        return self.behind.transact(scope, decide)

    def clinic(self, clinic: ClinicId) -> StoredClinic:
        return self.behind.clinic(clinic)

    def standing(self, clinic: ClinicId) -> Standing | None:
        return self.behind.standing(clinic)

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        return self.behind.busy(clinic, calendars, span, now=now, besides=besides)

    def hold(self, clinic: ClinicId, hold: HoldId) -> Hold | None:
        return self.behind.hold(clinic, hold)

    def find_by_link(self, token_hash: str) -> Appointment | None:
        return self.behind.find_by_link(token_hash)

    def find_by_code(
        self, identity_number: PersonalIdentityNumber, code_hashes: Sequence[str]
    ) -> Appointment | None:
        return self.behind.find_by_code(identity_number, code_hashes)

    def find_with_code(
        self, clinic: ClinicId, appointment: AppointmentId, code_hashes: Sequence[str]
    ) -> Appointment | None:
        return self.behind.find_with_code(clinic, appointment, code_hashes)


class CountingStore(StoreBehind):
    """Counts the queries for occupied time, and the look-ups by number and code."""

    def __init__(self, store: AnyStore) -> None:
        super().__init__(store)
        self.queries = 0
        self.looked_up: list[tuple[PersonalIdentityNumber, tuple[str, ...]]] = []

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        self.queries += 1
        return super().busy(clinic, calendars, span, now=now, besides=besides)

    def find_by_code(
        self, identity_number: PersonalIdentityNumber, code_hashes: Sequence[str]
    ) -> Appointment | None:
        self.looked_up.append((identity_number, tuple(code_hashes)))
        return super().find_by_code(identity_number, code_hashes)


class UnsettledStore(StoreBehind):
    """Does something just before each of the next few changes, between reading and writing.

    Attributes:
        meanwhile: What happens, once for each entry; they are used up.
        scopes: Of the changes that were asked for.
    """

    def __init__(self, store: AnyStore) -> None:
        super().__init__(store)
        self.meanwhile: list[Callable[[], object]] = []
        self.scopes: list[Scope] = []

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        self.scopes.append(scope)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return super().transact(scope, decide)


class ForgetfulStore(StoreBehind):
    """Knows clinics as they were when it was made, until somebody looks."""

    def __init__(self, store: AnyStore, *clinics: ClinicId) -> None:
        super().__init__(store)
        self._known = {clinic: store.clinic(clinic) for clinic in clinics}

    def last_known(self, clinic: ClinicId) -> StoredClinic:
        return self._known[clinic]


class DryStore(StoreBehind):
    """Decides on the store behind it as ever, and stores nothing: what would be answered now?"""

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        def answer(state: State) -> A:
            decided = decide(state)
            return decided.answer if isinstance(decided, Change) else decided

        return super().transact(scope, answer)
