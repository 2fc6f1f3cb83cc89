"""What the contract of a store is told with: putting things into it and looking at all of it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import attrs
import pytest

from webtidbok.errors import OverlapsExclusive, WebtidbokError
from webtidbok.model.absence import Absence
from webtidbok.model.appointment import Appointment
from webtidbok.model.clinic import Clinic
from webtidbok.model.event import Event
from webtidbok.model.hold import Hold
from webtidbok.model.ids import CalendarId, ClinicId
from webtidbok.model.message import Message
from webtidbok.model.occupied import Overlap
from webtidbok.model.patient import Patient
from webtidbok.model.timespan import TimeSpan
from webtidbok.model.watch_list import WatchListEntry
from webtidbok.ports.records import Records
from webtidbok.ports.store import BusyTime, Change, Code, Link, Scope, State, Store
from webtidbok.testing.builders import ALL_CALENDARS, NOW, THE_CLINIC, a_clinic

R = TypeVar("R")

OTHER_CLINIC = ClinicId("other-clinic")

#: Holds all that happens in the contracts.
ALWAYS = TimeSpan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))

#: How a store says that a change breaks one of its keys: a mistake of ours, never a driver's error.
A_REFUSED_CHANGE = (ValueError, WebtidbokError)


class StoreWithRecords(Store, Records, Protocol):
    """What the contract is about: a store whose rows can be looked at."""


class ContractOfOpenClinic:
    """A part of a store's contract; the test clinic is open when a test begins."""

    @pytest.fixture(autouse=True)
    def opened(self, store: StoreWithRecords) -> None:
        """Open the test clinic."""
        put(store, a_clinic())


Thing = (
    Absence
    | Appointment
    | Clinic
    | Code
    | Event
    | Hold
    | Link
    | Message
    | Overlap
    | Patient
    | WatchListEntry
)

_FIELDS: dict[type[Any], str] = {
    Absence: "absences",
    Appointment: "appointments",
    Code: "codes",
    Event: "events",
    Hold: "holds",
    Link: "links",
    Message: "messages",
    Overlap: "overlaps",
    Patient: "patients",
    WatchListEntry: "watch_list",
}


def a_change(*things: Thing, answer: str = "stored", **fields: Any) -> Change[str]:
    """Return the change that stores `things`, each kind in the order given."""
    for thing in things:
        if isinstance(thing, Clinic):
            fields["clinic"] = thing
        else:
            field = _FIELDS[type(thing)]
            fields[field] = (*fields.get(field, ()), thing)
    return Change(answer=answer, **fields)


def a_scope(**changes: Any) -> Scope:
    """Return the scope of all the test clinic's calendars at all times, at `NOW`."""
    scope = Scope(clinic=THE_CLINIC, now=NOW, calendars=ALL_CALENDARS, span=ALWAYS)
    return attrs.evolve(scope, **changes)


def put(store: Store, *things: Thing, clinic: ClinicId | None = None, **fields: Any) -> None:
    """Store `things` in one change, in the clinic that they name, else in the test clinic."""
    change = a_change(*things, **fields)
    inside = clinic or next(filter(None, map(_clinic_of, things)), THE_CLINIC)
    assert store.transact(_scope_of(inside, change), storing(change)) == "stored"


def _clinic_of(thing: Thing) -> ClinicId | None:
    return thing.id if isinstance(thing, Clinic) else getattr(thing, "clinic", None)


def _scope_of(clinic: ClinicId, change: Change[str]) -> Scope:
    """Return a scope that names what the change touches, as a use case would."""
    return a_scope(
        clinic=clinic,
        appointment=next((thing.id for thing in change.appointments), None),
        identity_number=next((thing.identity_number for thing in change.patients), None),
        request=next((thing.key for thing in change.events), None),
        hold=next((thing.id for thing in change.holds), None),
        absence=next((thing.id for thing in change.absences), None),
    )


def storing(change: Change[R]) -> Callable[[State], Change[R] | R]:
    """Return a decision that always answers with `change`."""
    return lambda _: change


def answering(answer: R) -> Callable[[State], Change[R] | R]:
    """Return a decision that stores nothing and always answers the same."""
    return lambda _: answer


def state_of(store: Store, **scope: Any) -> State:
    """Return what a decision sees; nothing is stored."""
    return store.transact(a_scope(**scope), _as_it_is)


def _as_it_is(state: State) -> State:
    return state


def everything_in(store: StoreWithRecords, clinic: ClinicId = THE_CLINIC) -> dict[str, object]:
    """Return all records of a clinic that can be listed, and its settings."""
    return {
        "settings": state_of(store, clinic=clinic).clinic,
        "appointments": list(store.appointments(clinic)),
        "history": list(store.history(clinic)),
        "watch list": list(store.watch_list(clinic)),
        "messages": list(store.messages(clinic)),
        "absences": list(store.absences(clinic)),
        "occupied": list(store.occupied(clinic)),
        "overlaps": set(store.overlaps(clinic)),
    }


def assert_overlap_refused(store: StoreWithRecords, *things: Thing, **fields: Any) -> None:
    """Assert that a change is refused for an exclusive time and leaves all as it was."""
    before = everything_in(store)

    with pytest.raises(OverlapsExclusive):
        put(store, *things, **fields)

    assert everything_in(store) == before


def assert_change_refused(store: StoreWithRecords, *things: Thing, **fields: Any) -> None:
    """Assert that a change breaks a key of the store and leaves all as it was."""
    before = everything_in(store)

    with pytest.raises(A_REFUSED_CHANGE):
        put(store, *things, **fields)

    assert everything_in(store) == before


def rows_of(busy: Iterable[BusyTime]) -> list[tuple[CalendarId, int, int]]:
    """Return busy time as rows of calendar, start and end."""
    return [
        (each.calendar, start, end)
        for each in busy
        for start, end in zip(each.starts, each.ends, strict=True)
    ]
