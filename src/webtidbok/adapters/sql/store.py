# ruff: noqa: D102 - the ports say it, and help() shows that
"""A store in a database, of our own or a host's."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.at_once import NOT_SO, AtOnce
from webtidbok.adapters.sql.busy_time import busy
from webtidbok.adapters.sql.clinics import ParsedClinics
from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.deciding import Deciding, PatientsOn, WatchListOn
from webtidbok.adapters.sql.patients import SqlPatients
from webtidbok.adapters.sql.records import SqlRecords
from webtidbok.adapters.sql.rows import appointment_of
from webtidbok.adapters.sql.standing import Standings
from webtidbok.adapters.sql.state import read_hold
from webtidbok.adapters.sql.transactions import (
    PATIENCE,
    OwnTransactions,
    Transactions,
    transactions_on,
)
from webtidbok.adapters.sql.watch_list import SqlWatchList
from webtidbok.errors import UnknownClinic
from webtidbok.model.appointment import Appointment
from webtidbok.model.hold import Hold, HoldId
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import AppointmentId, CalendarId, ClinicId, PatientId
from webtidbok.model.timespan import TimeSpan
from webtidbok.ports.store import A, BusyTime, Change, Scope, Standing, State, Store, StoredClinic


class SqlStore(SqlRecords, Store):
    """Keeps clinics in the tables of `create_schema`.

    `SqlStore(connection)` joins a host's transaction: it uses savepoints, never commits, and the
    host's rollback takes everything along. On SQLite that transaction must have begun with
    `BEGIN IMMEDIATE`; on PostgreSQL it may have any isolation. `SqlStore.from_engine(engine)` has
    transactions of its own; its threads may share it, unless the database is in memory.

    Args:
        connection: The host's, inside its transaction; or transactions, as `from_engine` does.
        patients: Makes the register to use on a connection; ours unless given.
        watch_list: Makes the watch list to use on a connection; ours unless given. Another than
            ours cannot be read back: `watch_list()` is then empty.

    Raises:
        WrongSchema: by any method, when the tables are not there or not of this version.
        NotBegun: by `transact`, joined to no transaction.
        TryAgain: by `transact`, joined to a transaction that somebody else stands in the way
            of; the host repeats all of it.
    """

    def __init__(
        self,
        connection: Connection | Transactions,
        *,
        patients: PatientsOn = SqlPatients,
        watch_list: WatchListOn = SqlWatchList,
    ) -> None:
        self._transactions = transactions_on(connection)
        self._patients = patients
        self._watch_list = watch_list
        self._parsed = ParsedClinics()
        self._standings = Standings(self._parsed)
        self._at_once = self._hot_path()

    def _hot_path(self) -> AtOnce | None:
        """Return how to book in one statement, where the tables and transactions are all ours."""
        transactions = self._transactions
        if not isinstance(transactions, OwnTransactions) or not transactions.has_single_statements:
            return None
        if (self._patients, self._watch_list) != (SqlPatients, SqlWatchList):
            return None
        return AtOnce(transactions=transactions, parsed=self._parsed)

    @classmethod
    def from_engine(
        cls,
        engine: Engine,
        *,
        patients: PatientsOn = SqlPatients,
        watch_list: WatchListOn = SqlWatchList,
        patience: timedelta = PATIENCE,
    ) -> "SqlStore":
        """Return a store that owns its transactions and repeats them when others are in the way.

        Args:
            engine: Lends connections, one for each call.
            patients: Makes the register to use on a connection; ours unless given.
            watch_list: Makes the watch list to use on a connection; ours unless given.
            patience: How long to wait for other writers before there is no answer.
        """
        transactions = OwnTransactions(engine, patience=patience)
        return cls(transactions, patients=patients, watch_list=watch_list)

    def transact(self, scope: Scope, decide: Callable[[State], Change[A] | A]) -> A:
        if self._at_once is not None:
            answer = self._at_once.transact(scope, decide)
            if answer is not NOT_SO:
                return answer
        deciding = Deciding(
            scope=scope,
            decide=decide,
            parsed=self._parsed,
            patients=self._patients,
            watch_list=self._watch_list,
        )
        return self._transactions.run(deciding.writing, deciding.looking)

    def clinic(self, clinic: ClinicId) -> StoredClinic:
        with self._transactions.reading(once=True) as connection:
            found = self._parsed.read(connection, clinic)
        if found is None:
            raise UnknownClinic(clinic)
        return found

    def last_known(self, clinic: ClinicId) -> StoredClinic:
        return self._parsed.last_known(clinic) or self.clinic(clinic)

    def standing(self, clinic: ClinicId) -> Standing | None:
        if not self._transactions.are_ours:
            return None
        with self._transactions.reading(once=True) as connection:
            found = self._standings.read(connection, clinic)
        if found is None:
            raise UnknownClinic(clinic)
        return found

    def busy(
        self,
        clinic: ClinicId,
        calendars: Sequence[CalendarId],
        span: TimeSpan,
        *,
        now: datetime,
        besides: Collection[str] = (),
    ) -> Iterator[BusyTime]:
        with self._transactions.reading(once=True) as connection:
            yield from busy(connection, clinic, calendars, span, now=now, besides=besides)

    def hold(self, clinic: ClinicId, hold: HoldId) -> Hold | None:
        with self._transactions.reading(once=True) as connection:
            return read_hold(connection, clinic, hold)

    def find_by_link(self, token_hash: str) -> Appointment | None:
        with self._transactions.reading(once=True) as connection:
            found = connection.execute(_BY_LINK, {"token_hash": token_hash}).mappings()
            row = found.one_or_none()
            return None if row is None else appointment_of(row)

    def find_by_code(
        self, identity_number: PersonalIdentityNumber, code_hashes: Sequence[str]
    ) -> Appointment | None:
        with self._transactions.reading() as connection:
            rows = connection.execute(_BY_CODE, {"code_hashes": list(code_hashes)}).mappings()
            found = [*map(appointment_of, rows)]
            patients = self._patients(connection)
            for appointment in found:
                patient = patients.by_id(appointment.clinic, appointment.patient or _NOBODY)
                if patient is not None and patient.identity_number == identity_number:
                    return appointment
            if not found:  # whether a code is right must not show in how long the answer takes
                patients.by_id(_NOWHERE, _NOBODY)
        return None

    def find_with_code(
        self, clinic: ClinicId, appointment: AppointmentId, code_hashes: Sequence[str]
    ) -> Appointment | None:
        facts = {"clinic": clinic, "id": appointment, "code_hashes": list(code_hashes)}
        with self._transactions.reading(once=True) as connection:
            row = connection.execute(_WITH_CODE, facts).mappings().one_or_none()
            return None if row is None else appointment_of(row)


_NOWHERE = ClinicId("")
_NOBODY = PatientId("")

_BY_LINK = (
    select(tables.appointment)
    .join(tables.link)
    .where(tables.link.c.token_hash == wanted("token_hash"))
)
_HAS_CODE = (
    select(tables.appointment)
    .join(tables.code)
    .where(tables.code.c.code_hash.in_(wanted("code_hashes", expanding=True)))
)
_BY_CODE = _HAS_CODE.order_by(tables.appointment.c.clinic, tables.appointment.c.id)
_WITH_CODE = _HAS_CODE.where(
    tables.appointment.c.clinic == wanted("clinic"), tables.appointment.c.id == wanted("id")
)
