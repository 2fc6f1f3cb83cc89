"""A clinic and all that its staff decide about it (R1-R4)."""

from datetime import date, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from webtidbok.errors import InvalidInput, UnknownProvider, UnknownResource, UnknownType
from webtidbok.model.bookable_type import BookableType
from webtidbok.model.change_limit import ChangeLimit, HoursBefore
from webtidbok.model.changeable import Changeable
from webtidbok.model.consistency import faults_of
from webtidbok.model.ids import ClinicId, ProviderId, ResourceId, TypeId
from webtidbok.model.schedule import BlockKind, DayOverride, Period, Template

_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class Provider:
    """The person who sees the patient."""

    id: ProviderId
    name: str
    title: str = ""


@attrs.frozen(kw_only=True)
class Resource:
    """A chair or room that a visit occupies."""

    id: ResourceId
    name: str


def _not_negative(_: object, attribute: "attrs.Attribute[Any]", value: timedelta) -> None:
    if value < timedelta():
        raise ValueError(f"{attribute.name} is negative")


_count = attrs.validators.optional(attrs.validators.ge(0))


@attrs.frozen(kw_only=True)
class WebBooking:
    """What the clinic lets its patients do on the web (R1-R3).

    Attributes:
        new_bookings, rebookings, cancellations: The three functions, each on or off (R1).
        change_limit: The last moment for rebooking and cancelling (R2).
        minimum_notice: Elapsed time from now to the earliest start (R3a).
        horizon_months: How far ahead new bookings may lie (R3b).
        max_rebookings: By the patient, for one appointment; None: no limit.
        max_open_bookings: Of one patient, made on the web and still to come; None: no limit.
        hold_time: How long a slot is kept while its owner fills in the form (R21).
        changeable: Which appointments a patient may change (R25).
        frame_ancestors: The sites that may show the booking pages in a frame (R4).
    """

    new_bookings: bool
    rebookings: bool
    cancellations: bool
    change_limit: ChangeLimit = HoursBefore(0)
    minimum_notice: timedelta = attrs.field(default=timedelta(), validator=_not_negative)
    horizon_months: int = attrs.field(default=6, validator=attrs.validators.ge(0))
    max_rebookings: int | None = attrs.field(default=None, validator=_count)
    max_open_bookings: int | None = attrs.field(default=None, validator=_count)
    hold_time: timedelta = attrs.field(default=timedelta(minutes=10), validator=_not_negative)
    changeable: Changeable = attrs.field(factory=Changeable)
    frame_ancestors: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether the web book is active: at least one function is on (R1)."""
        return self.new_bookings or self.rebookings or self.cancellations


@attrs.frozen(kw_only=True)
class Clinic:
    """A clinic with its settings: one value, whole and consistent.

    Raises:
        InvalidInput: an id stands twice, something named is not there, or blocks of one
            provider overlap on a day (R7). All such faults are named.
    """

    id: ClinicId
    name: str
    time_zone: ZoneInfo
    phone: str
    email: str = ""
    address: str = ""
    country: str = "SE"
    languages: tuple[str, ...] = ("sv",)
    web_booking: WebBooking
    block_kinds: tuple[BlockKind, ...] = ()
    providers: tuple[Provider, ...] = ()
    resources: tuple[Resource, ...] = ()
    templates: tuple[Template, ...] = ()
    periods: tuple[Period, ...] = ()
    day_overrides: tuple[DayOverride, ...] = ()
    closed_days: frozenset[date] = frozenset()
    types: tuple[BookableType, ...] = ()

    def __attrs_post_init__(self) -> None:
        if faults := faults_of(self):
            raise InvalidInput(faults)

    def type(self, id: TypeId) -> BookableType:  # noqa: A002 - the domain's word
        """Return a bookable type.

        Raises:
            UnknownType: the clinic has no such type.
        """
        return _found(self.types, id, UnknownType)

    def provider(self, id: ProviderId) -> Provider:  # noqa: A002 - the domain's word
        """Return a provider.

        Raises:
            UnknownProvider: the clinic has no such provider.
        """
        return _found(self.providers, id, UnknownProvider)

    def resource(self, id: ResourceId) -> Resource:  # noqa: A002 - the domain's word
        """Return a resource.

        Raises:
            UnknownResource: the clinic has no such resource.
        """
        return _found(self.resources, id, UnknownResource)


def _found(things: tuple[_T, ...], id: str, unknown: type[Exception]) -> _T:  # noqa: A002
    for thing in things:
        if thing.id == id:  # type: ignore[attr-defined] # all that is listed has an id
            return thing
    raise unknown(id)
