# ruff: noqa: D102 - the port says it, and help() shows that
"""Our own register of patients, in the same database."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection, select

from webtidbok.adapters.sql.columns import wanted
from webtidbok.adapters.sql.errors import Collided, driver_errors_as_ours
from webtidbok.adapters.sql.keeping import keep
from webtidbok.adapters.sql.prepared import Prepared
from webtidbok.adapters.sql.rows import Read, Row, email_of, mobile_of, reach_row
from webtidbok.adapters.sql.tables import patient as table
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import ClinicId, PatientId
from webtidbok.model.patient import Patient
from webtidbok.ports.patients import PatientRegister

_OF_CLINIC = select(table).where(table.c.clinic == wanted("clinic"))
_WITH_NUMBER = _OF_CLINIC.where(table.c.identity_number == wanted("number"))
_WITH_ID = _OF_CLINIC.where(table.c.id == wanted("id"))

#: To be read only, and to be changed by nobody else.
_BY_NUMBER = Prepared(_WITH_NUMBER), Prepared(_WITH_NUMBER.with_for_update())
_BY_ID = Prepared(_WITH_ID), Prepared(_WITH_ID.with_for_update())


class SqlPatients(PatientRegister):
    """Keeps patients on a connection, in whatever transaction it is in.

    Args:
        connection: The transaction's.
        to_write: It is a store's, which writes: nobody else may change a patient who was read,
            until it ends.
    """

    def __init__(self, connection: Connection, *, to_write: bool = False) -> None:
        self._connection = connection
        self._to_write = to_write

    def by_number(
        self, clinic: ClinicId, identity_number: PersonalIdentityNumber
    ) -> Patient | None:
        return self._found(_BY_NUMBER, {"clinic": clinic, "number": identity_number.kept})

    def by_id(self, clinic: ClinicId, patient: PatientId) -> Patient | None:
        return self._found(_BY_ID, {"clinic": clinic, "id": patient})

    def put(self, clinic: ClinicId, patient: Patient) -> None:
        if self._connection.dialect.name == "postgresql":
            self._refuse_a_known_number(clinic, patient)
        with driver_errors_as_ours(), self._undone_alone():
            keep(self._connection, table, [patient_row(clinic, patient)], raising="version")

    def _refuse_a_known_number(self, clinic: ClinicId, patient: Patient) -> None:
        """Refuse it before the server does, which would write the number into its log."""
        known = self.by_number(clinic, patient.identity_number)
        if known is not None and known.id != patient.id:
            raise Collided("the number is another patient's")

    def _undone_alone(self) -> AbstractContextManager[object]:
        """Let what fails undo nothing else, unless the transaction is a store's, which does."""
        return nullcontext() if self._to_write else self._connection.begin_nested()

    def _found(
        self, statements: tuple[Prepared, Prepared], facts: Mapping[str, str]
    ) -> Patient | None:
        with driver_errors_as_ours():
            found = statements[self._to_write].mappings(self._connection, facts)
        return patient_of(found[0]) if found else None


def patient_row(clinic: ClinicId, patient: Patient) -> Row:
    """Return the row of a patient, all but its version."""
    return {
        "clinic": clinic,
        "id": patient.id,
        "identity_number": patient.identity_number.kept,
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        **reach_row(patient.mobile, patient.email),
        "mobile_verified": patient.mobile_verified,
        "email_verified": patient.email_verified,
        "accepts_sms": patient.accepts_sms,
        "accepts_email": patient.accepts_email,
    }


def patient_of(row: Read) -> Patient:
    """Return the patient of a row."""
    return Patient(
        id=row["id"],
        identity_number=PersonalIdentityNumber(row["identity_number"]),
        first_name=row["first_name"],
        last_name=row["last_name"],
        mobile=mobile_of(row),
        email=email_of(row),
        mobile_verified=row["mobile_verified"],
        email_verified=row["email_verified"],
        accepts_sms=row["accepts_sms"],
        accepts_email=row["accepts_email"],
    )
