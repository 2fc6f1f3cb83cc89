"""What is asked of a book, and what it answered, as lines of a file that outlives who asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import attrs

from webtidbok.model.appointment import Appointment, Placement
from webtidbok.model.codes import LinkToken
from webtidbok.model.ids import AppointmentId, ClinicId, ProviderId, RequestKey, ResourceId, TypeId
from webtidbok.model.instants import MINUTE
from webtidbok.model.timespan import TimeSpan
from webtidbok.services.access import ByLink
from webtidbok.services.booking import Booking
from webtidbok.services.holding import HoldRequest
from webtidbok.services.laying import Knowingly
from webtidbok.services.staff import StaffBooking, StaffMove
from webtidbok.services.web_book import WebBook
from webtidbok.testing.builders import CHECK_UP, THE_CLINIC, some_details


@attrs.frozen(kw_only=True)
class Asked:
    """A request with all that it takes to make it again."""

    key: str
    what: str
    clinic: str = THE_CLINIC
    type: str = CHECK_UP
    provider: str = ""
    resource: str | None = None
    start: str = ""
    minutes: int = 30
    place: int = 1
    token: str = ""
    appointment: str = ""
    revision: int | None = None
    over: Sequence[str] = ()

    @property
    def span(self) -> TimeSpan:
        """When staff want it."""
        start = datetime.fromisoformat(self.start)
        return TimeSpan(start, start + self.minutes * MINUTE)

    @property
    def placement(self) -> Placement:
        """Where and when staff want it."""
        resource = ResourceId(self.resource) if self.resource else None
        return Placement(provider=ProviderId(self.provider), resource=resource, span=self.span)

    @property
    def knowingly(self) -> Knowingly:
        """Who among the staff, and over whom."""
        over = frozenset(map(AppointmentId, self.over))
        return Knowingly(by="reception", over=over, reason="in pain" if over else "")


#: Answers that say that it is done.
DONE = frozenset({"Booked", "Moved", "Cancelled", "StaffBooked", "Held"})


@attrs.frozen(kw_only=True)
class Answered:
    """What came back."""

    key: str
    outcome: str
    appointment: str = ""
    revision: int = 0
    provider: str = ""
    resource: str | None = None
    start: str = ""
    is_repeat: bool = False
    token: str = ""
    in_the_way: Sequence[str] = ()

    @property
    def is_done(self) -> bool:
        """Whether what was asked for has been done."""
        return self.outcome in DONE


def ask(book: WebBook, asked: Asked) -> Answered:
    """Ask, and return the answer."""
    answer = _HOW[asked.what](book, asked)
    appointment: Appointment | None = getattr(answer, "appointment", None)
    link: LinkToken | None = getattr(answer, "link", None)
    told = Answered(
        key=asked.key,
        outcome=type(answer).__name__,
        is_repeat=getattr(answer, "is_repeat", False),
        token=link.token if link else "",
        in_the_way=tuple(each.id for each in getattr(answer, "appointments", ())),
    )
    if appointment is None:
        return told
    placement = appointment.placement
    return attrs.evolve(
        told,
        appointment=appointment.id,
        revision=appointment.revision,
        provider=placement.provider,
        resource=placement.resource,
        start=placement.span.start.isoformat(),
    )


def _book(book: WebBook, asked: Asked) -> object:
    return book.book(
        Booking(
            clinic=ClinicId(asked.clinic),
            type=TypeId(asked.type),
            provider=ProviderId(asked.provider),
            start=datetime.fromisoformat(asked.start),
            details=some_details(asked.place, accepts_sms=True),
            key=RequestKey(asked.key),
            hold=LinkToken(asked.token) if asked.token else None,
        )
    )


def _hold(book: WebBook, asked: Asked) -> object:
    return book.hold(
        HoldRequest(
            clinic=ClinicId(asked.clinic),
            type=TypeId(asked.type),
            provider=ProviderId(asked.provider),
            start=datetime.fromisoformat(asked.start),
            token=LinkToken(asked.token),
        )
    )


def _release(book: WebBook, asked: Asked) -> object:
    return book.release(ClinicId(asked.clinic), LinkToken(asked.token))


def _rebook(book: WebBook, asked: Asked) -> object:
    return book.rebook(
        ByLink(LinkToken(asked.token)),
        datetime.fromisoformat(asked.start),
        key=RequestKey(asked.key),
        revision=asked.revision,
    )


def _cancel(book: WebBook, asked: Asked) -> object:
    return book.cancel(ByLink(LinkToken(asked.token)), key=RequestKey(asked.key), comment="Ill.")


def _staff_book(book: WebBook, asked: Asked) -> object:
    return book.staff_book(
        StaffBooking(
            clinic=ClinicId(asked.clinic),
            provider=ProviderId(asked.provider),
            resource=ResourceId(asked.resource) if asked.resource else None,
            span=asked.span,
            knowingly=asked.knowingly,
            key=RequestKey(asked.key),
        )
    )


def _staff_move(book: WebBook, asked: Asked) -> object:
    return book.staff_move(
        StaffMove(
            clinic=ClinicId(asked.clinic),
            appointment=AppointmentId(asked.appointment),
            placement=asked.placement,
            knowingly=asked.knowingly,
        )
    )


def _staff_cancel(book: WebBook, asked: Asked) -> object:
    return book.staff_cancel(
        ClinicId(asked.clinic), AppointmentId(asked.appointment), by="reception"
    )


_HOW: Mapping[str, Callable[[WebBook, Asked], object]] = {
    "book": _book,
    "hold": _hold,
    "release": _release,
    "rebook": _rebook,
    "cancel": _cancel,
    "staff-book": _staff_book,
    "staff-move": _staff_move,
    "staff-cancel": _staff_cancel,
}

#: What has a request key, and so one event of that key.
KEYED = frozenset({"book", "rebook", "cancel", "staff-book"})


@attrs.define
class Told:
    """What stands in a file: what was asked, what was answered, and which errors escaped."""

    asked: dict[str, Asked] = attrs.field(factory=dict)
    answered: list[Answered] = attrs.field(factory=list)
    errors: list[str] = attrs.field(factory=list)
    lost: int = 0
    pending: Asked | None = None

    @classmethod
    def read(cls, lines: str) -> "Told":
        """Read a file; who was killed may have left half a line."""
        told = cls()
        for line in lines.splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            told.take(said)
        return told

    def take(self, said: Mapping[str, dict[str, object]]) -> None:
        """Take in a line."""
        if "asked" in said:
            self.pending = Asked(**said["asked"])  # type: ignore[arg-type] # as it was written
            self.asked[self.pending.key] = self.pending
        elif "answered" in said:
            self.answered.append(Answered(**said["answered"]))  # type: ignore[arg-type] # likewise
            self.pending = None
        elif "lost" in said:
            self.lost += 1
        else:
            self.errors.append(str(said["error"]))
