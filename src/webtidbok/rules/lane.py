"""Lanes: where a visit can run (R14b, R14c)."""

from typing import NamedTuple

from webtidbok.model.ids import ProviderId, ResourceId


class Lane(NamedTuple):
    """A provider, in blocks on one resource or on none."""

    provider: ProviderId
    resource: ResourceId | None
