"""Kinds of columns that mean the same on every engine."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from webtidbok.model.instants import instant

_POSTGRESQL = "postgresql"

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
        return f"{instant(value).replace(tzinfo=None).isoformat()}Z"

    def process_result_value(  # noqa: D102
        self,
        value: object,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return None if value is None else instant(value)
        return instant(datetime.fromisoformat(str(value)))
