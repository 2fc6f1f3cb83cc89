"""A kind of visit that patients may book (R9-R12)."""

from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

import attrs

from webtidbok.model.age import Ages
from webtidbok.model.change_limit import ChangeLimit
from webtidbok.model.changeable import Changeable
from webtidbok.model.ids import KindId, ProviderId, ResourceId, TypeId
from webtidbok.model.instants import TICK_MINUTES
from webtidbok.model.text import MESSAGE_MOST


class Patients(Enum):
    """Whom a type is for: everyone, or only new or only existing patients (R12)."""

    EVERYONE = "everyone"
    NEW = "new"
    EXISTING = "existing"


def _ticks(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value < 0 or value % TICK_MINUTES:
        raise ValueError(f"{attribute.name} is {value}, not whole ticks of five minutes")


def _some_ticks(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} is {value}, not more than 0")
    _ticks(_, attribute, value)


def _not_negative(_: object, attribute: "attrs.Attribute[Any]", value: timedelta | None) -> None:
    if value is not None and value < timedelta():
        raise ValueError(f"{attribute.name} is negative")


@attrs.frozen(kw_only=True)
class BookableType:
    """A kind of visit that patients may book, and the rules that are its own.

    Attributes:
        treatment: The treatment type, for staff; never shown in messages.
        interval_minutes: From one start on a block's grid to the next.
        providers: Who may give it, one or more; their order breaks ties in what is offered.
        resources: Where, in order of preference (R14c). Empty: as the blocks say.
        block_filter: Offered to new bookings only in blocks of these kinds. Empty: filter off.
        age_from, age_to: Full years on the day of the visit, both inclusive; None: no such end.
        bookable_from, bookable_until: Local dates of the visit, inclusive (R9).
        minimum_notice, change_limit, changeable: Replace the clinic's; None: as the clinic.
        public_label: What patients see instead of the name, free of health detail.
        description: For patients, at most 500 characters (R9).
        order: Place in the list that patients see; ties by id.

    Raises:
        ValueError: a length is not whole ticks of five minutes, an end lies before its start,
            there is no provider, or the description is too long.
    """

    id: TypeId
    name: str
    treatment: str = ""
    duration_minutes: int = attrs.field(validator=_some_ticks)
    interval_minutes: int = attrs.field(validator=_some_ticks)
    before_minutes: int = attrs.field(default=0, validator=_ticks)
    after_minutes: int = attrs.field(default=0, validator=_ticks)
    providers: tuple[ProviderId, ...] = attrs.field(validator=attrs.validators.min_len(1))
    resources: tuple[ResourceId, ...] = ()
    block_filter: frozenset[KindId] = frozenset()
    ages: Ages = Ages.EVERYONE
    age_from: int | None = None
    age_to: int | None = None
    patients: Patients = Patients.EVERYONE
    offered_for_new_bookings: bool = True
    bookable_from: date | None = None
    bookable_until: date | None = None
    minimum_notice: timedelta | None = attrs.field(default=None, validator=_not_negative)
    change_limit: ChangeLimit | None = None
    changeable: Changeable | None = None
    public_label: str = ""
    price_text: str = ""
    description: str = attrs.field(default="", validator=attrs.validators.max_len(MESSAGE_MOST))
    order: int = 0

    def __attrs_post_init__(self) -> None:
        if None not in (self.age_from, self.age_to) and self.age_from > self.age_to:  # type: ignore[operator] # neither is None
            raise ValueError(f"age_to is {self.age_to}, below age_from {self.age_from}")
        if self.bookable_from and self.bookable_until and self.bookable_from > self.bookable_until:
            raise ValueError(f"bookable_until {self.bookable_until} lies before bookable_from")

    @cached_property
    def _givers(self) -> frozenset[ProviderId]:
        return frozenset(self.providers)

    def is_given_by(self, provider: ProviderId) -> bool:
        """Return whether a provider gives visits of this type."""
        return provider in self._givers

    @property
    def label(self) -> str:
        """What patients see: the public label, else the name."""
        return self.public_label or self.name
