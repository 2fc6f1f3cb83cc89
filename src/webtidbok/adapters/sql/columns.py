"""Kinds of columns that mean the same on every engine."""

import re
from collections.abc import Callable
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

from webtidbok.model.instants import instant, optional_instant

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

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: D102
        return optional_instant if dialect.name == _POSTGRESQL else _as_text

    def result_processor(  # noqa: D102
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002
    ) -> Callable[[Any], datetime | None]:
        return optional_instant if dialect.name == _POSTGRESQL else _from_text


def _as_text(moment: datetime | None) -> str | None:
    return None if moment is None else f"{instant(moment).isoformat()[:_TO_THE_SECOND]}Z"


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else instant(datetime.fromisoformat(text))


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

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002, D102
        return _if_kept


def _if_kept(key: str | None) -> str | None:
    return key if key is None or is_kept(key) else None


def wanted(name: str, *, expanding: bool = False) -> BindParameter[Any]:
    """Return the parameter `name`: a key that is looked for, or several of them."""
    return bindparam(name, type_=Wanted, expanding=expanding)


def wanted_value(key: str | None) -> BindParameter[Any]:
    """Return `key`, which is looked for."""
    return literal(key, Wanted)
