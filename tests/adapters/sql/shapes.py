"""What a database's tables look like, however they came to be."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Inspector, inspect

Shape: TypeAlias = dict[str, Any]

_SPACE = re.compile(r"\s+")


def shape_of(engine: Engine) -> Shape:
    """Return all that a database says of its tables, in no order but that of columns."""
    with engine.connect() as connection:
        there = inspect(connection)
        names = there.get_table_names()
        own = _ON_POSTGRESQL if engine.dialect.name == "postgresql" else _ON_SQLITE
        return {
            "tables": {name: _reflected(there, name) for name in names},
            "own": {each: sorted(_told(connection, sql)) for each, sql in own.items()},
        }


def _reflected(there: Inspector, name: str) -> Shape:
    return {
        "columns": [{**each, "type": repr(each["type"])} for each in there.get_columns(name)],
        "key": there.get_pk_constraint(name),
        "indexes": [  # what else there is to them stands below
            (each["name"], each["column_names"], each["unique"])
            for each in sorted(there.get_indexes(name), key=_name)
        ],
        "unique": sorted(there.get_unique_constraints(name), key=_name),
        "checks": sorted(there.get_check_constraints(name), key=_name),
        "foreign": sorted(there.get_foreign_keys(name), key=_name),
        "options": repr(there.get_table_options(name)),
    }


def _name(what: Mapping[str, Any]) -> str:
    return str(what["name"])


def _told(connection: Connection, sql: str) -> list[str]:
    return [_SPACE.sub(" ", repr(tuple(row))) for row in connection.exec_driver_sql(sql)]


_ON_SQLITE = {
    "triggers": "SELECT name, replace(sql, char(10), ' ') FROM sqlite_master"
    " WHERE type = 'trigger'",
    "indexes": "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
    "rowids": "SELECT name, sql LIKE '%WITHOUT ROWID%', sql LIKE '%AUTOINCREMENT%'"
    " FROM sqlite_master WHERE type = 'table'",
}
_ON_POSTGRESQL = {
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "columns": "SELECT table_name, ordinal_position, column_name, column_default, is_nullable,"
    " data_type, collation_name, is_identity FROM information_schema.columns"
    " WHERE table_schema = 'public'",
    "sequences": "SELECT sequencename, data_type::text FROM pg_sequences",
}
