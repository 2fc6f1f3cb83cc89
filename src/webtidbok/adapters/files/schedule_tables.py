"""Reading who works when: providers, resources, templates, schedules, absences."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import attrs

from webtidbok.adapters.files.forms import (
    BLOCK_EDGE,
    DATE,
    FLAG,
    IDENTIFIER,
    MOMENT,
    Form,
    WrongForm,
    instant_of,
    many,
    named,
    some_text,
    text,
    whole,
)
from webtidbok.adapters.files.names import Names
from webtidbok.adapters.files.reader import Table
from webtidbok.model.absence import Absence
from webtidbok.model.clinic import Provider, Resource
from webtidbok.model.ids import (
    AbsenceId,
    CalendarId,
    ClinicId,
    KindId,
    ProviderId,
    ResourceId,
    TemplateId,
    provider_calendar,
    resource_calendar,
)
from webtidbok.model.schedule import (
    MONDAY,
    WEEKDAYS,
    BlockKind,
    DayBlock,
    DayOverride,
    Period,
    Template,
    first_overlap,
)
from webtidbok.model.text import NAME_MOST
from webtidbok.model.timespan import TimeSpan

_WEEKS_MOST = 520

# Until it is known how many weeks there are, any may be named.
_WEEKS = attrs.evolve(whole(1, _WEEKS_MOST), blank=_WEEKS_MOST)


def _monday(value: object) -> date:
    day = DATE.parse(value)
    if day.weekday() != MONDAY:
        raise WrongForm("is not a Monday")
    return day


def _weekday(value: object) -> str:
    if not isinstance(value, str) or value not in WEEKDAYS:
        raise WrongForm(f"is not one of {', '.join(WEEKDAYS)}")
    return value


_A_MONDAY = Form(_monday, date(2000, 1, 3))
_WEEKDAY = Form(_weekday, WEEKDAYS[0])


def block_kind_in(table: Table) -> BlockKind:
    """Return what one `[[block_kind]]` says."""
    return BlockKind(
        id=KindId(table.required("id", IDENTIFIER)),
        name=table.required("name", some_text(NAME_MOST)),
        web_bookable=table.optional("web_bookable", FLAG, False),
        exclusive=table.optional("exclusive", FLAG, False),
    )


def provider_in(table: Table) -> Provider:
    """Return what one `[[provider]]` says."""
    return Provider(
        id=ProviderId(table.required("id", IDENTIFIER)),
        name=table.required("name", some_text(NAME_MOST)),
        title=table.optional("title", text(), ""),
    )


def resource_in(table: Table) -> Resource:
    """Return what one `[[resource]]` says."""
    return Resource(
        id=ResourceId(table.required("id", IDENTIFIER)),
        name=table.required("name", some_text(NAME_MOST)),
    )


def template_in(table: Table, names: Names) -> Template:
    """Return what one `[[template]]` says; overlaps are noted for every day (R7)."""
    number_of_weeks = table.required("weeks", _WEEKS)
    blocks = table.required_tables("block", lambda block: _placed(block, number_of_weeks, names))
    weeks: list[list[list[DayBlock]]] = [[[] for _ in WEEKDAYS] for _ in range(number_of_weeks)]
    for week, day, block in blocks:
        weeks[week - 1][WEEKDAYS.index(day)].append(block)
    for week, days in enumerate(weeks, 1):
        for day, on_day in zip(WEEKDAYS, days, strict=True):
            _note_overlap(table, f"week {week} {day}: ", on_day)
    return Template(
        id=TemplateId(table.required("id", IDENTIFIER)),
        weeks=tuple(tuple(map(tuple, days)) for days in weeks),
    )


def period_in(table: Table, names: Names) -> Period:
    """Return what one `[[schedule]]` says."""
    first, last = table.required("first", DATE), table.required("last", DATE)
    if table.is_sound("first", "last") and last < first:
        table.note("last", "lies before first")
    return Period(
        provider=ProviderId(table.required("provider", named(names.providers, "provider"))),
        template=TemplateId(table.required("template", named(names.templates, "template"))),
        anchor=table.required("anchor", _A_MONDAY),
        first=first,
        last=last,
    )


def day_override_in(table: Table, names: Names) -> DayOverride:
    """Return what one `[[day_override]]` says; its list of blocks may be empty."""
    blocks = table.required_tables("block", lambda block: _block_in(block, names))
    _note_overlap(table, "", blocks)
    return DayOverride(
        provider=ProviderId(table.required("provider", named(names.providers, "provider"))),
        day=table.required("date", DATE),
        blocks=blocks,
    )


def closed_days_in(table: Table) -> Sequence[date]:
    """Return what one `[[closed_day]]` says."""
    return table.required("dates", many(DATE))


def absence_in(table: Table, names: Names, *, clinic: ClinicId, zone: ZoneInfo) -> Absence | None:
    """Return what one `[[absence]]` says, or None if no time is left of it (R6a)."""
    calendar = _calendar_in(table, names)
    start, end = table.required("from", MOMENT), table.required("to", MOMENT)
    reason = table.optional("reason", text(), "")
    if table.is_sound("from", "to") and _is_reversed(start, end, zone):
        table.note("to", "is not after from")
    first, last = instant_of(start, zone), instant_of(end, zone)
    if first >= last:  # within the hour that the clocks skip
        return None
    return Absence(
        id=AbsenceId(f"absence-{table.number}"),
        clinic=clinic,
        calendar=calendar,
        span=TimeSpan(first, last),
        reason=reason,
    )


def _is_reversed(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Return whether `end` is not after `start`: on the wall, if both are times on the wall."""
    if start.tzinfo is None and end.tzinfo is None:
        return end <= start
    return instant_of(end, zone) <= instant_of(start, zone)


def _calendar_in(table: Table, names: Names) -> CalendarId:
    """Return the calendar of the one provider or the one resource that is named."""
    which = table.only_one_of("provider", "resource")
    provider = table.optional("provider", named(names.providers, "provider"), "")
    resource = table.optional("resource", named(names.resources, "resource"), "")
    if which == "provider":
        return provider_calendar(ProviderId(provider))
    return resource_calendar(ResourceId(resource))


def _placed(table: Table, weeks: int, names: Names) -> tuple[int, str, DayBlock]:
    """Return a template's block with its week, from 1 on, and its day."""
    week = table.required("week", whole(1, weeks))
    day = table.required("day", _WEEKDAY)
    return week, day, _block_in(table, names)


def _block_in(table: Table, names: Names) -> DayBlock:
    start, until = table.required("from", BLOCK_EDGE), table.required("to", BLOCK_EDGE)
    if table.is_sound("from", "to") and until <= start:
        table.note("to", "is not after from")
    resource = table.optional("resource", named(names.resources, "resource"), None)
    return DayBlock(
        start=start,
        until=until,
        kind=KindId(table.required("kind", named(names.kinds, "block_kind"))),
        resource=None if resource is None else ResourceId(resource),
    )


def _note_overlap(table: Table, day: str, blocks: Sequence[DayBlock]) -> None:
    if clash := first_overlap(blocks):
        table.note("block", "{}{} and {} overlap".format(day, *clash))
