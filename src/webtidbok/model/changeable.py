"""Which appointments a patient may change: a table of origin x action (R25)."""

from collections.abc import Mapping
from enum import Enum

import attrs


class Origin(Enum):
    """Who made an appointment. Staff see a W for `WEB` (R32)."""

    WEB = "WEB"
    RECALL = "RECALL"
    STAFF = "STAFF"


class Action(Enum):
    """What a patient may do to an appointment."""

    REBOOK = "rebook"
    CANCEL = "cancel"


_BOTH = frozenset(Action)


@attrs.frozen
class Changeable:
    """The actions that are open to the patient, by origin. An origin left out allows none.

    The default is the source's: what the patient booked on the web, and recalls (R25).
    """

    table: Mapping[Origin, frozenset[Action]] = attrs.field(
        factory=lambda: {Origin.WEB: _BOTH, Origin.RECALL: _BOTH}
    )

    def allows(self, origin: Origin, action: Action) -> bool:
        """Return whether a patient may do `action` to an appointment of `origin`."""
        return action in self.table.get(origin, frozenset())
