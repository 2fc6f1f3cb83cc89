"""Reading a state, deciding on it, and writing what was decided, in one transaction.

On SQLite one first looks, in a transaction that only reads: a no needs no lock then, and whoever
does have something to write has decided already when it becomes the writer. Then the state is read
once more, and decided upon if it is another one.
"""

from collections.abc import Callable
from typing import Generic

import attrs
from sqlalchemy import Connection

from webtidbok.adapters.sql import postgresql, sqlite
from webtidbok.adapters.sql.changes import ChangeWriter, NeedsMoreLocks
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.kinds import kind_of
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.state import Seen, StateReader
from webtidbok.adapters.sql.transactions import Outcome
from webtidbok.model.ids import CalendarId
from webtidbok.ports.patients import PatientRegister
from webtidbok.ports.store import A, Change, Scope, State
from webtidbok.ports.watch_list import WatchList

#: Makes a host's register, or its list, for the connection on which a transaction runs. A class
#: whose constructor takes a connection is one.
PatientsOn = Callable[[Connection], PatientRegister]
WatchListOn = Callable[[Connection], WatchList]


@attrs.define(kw_only=True)
class Deciding(Generic[A]):
    """One change on its way, through as many tries as it takes."""

    scope: Scope
    decide: Callable[[State], Change[A] | A]
    parsed: ParsedClinics
    patients: PatientsOn
    watch_list: WatchListOn
    _unforeseen: set[CalendarId] = attrs.field(factory=set, init=False)  # beyond the scope's
    _changes_settings: bool = attrs.field(default=False, init=False)  # locked from then on
    _looked: "_Looked[A] | None" = attrs.field(default=None, init=False)

    def looking(self, connection: Connection) -> Outcome[A] | None:
        """Return the answer if there is nothing to write; then no writer need be waited for."""
        seen = self._reader(connection, self.patients(connection)).read(self.scope)
        decided = self.decide(seen.state)
        if not isinstance(decided, Change):
            return Outcome(decided, keep=False)
        self._looked = _Looked(seen, decided)
        return None

    def writing(self, connection: Connection) -> Outcome[A]:
        """Read, decide and write, with all locks that it takes."""
        calendars = tuple(sorted({*self.scope.calendars, *self._unforeseen}))
        kind = kind_of(connection.dialect)
        kind.lock_scope(connection, self.scope, calendars)
        patients = self._patients_to_write(connection)
        state, decided = self._decided(connection, patients)
        if not isinstance(decided, Change):
            return Outcome(decided, keep=False)
        self._changes_settings = decided.clinic is not None
        writer = ChangeWriter(
            connection=connection,
            clinic=self.scope.clinic,
            seen=0 if state.clinic is None else state.clinic.version,
            locked=calendars,
            may_lock_more=kind is not postgresql,  # elsewhere there is one writer
            patients=patients,
            watch_list=self.watch_list(connection),
        )
        try:
            writer.write(decided)
        except NeedsMoreLocks as needed:  # begin again, and lock all of them in their order
            self._unforeseen.update(needed.calendars)
            raise
        return Outcome(decided.answer, keep=True)

    def _decided(
        self, connection: Connection, patients: PatientRegister
    ) -> tuple[State, Change[A] | A]:
        looked, self._looked = self._looked, None
        reader = self._reader(connection, patients)
        if looked is None:
            state = reader.read(self.scope).state
            return state, self.decide(state)
        seen = reader.read(self.scope, looked.seen)
        decided = looked.decided if seen is looked.seen else self.decide(seen.state)
        return seen.state, decided

    def _reader(self, connection: Connection, patients: PatientRegister) -> StateReader:
        return StateReader(
            connection=connection,
            patients=patients,
            parsed=self.parsed,
            glances=kind_of(connection.dialect) is sqlite and self.patients is SqlPatients,
            locks_settings=self._changes_settings,
        )

    def _patients_to_write(self, connection: Connection) -> PatientRegister:
        if self.patients is SqlPatients:
            return SqlPatients(connection, to_write=True)
        return self.patients(connection)


@attrs.frozen
class _Looked(Generic[A]):
    """What was seen, and what was decided on it."""

    seen: Seen
    decided: Change[A]
