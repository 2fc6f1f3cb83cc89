"""The forms in which single values are written in files.

A form takes what stands in a file and answers the value that it means, or raises `ValueError`
with a reason that reads on after the field's name: "is not a date". A reason quotes nothing,
except names out of a settings file.
"""

import re
from collections.abc import Callable, Container
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import attrs

from webtidbok.errors import InvalidValue
from webtidbok.model.instants import TICK_MINUTES, instant
from webtidbok.model.text import TEXT_MOST, clean_text, required_text
from webtidbok.model.wall_clock import WallMinutes, instant_at, parse_wall_minutes

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
_E = TypeVar("_E", bound=Enum)

# Room for every clinic, and so far from the ends of the calendar that no sum leaves it.
_YEARS = range(1900, 3000)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    rf"{_DATE.pattern}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?"
)
_NUMBER = re.compile(r"[0-9]{1,6}")
_SHOWN_MOST = 60


class WrongForm(ValueError):
    """A value is not written in the form that is asked for; the text is the reason."""


@attrs.frozen
class Form(Generic[_T_co]):
    """How one value is written.

    Attributes:
        parse: Answers the value, or raises `ValueError` with the reason.
        blank: Stands for the value while more faults are looked for; it is never kept.
    """

    parse: Callable[[object], _T_co]
    blank: _T_co


def reason_of(error: ValueError) -> str:
    """Return the reason in an error of a form or of a value's constructor."""
    return error.reason if isinstance(error, InvalidValue) else str(error)


def printable(text: str) -> str:
    """Return `text` cut short, and without what does not print."""
    short = text if len(text) <= _SHOWN_MOST else text[:_SHOWN_MOST] + "..."
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)


def shown(name: str) -> str:
    """Return a name out of a settings file in quotes, for a reason or a place."""
    return f'"{printable(name)}"'


def instant_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of what a file gives: on the wall of `zone` (R6a), or with a zone."""
    return instant_at(moment, zone) if moment.tzinfo is None else instant(moment)


def form_of(kind: type[_T], what: str, blank: _T) -> Form[_T]:
    """Return the form of a value that a file says by itself, of exactly this type."""

    def parse(value: object) -> _T:
        if type(value) is not kind:  # True is no number, a moment is no date
            raise WrongForm(f"is not {what}")
        return value

    return Form(parse, blank)


def text(most: int = TEXT_MOST) -> Form[str]:
    """Return the form of a text that may be empty (R40)."""
    return Form(lambda value: clean_text(value, field="", most=most), "")  # type: ignore[arg-type] # it checks


def some_text(most: int = TEXT_MOST) -> Form[str]:
    """Return the form of a text that may not be empty (R40)."""
    return Form(lambda value: required_text(value, field="", most=most), "")  # type: ignore[arg-type] # it checks


def whole(least: int, most: int, *, step: int = 1) -> Form[int]:
    """Return the form of a whole number between two others, both included."""

    def parse(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise WrongForm(f"is not a whole number from {least} to {most}")
        if value % step:
            raise WrongForm(f"is {value}, not a multiple of {step}")
        return value

    return Form(parse, least)


def ticks(least: int, most: int) -> Form[int]:
    """Return the form of minutes in whole five-minute ticks (R14)."""
    return whole(least, most, step=TICK_MINUTES)


def choice(enum: type[_E], *, but: Container[_E] = ()) -> Form[_E]:
    """Return the form of one of some words: the values of `enum`, except those of `but`."""
    words: dict[Any, _E] = {member.value: member for member in enum if member not in but}

    def parse(value: object) -> _E:
        if not isinstance(value, str) or value not in words:
            raise WrongForm(f"is not one of {', '.join(words)}")
        return words[value]

    return Form(parse, next(iter(words.values())))


def named(known: Container[str], what: str) -> Form[str]:
    """Return the form of the id of something that stands elsewhere in a settings file."""

    def parse(value: object) -> str:
        name = IDENTIFIER.parse(value)
        if name not in known:
            raise WrongForm(f"is {shown(name)}, and there is no such {what}")
        return name

    return Form(parse, "")


def one_of(known: Container[str], what: str) -> Form[str]:
    """Return the form of the id of something known, for files whose values are not quoted."""

    def parse(value: object) -> str:
        name = IDENTIFIER.parse(value)
        if name not in known:
            raise WrongForm(f"is not the id of a {what}")
        return name

    return Form(parse, "")


def many(form: Form[_T]) -> Form[tuple[_T, ...]]:
    """Return the form of a list, maybe empty, in which nothing stands twice."""

    def parse(value: object) -> tuple[_T, ...]:
        if not isinstance(value, list | tuple):
            raise WrongForm("is not a list")
        found: dict[_T, None] = {}
        reasons: list[str] = []
        for number, item in enumerate(value, 1):
            try:
                one = form.parse(item)
            except ValueError as error:
                reasons.append(f"item {number} {reason_of(error)}")
                continue
            if one in found:
                reasons.append(f"item {number} stands there before")
            found[one] = None
        if reasons:
            raise WrongForm("; ".join(reasons))
        return tuple(found)

    return Form(parse, ())


def at_least_one(form: Form[tuple[_T, ...]]) -> Form[tuple[_T, ...]]:
    """Return the form of a list that may not be empty: an empty one equals none (R14)."""

    def parse(value: object) -> tuple[_T, ...]:
        found = form.parse(value)
        if not found:
            raise WrongForm("is missing: the list is empty")
        return found

    return Form(parse, ())


def _identifier(value: object) -> str:
    name = required_text(value, field="", most=TEXT_MOST)  # type: ignore[arg-type] # it checks
    if isinstance(value, str) and value != value.strip():
        raise WrongForm("begins or ends with white space")
    return name


def _date(value: object) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = _iso(date.fromisoformat, value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WrongForm("is not a date, YYYY-MM-DD")
    return _in_calendar(value)


def _moment(value: object) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        value = _iso(datetime.fromisoformat, value)
    if not isinstance(value, datetime):
        raise WrongForm("is not a date and time, YYYY-MM-DDTHH:MM")
    return _in_calendar(value)


def _iso(parse: Callable[[str], _T], text: str) -> _T | None:
    """Return what `text` means, or None: the errors of `datetime` show what was written."""
    try:
        return parse(text)
    except ValueError:
        return None


_Day = TypeVar("_Day", bound=date)


def _in_calendar(day: _Day) -> _Day:
    if day.year not in _YEARS:
        raise WrongForm(f"is not in the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


def _clock_time(value: object) -> WallMinutes:
    if not isinstance(value, str):
        raise WrongForm("is not a time of day, HH:MM")
    return parse_wall_minutes(value)


def _block_edge(value: object) -> WallMinutes:
    minutes = _clock_time(value)
    if minutes % TICK_MINUTES:
        raise WrongForm("is not on a whole five minutes")
    return minutes


def _written_minutes(value: object) -> int:
    if not (isinstance(value, str) and _NUMBER.fullmatch(value) and int(value)):
        raise WrongForm("is not a positive whole number of at most six digits")
    return int(value)


#: An id: 1 to 200 characters of any kind but control characters and line breaks, without white
#: space at its ends. Kept in NFC, as are the ids that refer to it.
IDENTIFIER = Form(_identifier, "")

FLAG = form_of(bool, "true or false", blank=False)

#: A date of a file's own, or ISO 8601 as text.
DATE = Form(_date, date(2000, 1, 1))

#: A date and time of a file's own, or ISO 8601 as text; with a zone or, on the wall, without.
MOMENT = Form(_moment, datetime(2000, 1, 1))  # noqa: DTZ001 - on the wall

CLOCK_TIME = Form(_clock_time, 0)

#: A time of day in whole five-minute ticks (R14).
BLOCK_EDGE = Form(_block_edge, 0)

#: Minutes as a file without numbers of its own writes them.
WRITTEN_MINUTES = Form(_written_minutes, 1)
