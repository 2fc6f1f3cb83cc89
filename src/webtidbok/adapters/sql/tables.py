"""The tables. Every key begins with the clinic, links and throttle counts apart.

A change here is a step in `migrations` and a new `REVISION` too. Hosts may have them under other
names (`names`); statements use those that stand here.

Instants are columns of type `Instant`, except in `occupied`, the table that searches read: there
they are whole seconds since 1970-01-01T00:00Z.

Theory of `occupied`. A row is one stretch of one calendar that an appointment, a hold or an absence
takes. No row is longer than a day; what is longer is written in pieces, counted from 1, while a
row that is whole is piece 0. So a row that overlaps `[from, until)` ends after `from` and before
`until` plus a day: an index by end is read between two bounds, and a search costs the same however
long the history behind the span and the calendar after it. Absences stand here so that a search is
one range of one index; the guarantee of R24 does not look at them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from webtidbok.adapters.sql.columns import Instant, Key, Number

#: The longest row of `occupied`.
DAY_SECONDS = 86_400

#: When a message that nobody has tried is due: before all that was put back.
AT_ONCE = "1970-01-01T00:00:00Z"

#: What a row of `occupied` is there for.
APPOINTMENT, HOLD, ABSENCE = "appointment", "hold", "absence"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, Key, primary_key=True)


def _id(name: str) -> Column[str]:
    return Column(name, Key, nullable=False)


def _optional_id(name: str) -> Column[str]:
    return Column(name, Key)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _optional_text(name: str) -> Column[str]:
    return Column(name, Text)


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _number() -> Column[int]:
    return Column("number", Number, primary_key=True, autoincrement=True)


def _placement(prefix: str = "", *, nullable: bool = False) -> list[Column[object]]:
    return [
        Column(f"{prefix}provider", Key, nullable=nullable),
        Column(f"{prefix}resource", Key),
        Column(f"{prefix}starts", Instant, nullable=nullable),
        Column(f"{prefix}ends", Instant, nullable=nullable),
    ]


def _ends_after_its_start() -> CheckConstraint:
    return CheckConstraint("ends > starts", name="ends_after_start")


def _of_an_appointment() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["clinic", "appointment"], ["wtb_appointment.clinic", "wtb_appointment.id"]
    )


clinic = Table(
    "wtb_clinic",
    metadata,
    _key("id"),
    _text("settings"),
    _text("digest"),
    _integer("version"),
)

calendar = Table(
    "wtb_calendar",
    metadata,
    _key("clinic"),
    _key("calendar"),
    _integer("version"),
    sqlite_with_rowid=False,
)

#: Which event raised a calendar's version. Its key is what stops a second writer (R24).
journal = Table(
    "wtb_journal",
    metadata,
    _key("clinic"),
    _key("calendar"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _id("event"),
    sqlite_with_rowid=False,
)

occupied = Table(
    "wtb_occupied",
    metadata,
    _key("clinic"),
    _key("kind"),
    _key("holder"),
    _key("calendar"),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    _flag("exclusive"),
    Column("expires", BigInteger),
    CheckConstraint("ends > starts", name="ends_after_start"),
    CheckConstraint(f"ends - starts <= {DAY_SECONDS}", name="within_a_day"),
    CheckConstraint(f"kind IN ('{APPOINTMENT}', '{HOLD}', '{ABSENCE}')", name="kind"),
    sqlite_with_rowid=False,
)
Index(
    "ix_wtb_occupied_search",
    *(
        occupied.c[name]
        for name in ("clinic", "calendar", "ends", "starts", "expires", "kind", "holder")
    ),
)

appointment = Table(
    "wtb_appointment",
    metadata,
    _key("clinic"),
    _key("id"),
    *_placement(),
    _integer("before_minutes"),
    _integer("after_minutes"),
    _id("origin"),
    _optional_id("type"),
    _optional_id("patient"),
    _text("treatment"),
    _text("note"),
    _text("booking_text"),
    _optional_text("mobile"),
    _optional_text("email"),
    _flag("accepts_sms"),
    _flag("accepts_email"),
    _text("first_name"),
    _flag("differs_from_register"),
    _text("language"),
    _flag("chosen_by_patient"),
    _flag("exclusive"),
    _integer("rebookings"),
    _integer("revision"),
    Column("cancelled_at", Instant),
    _ends_after_its_start(),
)
Index(None, appointment.c.clinic, appointment.c.ends)
Index(None, appointment.c.clinic, appointment.c.patient, appointment.c.starts)

hold = Table(
    "wtb_hold",
    metadata,
    _key("clinic"),
    _key("id"),
    _id("type"),
    *_placement(),
    _integer("before_minutes"),
    _integer("after_minutes"),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    _ends_after_its_start(),
)

absence = Table(
    "wtb_absence",
    metadata,
    _key("clinic"),
    _key("id"),
    _id("calendar"),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    _text("reason"),
    # To which its calendar was raised when it was laid or changed (`changes`).
    Column("version", Integer, nullable=False, server_default="0"),
    _ends_after_its_start(),
)
Index(None, absence.c.clinic, absence.c.calendar, absence.c.ends)

overlap = Table(
    "wtb_overlap",
    metadata,
    _key("clinic"),
    _key("patients"),
    _key("staffs"),
    _text("by"),
    _text("reason"),
    Column("at", Instant, nullable=False),
)
Index(None, overlap.c.clinic, overlap.c.staffs)

patient = Table(
    "wtb_patient",
    metadata,
    _key("clinic"),
    _key("id"),
    _id("identity_number"),
    _text("first_name"),
    _text("last_name"),
    _optional_text("mobile"),
    _optional_text("email"),
    _flag("mobile_verified"),
    _flag("email_verified"),
    _flag("accepts_sms"),
    _flag("accepts_email"),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("clinic", "identity_number"),
)

link = Table(
    "wtb_link",
    metadata,
    _key("token_hash"),
    _id("clinic"),
    _id("appointment"),
    _of_an_appointment(),
)

code = Table(
    "wtb_code",
    metadata,
    _key("clinic"),
    _key("appointment"),
    _id("code_hash"),
    _of_an_appointment(),
)
Index(None, code.c.code_hash)

event = Table(
    "wtb_event",
    metadata,
    _number(),
    _id("clinic"),
    _id("key"),
    _text("fingerprint"),
    _optional_id("appointment"),
    _integer("revision"),
    _id("what"),
    Column("at", Instant, nullable=False),
    _id("way"),
    _text("by"),
    _optional_id("type"),
    _optional_id("origin"),
    *_placement("before_", nullable=True),
    *_placement("after_", nullable=True),
    _text("facts"),
    UniqueConstraint("clinic", "key"),
    sqlite_autoincrement=True,
)
Index(None, event.c.clinic, event.c.number)
Index(None, event.c.clinic, event.c.appointment, event.c.number)

message = Table(
    "wtb_message",
    metadata,
    _number(),
    _id("clinic"),
    _id("id"),
    _id("appointment"),
    _id("kind"),
    _id("channel"),
    _text("address"),
    _text("language"),
    *_placement(),
    _text("token"),
    _integer("sequence"),
    _text("comment"),
    Column("written_at", Instant, nullable=False),
    _id("state"),
    # How it goes with the sending (`outbox`): who writes a message does not name these.
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant, nullable=False, server_default=AT_ONCE),
    _optional_id("lease"),
    Column("leased_until", Instant),
    Column("error", Text, nullable=False, server_default=""),
    UniqueConstraint("clinic", "id"),
    sqlite_autoincrement=True,
)
Index(None, message.c.clinic, message.c.appointment)
#: What is claimed is found here; as large as what is unsent, however long the history.
Index(
    "ix_wtb_message_unsent",
    message.c.clinic,
    message.c.due_at,
    message.c.number,
    sqlite_where=message.c.state == "unsent",
    postgresql_where=message.c.state == "unsent",
)

watch_list = Table(
    "wtb_watch_list",
    metadata,
    _number(),
    _id("clinic"),
    _id("appointment"),
    _optional_id("patient"),
    Column("at", Instant, nullable=False),
    _text("comment"),
    sqlite_autoincrement=True,
)
Index(None, watch_list.c.clinic, watch_list.c.number)

throttle = Table(
    "wtb_throttle",
    metadata,
    _key("name"),
    _key("subject"),
    _key("item"),
    Column("counted_at", Instant, nullable=False),
)
Index(None, throttle.c.name, throttle.c.counted_at)
