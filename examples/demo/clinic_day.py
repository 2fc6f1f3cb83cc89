"""A day at the clinic, laid out for its staff: a column for each provider."""

from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from webtidbok import Appointment, Clinic, TimeSpan, WebBook
from webtidbok.model.absence import Absence
from webtidbok.model.clinic import Provider
from webtidbok.model.ids import provider_calendar
from webtidbok.model.instants import TICK_MINUTES, minute_of
from webtidbok.model.occupied import Occupied
from webtidbok.model.wall_clock import midnight, next_day
from webtidbok.slots.windows import Block

#: The hours that a day shows even if nobody works then.
_MORNING, _EVENING = 8, 17


@attrs.frozen(kw_only=True)
class Place:
    """Where something is in its column.

    Attributes:
        top, height: Minutes from the top, and minutes.
        lane, lanes: Which of how many beside each other: staff may overlap each other.
    """

    top: int
    height: int
    lane: int = 0
    lanes: int = 1


@attrs.frozen(kw_only=True)
class Column:
    """What a provider has on a day; `holds` are times that somebody is about to book."""

    provider: Provider
    blocks: Sequence[Block]
    absences: Sequence[Absence]
    visits: Sequence[Appointment]
    holds: Sequence[Occupied]


@attrs.frozen(kw_only=True)
class ClinicDay:
    """A day of all providers, in the minutes that the clock on the wall counts.

    Attributes:
        hours: Those that are shown.
    """

    day: date
    span: TimeSpan
    columns: Sequence[Column]

    @property
    def hours(self) -> range:
        """The hours that hold all that there is."""
        minutes = [
            minute
            for column in self.columns
            for start, end in [
                *((block.start, block.end) for block in column.blocks),
                *(
                    (minute_of(visit.span.start), minute_of(visit.span.end))
                    for visit in column.visits
                ),
            ]
            for minute in (start - self._midnight, end - self._midnight)
        ]
        first = min([_MORNING * 60, *minutes]) // 60
        return range(first, -(-max([_EVENING * 60, *minutes]) // 60))

    @property
    def is_open(self) -> bool:
        """Whether anybody works."""
        return any(column.blocks for column in self.columns)

    def place(self, span: TimeSpan, among: Sequence[TimeSpan] = ()) -> Place:
        """Return where a span is; beside those of `among` that it overlaps."""
        span = _within(span, self.span)
        start, end = minute_of(span.start), minute_of(span.end)
        beside = [other for other in among if other.overlaps(span)]
        return Place(
            top=start - self._midnight - self.hours.start * 60,
            height=end - start,
            lane=beside.index(span) if span in beside else 0,
            lanes=max(len(beside), 1),
        )

    def place_of_block(self, block: Block) -> Place:
        """Return where a block is."""
        top = block.start - self._midnight - self.hours.start * 60
        return Place(top=top, height=block.end - block.start)

    @property
    def _midnight(self) -> int:
        return minute_of(self.span.start)


def clinic_day(book: WebBook, clinic: Clinic, day: date) -> ClinicDay:
    """Return a day as it is now."""
    span = TimeSpan(midnight(day, clinic.time_zone), midnight(next_day(day), clinic.time_zone))
    columns = [_column(book, clinic, provider, span) for provider in clinic.providers]
    return ClinicDay(day=day, span=span, columns=columns)


def _column(book: WebBook, clinic: Clinic, provider: Provider, span: TimeSpan) -> Column:
    records, calendar = book.desk.records, provider_calendar(provider.id)
    return Column(
        provider=provider,
        blocks=list(_blocks(book, clinic, provider, span)),
        absences=[away for away in records.absences(clinic.id, span) if away.calendar == calendar],
        visits=[
            visit
            for visit in records.appointments(clinic.id, span)
            if visit.placement.provider == provider.id and not visit.is_cancelled
        ],
        holds=[
            taken
            for taken in records.occupied(clinic.id)
            if taken.calendar == calendar and taken.expires_at is not None
            if taken.is_live(book.desk.now()) and taken.span.overlaps(span)
        ],
    )


def _blocks(book: WebBook, clinic: Clinic, provider: Provider, span: TimeSpan) -> Iterator[Block]:
    stored = book.desk.store.clinic(clinic.id)
    minute, until = minute_of(span.start), minute_of(span.end)
    while minute < until:
        block = book.desk.block_at(stored, provider.id, minute)
        if block is not None:
            yield block
        minute = block.end if block else minute + TICK_MINUTES


def _within(span: TimeSpan, whole: TimeSpan) -> TimeSpan:
    return TimeSpan(max(span.start, whole.start), min(span.end, whole.end))
