"""The one statement that writes a booking on PostgreSQL (`at_once` holds the theory).

Its rows come as JSON, one text for each table, so that its wording depends only on which tables get
rows, and the server can keep its plan.
"""

from collections.abc import Sequence
from functools import cache

import attrs
from sqlalchemy import (
    ARRAY,
    CTE,
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql

from webtidbok.adapters.sql import tables
from webtidbok.adapters.sql.prepared import Prepared

Columns = tuple[str, ...]

# Constants, so that the server plans with them. No parameter is named like a column, for which
# SQLAlchemy would take it in an UPDATE.
_NONE = literal_column("0", Integer)
_ONE = literal_column("1", Integer)


@attrs.frozen(kw_only=True)
class Shape:
    """Which parts the statement has.

    Attributes:
        inserted: The tables that get rows, with the columns that are given.
        patient: The columns of the patient's row; empty where no patient takes part.
        is_new_patient: The row is not there yet.
        drops_hold: The caller's own hold goes.
    """

    inserted: tuple[tuple[str, Columns], ...]
    patient: Columns = ()
    is_new_patient: bool = False
    drops_hold: bool = False


@cache
def chain(shape: Shape) -> Prepared:
    """Return the statement. It answers with true when all was written, false when nothing was."""
    held = _held_calendars()
    unmoved = _unmoved(held)
    patient = _patient(shape, unmoved)
    may_write = unmoved if patient is None else _one_of(patient)
    is_so = select(may_write.c.is_so).scalar_subquery()
    parts = [] if patient is None else [patient]
    parts += _raised(is_so)
    gone = _dropped(is_so) if shape.drops_hold else []
    parts += gone
    for name, columns in shape.inserted:
        table = tables.metadata.tables[name]
        # The place of a hold that goes is free only once it has gone.
        after = gone[0] if gone and table is tables.occupied else None
        parts.append(_insertion(table, columns, is_so, after))
    return Prepared(select(is_so.label("is_so")).add_cte(*parts))


def _held_calendars() -> CTE:
    """Lock in the order of all: names, then calendars; and wait so long and no longer."""
    patience = select(
        func.set_config(
            literal_column("'lock_timeout'"), bindparam("patience", type_=Text), true()
        ).label("is")
    ).cte("patience")
    name = func.unnest(bindparam("names", type_=ARRAY(BigInteger))).column_valued("name")
    named = (
        select(func.pg_advisory_xact_lock(name).label("is"))
        .where(_count(patience) == _ONE)
        .cte("named")
    )
    calendar = tables.calendar
    return (
        select(calendar.c.calendar, calendar.c.version)
        .where(
            _is_of_clinic(calendar),
            calendar.c.calendar == func.any(bindparam("calendars", type_=ARRAY(Text))),
            _count(named) >= _NONE,
        )
        .order_by(calendar.c.calendar)
        .with_for_update()
        .cte("held")
    )


def _unmoved(held: CTE) -> CTE:
    """Compare the versions with those that were read."""
    seen = func.unnest(
        bindparam("calendars", type_=ARRAY(Text)), bindparam("versions", type_=ARRAY(Integer))
    ).table_valued(column("calendar", Text), column("version", Integer), name="seen")
    seen = seen.render_derived()
    is_seen = and_(seen.c.calendar == held.c.calendar, seen.c.version == held.c.version)
    same = select(func.count()).select_from(seen.join(held, is_seen)).scalar_subquery()
    of_clinic = and_(
        tables.clinic.c.id == _clinic(),
        tables.clinic.c.version == bindparam("the_settings", type_=Integer),
    )
    settings = select(func.count()).select_from(tables.clinic).where(of_clinic).scalar_subquery()
    how_many = func.cardinality(bindparam("calendars", type_=ARRAY(Text)))
    return select(and_(same == how_many, settings == _ONE).label("is_so")).cte("unmoved")


def _patient(shape: Shape, unmoved: CTE) -> CTE | None:
    """Write the patient, if it is still as it was read; who comes too late writes none."""
    if not shape.patient:
        return None
    table = tables.patient
    given = _given(table, shape.patient)
    is_so = select(unmoved.c.is_so).scalar_subquery()
    if shape.is_new_patient:
        return (
            postgresql.insert(table)
            .from_select(shape.patient, select(*given.c).where(is_so))
            .on_conflict_do_nothing()
            .returning(table.c.id)
            .cte("a_patient")
        )
    return (
        update(table)
        .where(
            table.c.clinic == given.c.clinic,
            table.c.id == given.c.id,
            table.c.version == bindparam("patient_version", type_=Integer),
            is_so,
        )
        .values(
            {name: given.c[name] for name in shape.patient} | {"version": table.c.version + _ONE}
        )
        .returning(table.c.id)
        .cte("a_patient")
    )


def _one_of(patient: CTE) -> CTE:
    return select((_count(patient) == _ONE).label("is_so")).cte("all_unmoved")


def _raised(is_so: ColumnElement[bool]) -> list[CTE]:
    """Raise the versions of what is touched, and note in the journal why."""
    calendar = tables.calendar
    touched = bindparam("touched", type_=ARRAY(Text))
    raised = (
        update(calendar)
        .where(_is_of_clinic(calendar), calendar.c.calendar == func.any(touched), is_so)
        .values(version=calendar.c.version + _ONE)
        .returning(calendar.c.clinic, calendar.c.calendar, calendar.c.version)
        .cte("raised")
    )
    event = bindparam("the_event", type_=Text)
    noted = insert(tables.journal).from_select(
        ["clinic", "calendar", "version", "event"], select(*raised.c, event)
    )
    return [raised, noted.cte("noted")]


def _dropped(is_so: ColumnElement[bool]) -> list[CTE]:
    occupied, hold = tables.occupied, tables.hold
    the_hold = bindparam("dropped", type_=Text)
    is_its = and_(
        occupied.c.kind == literal_column(f"'{tables.HOLD}'"), occupied.c.holder == the_hold
    )
    freed = delete(occupied).where(_is_of_clinic(occupied), is_its, is_so)
    gone = delete(hold).where(_is_of_clinic(hold), hold.c.id == the_hold, is_so)
    return [freed.returning(occupied.c.holder).cte("freed"), gone.cte("gone")]


def _insertion(
    table: Table, columns: Columns, is_so: ColumnElement[bool], after: CTE | None
) -> CTE:
    given = _given(table, columns)
    rows = select(*given.c).where(is_so)
    if after is not None:
        rows = rows.where(_count(after) >= _NONE)
    return insert(table).from_select(columns, rows).cte(f"into_{table.name}")


def parameter_of(table: str) -> str:
    """Return the name under which the rows of a table are given, as JSON."""
    return f"rows_of_{table}"


def _given(table: Table, columns: Sequence[str]) -> FromClause:
    rows = cast(bindparam(parameter_of(table.name), type_=Text), JSON)
    typed = [column(name, table.c[name].type) for name in columns]
    given = func.json_to_recordset(rows).table_valued(*typed, name=f"given_{table.name}")
    return given.render_derived(with_types=True)


def _count(rows: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _clinic() -> ColumnElement[str]:
    return bindparam("the_clinic", type_=Text)


def _is_of_clinic(table: Table) -> ColumnElement[bool]:
    return table.c.clinic == _clinic()
