"""The first tables.

A step stands as it was once it is released, whatever becomes of `tables`: nothing is imported here
but the kinds of columns, which may not change either.
"""

import sqlalchemy as sa
from alembic import op

from webtidbok.adapters.sql.columns import Instant, Key, Number

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and the second lock."""
    _clinic()
    _calendar()
    _journal()
    _occupied()
    _appointment()
    _hold()
    _absence()
    _overlap()
    _patient()
    _link()
    _code()
    _event()
    _message()
    _watch_list()
    _throttle()
    if op.get_context().dialect.name == "postgresql":
        _lay_constraint()
    else:
        _lay_triggers()


def _lay_constraint() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(_LAYERS)
    op.execute(_CONSTRAINT)


def _lay_triggers() -> None:
    op.execute(_ON_INSERT)
    op.execute(_ON_UPDATE)


_LAYERS = "ALTER TABLE wtb_occupied ADD COLUMN layer bigint GENERATED ALWAYS AS IDENTITY NOT NULL"
_CONSTRAINT = """
ALTER TABLE wtb_occupied ADD CONSTRAINT ex_wtb_occupied_exclusive EXCLUDE USING gist (
  clinic WITH =,
  calendar WITH =,
  int8range(starts, ends) WITH &&,
  int8range(CASE WHEN NOT exclusive THEN layer END, CASE WHEN NOT exclusive THEN layer + 1 END)
    WITH &&
) WHERE (kind <> 'absence')
"""

_REFUSAL = """
WHEN NEW.kind <> 'absence'
BEGIN
  SELECT RAISE(ABORT, 'wtb: overlaps an exclusive time') WHERE EXISTS (
    SELECT 1 FROM wtb_occupied AS other
    WHERE other.clinic = NEW.clinic AND other.calendar = NEW.calendar
      AND other.ends > NEW.starts AND other.ends < NEW.ends + 86400
      AND other.starts < NEW.ends
      AND other.holder <> NEW.holder AND other.kind <> 'absence'
      AND (other.exclusive OR NEW.exclusive)
  );
END
"""
_ON_INSERT = f"CREATE TRIGGER wtb_occupied_insert BEFORE INSERT ON wtb_occupied{_REFUSAL}"
_ON_UPDATE = f"""
CREATE TRIGGER wtb_occupied_update
BEFORE UPDATE OF clinic, kind, holder, calendar, starts, ends, exclusive ON wtb_occupied{_REFUSAL}
"""


def _clinic() -> None:
    op.create_table(
        "wtb_clinic",
        sa.Column("id", Key, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wtb_clinic"),
    )


def _calendar() -> None:
    op.create_table(
        "wtb_calendar",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("calendar", Key, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "calendar", name="pk_wtb_calendar"),
        sqlite_with_rowid=False,
    )


def _journal() -> None:
    op.create_table(
        "wtb_journal",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("calendar", Key, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("event", Key, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "calendar", "version", name="pk_wtb_journal"),
        sqlite_with_rowid=False,
    )


def _occupied() -> None:
    op.create_table(
        "wtb_occupied",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("holder", Key, nullable=False),
        sa.Column("calendar", Key, nullable=False),
        sa.Column("piece", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("exclusive", sa.Boolean, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.PrimaryKeyConstraint(
            "clinic", "kind", "holder", "calendar", "piece", name="pk_wtb_occupied"
        ),
        sa.CheckConstraint("ends > starts", name="ck_wtb_occupied_ends_after_start"),
        sa.CheckConstraint(
            "kind IN ('appointment', 'hold', 'absence')", name="ck_wtb_occupied_kind"
        ),
        sa.CheckConstraint("ends - starts <= 86400", name="ck_wtb_occupied_within_a_day"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_wtb_occupied_search",
        "wtb_occupied",
        ["clinic", "calendar", "ends", "starts", "expires", "kind", "holder"],
    )


def _appointment() -> None:
    op.create_table(
        "wtb_appointment",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("provider", Key, nullable=False),
        sa.Column("resource", Key),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("before_minutes", sa.Integer, nullable=False),
        sa.Column("after_minutes", sa.Integer, nullable=False),
        sa.Column("origin", Key, nullable=False),
        sa.Column("type", Key),
        sa.Column("patient", Key),
        sa.Column("treatment", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("booking_text", sa.Text, nullable=False),
        sa.Column("mobile", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("accepts_sms", sa.Boolean, nullable=False),
        sa.Column("accepts_email", sa.Boolean, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("differs_from_register", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("chosen_by_patient", sa.Boolean, nullable=False),
        sa.Column("exclusive", sa.Boolean, nullable=False),
        sa.Column("rebookings", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("cancelled_at", Instant),
        sa.PrimaryKeyConstraint("clinic", "id", name="pk_wtb_appointment"),
        sa.CheckConstraint("ends > starts", name="ck_wtb_appointment_ends_after_start"),
    )
    op.create_index("ix_wtb_appointment_clinic_ends", "wtb_appointment", ["clinic", "ends"])
    op.create_index(
        "ix_wtb_appointment_clinic_patient_starts",
        "wtb_appointment",
        ["clinic", "patient", "starts"],
    )


def _hold() -> None:
    op.create_table(
        "wtb_hold",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("type", Key, nullable=False),
        sa.Column("provider", Key, nullable=False),
        sa.Column("resource", Key),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("before_minutes", sa.Integer, nullable=False),
        sa.Column("after_minutes", sa.Integer, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id", name="pk_wtb_hold"),
        sa.CheckConstraint("ends > starts", name="ck_wtb_hold_ends_after_start"),
    )


def _absence() -> None:
    op.create_table(
        "wtb_absence",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("calendar", Key, nullable=False),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "id", name="pk_wtb_absence"),
        sa.CheckConstraint("ends > starts", name="ck_wtb_absence_ends_after_start"),
    )
    op.create_index(
        "ix_wtb_absence_clinic_calendar_ends", "wtb_absence", ["clinic", "calendar", "ends"]
    )


def _overlap() -> None:
    op.create_table(
        "wtb_overlap",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("patients", Key, nullable=False),
        sa.Column("staffs", Key, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "patients", "staffs", name="pk_wtb_overlap"),
    )
    op.create_index("ix_wtb_overlap_clinic_staffs", "wtb_overlap", ["clinic", "staffs"])


def _patient() -> None:
    op.create_table(
        "wtb_patient",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("identity_number", Key, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("mobile", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("mobile_verified", sa.Boolean, nullable=False),
        sa.Column("email_verified", sa.Boolean, nullable=False),
        sa.Column("accepts_sms", sa.Boolean, nullable=False),
        sa.Column("accepts_email", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("clinic", "id", name="pk_wtb_patient"),
        sa.UniqueConstraint(
            "clinic", "identity_number", name="uq_wtb_patient_clinic_identity_number"
        ),
    )


def _link() -> None:
    op.create_table(
        "wtb_link",
        sa.Column("token_hash", Key, nullable=False),
        sa.Column("clinic", Key, nullable=False),
        sa.Column("appointment", Key, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_wtb_link"),
        sa.ForeignKeyConstraint(
            ["clinic", "appointment"],
            ["wtb_appointment.clinic", "wtb_appointment.id"],
            name="fk_wtb_link_clinic_appointment",
        ),
    )


def _code() -> None:
    op.create_table(
        "wtb_code",
        sa.Column("clinic", Key, nullable=False),
        sa.Column("appointment", Key, nullable=False),
        sa.Column("code_hash", Key, nullable=False),
        sa.PrimaryKeyConstraint("clinic", "appointment", name="pk_wtb_code"),
        sa.ForeignKeyConstraint(
            ["clinic", "appointment"],
            ["wtb_appointment.clinic", "wtb_appointment.id"],
            name="fk_wtb_code_clinic_appointment",
        ),
    )
    op.create_index("ix_wtb_code_code_hash", "wtb_code", ["code_hash"])


def _event() -> None:
    op.create_table(
        "wtb_event",
        sa.Column("number", Number, nullable=False, autoincrement=True),
        sa.Column("clinic", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("appointment", Key),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("what", Key, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("way", Key, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("type", Key),
        sa.Column("origin", Key),
        sa.Column("before_provider", Key),
        sa.Column("before_resource", Key),
        sa.Column("before_starts", Instant),
        sa.Column("before_ends", Instant),
        sa.Column("after_provider", Key),
        sa.Column("after_resource", Key),
        sa.Column("after_starts", Instant),
        sa.Column("after_ends", Instant),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_wtb_event"),
        sa.UniqueConstraint("clinic", "key", name="uq_wtb_event_clinic_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_wtb_event_clinic_appointment_number", "wtb_event", ["clinic", "appointment", "number"]
    )
    op.create_index("ix_wtb_event_clinic_number", "wtb_event", ["clinic", "number"])


def _message() -> None:
    op.create_table(
        "wtb_message",
        sa.Column("number", Number, nullable=False, autoincrement=True),
        sa.Column("clinic", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("appointment", Key, nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("channel", Key, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("provider", Key, nullable=False),
        sa.Column("resource", Key),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.Column("state", Key, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_wtb_message"),
        sa.UniqueConstraint("clinic", "id", name="uq_wtb_message_clinic_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wtb_message_clinic_appointment", "wtb_message", ["clinic", "appointment"])


def _watch_list() -> None:
    op.create_table(
        "wtb_watch_list",
        sa.Column("number", Number, nullable=False, autoincrement=True),
        sa.Column("clinic", Key, nullable=False),
        sa.Column("appointment", Key, nullable=False),
        sa.Column("patient", Key),
        sa.Column("at", Instant, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_wtb_watch_list"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wtb_watch_list_clinic_number", "wtb_watch_list", ["clinic", "number"])


def _throttle() -> None:
    op.create_table(
        "wtb_throttle",
        sa.Column("name", Key, nullable=False),
        sa.Column("subject", Key, nullable=False),
        sa.Column("item", Key, nullable=False),
        sa.Column("counted_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", "subject", "item", name="pk_wtb_throttle"),
    )
    op.create_index("ix_wtb_throttle_name_counted_at", "wtb_throttle", ["name", "counted_at"])
