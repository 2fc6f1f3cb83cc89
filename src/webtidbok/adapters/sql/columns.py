"""Kinds of columns that mean the same on every engine."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    DateTime,
    Dialect,
    Integer,
    String,
    bindparam,
    literal,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from webtidbok.model.instants import instant

_POSTGRESQL = "postgresql"

_TO_THE_SECOND = len("2027-03-15T09:00:00")

#: Ids and other keys: compared and sorted by code point, as Python does.
Key = String().with_variant(String(collation="C"), _POSTGRESQL)

#: Counts up by itself, in the order rows come. SQLite does that for INTEGER only.
Number = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """A moment that keeps its offset on every engine.

    PostgreSQL keeps it as `timestamptz`. Elsewhere it is text in UTC, `2027-03-15T09:00:00Z`,
    which sorts as moments do; a type without offset would have to be trusted.
    """

    impl = String(20)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:  # noqa: D102
        if dialect.name == _POSTGRESQL:
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(20))  # type: ignore[arg-type] # see below

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:  # noqa: D102
        if value is None or dialect.name == _POSTGRESQL:
            return None if value is None else instant(value)
        return f"{instant(value).isoformat()[:_TO_THE_SECOND]}Z"

    def process_result_value(  # noqa: D102
        self,
        value: object,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return None if value is None else instant(value)
        return instant(datetime.fromisoformat(str(value)))


#: PostgreSQL keeps no NUL, and UTF-8 has no words for half of a pair.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def is_kept(key: str) -> bool:
    """Return whether every database can keep `key` as it is."""
    return _UNKEPT.search(key) is None


class Wanted(TypeDecorator[str]):
    """A key that is looked for.

    One that no database can keep stands nowhere. It is asked for as NULL, which equals nothing.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102
        return value if value is None or is_kept(value) else None


def wanted(name: str, *, expanding: bool = False) -> BindParameter[Any]:
    """Return the parameter `name`: a key that is looked for, or several of them."""
    return bindparam(name, type_=Wanted, expanding=expanding)


def wanted_value(key: str | None) -> BindParameter[Any]:
    """Return `key`, which is looked for."""
    return literal(key, Wanted)
