"""Are the provider and the resource free?

R13, R14c, R15.
"""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from webtidbok.model.ids import ProviderId, ResourceId
from webtidbok.rules.refusal import Refusal
from webtidbok.slots.starts import Starts, union, within


@attrs.frozen(kw_only=True)
class ProviderBusy:
    """The provider is booked, held or away during the occupied time."""

    code: ClassVar[str] = "provider-busy"
    provider: ProviderId
    setting: str = ""


@attrs.frozen(kw_only=True)
class NoResourceFree:
    """A resource that would do is booked, held or away. One such refusal for each that would."""

    code: ClassVar[str] = "no-resource-free"
    resource: ResourceId
    setting: str = ""


@attrs.frozen
class ProviderFree:
    """Admits the starts whose occupied time the provider has free."""

    provider: ProviderId
    free: Starts

    def starts(self, span: range) -> Starts:
        """Return the provider's free starts in `span`."""
        return within(self.free, span)

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - the same for all
        """Return that the provider is busy."""
        return (ProviderBusy(provider=self.provider),)


@attrs.frozen
class ResourceFree:
    """Admits the starts whose occupied time one of several resources has free.

    A set and a choice: which starts some resource is free for is worked out once for a search;
    which resource it is, when a slot is looked at.

    Attributes:
        choices: Each resource, in order of preference, with its own free starts.
        free: Their union.
    """

    choices: tuple[tuple[ResourceId, Starts], ...]
    free: Starts

    @classmethod
    def of(cls, choices: Sequence[tuple[ResourceId, Starts]]) -> "ResourceFree":
        """Make the rule of at least one resource."""
        if len(choices) == 1:
            return cls(tuple(choices), choices[0][1])
        return cls(tuple(choices), union(free for _, free in choices))

    def starts(self, span: range) -> Starts:
        """Return the starts in `span` for which some resource is free."""
        return within(self.free, span)

    def refusals(self, start: int) -> Sequence[Refusal]:  # noqa: ARG002 - none is free then
        """Return one refusal for each resource, in order of preference."""
        return [NoResourceFree(resource=resource) for resource, _ in self.choices]

    def first_free(self, start: int) -> ResourceId:
        """Return the first resource, in order of preference, that is free for `start`.

        `start` is one of the rule's own starts.
        """
        moment = range(start, start + 1)
        return next(resource for resource, free in self.choices if within(free, moment))
