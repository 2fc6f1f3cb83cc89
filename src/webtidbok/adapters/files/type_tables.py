"""Reading what a clinic lets its patients do: `[web_booking]` and `[[bookable_type]]`."""

import re
from datetime import timedelta

from webtidbok.adapters.files.forms import (
    CLOCK_TIME,
    DATE,
    FLAG,
    IDENTIFIER,
    Form,
    WrongForm,
    at_least_one,
    choice,
    many,
    named,
    some_text,
    text,
    ticks,
    whole,
)
from webtidbok.adapters.files.names import Names
from webtidbok.adapters.files.reader import Table
from webtidbok.model.age import Ages
from webtidbok.model.bookable_type import BookableType, Patients
from webtidbok.model.change_limit import ChangeLimit, DaysBefore, HoursBefore, WorkingDaysBefore
from webtidbok.model.changeable import Action, Changeable, Origin
from webtidbok.model.clinic import WebBooking
from webtidbok.model.ids import KindId, ProviderId, ResourceId, TypeId
from webtidbok.model.instants import TICK_MINUTES
from webtidbok.model.text import MESSAGE_MOST, NAME_MOST, TEXT_MOST

# Nobody means more; what is far beyond would leave the calendar.
_TEN_YEARS_OF_DAYS = 3_653
_A_WEEK_OF_MINUTES = 7 * 24 * 60
_A_HUNDRED_YEARS_OF_MONTHS = 1_200
_MANY = 1_000_000
_OLDEST = 150

_DAYS = whole(0, _TEN_YEARS_OF_DAYS)
_HOURS = whole(0, _TEN_YEARS_OF_DAYS * 24)
_MINUTES = whole(0, _TEN_YEARS_OF_DAYS * 24 * 60)
_COUNT = whole(0, _MANY)
_AGE = whole(0, _OLDEST)
_LENGTH = ticks(TICK_MINUTES, _A_WEEK_OF_MINUTES)
_AROUND = ticks(0, _A_WEEK_OF_MINUTES)
_ACTIONS = many(choice(Action))

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(
    rf"https?://{_LABEL}(?:\.{_LABEL})*(?::([0-9]{{1,5}}))?", re.ASCII | re.IGNORECASE
)
_PORTS = range(1, 65_536)


def _site(value: object) -> str:
    """Return the origin of a site: it goes into a header, so no more than that may stand there."""
    match = _ORIGIN.fullmatch(value) if isinstance(value, str) else None
    if match is None or len(match[0]) > TEXT_MOST or int(match[1] or 443) not in _PORTS:
        raise WrongForm("is not a site, https://host or https://host:port without a path")
    return match[0]


_SITE = Form(_site, "")
_SITES = many(_SITE)


def web_booking_in(table: Table) -> WebBooking:
    """Return what `[web_booking]` says."""
    return WebBooking(
        new_bookings=table.required("new_bookings", FLAG),
        rebookings=table.required("rebookings", FLAG),
        cancellations=table.required("cancellations", FLAG),
        change_limit=table.table("change_limit", _change_limit_in, HoursBefore(0)),
        minimum_notice=table.table("minimum_notice", _notice_in, timedelta()),
        horizon_months=table.optional("horizon_months", whole(0, _A_HUNDRED_YEARS_OF_MONTHS), 6),
        max_rebookings=table.optional("max_rebookings", _COUNT, None),
        max_open_bookings=table.optional("max_open_bookings", _COUNT, None),
        hold_time=timedelta(
            minutes=table.optional("hold_minutes", whole(0, _A_WEEK_OF_MINUTES), 10)
        ),
        changeable=table.table("changeable", _changeable_in, Changeable()),
        frame_ancestors=table.optional("frame_ancestors", _SITES, ()),
    )


def bookable_type_in(table: Table, names: Names) -> BookableType:
    """Return what one `[[bookable_type]]` says."""
    providers = at_least_one(many(named(names.providers, "provider")))
    resources = many(named(names.resources, "resource"))
    block_filter = many(named(names.kinds, "block_kind"))
    age_from, age_to = table.ends("age_from", "age_to", _AGE)
    bookable_from, bookable_until = table.ends("bookable_from", "bookable_until", DATE)
    return BookableType(
        id=TypeId(table.required("id", IDENTIFIER)),
        name=table.required("name", some_text(NAME_MOST)),
        treatment=table.optional("treatment", text(), ""),
        duration_minutes=table.required("duration_minutes", _LENGTH),
        interval_minutes=table.required("interval_minutes", _LENGTH),
        before_minutes=table.optional("before_minutes", _AROUND, 0),
        after_minutes=table.optional("after_minutes", _AROUND, 0),
        providers=tuple(map(ProviderId, table.required("providers", providers))),
        resources=tuple(map(ResourceId, table.optional("resources", resources, ()))),
        block_filter=frozenset(map(KindId, table.optional("block_filter", block_filter, ()))),
        ages=table.optional("ages", choice(Ages), Ages.EVERYONE),
        age_from=age_from,
        age_to=age_to,
        patients=table.optional("patients", choice(Patients), Patients.EVERYONE),
        offered_for_new_bookings=table.optional("offered_for_new_bookings", FLAG, True),
        bookable_from=bookable_from,
        bookable_until=bookable_until,
        minimum_notice=table.table("minimum_notice", _notice_in, None),
        change_limit=table.table("change_limit", _change_limit_in, None),
        changeable=table.table("changeable", _changeable_in, None),
        public_label=table.optional("public_label", text(), ""),
        price_text=table.optional("price_text", text(), ""),
        description=table.optional("description", text(MESSAGE_MOST), ""),
        order=table.optional("order", whole(-_MANY, _MANY), 0),
    )


def _notice_in(table: Table) -> timedelta:
    """Return a minimum notice: one of `{days}` of 24 hours, `{hours}`, `{minutes}`."""
    table.only_one_of("days", "hours", "minutes")
    return timedelta(
        days=table.optional("days", _DAYS, 0),
        hours=table.optional("hours", _HOURS, 0),
        minutes=table.optional("minutes", _MINUTES, 0),
    )


def _change_limit_in(table: Table) -> ChangeLimit:
    """Return a change limit in one of its three forms (R2b)."""
    unit = table.only_one_of("hours", "days", "working_days")
    if unit == "hours":  # `by` is no key of this form
        return HoursBefore(table.required("hours", _HOURS))
    by = table.optional("by", CLOCK_TIME, None)
    if unit == "days":
        return DaysBefore(table.required("days", _DAYS), by)
    return WorkingDaysBefore(table.optional("working_days", _DAYS, 0), by)


def _changeable_in(table: Table) -> Changeable:
    """Return a table of origin x action (R25); an origin that is left out allows nothing."""
    return Changeable(
        {
            origin: frozenset(table.required(origin.value, _ACTIONS))
            for origin in Origin
            if origin.value in table
        }
    )
