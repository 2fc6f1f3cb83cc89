"""Is the function on, the type open, the provider one of the type's?

R1, R9.
"""

from typing import ClassVar

import attrs

from webtidbok.model.ids import ProviderId, TypeId
from webtidbok.rules.question import Question
from webtidbok.rules.refusal import Refusal
from webtidbok.rules.rule import Nothing, Rule


@attrs.frozen(kw_only=True)
class NewBookingsOff:
    """The clinic takes no new bookings on the web."""

    code: ClassVar[str] = "new-bookings-off"
    setting: str = "web_booking.new_bookings"


@attrs.frozen(kw_only=True)
class NotOffered:
    """The type is closed to new bookings: recalls only."""

    code: ClassVar[str] = "not-offered"
    type: TypeId
    setting: str = "bookable_type.offered_for_new_bookings"


@attrs.frozen(kw_only=True)
class ProviderNotForType:
    """The provider does not give visits of this type."""

    code: ClassVar[str] = "provider-not-for-type"
    type: TypeId
    provider: ProviderId
    setting: str = "bookable_type.providers"


def open_for_new_bookings(question: Question) -> Rule | None:
    """Return a rule that admits nothing while new bookings or the type are closed, else None."""
    wanted = question.visit.type
    reasons: list[Refusal] = []
    if not question.clinic.web_booking.new_bookings:
        reasons.append(NewBookingsOff())
    if wanted and not wanted.offered_for_new_bookings:
        reasons.append(NotOffered(type=wanted.id))
    return Nothing(tuple(reasons)) if reasons else None


def provider_of_type(question: Question, provider: ProviderId) -> Rule | None:
    """Return a rule that admits nothing with a provider that the type lacks, else None."""
    wanted = question.visit.type
    if wanted is None or wanted.is_given_by(provider):
        return None
    return Nothing((ProviderNotForType(type=wanted.id, provider=provider),))
