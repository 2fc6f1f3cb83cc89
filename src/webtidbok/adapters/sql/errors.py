"""The one place where a driver's errors become ours.

A driver's text may hold the values of a row, and so a patient's data. Nothing of it is passed on
but the name of the error's kind.
"""

from contextlib import AbstractContextManager
from types import TracebackType

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from webtidbok.adapters.sql.kinds import EVERY_KIND
from webtidbok.errors import OverlapsExclusive, StoreUnavailable, TryAgain, WebtidbokError


class Collided(StoreUnavailable):
    """A key of ours was taken when we came to write it.

    Somebody was faster, and the newer state will show it; or the change cannot be.
    """


class _AsOurs:
    """A class and no generator, of which every transaction would make several."""

    def __init__(self, *, is_last: bool) -> None:
        self._is_last = is_last

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception):
            return
        ours = _ours(error) if isinstance(error, _not_ours()) else error
        if self._is_last and isinstance(ours, TryAgain):
            ours = StoreUnavailable(str(ours))
        if ours is not error:
            raise ours from None


_AS_OURS, _LAST = _AsOurs(is_last=False), _AsOurs(is_last=True)


def driver_errors_as_ours(*, is_last: bool = False) -> AbstractContextManager[None]:
    """Raise our error in place of any error of the driver or of SQLAlchemy.

    Args:
        is_last: Nobody will try again: `StoreUnavailable` in place of `TryAgain`.

    Raises:
        OverlapsExclusive: the second lock spoke (R24).
        TryAgain: somebody else holds what we need; the whole transaction may be repeated.
        Collided: a key was taken.
        StoreUnavailable: anything else. Never taken for a no, and never for done.
    """
    return _LAST if is_last else _AS_OURS


def _not_ours() -> tuple[type[Exception], ...]:
    """Return what SQLAlchemy raises, and the drivers that are there when something went wrong."""
    drivers = [root for kind in EVERY_KIND for root in kind.driver_errors()]
    return (SQLAlchemyError, UnicodeEncodeError, *drivers)


def _ours(error: Exception) -> WebtidbokError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = _name_of(cause)
    if any(kind.is_second_lock(cause) for kind in EVERY_KIND):
        return OverlapsExclusive("the database refused a time over an exclusive one")
    if any(kind.is_locked(cause) for kind in EVERY_KIND):
        return TryAgain(f"the database is busy with another transaction ({name})")
    if any(kind.is_collision(cause) for kind in EVERY_KIND):
        return Collided(f"the database refused a row ({name})")
    return StoreUnavailable(f"the database gave no answer ({name})")


def _name_of(error: BaseException | None) -> str:
    """Return the name of an error's kind, without any value."""
    state: str = getattr(error, "sqlstate", None) or ""
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    return f"{state} {name}".lstrip()
